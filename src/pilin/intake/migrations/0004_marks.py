"""Where the logs of running votes stood, by the entry of the main one that says so."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0003_keys_and_slips'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('pk', models.CompositePrimaryKey('poll', 'entry', blank=True, editable=False, primary_key=True, serialize=False)),
                ('poll', models.BigIntegerField()),
                ('entry', models.BigIntegerField()),
                ('size', models.BigIntegerField()),
                ('root', models.CharField(max_length=44)),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
