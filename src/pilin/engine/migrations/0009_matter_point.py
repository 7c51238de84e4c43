
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('loop', '0008_figures'),
        ('people', '0003_maps'),
    ]

    operations = [
        migrations.AddField(
            model_name='matter',
            name='point',
            field=models.CharField(blank=True, db_default='', default='', max_length=30),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('point', ''), _negated=True), fields=['-last'], name='matter_point'),
        ),
    ]
