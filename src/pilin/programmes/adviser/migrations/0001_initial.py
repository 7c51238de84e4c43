"""Who is sought, offered and placed, and the days they worked."""

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
            name='Placement',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='placement', serialize=False, to='loop.matter')),
                ('direction', models.CharField(max_length=8)),
                ('field', models.CharField(max_length=60)),
                ('role', models.CharField(blank=True, max_length=80)),
                ('days', models.DecimalField(decimal_places=1, max_digits=5)),
                ('start', models.DateField()),
                ('until', models.DateField()),
                ('listing', models.BigIntegerField(null=True)),
                ('was', models.JSONField(default=dict)),
                ('register_days', models.DecimalField(decimal_places=1, max_digits=5, null=True)),
                ('source_row', models.JSONField(default=dict)),
                ('receiver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('sender', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Work',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('days', models.DecimalField(decimal_places=1, max_digits=3)),
                ('words', models.CharField(max_length=300)),
                ('stands', models.CharField(default='waiting', max_length=10)),
                ('reply', models.CharField(blank=True, max_length=1000)),
                ('placement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='work', to='adviser.placement')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('stands', 'objected'), _negated=True), fields=('placement', 'day'), name='day_worked_once'), models.CheckConstraint(condition=models.Q(('days__gt', 0)), name='some_of_a_day_worked')],
            },
        ),
    ]
