"""Ballots are read by their number, never by their matter: their entries are written faster without.

Every entry is added while the row of its log is locked, and no log is ever deleted: that an entry's log
exists needs no check of its own, which cost as much as the entry.
"""

from django.db import migrations, models

LEAN = """
ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_log_fkey;
ALTER TABLE ledger_entry DROP COLUMN matter;
ALTER TABLE ledger_entry ADD COLUMN matter bigint GENERATED ALWAYS AS
    (CASE WHEN log NOT LIKE 'ballots-%' THEN (body::json ->> 'matter')::bigint END) STORED;
CREATE INDEX ledger_entry_matter ON ledger_entry (log, matter, number) WHERE matter IS NOT NULL;
"""
FULL = """
ALTER TABLE ledger_entry DROP COLUMN matter;
ALTER TABLE ledger_entry ADD COLUMN matter bigint GENERATED ALWAYS AS
    ((body::json ->> 'matter')::bigint) STORED;
CREATE INDEX ledger_entry_matter ON ledger_entry (log, matter, number);
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_log_fkey FOREIGN KEY (log) REFERENCES ledger_log;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(LEAN, FULL)],
            state_operations=[
                migrations.AlterField(
                    "entry", "matter", models.BigIntegerField(null=True)
                ),
            ],
        )
    ]
