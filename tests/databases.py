"""Databases for tests: one to be rolled back, one of one's own, an empty one; and what is copied from one to the next."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction

from pilin.publishing import made_by

#: The rows before and after of tables that were changed.
Changes = dict[str, tuple[bytes, bytes]]


def rows(*schemas: str) -> dict[str, bytes]:
    """The rows of each table of these schemas that has any, as COPY writes them."""
    found = {}
    with connection.cursor() as cursor:
        for table in used(*schemas):
            with cursor.copy(f"COPY {table} TO STDOUT") as written:
                found[table] = b"".join(bytes(row) for row in written)
    return {table: said for table, said in found.items() if said}


def used(*schemas: str) -> list[str]:
    """The tables that have, or had, a row."""
    asked = (
        "SELECT format('%%I.%%I', nspname, relname) FROM pg_class JOIN pg_namespace n"
        " ON n.oid = relnamespace WHERE nspname = ANY(%s) AND relkind = 'r'"
        " AND pg_relation_size(pg_class.oid) > 0 ORDER BY 1"
    )
    with connection.cursor() as cursor:
        return [table for (table,) in cursor.execute(asked, [list(schemas)]).fetchall()]


def changes(before: dict[str, bytes], after: dict[str, bytes]) -> Changes:
    return {
        table: (before.get(table, b""), after.get(table, b""))
        for table in before | after
        if after.get(table) != before.get(table)
    }


def copy_in(tables: Changes, numbers_then: dict[str, int]) -> None:
    """Rows as they were written, and every sequence where it stood then at least; in a transaction.

    What triggers and references see to was seen to when they were written.
    """
    there = numbers(*{name.partition(".")[0] for name in numbers_then})
    with connection.cursor() as cursor:
        asked = "SELECT current_setting('session_replication_role')"
        role = cursor.execute(asked).fetchone()[0]
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, (before, after) in tables.items():
            if not after.startswith(before):  # some changed or went
                cursor.execute(f"DELETE FROM {table}")
                before = b""
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(after[len(before) :])
        cursor.execute(f"SET LOCAL session_replication_role = {role}")
        for name, number in numbers_then.items():
            if there.get(name, 0) < number:
                cursor.execute("SELECT setval(%s, %s)", [name, number])


def numbers(*schemas: str) -> dict[str, int]:
    """The last number of each sequence of these schemas that gave any."""
    asked = (
        "SELECT format('%%I.%%I', schemaname, sequencename), last_value FROM pg_sequences"
        " WHERE schemaname = ANY(%s) AND last_value IS NOT NULL"
    )
    with connection.cursor() as cursor:
        return dict(cursor.execute(asked, [list(schemas)]).fetchall())


@contextmanager
def _using(name: str) -> Iterator[None]:
    """Django speaks to the database `name` for a while."""
    before = connection.settings_dict["NAME"]
    connections.close_all()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = before


@contextmanager
def _copy(name: str, of: str) -> Iterator[str]:
    connections.close_all()
    _make(name, of)
    try:
        yield name
    finally:
        _drop(name)


def _make(name: str, of: str) -> str:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of}"')
    return name


@pytest.fixture(scope="session")
def template_database(django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """A migrated, empty database, to be cloned by tests that must commit."""
    made = connection.settings_dict["NAME"]
    # pytest-django makes no test database when none of the chosen tests asks it for one.
    source = made if made.startswith("test_") else "template0"
    # What that one is a copy of has not grown with what was rolled back in it.
    source = connection.settings_dict["TEST"].get("TEMPLATE") or source
    with django_db_blocker.unblock(), _copy(f"pilin_template_{os.getpid()}", source) as name:
        with _using(name):
            call_command("migrate", verbosity=0)
            made_by.remember()  # the tables may have been made before the code was changed
            _as_made.append(_made())
        try:
            yield name
        finally:
            while _spare:
                _drop(_spare.pop())


@pytest.fixture
def own_database(template_database: str, django_db_blocker) -> Iterator[str]:
    """A database of one's own, where commits are real: entries cannot be truncated away.

    To copy its fifteen hundred files takes longer than most tests do. Where a test leaves nothing but rows
    they are taken out, and the next has the same database.
    """
    with django_db_blocker.unblock():
        if not _spare:
            connections.close_all()
            _spare.append(_make(f"pilin_own_{uuid.uuid4().hex[:12]}", template_database))
        name = _spare.pop()
        try:
            with _using(name):
                yield name
            with _using(name):
                again = _emptied()
        except BaseException:
            _drop(name)
            raise
        if again:
            _spare.append(name)
        else:
            _drop(name)


class Made(NamedTuple):
    """All that a database consists of, in a hash; the rows it has; where the numbers of its tables stand."""

    parts: str
    rows: dict[str, bytes]
    numbers: dict[str, int]


#: Databases that are as they were made, and what those consist of.
_spare: list[str] = []
_as_made: list[Made] = []


def _made() -> Made:
    with connection.cursor() as cursor:
        (parts,) = cursor.execute(_PARTS).fetchone()
    return Made(parts, rows("public"), numbers("public"))


def _emptied() -> bool:
    """Take out every row that was not there in the beginning; False where more than rows is not as it was."""
    made = _as_made[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if cursor.execute(_PARTS).fetchone()[0] != made.parts:
            return False
        if gone := [table for table in used("public") if table not in made.rows]:
            with transaction.atomic():
                cursor.execute("SET LOCAL session_replication_role = replica")
                cursor.execute(f"TRUNCATE {', '.join(gone)} RESTART IDENTITY CASCADE")
        for name in numbers("public"):
            number = made.numbers.get(name)
            cursor.execute("SELECT setval(%s, %s, %s)", [name, number or 1, number is not None])
    return _made() == made


#: Schemas, tables, columns, constraints, indexes, triggers, functions and settings, with rights.
_PARTS = """
    WITH space AS (SELECT oid, nspname, nspacl FROM pg_namespace
                   WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'),
    rel AS (SELECT nspname || '.' || relname AS name, c.* FROM pg_class c
            JOIN space ON space.oid = relnamespace)
    SELECT md5(string_agg(part, chr(10) ORDER BY part)) FROM (
        SELECT concat_ws(' ', 'schema', nspname, nspacl) AS part FROM space
        UNION ALL SELECT concat_ws(' ', 'rel', name, relkind, relowner, relacl, relpersistence,
            reloptions, relrowsecurity) FROM rel
        UNION ALL SELECT concat_ws(' ', 'col', name, attnum, attname, atttypid::regtype, atttypmod,
            attnotnull, attacl) FROM pg_attribute JOIN rel ON rel.oid = attrelid
            WHERE attnum > 0 AND relkind <> 'i'
        UNION ALL SELECT concat_ws(' ', 'default', name, adnum, pg_get_expr(adbin, adrelid))
            FROM pg_attrdef JOIN rel ON rel.oid = adrelid
        UNION ALL SELECT concat_ws(' ', 'constraint', name, conname, pg_get_constraintdef(c.oid))
            FROM pg_constraint c JOIN rel ON rel.oid = conrelid
        UNION ALL SELECT concat_ws(' ', 'index', pg_get_indexdef(indexrelid), indisvalid)
            FROM pg_index JOIN rel ON rel.oid = indrelid
        UNION ALL SELECT concat_ws(' ', 'trigger', tgenabled, pg_get_triggerdef(t.oid))
            FROM pg_trigger t JOIN rel ON rel.oid = tgrelid WHERE NOT tgisinternal
        UNION ALL SELECT concat_ws(' ', 'function', oid::regprocedure, proacl, md5(prosrc))
            FROM pg_proc WHERE pronamespace IN (SELECT oid FROM space)
        UNION ALL SELECT concat_ws(' ', 'set', setrole, setconfig) FROM pg_db_role_setting
            WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
        UNION ALL SELECT concat_ws(' ', 'extension', extname) FROM pg_extension
        UNION ALL SELECT concat_ws(' ', 'base', datacl) FROM pg_database
            WHERE datname = current_database()
        UNION ALL SELECT concat_ws(' ', 'large', oid) FROM pg_largeobject_metadata
        UNION ALL SELECT concat_ws(' ', 'slot', slot_name) FROM pg_replication_slots
            WHERE database = current_database()
    ) parts
"""


def _drop(name: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def empty_database() -> Iterator[str]:
    """A database without a single table, to be brought up from the first migration on."""
    name = f"pilin_empty_{uuid.uuid4().hex[:12]}"
    with _copy(name, "template0"), _using(name):
        yield name
