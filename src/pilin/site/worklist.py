"""What is on somebody's desk, and what they can do to each matter there.

All rows are read in one trip, each with the person's own part in it; what can be done is then worked
out in memory. Only where there is more than fits on a page is the rest counted, in a second trip.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.utils import timezone

from pilin.engine.act import may
from pilin.engine.builtin import NUDGE
from pilin.engine.models import Matter, Nudge, Party
from pilin.engine.positions import registers, with_names
from pilin.engine.programme import registry
from pilin.engine.situation import NUDGED, Situation
from pilin.kit.asking import Question, ask_all, question
from pilin.kit.cards import Row, row_of
from pilin.kit.drawn import Drawn
from pilin.kit.offered import first_for
from pilin.kit.paging import cut, following
from pilin.kit.programme import waiting_for
from pilin.people.actor import Actor
from pilin.people.models import Office

ORDER = ("due", "id")
#: Matters on a page; of those that wait on others, below one's own; and those counted of each sort.
SIZE, BELOW, COUNTED = 30, 10, 1000
GROUPS = LATE, WEEK, LATER, OTHERS = ("late", "week", "later", "others")
MINE = "mine"  # given to me by a colleague


class Chosen(NamedTuple):
    """What of the desk is looked at: a group, a kind, an organisation in charge; all, where empty."""

    show: str = ""
    kind: str = ""
    org: int = 0

    def takes(self, kind: str, org: int | None, group: str, given: bool) -> bool:
        shown = self.show in ("", group) or (self.show == MINE and given and group != OTHERS)
        return shown and self.kind in ("", kind) and self.org in (0, org)


class Line(NamedTuple):
    """A row as it is shown: `verb` and `nudge` are steps that the person can take now."""

    row: Row
    group: str
    assigned: str  # pseudonym of whom it was given to
    given: bool  # to the person themselves
    verb: str = ""
    nudge: bool = False

    @property
    def soon(self) -> bool:
        return self.group in (LATE, WEEK)


#: How many there are of a kind, an organisation in charge, a group, and whether given to the person.
Counts = Counter[tuple[str, int | None, str, bool]]


class Found(NamedTuple):
    """`beside` is the answer to what was asked in the same trip."""

    lines: tuple[Line, ...]
    counts: Counts
    beside: Sequence[tuple[Any, ...]]
    after: str = ""  # the key of the next page


def worklist(actor: Actor, chosen: Chosen, after: str, beside: Question) -> Found:
    """The lines soonest due first, those that wait on others last."""
    now = timezone.now()
    today = timezone.localdate(now)
    asked = _Asked(actor.person, actor.offices, registers().version, today)
    own, others, views = _read(asked, Chosen(), "", beside)
    if max(len(own), len(others)) <= SIZE and not after:  # this is all
        lines = [*_lines(own, actor, now, today, False), *_lines(others, actor, now, today, True)]
        counts = Counter((r.kind, r.org_id, g, given) for r, g, _a, given, *_ in lines)
        shown = [n for n in lines if chosen.takes(n.row.kind, n.row.org_id, n.group, n.given)]
        return Found(tuple(shown), counts, views)
    if after or chosen != Chosen():
        own, others, _none = _read(asked, chosen, after, Question("", ()))
    page = cut([_Keyed(row) for row in (others if chosen.show == OTHERS else own)], ORDER, SIZE)
    rows = [keyed.row for keyed in page.items]
    lines = list(_lines(rows, actor, now, today, chosen.show == OTHERS))
    if not chosen.show and page.after is None:
        lines += _lines(others[:BELOW], actor, now, today, True)
    return Found(tuple(lines), _counted(asked), views, page.after or "")


class _Asked(NamedTuple):
    person: str
    offices: tuple[Office, ...]
    version: str  # of the registers: what an office answers for
    today: date


def _sunday(today: date) -> date:
    return today + timedelta(days=6 - today.weekday())


def _group(due: date, today: date) -> str:
    if due < today:
        return LATE
    return WEEK if due <= _sunday(today) else LATER


class _Keyed:
    """A row by what it is ordered by."""

    def __init__(self, row: tuple[Any, ...]) -> None:
        self.row, self.id, self.due = row, row[_ID], row[_DUE]


_FIELDS = [f.attname for f in Matter._meta.concrete_fields if f.attname != "search"]
_ID, _DUE, _LAST = map(_FIELDS.index, ("id", "due", "last"))


#: Where what its page shows last changed, by the number of the entry and by its transaction.
_STAND = (
    "(SELECT number || '/' || xmin::text FROM loop_position"
    " WHERE scope = 'matter:' || loop_matter.id)"
)


def _own(asked: _Asked) -> list[Q]:
    """What the person, one of their posts or a colleague of theirs has for them; what they raised
    with others and waits for those who raised it; and apart, so that an index finds each, what it is
    their turn in beside."""
    mine = Q(holder_person=asked.person) | Q(assigned=asked.person)
    for office in asked.offices:
        mine |= Q(holder_org=office.organisation_id, holder_role=office.role)
    raised = Party.objects.filter(person=asked.person, role="raiser").values("matter")
    turns = [Q(pk__in=rows) for rows in waiting_for(asked.offices)]
    return [mine, Q(holder_person=F("raiser"), pk__in=raised), *turns]


def _others(asked: _Asked) -> list[Q]:
    """What they raised or joined, and what their organisation is in charge of, while others have it."""
    joined = Party.objects.filter(person=asked.person).values("matter")
    heads = [o.organisation_id for o in asked.offices if o.role == o.organisation.steward]
    own = Q()
    for each in _own(asked):
        own &= ~each
    return [Q(pk__in=joined) & own, *([Q(org__in=heads) & own] if heads else [])]


def _filtered(rows: QuerySet[Matter], chosen: Chosen, asked: _Asked) -> QuerySet[Matter]:
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.org:
        rows = rows.filter(org=chosen.org)
    match chosen.show:
        case "late":
            return rows.filter(due__lt=asked.today)
        case "week":
            return rows.filter(due__gte=asked.today, due__lte=_sunday(asked.today))
        case "later":
            return rows.filter(due__gt=_sunday(asked.today))
        case "mine":
            return rows.filter(assigned=asked.person)
    return rows


@lru_cache(256)
def _questions(
    asked: _Asked, chosen: Chosen, after: str
) -> tuple[Sequence[Question], Sequence[Question]]:
    """For what is theirs, and for what waits on others; each row with the person's part in it."""
    here = {"matter": OuterRef("pk"), "person": asked.person}
    part = Subquery(Party.objects.filter(**here).values("role")[:1])
    nudged = Subquery(Nudge.objects.filter(**here).values("day")[:1])
    stand = RawSQL(_STAND, ())

    def of(own: Q, after: str, kept: bool = True) -> Question:
        rows = _filtered(Matter.objects.filter(is_open=True).filter(own), chosen, asked)
        found = following(rows, ORDER, after, SIZE)
        return question(found.values_list(*_FIELDS, part, nudged, stand), kept)

    aside = chosen.show == OTHERS
    # What one has oneself may be little or much; the others begin with what one has a part in.
    own = [] if aside else [of(each, after, n > 0) for n, each in enumerate(_own(asked))]
    below = aside or (not after and not chosen.show)
    return own, [of(each, after if aside else "") for each in _others(asked)] if below else []


