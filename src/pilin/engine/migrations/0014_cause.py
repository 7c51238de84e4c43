"""Entries made because of one elsewhere."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('loop', '0013_clock'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cause',
            fields=[
                ('entry', models.BigIntegerField(primary_key=True, serialize=False)),
                ('log', models.CharField(max_length=255)),
                ('number', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('log', 'number'), name='cause_once')],
            },
        ),
    ]
