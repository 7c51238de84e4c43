"""The database role of the running service: it adds to the record and cannot change it.

Whoever gets hold of the service's connection may read, and add entries; not update or delete one, not
switch off what refuses that, not drop a table. Migrations, rebuilds and restores use the owner's.
"""

from __future__ import annotations

import os

from django.db import connection, transaction
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

#: Of two who grant at once one waits.
GRANTING = 5420
#: The role on our own server; on another it is the one that PILIN_SERVICE_URL names.
ROLE = "pilin_service"
#: What it may do to tables of the record; to all others it may do what pages and jobs do.
RECORD = {
    "ledger_entry": "SELECT, INSERT",
    "ledger_node": "SELECT, INSERT",
    "ledger_log": "SELECT, INSERT, UPDATE",
    "ledger_sealed": "SELECT, INSERT, DELETE",
    "ledger_words": "SELECT, INSERT, DELETE",
    "ledger_key": "SELECT, INSERT, DELETE",
    "django_migrations": "SELECT",
}


def service_url() -> str:
    """Where the service's processes find the database; the owner's own, where it is to have no other."""
    if url := os.environ.get("PILIN_SERVICE_URL"):
        return url
    owner = os.environ["DATABASE_URL"]
    if os.environ.get("PILIN_OWN_POSTGRES") != "1":
        return owner
    return make_conninfo(owner, user=ROLE)


def grant() -> None:
    """Give the role what it needs and take the rest; it is made where it is not there.

    At once: another server of ours may be answering with it.
    """
    url = service_url()
    role = conninfo_to_dict(url).get("user")
    if not role or url == os.environ["DATABASE_URL"]:
        return
    name = sql.Identifier(str(role))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [GRANTING])
        if not cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
        tables = cursor.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname = current_schema() OR schemaname LIKE 'neighbour\\_%'"
        ).fetchall()
        for schema, table in tables:
            may = sql.SQL(RECORD.get(table, "SELECT, INSERT, UPDATE, DELETE"))
            at = sql.Identifier(schema, table)
            cursor.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(at, name))
            cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(may, at, name))
        for schema in {schema for schema, _table in tables}:
            at = sql.Identifier(schema)
            cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(at, name))
            grant_sequences = sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {} TO {}")
            cursor.execute(grant_sequences.format(at, name))


def is_bound() -> bool | None:
    """Whether the service has a role of its own that cannot change entries; None where it has none."""
    role = conninfo_to_dict(service_url()).get("user")
    if not role or service_url() == os.environ.get("DATABASE_URL"):
        return None
    with connection.cursor() as cursor:
        if not cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            return None
        cursor.execute(
            "SELECT NOT bool_or(has_table_privilege(%s, 'ledger_entry', p))"
            " FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) p",
            [role],
        )
        return bool(cursor.fetchone()[0])
