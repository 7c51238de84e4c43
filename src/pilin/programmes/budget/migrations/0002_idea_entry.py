from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("budget", "0001_initial")]

    operations = [
        migrations.AddField("idea", "entry", models.BigIntegerField(null=True)),
    ]
