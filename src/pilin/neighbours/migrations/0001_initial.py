"""What crosses the border, and how far the copies of neighbours' records are."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('loop', '0014_cause'),
    ]

    operations = [
        migrations.CreateModel(
            name='Copy',
            fields=[
                ('neighbour', models.BigIntegerField(primary_key=True, serialize=False)),
                ('size', models.BigIntegerField(default=0)),
                ('worded', models.BigIntegerField(default=0)),
                ('applied', models.BigIntegerField(default=0)),
                ('answered', models.BigIntegerField(default=0)),
                ('seen', models.DateTimeField(null=True)),
                ('fault', models.TextField(default='')),
                ('parked', models.TextField(default='')),
                ('fork', models.TextField(default='')),
            ],
        ),
        migrations.CreateModel(
            name='Refusal',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('neighbour', models.BigIntegerField()),
                ('number', models.BigIntegerField()),
                ('code', models.CharField(max_length=20)),
                ('words', models.JSONField(default=dict)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Asked',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('neighbour', models.BigIntegerField()),
                ('theirs', models.BigIntegerField()),
                ('kind', models.CharField(max_length=30)),
                ('step', models.CharField(max_length=60)),
                ('person', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['neighbour', 'theirs'], name='asked_theirs')],
            },
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='handover', serialize=False, to='loop.matter')),
                ('gives', models.BooleanField()),
                ('neighbour', models.BigIntegerField()),
                ('theirs', models.BigIntegerField(default=0)),
                ('source', models.BigIntegerField(default=0)),
                ('lead', models.CharField(max_length=120)),
                ('asked_by', models.CharField(max_length=120)),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(fields=['neighbour', 'theirs'], name='handover_theirs')],
            },
        ),
        migrations.CreateModel(
            name='Heard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('nonce', models.CharField(max_length=100)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key', 'nonce'), name='heard_once')],
            },
        ),
    ]
