"""The key of residents is known by what it hashes to."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('residence', '0003_tries_elsewhere'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeyInUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=64, unique=True)),
            ],
        ),
    ]
