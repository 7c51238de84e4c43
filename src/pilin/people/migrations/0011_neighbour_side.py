"""Which side a neighbour is of."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0010_neighbour'),
    ]

    operations = [
        migrations.AddField(
            model_name='neighbour',
            name='side',
            field=models.CharField(default='', max_length=100),
        ),
    ]
