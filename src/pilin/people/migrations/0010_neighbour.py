"""The neighbours whose record is kept beside ours."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0009_used'),
    ]

    operations = [
        migrations.CreateModel(
            name='Neighbour',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('state', models.CharField(max_length=10)),
                ('origin', models.CharField(max_length=200)),
                ('name', models.CharField(max_length=100)),
                ('address', models.CharField(max_length=200)),
                ('log', models.CharField(max_length=300)),
                ('witness', models.CharField(max_length=300)),
                ('server', models.CharField(max_length=300)),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
