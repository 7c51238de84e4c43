"""From one release to the next: a backup, migrations, tables made again, and the record checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from pilin.engine.rebuild import rebuild
from pilin.ledger import log, verify
from pilin.publishing import program
from pilin.wording.saying import say

from .backup import making
from .backup.store import Backup

Say = Callable[[str], None]


class Failed(Exception):
    """The record does not verify after the upgrade; `before` is the backup made ahead of it."""

    def __init__(self, problems: list[tuple[str, str]], before: Backup | None) -> None:
        super().__init__(problems)
        self.problems, self.before = problems, before


def waiting() -> list[str]:
    """The migrations that have not run, as app.name."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _back in plan]


def upgrade(
    target: making.Where | None, keys: making.Where | None, to: Sequence[Any], tell: Say
) -> Backup | None:
    """Bring an installation up to the code that is here; gives the backup made before.

    None without `target`. Nothing is done where nothing waits. Raises BackupFault before anything is
    changed, Failed where the record does not hold afterwards.
    """
    steps = waiting()
    if not steps:
        program.enter()
        tell(say("The tables are up to date already."))
        return None
    before = making.backup(target, keys or target, to) if target else None
    if before is not None:
        tell(making.what_it_says(before))
    tell(say("{n} migrations run.", n=len(steps)))
    call_command("migrate", verbosity=0, interactive=False)
    tell(say("{n} entries were replayed.", n=rebuild()))
    problems = [
        (name, f"{where}: {what}")
        for name in log.sizes()
        for where, what in verify.check_database(name).problems
    ]
    if problems:
        raise Failed(problems, before)
    program.enter()
    tell(say("The record verifies."))
    return before
