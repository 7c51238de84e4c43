"""From one release to the next: a backup, migrations, tables made again, and the record checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pilin.engine.rebuild import rebuild
from pilin.ledger import log, verify
from pilin.neighbours import twins
from pilin.publishing import made_by, program
from pilin.wording.saying import say

from . import release
from .back import note
from .backup import making
from .backup.store import Backup

Say = Callable[[str], None]


class Failed(Exception):
    """The record does not verify after the upgrade; `before` is the backup made ahead of it."""

    def __init__(self, problems: list[tuple[str, str]], before: Backup | None) -> None:
        super().__init__(problems)
        self.problems, self.before = problems, before


def upgrade(
    target: making.Where | None, keys: making.Where | None, to: Sequence[Any], tell: Say
) -> Backup | None:
    """Bring an installation up to the code that is here; gives the backup made before.

    None without `target`. Nothing is done where the tables are this program's already. Raises
    BackupFault before anything is changed, release.Another where they are a newer one's, Failed where the
    record does not hold afterwards. Killed on the way, it is done again from the start.
    """
    steps = release.waiting()
    if not steps and made_by.are_ours():
        program.enter()
        tell(say("The tables are up to date already."))
        return None
    before = making.backup(target, keys or target, to) if target else None
    if before is not None and target is not None:
        note(before, target)
        tell(making.what_it_says(before))
    made_by.forget()
    release.migrate()
    tell(say("{n} migrations run.", n=len(steps)))
    tell(say("{n} entries were replayed.", n=rebuild()))
    twins.outdated()
    problems = [
        (name, f"{where}: {what}")
        for name in log.sizes()
        for where, what in verify.check_database(name).problems
    ]
    if problems:
        raise Failed(problems, before)
    program.enter()
    made_by.remember()
    tell(say("The record verifies."))
    return before
