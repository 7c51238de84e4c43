import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("drive", "0001_initial")]

    operations = [
        migrations.AddField("drive", "where", models.CharField(blank=True, default="", max_length=200), preserve_default=False),
        migrations.AddField("drive", "until", models.DateField(null=True)),
        migrations.AddField("drive", "thanks", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.CreateModel(
            "Promise",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry", models.BigIntegerField()),
                ("day", models.DateField()),
                ("person", models.CharField(max_length=40)),
                ("item", models.PositiveSmallIntegerField()),
                ("count", models.PositiveIntegerField()),
                ("received", models.BigIntegerField(null=True)),
                ("drive", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="promises", to="drive.drive")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("drive", "entry"), name="drive_promise_once")
                ]
            },
        ),
    ]
