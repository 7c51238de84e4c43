"""Moments at which what pages show changes by itself."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('loop', '0014_cause'),
    ]

    operations = [
        migrations.CreateModel(
            name='Moment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('matter', models.BigIntegerField(db_index=True)),
                ('scope', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['scope', 'at'], name='moment_of_scope')],
            },
        ),
    ]
