from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wish", "0001_initial")]

    operations = [
        migrations.AddField(
            "wish",
            "bring",
            models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            "wish", "thanks", models.TextField(blank=True, default=""), preserve_default=False
        ),
    ]
