"""Before tables are read or written: whether they are this program's (`publishing/made_by.py`).

`pilin upgrade` and `pilin rebuild` make them so.
"""

from __future__ import annotations

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from pilin.publishing.made_by import are_ours, maker, remember
from pilin.wording.saying import say

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
