"""Lead projects, and the accounts of their quarters."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('loop', '0014_cause'),
        ('people', '0010_neighbour'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lead',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='lead', serialize=False, to='loop.matter')),
                ('year', models.PositiveSmallIntegerField()),
                ('official', models.CharField(max_length=60)),
                ('target', models.TextField(blank=True)),
                ('plan', models.TextField(blank=True)),
                ('first', models.PositiveSmallIntegerField(default=1)),
                ('accounts', models.JSONField(default=dict)),
                ('source_row', models.JSONField(default=dict)),
                ('setter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Accounting',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('quarter', models.PositiveSmallIntegerField()),
                ('day', models.DateField()),
                ('due', models.DateField()),
                ('done', models.TextField()),
                ('against', models.TextField()),
                ('late', models.TextField(blank=True)),
                ('standing', models.CharField(max_length=12)),
                ('reply', models.TextField(blank=True)),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='given', to='lead.lead')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='lead',
            constraint=models.CheckConstraint(condition=models.Q(('first__gte', 1), ('first__lte', 4)), name='lead_quarter_of_four'),
        ),
    ]