def _read(
    asked: _Asked, chosen: Chosen, after: str, beside: Question
) -> tuple[list[Any], list[Any], list[tuple[Any, ...]]]:
    own, others = _questions(asked, chosen, after)
    *found, more = ask_all(*own, *others, beside)
    return _merged(found[: len(own)]), _merged(found[len(own) :]), more


def _merged(found: Iterable[Sequence[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    rows = {row[_ID]: row for rows in found for row in rows}
    return sorted(rows.values(), key=lambda row: (row[_DUE], row[_ID]))[: SIZE + 1]


def _counted(asked: _Asked) -> Counts:
    (rows,) = ask_all(_counting(asked))
    counts: Counts = Counter()
    for kind, org, due, other, given, n in rows:
        counts[kind, org, OTHERS if other else _group(due, asked.today), given] += n
    return counts


@lru_cache(256)
def _counting(asked: _Asked) -> Question:
    columns = ("id", "kind", "org_id", "due", "assigned")
    words: list[str] = []
    values: list[Any] = []
    for other, sorts in ((False, _own(asked)), (True, _others(asked))):
        for own in sorts:
            rows = Matter.objects.filter(is_open=True).filter(own).order_by(*ORDER)[:COUNTED]
            one = question(rows.values_list(*columns))
            if one.sql:
                words.append(f"SELECT q.*, {str(other).lower()} AS other FROM ({one.sql}) q")
                values += one.values
    sql = (
        "SELECT kind, org_id, due, other, assigned = %s, count(*)"
        f" FROM ({' UNION '.join(words)}) rows GROUP BY 1, 2, 3, 4, 5"
    )
    return Question(sql, (asked.person, *values))


#: Rows with what can be done, while the matter's page stands as it stands, for a minute.
_drawn: Drawn[Line] = Drawn(16384)


def _lines(
    rows: Iterable[tuple[Any, ...]], actor: Actor, now: datetime, today: date, others: bool
) -> Iterable[Line]:
    """Rules may ask the database, and look at the hour: each is asked of a row once a minute, and
    anew when the matter or what came of it has moved. The door asks again in any case."""
    minute = now.replace(second=0, microsecond=0)
    who = (actor.person, actor.offices, registers().version, minute, others)
    for *values, part, nudged, stand in rows:
        parts = frozenset(filter(None, (part, f"{NUDGED}{nudged}" if nudged else "")))
        key = (values[_ID], values[_LAST], stand, parts, who)
        yield _drawn.of(key, partial(_line, values, parts, actor, now, today, others))


def _line(
    values: Sequence[Any],
    parts: frozenset[str],
    actor: Actor,
    now: datetime,
    today: date,
    others: bool,
) -> Line:
    matter = with_names(Matter.from_db(connection.alias, _FIELDS, values), registers())
    s = Situation(actor, matter, now, today, parts=parts)
    first = first_for(s)
    return Line(
        row_of(matter),
        OTHERS if others else _group(values[_DUE], today),
        matter.assigned,
        matter.assigned == actor.person,
        first.name if first else "",
        others and first is None and may(registry.built_in[NUDGE], s),
    )
