"""Warnings, their messages, who is to pass them on, and who issues them."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
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
            name='Asking',
            fields=[
                ('address', models.CharField(max_length=300, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(null=True)),
                ('etag', models.CharField(blank=True, max_length=200)),
                ('fault', models.CharField(blank=True, max_length=300)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('refused', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='Issuer',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, unique=True)),
                ('sender', models.CharField(max_length=120, unique=True)),
                ('address', models.CharField(blank=True, max_length=300)),
                ('certificate', models.TextField(blank=True)),
                ('org', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Warning',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='warning', serialize=False, to='loop.matter')),
                ('identifier', models.CharField(max_length=120)),
                ('sender', models.CharField(max_length=120)),
                ('sender_name', models.CharField(max_length=120)),
                ('sent', models.DateTimeField()),
                ('exercise', models.BooleanField(default=False)),
                ('event', models.CharField(max_length=20)),
                ('colour', models.CharField(blank=True, max_length=8)),
                ('colour_said', models.BooleanField(default=True)),
                ('starts', models.DateTimeField()),
                ('ends', models.DateTimeField()),
                ('end_said', models.BooleanField(default=True)),
                ('cancelled', models.BooleanField(default=False)),
                ('texts', models.JSONField(default=list)),
                ('areas', models.JSONField(default=list)),
                ('places', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('sides', models.CharField(blank=True, max_length=2)),
                ('signature', models.CharField(blank=True, max_length=8)),
                ('way', models.CharField(blank=True, max_length=8)),
                ('entry', models.BigIntegerField()),
                ('source_row', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['places'], name='warning_places'), models.Index(fields=['ends'], name='warning_ends')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('entry', models.BigIntegerField(primary_key=True, serialize=False)),
                ('sender', models.CharField(max_length=120)),
                ('identifier', models.CharField(max_length=120)),
                ('kind', models.CharField(max_length=8)),
                ('sent', models.DateTimeField()),
                ('warning', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='warning.warning')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('sender', 'identifier'), name='alert_once')],
            },
        ),
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.BigIntegerField()),
                ('by', models.DateTimeField()),
                ('done', models.DateTimeField(null=True)),
                ('entry', models.BigIntegerField(null=True)),
                ('ways', models.JSONField(default=list)),
                ('reached', models.PositiveIntegerField(null=True)),
                ('missed', models.BigIntegerField(null=True)),
                ('org', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('warning', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='duties', to='warning.warning')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done', None), ('missed', None)), fields=['by'], name='duty_waits')],
                'constraints': [models.UniqueConstraint(fields=('message', 'org'), name='duty_once')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.CharField(max_length=40)),
                ('yes', models.BooleanField()),
                ('warning', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='warning.warning')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('warning', 'person'), name='answer_once')],
            },
        ),
    ]
