"""A key for each sealed part, in a table apart; what lay open is encrypted."""

from django.db import migrations, models
from django.db.models import CompositePrimaryKey

TABLE = """
CREATE TABLE ledger_key (
    log varchar(40) NOT NULL,
    number bigint NOT NULL,
    key bytea NOT NULL,
    PRIMARY KEY (log, number)
);
CREATE TRIGGER ledger_key_stays BEFORE UPDATE OR TRUNCATE ON ledger_key
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""


def encrypt(apps, schema_editor):
    from pilin.ledger.sealing import encrypt_open

    encrypt_open()


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_words")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, "DROP TABLE ledger_key")],
            state_operations=[
                migrations.CreateModel(
                    "Key",
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
                        ("key", models.BinaryField()),
                    ],
                )
            ],
        ),
        migrations.RunPython(encrypt, migrations.RunPython.noop),
    ]
