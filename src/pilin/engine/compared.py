"""The tables that are read, held to those that a replay of the ledger gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _

from pilin.people.read_model import ReadModel

from .beside import Beside
from .rebuild import columns_of, digests, read_models

#: Rows named of a table; where more differ the table has been said.
MOST = 5


def differing(anew: Beside) -> Iterator[tuple[str, str]]:
    """Where, and what of it is not what the ledger says: a row at a time, without anybody's words."""
    now = digests()
    with anew.used():
        replayed = digests()
    for model in read_models():
        table = model._meta.db_table
        if now[table] != replayed[table]:
            yield from _rows(model, anew)


def _rows(model: type[ReadModel], anew: Beside) -> Iterator[tuple[str, str]]:
    here = _only(model, anew.here(model._meta.db_table), anew.there(model._meta.db_table))
    there = _only(model, anew.there(model._meta.db_table), anew.here(model._meta.db_table))
    key = _key(model)
    ours = {_said(key, row): row for row in here}
    theirs = {_said(key, row): row for row in there}
    for which in sorted(ours.keys() | theirs.keys())[:MOST]:
        where = _("table %(table)s, %(row)s") % {"table": model._meta.db_table, "row": which}
        mine, said = ours.get(which), theirs.get(which)
        if said is None:
            yield where, _("the record says nothing of this row")
        elif mine is None:
            yield where, _("this row is missing")
        else:
            names = sorted(name for name, value in mine.items() if value != said[name])
            yield where, _("%(columns)s: not what the record says") % {"columns": ", ".join(names)}


def _only(model: type[ReadModel], of: str, without: str) -> list[dict[str, Any]]:
    """Rows of one table that the other has not, as far as they are worth naming."""
    quoted = ", ".join(connection.ops.quote_name(name) for name in columns_of(model))
    with connection.cursor() as cursor:
        rows = cursor.execute(
            f"SELECT to_jsonb(r)::text FROM (SELECT {quoted} FROM {of} EXCEPT ALL"
            f" SELECT {quoted} FROM {without}) r ORDER BY 1 LIMIT %s",
            [10 * MOST],
        ).fetchall()
    return [json.loads(row[0]) for row in rows]


def _key(model: type[ReadModel]) -> list[str]:
    """The columns that say which row it is: its number, else what is there once, else its numbers."""
    names = columns_of(model)
    pk = model._meta.pk
    if pk is not None and pk.column in names:
        return [str(pk.column)]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            return [str(model._meta.get_field(f).column) for f in constraint.fields]  # type: ignore[union-attr]
    whole = (models.BigIntegerField, models.IntegerField, models.ForeignKey)
    return [
        str(f.column)
        for f in model._meta.concrete_fields
        if isinstance(f, whole) and f.column in names
    ]


def _said(key: list[str], row: dict[str, Any]) -> str:
    return ", ".join(f"{name} {row[name]}" for name in key)
