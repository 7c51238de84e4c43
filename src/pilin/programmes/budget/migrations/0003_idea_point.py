from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("budget", "0002_idea_entry")]

    operations = [
        migrations.AddField(
            "idea",
            "point",
            models.CharField(max_length=30, blank=True, default="", db_default=""),
        ),
    ]
