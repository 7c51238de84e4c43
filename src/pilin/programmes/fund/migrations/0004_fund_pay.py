from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fund", "0003_fund_closing_by")]

    operations = [
        migrations.AddField(
            "fund",
            "pay",
            models.CharField(max_length=300, blank=True, default="", db_default=""),
        ),
    ]
