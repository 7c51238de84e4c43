
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_desk_views'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='name_en',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
        migrations.AddField(
            model_name='organisation',
            name='point',
            field=models.CharField(blank=True, db_default='', default='', max_length=30),
        ),
        migrations.AddField(
            model_name='place',
            name='name_en',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
        migrations.AddField(
            model_name='place',
            name='shape',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='place',
            name='shape_note',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='side',
            name='name_en',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
    ]
