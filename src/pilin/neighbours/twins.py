"""The schema in which a neighbour's record lies: a twin of every table that a record has or is applied to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from pilin.database import roles
from pilin.database.elsewhere import schema_of
from pilin.engine.beside import Beside
from pilin.people.neighbour_models import Neighbour
from pilin.people.read_model import ReadModel

from .models import Copy

#: Of the tables that no entry is applied to, those that pages ask of a matter all the same.
BESIDE = (
    *("people_following", "loop_notice", "loop_sealedread"),
    *("intake_pollkey", "intake_slipreading", "consultation_opinions"),
)


def tables() -> Iterator[type[models.Model]]:
    """The tables that have a twin; of all others there is one, for whoever is here."""
    for model in apps.get_models():
        meta = model._meta
        if issubclass(model, ReadModel) or meta.app_label == "ledger" or meta.db_table in BESIDE:
            yield model


def record_tables() -> list[str]:
    """Those that hold the record itself: never thrown away."""
    return [m._meta.db_table for m in tables() if m._meta.app_label == "ledger"]


def ready() -> None:
    """Make what is missing, for the owner of the database: at the start, and once somebody is invited.

    Where a release changed a table, the twins are made anew; the record is carried over and replayed.
    """
    with transaction.atomic():  # what is made is there for the service at once, or not at all
        for neighbour in Neighbour.objects.order_by("id"):
            make(neighbour)
        roles.grant()


def outdated() -> None:
    """Have every copy replayed by the program that is here, once Pilin starts: `ready`."""
    with connection.cursor() as cursor:
        for number in Neighbour.objects.values_list("pk", flat=True):
            if _said(cursor, schema_of(number)) is not None:
                cursor.execute(f"COMMENT ON SCHEMA {schema_of(number)} IS NULL")


def make(neighbour: Neighbour) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        schema = schema_of(neighbour.pk)
        copy, _new = Copy.objects.get_or_create(pk=neighbour.pk)
        there, shape = _said(cursor, schema), _shape(cursor)
        if there == shape:
            return
        before = f"{schema}_before"
        if there is not None:
            cursor.execute(f"ALTER SCHEMA {schema} RENAME TO {before}")
        begin(schema)
        if there is not None:
            for table in record_tables():
                _carry(cursor, table, before, schema)
            cursor.execute(f"DROP SCHEMA {before} CASCADE")
        else:  # nothing is held here (any more): it is taken anew. What was answered stays answered
            copy.size = copy.worded = 0
        copy.applied = 0
        copy.save()


def begin(schema: str) -> None:
    """Make the schema with empty tables, and note what they look like."""
    Beside(list(tables()), schema=schema).finish()
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON SCHEMA {schema} IS '{_shape(cursor)}'")


def _said(cursor: Any, schema: str) -> str | None:
    row = cursor.execute(
        "SELECT coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace"
        " WHERE nspname = %s",
        [schema],
    ).fetchone()
    return None if row is None else str(row[0])


def _shape(cursor: Any) -> str:
    """What the tables look like, in a word."""
    names = sorted(model._meta.db_table for model in tables())
    rows = cursor.execute(
        "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = ANY(%s) ORDER BY 1, 2",
        [names],
    ).fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:32]


def _carry(cursor: Any, table: str, source: str, target: str) -> None:
    """The rows as they were, in the columns that are still there."""
    rows = cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s"
        " AND is_generated = 'NEVER' INTERSECT SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = %s AND table_name = %s AND is_generated = 'NEVER'",
        [source, table, target, table],
    ).fetchall()
    columns = ", ".join(connection.ops.quote_name(name) for (name,) in rows)
    cursor.execute(
        f"INSERT INTO {target}.{table} ({columns}) SELECT {columns} FROM {source}.{table}"
    )
