"""A plan is carried out: a small one all or none, a large one in portions that keep nobody waiting.

Every step waits for the ledger while somebody holds it. So a large plan takes it for a moment at a
time. Whatever stops it, what is in is whole, its register stays open, and the same workbook brings
in what is missing.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection, transaction
from django.forms import ModelChoiceField
from django.utils import timezone
from django.utils.translation import gettext as _

from pilin.engine.act import LOG, act
from pilin.engine.models import Matter
from pilin.engine.programme import registry
from pilin.engine.refused import Refused
from pilin.engine.situation import Situation
from pilin.engine.writes import together
from pilin.ledger import log
from pilin.people.actor import Actor

from . import sheets
from .errors import OutOfDate, RowRefused, Stopped, WorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .importing import Plan
    from .sheets import Change

#: Rows in one portion at most, and seconds for which it holds the ledger.
PORTION, HOLD = 500, 0.25
#: Where its register was not opened yet; the first entry of all has number 0.
NOT_YET = -1
#: Who brings a workbook in holds an advisory lock of this class on its register, to the end.
UNDER_WAY = 25
#: Of all who bring in a large one, one at a time: the lock of that class on no register.
ANY = -2


class Session:
    """What a sheet's `carry` may use: ids by name, and the one door."""

    def __init__(self, plan: Plan, actor: Actor, at: datetime | None) -> None:
        self.book = plan.book
        self.ids = dict(plan.book.ids)
        self.actor = actor
        self.register = NOT_YET
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
        spelt = self.book.twin("organisation", name) or name
        known = self.ids.get(("organisation", spelt))
        return known if known is not None else self.place_called(name)


class Rehearsal(Session):
    """Asks the form of every step and takes none: what a form refuses is known before the first."""

    def __init__(self, plan: Plan, actor: Actor, at: datetime | None) -> None:
        super().__init__(plan, actor, at)
        self.forms: dict[Any, Any] = {}

    def act(
        self, matter: int | str, step: str, data: Mapping[str, Any], entry: bool = False
    ) -> int:
        kind = matter if isinstance(matter, str) else None
        if kind is None and matter not in (self.register, 0):
            return 0  # an amendment: its form may look at the matter, which others may move
        rules = registry.latest(kind or registry.entering()[0])
        rule = rules.step(step) if rules else None
        if rule is not None and rule.asks is not None:
            form: Any = self.forms.get(rule.asks)
            if form is None:
                now = self.at or timezone.now()
                situation = Situation(self.actor, None, now, timezone.localtime(now).date())
                form = self.forms[rule.asks] = rule.asks(data, situation=situation)
            form.data = data
            form.full_clean()  # the same form for all rows: to make one takes as long as to ask it
            chosen = [isinstance(form.fields.get(n), ModelChoiceField) for n in form.errors]
            if form.errors and not any(chosen):  # what is chosen may only come with a row before
                raise Refused("form", " ".join(str(e) for es in form.errors.values() for e in es))
        return 0


