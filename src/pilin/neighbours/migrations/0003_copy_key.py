"""The key that a neighbour's record is signed with, once that was changed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('neighbours', '0002_copy_looked'),
    ]

    operations = [
        migrations.AddField(
            model_name='copy',
            name='key',
            field=models.CharField(default='', max_length=300),
        ),
    ]
