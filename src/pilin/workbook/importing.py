"""A workbook comes in: understood, planned, shown, and only then carried out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pilin.engine.act import LOG, act
from pilin.engine.models import Matter
from pilin.engine.programme import registry
from pilin.engine.refused import Refused
from pilin.engine.writes import together
from pilin.ledger import log
from pilin.people.actor import HOUSE, Actor

from . import reading, sheets
from .errors import OutOfDate, RowRefused
from .reader import WorkbookFile
from .sheets import Book, Change, Doubt

Progress = Callable[[int, int], None]


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

    @property
    def empty(self) -> bool:
        return not self.new and not self.changed

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.path.name,
            "sha256": self.sha256,
            "understood": self.rows,
            "new": [_change_json(c) for c in self.new],
            "changed": [_change_json(c) for c in self.changed],
            "unchanged": self.same,
            "doubts": [
                {"sheet": d.sheet, "cell": d.cell, "why": str(d.why), "wording": d.wording}
                for d in self.doubts
            ],
            "not_yet_read": self.unbuilt,
        }

    def lines(self) -> list[str]:
        """The plan in sentences, for a terminal."""
        found = [_("Understood:")]
        found += ["  " + _rows(name, n) for name, n in self.rows.items()]
        if self.doubts:
            found.append(_("Doubtful:"))
            found += [f"  {d.sheet} {d.cell} “{d.wording}”: {d.why}" for d in self.doubts]
        if self.unbuilt:
            found.append(_("Not read yet (their programmes come later; nothing of them is lost):"))
            found += ["  " + _rows(name, n) for name, n in self.unbuilt.items()]
        found.append(_("Will change:"))
        for title, changes in ((_("new"), self.new), (_("changed"), self.changed)):
            for what in dict.fromkeys(c.what for c in changes):
                names = [
                    c.fields.get("name") or c.fields.get("title") or c.key.split("/")[-1]
                    for c in changes
                    if c.what == what
                ]
                shown = "、".join(names[:8]) + (" …" if len(names) > 8 else "")
                found.append(f"  {title} {_called(what)} ({len(names)}): {shown}")
        if self.empty:
            found.append("  " + _("nothing: everything in it is already here"))
        return found


def _called(what: str) -> str:
    """What a type of change is called: the register's title, the procedure's, or the sheet's word."""
    declared = registry.register(what) or registry.latest(what)
    if declared is not None:
        return str(declared.title)
    return str(next((s.called[what] for s in sheets.sheets() if what in s.called), what))


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


def plan(path: Path, progress: Progress | None = None) -> Plan:
    """Read a workbook and say what it would bring. Writes nothing. Raises WorkbookError."""
    file = reading.open_file(path)
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    found = Plan(path, digest, log.size(LOG), Book())
    declared = sheets.sheets()
    for spec in declared:
        spec.load(found.book)
    with file:
        _understand(found, file, declared, progress)
    return found


def _understand(
    found: Plan, file: WorkbookFile, declared: list[sheets.Sheet], progress: Progress | None
) -> None:
    for done, spec in enumerate(declared, 1):
        rows = list(reading.read(file, spec))
        if spec.rank:
            rows.sort(key=spec.rank)
        for row in rows:
            for change in spec.understand(row, found.book):
                _weigh(found, change, row)
        if spec.together:
            for row, change in spec.together(rows, found.book):
                _weigh(found, change, row)
        found.doubts += [doubt for row in rows for doubt in row.doubts]
        found.rows[spec.name] = len(rows)
        if progress:
            progress(done, len(declared))
    read = {spec.name for spec in declared}
    found.unbuilt = {n: file.survey(n).rows for n in file.titles if n not in read}


def _weigh(found: Plan, change: Change, row: sheets.Row) -> None:
    """Is it new, changed, or here already? A name that comes twice in a sheet is doubtful."""
    full = Change(change.what, change.key, change.fields, row.sheet, row.number)
    known = found.book.current(change.what, change.key)
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


class Session:
    """What a sheet's `carry` may use: ids by name, and the one door."""

    def __init__(self, plan: Plan, actor: Actor, register: int, at: datetime | None) -> None:
        self.book = plan.book
        self.ids = dict(plan.book.ids)
        self.actor = actor
        self.register = register
        self.at = at

    def record(self, what: str, key: str, row: Mapping[str, Any]) -> None:
        """Record a row of a register; a row that is known already is recorded anew under its id."""
        known = self.ids.get((what, key))
        declared = registry.register(what)
        has_id = declared is not None and "id" in declared.row.model_fields
        full = {**row, "id": known} if known and has_id else dict(row)
        _kind, steps = registry.entering()
        number = self.act(self.register, steps.record, {"type": what, "row": full}, entry=True)
        if known is None:
            self.ids[what, key] = number

    def act(
        self, matter: int | str, step: str, data: Mapping[str, Any], entry: bool = False
    ) -> int:
        record = act(self.actor, matter, step, data, at=self.at)
        return record.number if entry else int(record.body["matter"])

    def place_called(self, name: str) -> int:
        return self.ids["place", str(self.book.place(name))]

    def organisation(self, name: str) -> int:
        """An organisation by name; the name of a place means its government."""
        known = self.ids.get(("organisation", name))
        return known if known is not None else self.place_called(name)


def carry_out(
    plan_: Plan,
    actor: Actor = HOUSE,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> int:
    """Take the steps of a plan, all or none; gives how many entries were made.

    Raises WorkbookError where the record has moved on since, so that what was confirmed is what
    is done.
    """
    if plan_.empty:
        return 0
    carry = {what: function for s in sheets.sheets() for what, function in s.carry.items()}
    with transaction.atomic(), log.held(LOG), together():
        start = log.size(LOG)
        if start != plan_.position:
            fresh = plan(plan_.path)
            if (fresh.sha256, fresh.new, fresh.changed) != (plan_.sha256, plan_.new, plan_.changed):
                raise OutOfDate()
        title = _("Workbook %(name)s") % {"name": plan_.path.name}
        opening = {"title": title[:120], "file": plan_.path.name[:120], "sha256": plan_.sha256}
        kind, steps = registry.entering()
        register = act(actor, kind, steps.open, opening, at=at).number
        session = Session(plan_, actor, register, at)
        changes = [*plan_.new, *plan_.changed]
        for done, change in enumerate(changes, 1):
            try:
                carry[change.what](change, session)
            except Refused as refusal:
                raise RowRefused(change.sheet, row=change.row, why=str(refusal)) from refusal
            if progress:
                progress(done, len(changes))
        act(actor, register, steps.close, at=at)
        return log.size(LOG) - start