class Carrying:
    """One plan on its way. `again` plans the same workbook anew."""

    def __init__(
        self,
        plan: Plan,
        actor: Actor,
        at: datetime | None,
        progress: Callable[[int, int], None] | None,
        again: Callable[[], Plan],
    ) -> None:
        self.plan = plan
        self.left = [*plan.new, *plan.changed]
        self.total = len(self.left)
        self.small = self.total <= PORTION
        self.session = Session(plan, actor, at)
        self.carry = {what: f for s in sheets.sheets() for what, f in s.carry.items()}
        self.progress = progress
        self.again = again
        self.entries = 0

    def run(self) -> int:
        """Gives how many entries were made. A large plan waits until no other one is on its way."""
        gc.freeze()  # the plan stays: not to be looked through whenever something else goes
        try:
            if not self.small:
                _ask("SELECT pg_advisory_lock(%s, %s)", UNDER_WAY, ANY)
            return self._run()
        finally:
            gc.unfreeze()
            with suppress(DatabaseError):
                _ask("SELECT pg_advisory_unlock(%s, %s)", UNDER_WAY, self.session.register)
                if not self.small:
                    _ask("SELECT pg_advisory_unlock(%s, %s)", UNDER_WAY, ANY)

    def _run(self) -> int:
        if not self.small:
            rehearsal = Rehearsal(self.plan, self.session.actor, self.session.at)
            for change in self.left:
                self._row(change, rehearsal)
        ended = False
        while not ended:
            try:
                ended = self._portion()
            except WorkbookError as reason:
                if self.total == len(self.left):
                    raise
                done = self.total - len(self.left)
                raise Stopped(done=done, all=self.total, reason=reason) from reason
        return self.entries

    def _portion(self) -> bool:
        """Take the ledger, as many rows as there is time for, and let it go; whether all are in."""
        register = self.session.register
        with transaction.atomic(), log.held(LOG), together():
            until = time.monotonic() + HOLD
            start = log.size(LOG)
            current = self._stands(start)
            if current:
                if self.session.register == NOT_YET:
                    self.session.register = self._register()
                    _ask("SELECT pg_advisory_lock(%s, %s)", UNDER_WAY, self.session.register)
                done = self._rows(until)
                if done == len(self.left):
                    self._close()
                end = log.size(LOG)
        if not current:
            self.session.register = register
            self._plan_again()
            return False
        self.entries += end - start
        self.plan.position = end
        del self.left[:done]
        return not self.left

    def _rows(self, until: float) -> int:
        done, before = 0, self.total - len(self.left)
        for change in self.left:
            self._row(change, self.session)
            done += 1
            if self.progress:
                self.progress(before + done, self.total)
            if not self.small and (done >= PORTION or time.monotonic() > until):
                break
        return done

    def _row(self, change: Change, session: Session) -> None:
        try:
            self.carry[change.what](change, session)
        except Refused as refusal:
            raise RowRefused(change.sheet, row=change.row, why=str(refusal)) from refusal

    # Others' steps ---------------------------------------------------------------------------

    def _stands(self, size: int) -> bool:
        """Whether the plan is still true, where the ledger ends at `size`."""
        if size == self.plan.position:
            return True
        since = list(log.read(LOG, self.plan.position, size))
        if not self.small and not any(map(_Concern(self.left, self.session), since)):
            return True
        if self.small:
            self._plan_again()
            return True
        return False

    def _plan_again(self) -> None:
        """Raises OutOfDate where what was confirmed is no longer what would be done."""
        fresh = self.again()
        new = [*fresh.new, *fresh.changed]
        were_new = len(self.plan.new) - (self.total - len(self.left))
        if (
            fresh.sha256 != self.plan.sha256
            or new != self.left
            or len(fresh.new) != max(0, were_new)
        ):
            raise OutOfDate()
        self.plan.position = fresh.position
        self.session.ids |= fresh.book.ids

    # The register -----------------------------------------------------------------------------

    def _register(self) -> int:
        """The matter under which this workbook is recorded: the one it was begun under, if any."""
        for number, said in unfinished():
            if said["sha256"] == self.plan.sha256 and self._holds(number):
                return number
        name = self.plan.path.name
        title = _("Workbook %(name)s") % {"name": name}
        opening = {"title": title[:120], "file": name[:120], "sha256": self.plan.sha256}
        kind, steps = registry.entering()
        return self.session.act(kind, steps.open, opening)

    def _close(self) -> None:
        """What was left of an earlier version of this workbook is done with, too.

        Unless that is under way just now.
        """
        _kind, steps = registry.entering()
        name = self.plan.path.name[:120]
        earlier = [n for n, said in unfinished() if said["file"] == name and self._holds(n)]
        for number in dict.fromkeys([*earlier, self.session.register]):
            if _ask("SELECT pg_try_advisory_xact_lock(%s, %s)", UNDER_WAY, number):
                self.session.act(number, steps.close, {})

    def _holds(self, register: int) -> bool:
        person = self.session.actor.person
        return Matter.objects.filter(pk=register, holder_person=person).exists()


class _Concern:
    """Whether an entry of somebody else may change what the rows that are left would do."""

    def __init__(self, left: list[Change], session: Session) -> None:
        whats = {change.what for change in left}
        self.matters = {session.ids.get((c.what, c.key)) for c in left}
        self.kinds: dict[str, bool] = {}  # whether only these matters matter
        for programme in registry:
            own = {w for s in getattr(programme, "sheets", ()) for w in s.carry} & whats
            if own:
                plain = all(registry.latest(what) for what in own)
                self.kinds |= {p.kind: plain for p in programme.procedures}
        self.register, steps = registry.entering()
        self.record = steps.record

    def __call__(self, record: log.Record) -> bool:
        body = record.body
        if body["kind"] == self.register:
            return bool(body["step"] == self.record)  # a name may mean something else now
        if registry.register(str(body["data"].get("type", ""))) and "row" in body["data"]:
            return True
        only = self.kinds.get(body["kind"])
        if only and body["from"] is not None:
            return body["matter"] in self.matters
        return only is not None


def _ask(sql: str, *values: int) -> Any:
    with connection.cursor() as cursor:
        return cursor.execute(sql, values).fetchone()[0]


def unfinished() -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The registers of workbooks that stopped on the way, with what their opening says."""
    kind, _steps = registry.entering()
    for number in Matter.objects.filter(kind=kind, is_open=True).values_list("pk", flat=True):
        opening = log.get(LOG, number)
        said = opening.body["data"] if opening else {}
        if said.get("sha256"):
            yield number, {"file": "", **said}
