"""Whose tables these are: which program made them is remembered in the database, and goes with its backups.

Another program may read and write them otherwise, with no migration to tell. So whatever changes something
asks first whether they are its own; `pilin upgrade` and `pilin rebuild` make them so.
"""

from __future__ import annotations

import json
from typing import Any

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from pilin.publishing import program
from pilin.wording.saying import say

#: The table whose comment says it: the one that says which migrations have run.
TABLE = "django_migrations"
#: Two processes that start at once wait for each other.
STARTING = 5417


class Another(click.ClickException):
    """The tables are another program's, and what to do about it."""

    exit_code = 2


def waiting() -> list[str]:
    """The migrations that have not run, as app.name. Raises Another where a newer release has run more."""
    executor = MigrationExecutor(connection)
    apps = executor.loader.migrated_apps
    known = executor.loader.disk_migrations.keys()
    if newer := [
        one for one in executor.loader.applied_migrations if one not in known and one[0] in apps
    ]:
        raise Another(
            say(
                "The tables are those of a newer release of Pilin ({app}): install that.",
                app=newer[0][0],
            )
        )
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _back in plan]


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


def nothing_recorded() -> bool:
    """Whether there is no entry at all: then there is nothing to lose, or to make again."""
    with connection.cursor() as cursor:
        if cursor.execute("SELECT to_regclass('ledger_entry')").fetchone()[0] is None:
            return True
        found = cursor.execute("SELECT EXISTS (SELECT 1 FROM ledger_entry)").fetchone()[0]
    return not found


def fit() -> None:
    """Make the tables where nothing is recorded yet, and in the demo; else raises Another where they are
    not those of the program that is here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [STARTING])
        try:
            _fit()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [STARTING])


def _fit() -> None:
    steps, ours = waiting(), are_ours()
    if not steps and ours:
        return
    empty = nothing_recorded()
    if not empty and not settings.DEMO:
        was = maker().get("release") or say("an older release")
        raise Another(say("The tables are as {was} left them: run `pilin upgrade` first.", was=was))
    if steps:
        call_command("migrate", verbosity=0, interactive=False)
    if empty:
        remember()


def migrate() -> None:
    """Run the migrations that have not run."""
    if waiting():
        call_command("migrate", verbosity=0, interactive=False)
