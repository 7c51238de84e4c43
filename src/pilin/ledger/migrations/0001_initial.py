"""Tables of the ledger, with triggers that refuse to change what was entered."""

from django.db import migrations, models
from django.db.models import CompositePrimaryKey

TABLES = """
CREATE TABLE ledger_log (
    name varchar(40) PRIMARY KEY,
    size bigint NOT NULL DEFAULT 0,
    frontier bytea NOT NULL DEFAULT '',
    checkpoint text NOT NULL DEFAULT ''
);
CREATE TABLE ledger_entry (
    log varchar(40) NOT NULL REFERENCES ledger_log,
    number bigint NOT NULL,
    body text NOT NULL,
    leaf bytea NOT NULL CHECK (length(leaf) = 32),
    matter bigint GENERATED ALWAYS AS (((body)::json ->> 'matter')::bigint) STORED,
    PRIMARY KEY (log, number)
);
CREATE INDEX ledger_entry_matter ON ledger_entry (log, matter, number);
CREATE TABLE ledger_node (
    log varchar(40) NOT NULL REFERENCES ledger_log,
    level smallint NOT NULL CHECK (level > 0),
    index bigint NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (log, level, index)
);
CREATE TABLE ledger_sealed (
    log varchar(40) NOT NULL,
    number bigint NOT NULL,
    salt bytea NOT NULL,
    data text NOT NULL,
    PRIMARY KEY (log, number),
    FOREIGN KEY (log, number) REFERENCES ledger_entry
);
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the ledger is only ever added to', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER ledger_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_node_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_node
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_sealed_stays BEFORE UPDATE OR TRUNCATE ON ledger_sealed
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_log_stays BEFORE DELETE OR TRUNCATE ON ledger_log
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""
GONE = """
DROP TABLE ledger_sealed, ledger_node, ledger_entry, ledger_log;
DROP FUNCTION ledger_refuse;
"""


def key(*names):
    return CompositePrimaryKey(
        *names, blank=True, editable=False, primary_key=True, serialize=False
    )


def table(name, key, *fields):
    return migrations.CreateModel(name, [("pk", key), *fields] if key else list(fields))


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLES, GONE)],
            state_operations=[
                table(
                    "Log",
                    None,
                    ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                    ("size", models.BigIntegerField(default=0)),
                    ("frontier", models.BinaryField(default=bytes)),
                    ("checkpoint", models.TextField(default="")),
                ),
                table(
                    "Entry",
                    key("log", "number"),
                    ("log", models.CharField(max_length=40)),
                    ("number", models.BigIntegerField()),
                    ("body", models.TextField()),
                    ("leaf", models.BinaryField()),
                    ("matter", models.BigIntegerField()),
                ),
                table(
                    "Node",
                    key("log", "level", "index"),
                    ("log", models.CharField(max_length=40)),
                    ("level", models.SmallIntegerField()),
                    ("index", models.BigIntegerField()),
                    ("hash", models.BinaryField()),
                ),
                table(
                    "Sealed",
                    key("log", "number"),
                    ("log", models.CharField(max_length=40)),
                    ("number", models.BigIntegerField()),
                    ("salt", models.BinaryField()),
                    ("data", models.TextField()),
                ),
            ],
        )
    ]
