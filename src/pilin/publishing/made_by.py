"""Whose tables these are: which program made them is remembered in the database, and goes with its backups.

Another program may read and write them otherwise, with no migration to tell.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg import sql

from . import program

#: The table whose comment says it: the one that says which migrations have run.
TABLE = "django_migrations"


def maker() -> dict[str, Any]:
    """Who made the tables: `release`, and `program`, its hash. Empty where that is not known."""
    with connection.cursor() as cursor:
        (said,) = cursor.execute(
            "SELECT obj_description(to_regclass(%s), 'pg_class')", [TABLE]
        ).fetchone()
    try:
        found = json.loads(said or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def are_ours() -> bool:
    """Whether the tables were made by the program that is here."""
    return bool(maker().get("program") == program.code())


def remember() -> None:
    """The tables are from here on those of the program that is here."""
    _comment(json.dumps({"release": settings.RELEASE, "program": program.code()}))


def forget() -> None:
    """Whose they are is not known any more: they are to be made again."""
    _comment("")


def _comment(what: str) -> None:
    words = sql.SQL("COMMENT ON TABLE {} IS {}").format(sql.Identifier(TABLE), sql.Literal(what))
    with connection.cursor() as cursor:
        cursor.execute(words)
