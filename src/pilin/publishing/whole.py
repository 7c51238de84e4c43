"""The whole record, checked: not its hashes alone, but that everything that is read is what it says.

The main log is replayed into tables beside those that are read, in a transaction that is thrown away;
what is read is compared with them row by row. Votes are found from what was replayed, so that one taken
out of the tables is not left out of the check.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _

from pilin.database import elsewhere
from pilin.engine import compared, evidence, rebuild, timekeeping
from pilin.engine.programme import registry
from pilin.intake import check as ballots
from pilin.ledger import log, verify
from pilin.ledger.log import Record
from pilin.ledger.verify import Progress, Report
from pilin.ledger.walk import entry
from pilin.neighbours import applying
from pilin.neighbours import checked as neighbours
from pilin.neighbours.models import Copy
from pilin.neighbours.serving import kept_back
from pilin.people.neighbour_models import Neighbour

from . import program


class Watched:
    """What the entries say that no table does, gathered while they are replayed."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.last = 0
        self.sealed: set[int] = set()
        self.erased: set[int] = set()

    def see(self, record: Record) -> None:
        self.last, body = record.number, record.body
        if body.get("seal"):
            self.sealed.add(record.number)
        if body.get("kind") == "manage" and body.get("step") == "erase":
            self.erased.update(body["data"].get("parts", ()))
        rules = registry.get(body["kind"], body["procedure"])
        step, was = registry.step(rules, body["step"]), body["from"]
        if step is None or not (step.source is None if was is None else step.leads_from(was)):
            self._report.fault(entry(record.number), _("its procedure has no such step from there"))
        elif body["to"] not in step.targets(was):
            self._report.fault(entry(record.number), _("its step does not lead there"))


def check(progress: Progress | None = None) -> tuple[Report, int]:
    """What does not hold, and how many ballots there are. Raises AlreadyUnderWay beside a rebuild."""
    report = verify.check_database(log.MAIN, progress)
    with _thrown_away():
        rebuild.one_at_a_time()
        watched = Watched(report)
        try:
            _replayed, anew = rebuild.filled(progress, watched.see)
        except Exception as fault:  # whatever an entry that is none of ours may lead to
            report.fault(entry(watched.last), _("it cannot be applied: %(why)r") % {"why": fault})
            return report, 0
        for where, what in compared.differing(anew):
            report.fault(where, what)
        with anew.used():
            cast = ballots.check(report, progress)
            for recount in registry.each("recounts"):
                for number in recount():
                    report.fault(entry(number), _("its result is not what the ballots come to"))
            for what, statement in _RULES.items():
                _asked(report, statement, what)
            neighbours.check(report)
        _sealed(report, watched)
        for neighbour in Neighbour.objects.order_by("id"):
            _copied(report, neighbour, progress)
    if other := program.differing():
        number, names = other
        words = _("what runs here is another program than it names: %(names)s")
        report.fault(entry(number), words % {"names": ", ".join(names)})
    for sha256, what in evidence.wrong().items():
        report.fault(str(evidence.path_of(sha256)), _WRONG[what]())
    return report, cast


def _copied(report: Report, neighbour: Neighbour, progress: Progress | None) -> None:
    """What we hold of a neighbour's record: its entries under the checkpoint that they signed, and the tables in
    which pages read it, as far as it is applied."""
    copy = Copy.objects.filter(pk=neighbour.pk).first()
    if copy is None or not copy.size:
        return
    said = _("the copy of %(name)s") % {"name": neighbour.name}
    try:
        with elsewhere.reading(neighbour.there, only=False):
            found = verify.check_database(
                log.MAIN, progress, verify.Copied(copy.key or neighbour.log, kept_back)
            )
            for where, what in found.problems:
                report.fault(f"{said}, {where}", what)
            if found.size != copy.size:
                report.fault(said, _("it is not as long as it says"))
            with transaction.atomic():
                if found.ok and copy.applied:
                    anew = applying.replayed(copy.applied)
                    for where, what in compared.differing(anew):
                        report.fault(f"{said}, {where}", what)
                transaction.set_rollback(True)  # the twins go: the next neighbour's are made anew
    except elsewhere.NoCopy:
        report.fault(said, _("it is not there"))
    except Exception as fault:  # whatever an entry that is none of ours may lead to
        report.fault(said, _("it cannot be applied: %(why)r") % {"why": fault})


