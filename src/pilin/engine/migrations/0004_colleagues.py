import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("loop", "0003_due_then_id"), ("people", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="matter",
            name="assigned",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                condition=models.Q(("is_open", True)), fields=["org", "due"], name="matter_org_open"
            ),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                condition=models.Q(("assigned", ""), _negated=True),
                fields=["assigned", "due"],
                name="matter_assigned",
            ),
        ),
        migrations.CreateModel(
            name="Nudge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.CharField(max_length=40)),
                ("day", models.DateField()),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="nudges",
                        to="loop.matter",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="nudge",
            constraint=models.UniqueConstraint(fields=("matter", "person"), name="nudge_once"),
        ),
    ]
