import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("renovation", "0001_initial")]

    operations = [
        migrations.AddField(
            "renovation",
            "owners_pay",
            models.DecimalField(decimal_places=2, max_digits=15, null=True),
        ),
        migrations.CreateModel(
            "Ownership",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry", models.BigIntegerField()),
                ("day", models.DateField()),
                ("person", models.CharField(max_length=40)),
                ("state", models.CharField(default="asked", max_length=8)),
                ("renovation", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="ownerships", to="renovation.renovation")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("renovation", "entry"), name="renovation_ownership_once"),
                    models.UniqueConstraint(condition=~Q(state="refused"), fields=("renovation", "person"), name="renovation_one_ownership"),
                ]
            },
        ),
    ]
