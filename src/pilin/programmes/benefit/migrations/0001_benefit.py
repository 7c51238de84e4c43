"""Clauses of policies, applications under them, and what people say of themselves and lists of firms."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('loop', '0014_cause'),
    ]

    operations = [
        migrations.CreateModel(
            name='Firm',
            fields=[
                ('code', models.CharField(max_length=18, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('facts', models.JSONField(default=dict)),
                ('agreed', models.BooleanField(default=False)),
                ('source_row', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('pk', models.CompositePrimaryKey('person', 'audience', blank=True, editable=False, primary_key=True, serialize=False)),
                ('person', models.CharField(max_length=40)),
                ('audience', models.CharField(max_length=10)),
                ('name', models.CharField(blank=True, max_length=80)),
                ('code', models.CharField(blank=True, max_length=18)),
                ('facts', models.JSONField(default=dict)),
                ('agreed', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Clause',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='clause', serialize=False, to='loop.matter')),
                ('audience', models.CharField(max_length=10)),
                ('text', models.TextField()),
                ('source', models.CharField(max_length=160)),
                ('needs', models.TextField()),
                ('way', models.CharField(max_length=10)),
                ('fixed', models.DecimalField(decimal_places=2, max_digits=15, null=True)),
                ('rate', models.CharField(blank=True, max_length=12)),
                ('of', models.CharField(blank=True, max_length=30)),
                ('cap', models.DecimalField(decimal_places=2, max_digits=15, null=True)),
                ('budget', models.DecimalField(decimal_places=2, max_digits=15, null=True)),
                ('granted', models.DecimalField(decimal_places=2, default=0, max_digits=15)),
                ('first', models.DateField(null=True)),
                ('ends', models.DateField()),
                ('days', models.PositiveSmallIntegerField()),
                ('phone', models.CharField(blank=True, max_length=60)),
                ('source_row', models.JSONField(default=dict)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('budget__isnull', True), ('granted__lte', models.F('budget')), _connector='OR'), name='granted_within_budget')],
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='grant', serialize=False, to='loop.matter')),
                ('verdict', models.CharField(max_length=8)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=15, null=True)),
                ('clause', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='benefit.clause')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
