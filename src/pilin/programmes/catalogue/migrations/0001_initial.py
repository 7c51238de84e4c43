"""The catalogue of cooperation projects."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('loop', '0014_cause'),
    ]

    operations = [
        migrations.CreateModel(
            name='Opportunity',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='opportunity', serialize=False, to='loop.matter')),
                ('field', models.CharField(db_index=True, max_length=30)),
                ('planned', models.JSONField(null=True)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=17, null=True)),
                ('stage', models.CharField(max_length=12)),
                ('text', models.TextField(blank=True)),
                ('wanted', models.TextField(blank=True)),
                ('reviewed', models.DateField(null=True)),
                ('source_row', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['stage', 'amount'], name='opportunity_stage_size')],
            },
        ),
    ]
