"""When a neighbour's record was seen without entries that are to be answered."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('neighbours', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='copy',
            name='looked',
            field=models.JSONField(default=list),
        ),
    ]
