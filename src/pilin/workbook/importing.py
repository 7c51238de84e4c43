"""A workbook comes in: understood, planned, shown, and only then carried out."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pilin.engine.act import LOG
from pilin.engine.models import Matter
from pilin.engine.programme import registry
from pilin.ledger import log
from pilin.people.actor import HOUSE, Actor
from pilin.wording.identity import difference

from . import reading, sheets
from .carrying import Carrying, Session, unfinished
from .differences import called, differences, name_of
from .errors import NotSaid, WorkbookError
from .naming import NAMES, Name, Naming
from .reader import WorkbookFile
from .sheets import Book, Change, Doubt, Row

__all__ = ["Plan", "Session", "carry_out", "plan"]

Progress = Callable[[int, int], None]


#: Changed rows that are told cell by cell.
SHOWN = 50


@dataclass
class Plan:
    """What a workbook would bring. `position` is the size of the ledger it was planned on."""

    path: Path
    sha256: str
    position: int
    book: Book
    new: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    unbuilt: dict[str, int] = field(default_factory=dict)
    begun: bool = False  # it was brought in before, and stopped on the way
    absent: list[str] = field(default_factory=list)  # sheets that are not in it
    names: list[Name] = field(default_factory=list)  # none of the declared, and what they mean
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not self.new and not self.changed and not self.begun

    @property
    def asked(self) -> list[Name]:
        """Names somebody has to say the meaning of before anything is carried out."""
        return [name for name in self.names if name.asked]

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.path.name,
            "sha256": self.sha256,
            "understood": self.rows,
            "new": [_change_json(c) for c in self.new],
            "changed": [_change_json(c) for c in self.changed],
            "unchanged": self.same,
            "begun": self.begun,
            "doubts": [
                {"sheet": d.sheet, "cell": d.cell, "why": str(d.why), "wording": d.wording}
                for d in self.doubts
            ],
            "names": [
                {"name": n.key, "meant": n.meant, "asked": n.asked, "choices": list(n.choices)}
                for n in self.names
            ],
            "absent": self.absent,
            "not_yet_read": self.unbuilt,
        }

    def lines(self) -> list[str]:
        """The plan in sentences, for a terminal."""
        found = [_("Understood:")]
        found += ["  " + _rows(name, n) for name, n in self.rows.items()]
        if self.names:
            found.append(_("Under other names:"))
            found += ["  " + name.line() for name in self.names]
        if self.doubts:
            found.append(_("Doubtful:"))
            found += [f"  {d.sheet} {d.cell} “{d.wording}”: {d.why}" for d in self.doubts]
        if self.unbuilt:
            found.append(_("Not read yet (their programmes come later; nothing of them is lost):"))
            found += ["  " + _rows(name, n) for name, n in self.unbuilt.items()]
        if self.begun:
            found.append(
                _("Bringing this workbook in stopped on the way; what is missing is added.")
            )
        found.append(_("Will change:"))
        for title, changes in ((_("new"), self.new), (_("changed"), self.changed)):
            for what in dict.fromkeys(c.what for c in changes):
                names = [name_of(c) for c in changes if c.what == what]
                shown = "、".join(names[:8]) + (" …" if len(names) > 8 else "")
                found.append(f"  {title} {called(what)} ({len(names)}): {shown}")
        for one in differences(self.changed[:SHOWN]):
            found.append(f"    {one.at} {one.name}: {one.cells}")
        if len(self.changed) > SHOWN:
            found.append("    " + _("and %(n)d more rows") % {"n": len(self.changed) - SHOWN})
        if not self.new and not self.changed:
            found.append("  " + _("nothing: everything in it is already here"))
        return found


def _rows(name: str, n: int) -> str:
    return ngettext("%(name)s: %(n)d row", "%(name)s: %(n)d rows", n) % {"name": name, "n": n}


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "sheet": change.sheet,
        "row": change.row,
        "what": change.what,
        "key": change.key,
        "fields": dict(change.fields),
    }


def plan(
    path: Path, progress: Progress | None = None, answers: Mapping[str, str] = MappingProxyType({})
) -> Plan:
    """Read a workbook and say what it would bring. Writes nothing. Raises WorkbookError.

    `answers` say what names mean that are none of the declared: see `naming`.
    """
    file = reading.open_file(path)
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    found = Plan(path, digest, log.size(LOG), Book(), answers=answers)
    declared = sheets.sheets()
    for spec in declared:
        spec.load(found.book)
    with file:
        _understand(found, file, declared, progress)
    found.begun = any(said["sha256"] == digest for _number, said in unfinished())
    return found


def _understand(
    found: Plan, file: WorkbookFile, declared: list[sheets.Sheet], progress: Progress | None
) -> None:
    names = Naming(found.book, found.answers)
    declared = sorted(declared, key=lambda spec: spec.name != NAMES)  # the others are read by it
    taken = {NAMES: NAMES} if NAMES in file.titles else {}
    for done, spec in enumerate(declared, 1):
        if spec.name in taken:
            _sheet(found, spec, _rows_of(found, file, taken[spec.name], spec, names))
        if done == 1:
            taken = names.sheets(file, declared)
        if progress:
            progress(done, len(declared))
    for change in names.changes():
        _weigh(found, change, Row(NAMES, 0, {}, {}))
    found.names = names.found
    found.absent = [spec.name for spec in declared if spec.name not in (*taken, NAMES)]
    found.unbuilt = {n: file.survey(n).rows for n in file.titles if n not in taken.values()}


def _rows_of(
    found: Plan, file: WorkbookFile, title: str, spec: sheets.Sheet, names: Naming
) -> list[Row]:
    try:
        return list(reading.read(file, title, spec, names))
    except WorkbookError as reason:
        if spec.name not in (name.meant for name in names.asked):
            raise
        found.doubts.append(Doubt(title, "", str(reason)))  # it may be another sheet altogether
        return []


def _sheet(found: Plan, spec: sheets.Sheet, rows: list[Row]) -> None:
    found.rows[spec.name] = len(rows)
    if spec.rank:
        rows.sort(key=spec.rank)
    for row in rows:
        for change in spec.understand(row, found.book):
            _weigh(found, change, row)
    if spec.together:
        for row, change in spec.together(rows, found.book):
            _weigh(found, change, row)
    found.doubts += [doubt for row in rows for doubt in row.doubts]


def _weigh(found: Plan, change: Change, row: Row) -> None:
    """Is it new, changed, or here already? A name that comes twice in a sheet is doubtful."""
    full = Change(change.what, change.key, change.fields, row.sheet, row.number)
    known = found.book.current(change.what, change.key)
    if known is None and (twin := found.book.twin(change.what, change.key)):
        why = _("it looks the same as “%(twin)s” and differs by %(apart)s; this row was left out")
        said = {"twin": twin, "apart": difference(twin, change.key)}
        row.doubt(next(iter(row.cells), ""), why % said)
        return
    if known is None:
        found.new.append(full)
    elif all(change.fields.get(k) == v for k, v in known.items()):
        found.same += 1
        return
    elif (change.what, change.key) not in found.book.ids:
        row.doubt(
            (row.cells and next(iter(row.cells))) or "",
            gettext_lazy("the same name stands in a row above; this row was left out"),
        )
        return
    elif not _may_be_amended(change.what, found.book.ids[change.what, change.key]):
        row.doubt(
            next(iter(row.cells), ""),
            gettext_lazy("this has moved on in Pilin; the row was left out"),
        )
        return
    else:
        found.changed.append(full)
    found.book.learn(change.what, change.key, change.fields)


def _may_be_amended(what: str, key: int) -> bool:
    """Whether the register may still correct this matter; a register row always may."""
    rules = registry.latest(what)
    if rules is None:
        return True
    step = rules.step("amend")
    state = Matter.objects.filter(pk=key).values_list("state", flat=True).first()
    return bool(step and state and step.leads_from(state))


def carry_out(
    plan_: Plan,
    actor: Actor = HOUSE,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> int:
    """Take the steps of a plan; gives how many entries were made.

    All or none, or, where there are more than one portion holds, in portions: see `carrying`.
    Raises WorkbookError where the record has moved on since, so that what was confirmed is what
    is done, and where the meaning of a name was not said.
    """
    if plan_.asked:
        raise NotSaid(name=plan_.asked[0].key)
    if plan_.empty:
        return 0
    again = functools.partial(plan, plan_.path, answers=plan_.answers)
    return Carrying(plan_, actor, at, progress, again).run()
