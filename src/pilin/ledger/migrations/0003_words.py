"""Words that stand beside an entry, which carries their salted hashes; they may go, not change."""

from django.db import migrations, models
from django.db.models import CompositePrimaryKey

TABLE = """
CREATE TABLE ledger_words (
    log varchar(40) NOT NULL,
    number bigint NOT NULL,
    data text NOT NULL,
    PRIMARY KEY (log, number),
    FOREIGN KEY (log, number) REFERENCES ledger_entry
);
CREATE TRIGGER ledger_words_stay BEFORE UPDATE OR TRUNCATE ON ledger_words
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_entries_of_matters")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, "DROP TABLE ledger_words")],
            state_operations=[
                migrations.CreateModel(
                    "Words",
                    fields=[
                        (
                            "pk",
                            CompositePrimaryKey(
                                "log",
                                "number",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("log", models.CharField(max_length=40)),
                        ("number", models.BigIntegerField()),
                        ("data", models.TextField()),
                    ],
                )
            ],
        )
    ]
