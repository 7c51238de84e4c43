from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0011_neighbour_side")]

    operations = [
        migrations.AddField(
            "organisation",
            "pay",
            models.CharField(max_length=300, blank=True, default="", db_default=""),
        ),
    ]