@contextmanager
def _thrown_away() -> Iterator[None]:
    """One moment of everything; whatever is written inside was never there."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
        transaction.set_rollback(True)


def _asked(report: Report, statement: str, what: str) -> None:
    with connection.cursor() as cursor:
        for (number,) in cursor.execute(statement, [log.MAIN]).fetchall():
            report.fault(entry(number), gettext(what))


#: What every entry of a matter keeps to, asked of all of them at once; offices are those of the replay.
_RULES = {
    gettext_noop("its matter was not where it says"): (
        "SELECT number FROM (SELECT number, body::json ->> 'from' AS said, lag(body::json ->> 'to')"
        " OVER (PARTITION BY matter ORDER BY number) AS was FROM ledger_entry WHERE log = %s) e"
        " WHERE said IS DISTINCT FROM was ORDER BY 1 LIMIT 50"
    ),
    # Of each matter by itself: what is made up, as a demo's record, plays one after the other.
    gettext_noop("it says that it was entered before its matter's entry above it"): (
        "SELECT number FROM (SELECT number, at, max(at) OVER (PARTITION BY matter ORDER BY number"
        " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM (SELECT number, matter,"
        " (body::json ->> 'at')::timestamptz AS at FROM ledger_entry WHERE log = %s) e) f"
        f" WHERE before - at > interval '{timekeeping.LAG.total_seconds()} seconds' ORDER BY 1 LIMIT 50"
    ),
    gettext_noop("its day is not the one on which it says that it was entered"): (
        "SELECT number FROM (SELECT number, body::json AS b FROM ledger_entry WHERE log = %s) e"
        f" WHERE (b ->> 'day')::date <> ((b ->> 'at')::timestamptz AT TIME ZONE '{settings.TIME_ZONE}')::date"
        " ORDER BY 1 LIMIT 50"
    ),
    gettext_noop("whoever took it did not hold that office on that day"): (
        "SELECT e.number FROM (SELECT number, body::json AS b FROM ledger_entry WHERE log = %s"
        " AND body LIKE '%%\"office\":{%%') e LEFT JOIN people_office o"
        " ON o.id = (b -> 'office' ->> 'id')::bigint WHERE b ->> 'office' IS NOT NULL"
        " AND NOT (b ->> 'actor' LIKE '%%@%%' AND b ->> 'cause' IS NOT NULL) AND NOT coalesce("
        "o.person = b ->> 'actor' AND o.role = b -> 'office' ->> 'role'"
        " AND o.organisation_id = (b -> 'office' ->> 'org')::bigint AND o.since <= (b ->> 'day')::date"
        " AND coalesce(o.until >= (b ->> 'day')::date, true), false) ORDER BY 1 LIMIT 50"
    ),
}


def _sealed(report: Report, watched: Watched) -> None:
    """Sealed parts are there, with the key to read them, unless an entry says that they were erased."""
    with connection.cursor() as cursor:
        rows = cursor.execute(
            "SELECT s.number FROM ledger_sealed s LEFT JOIN ledger_key k USING (log, number)"
            " WHERE s.log = %s AND (k.key IS NOT NULL OR s.data LIKE '{%%')",
            [log.MAIN],
        ).fetchall()
    for number in sorted(watched.sealed - watched.erased - {row[0] for row in rows}):
        report.fault(
            entry(number), _("its sealed part is gone, and no entry says that it was erased")
        )


_WRONG = {
    "missing": lambda: _("this file of evidence is missing"),
    "changed": lambda: _("this file of evidence is not as it was"),
}
