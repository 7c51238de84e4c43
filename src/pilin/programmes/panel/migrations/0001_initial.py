"""Panels drawn by lot, and who put themselves down."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('loop', '0014_cause'),
    ]

    operations = [
        migrations.CreateModel(
            name='Panel',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='panel', serialize=False, to='loop.matter')),
                ('consultation', models.BigIntegerField()),
                ('text', models.TextField()),
                ('size', models.PositiveSmallIntegerField()),
                ('quotas', models.JSONField()),
                ('until', models.DateField()),
                ('committed', models.JSONField(null=True)),
                ('word', models.CharField(blank=True, max_length=120)),
                ('drawn', models.JSONField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Volunteer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('person', models.CharField(max_length=40)),
                ('features', models.JSONField()),
                ('seat', models.CharField(blank=True, max_length=8)),
                ('panel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='volunteers', to='panel.panel')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('panel', 'person'), name='volunteer_once')],
            },
        ),
    ]
