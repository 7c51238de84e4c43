from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_maps'),
    ]

    operations = [
        migrations.AddField(
            model_name='office',
            name='stands_for',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='office',
            name='last',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='account',
            name='sessions_since',
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
