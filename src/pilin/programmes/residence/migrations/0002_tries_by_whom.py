from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("residence", "0001_initial")]

    operations = [
        migrations.RemoveConstraint("tries", "tries_once_a_day"),
        migrations.RenameField("tries", "person", "whose"),
        migrations.AlterField("tries", "whose", models.CharField(max_length=60)),
        migrations.AddConstraint(
            "tries",
            models.UniqueConstraint(fields=["whose", "day"], name="tries_once_a_day"),
        ),
    ]
