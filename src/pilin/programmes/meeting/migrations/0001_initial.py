"""Meetings, what they decided and what they require."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('loop', '0015_moments'),
        ('people', '0010_neighbour'),
    ]

    operations = [
        migrations.CreateModel(
            name='Sitting',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='session', serialize=False, to='loop.matter')),
                ('day', models.DateField()),
                ('where', models.CharField(blank=True, max_length=120)),
                ('topics', models.JSONField(default=list)),
                ('text', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Resolution',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('sentence', models.TextField()),
                ('what', models.CharField(max_length=200)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='resolutions', to='meeting.sitting')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='task', serialize=False, to='loop.matter')),
                ('helpers', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('helpers_words', models.CharField(blank=True, max_length=200)),
                ('sentence', models.TextField(blank=True)),
                ('meeting_words', models.CharField(blank=True, max_length=200)),
                ('day', models.DateField(null=True)),
                ('said_day', models.DateField()),
                ('extended', models.PositiveSmallIntegerField(default=0)),
                ('source_row', models.JSONField(default=dict)),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
