"""Whose a log is, how it is written, and how often it lost its end, pinned beside it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="log",
            name="format",
            field=models.SmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="log",
            name="generation",
            field=models.SmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="log",
            name="vkey",
            field=models.TextField(db_default="", default=""),
        ),
    ]
