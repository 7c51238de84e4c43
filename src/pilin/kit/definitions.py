"""What each figure is, once: its title, what it means, how it is counted, and the list it leads to.

Every page that shows a count takes it from here, so that no two pages mean another thing by a word.
Figures over time are computed in `pilin.publishing.promises`, and from the record alone in
`pilin.deciding.promises`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pilin.deciding.promises import SOON
from pilin.engine.models import Course, Matter
from pilin.engine.procedure import Words
from pilin.people.models import LEFT, RIGHT, Place

BOTH = "ab"
FAR = date(9999, 12, 31)


@dataclass(frozen=True)
class Figure:
    """`meaning` is one sentence for anybody; `counted` says it exactly. Its key is also its list's."""

    key: str
    title: Words
    meaning: Words
    counted: Words


def _figures(*rows: Figure) -> Mapping[str, Figure]:
    return {row.key: row for row in rows}


FIGURES = _figures(
    Figure(
        "open",
        _("Open"),
        _("Somebody still has to do something."),
        _("Matters that are not closed, with whoever has them now."),
    ),
    Figure(
        "late",
        _("Overdue"),
        _("The day by which somebody should have acted is over."),
        _("Open matters whose due day was before today. What is due today is not overdue."),
    ),
    Figure(
        "soon",
        _("Due within 7 days"),
        _("Somebody has to act soon."),
        _("Open matters that are due today or in one of the next seven days."),
    ),
    Figure(
        "confirmed",
        _("Confirmed"),
        _("Those it is for have said that it is done."),
        _("Matters closed by a person who confirmed them; by the day of that."),
    ),
    Figure(
        "silence",
        _("Closed in silence"),
        _("The days for confirming passed, and nobody objected."),
        _("Matters closed by the calendar. They are never added to the confirmed ones."),
    ),
    Figure(
        "raised",
        _("Raised"),
        _("Somebody brought it up."),
        _("Matters by the day they were raised; those that a register entered are left out."),
    ),
    Figure(
        "done",
        _("Reported done"),
        _("The work was reported as done, for the first time."),
        _(
            "Matters by the first day they were reported done, or were confirmed or closed in"
            " silence without that."
        ),
    ),
    Figure(
        "waiting",
        _("Waiting for a first answer"),
        _("Nobody has taken it up yet."),
        _("Open matters put to an organisation by somebody else, on which it has taken no step."),
    ),
    Figure(
        "answered",
        _("Days to the first answer"),
        _("How long it took until somebody took it up."),
        _(
            "From raising to the first step of the organisation that has the matter, taken by"
            " another person than raised it. Giving it to a colleague is no answer. Calendar days,"
            " by the day of the answer. Not counted: what an organisation raised for itself."
        ),
    ),
    Figure(
        "through",
        _("Days to confirmation"),
        _("How long it took from raising until those it is for confirmed."),
        _("Calendar days, by the day of confirming, at the organisation in charge."),
    ),
    Figure(
        "kept",
        _("Due days kept"),
        _("Whoever had to act by a day did so by that day."),
        _(
            "Due days of an organisation, each once, by the due day. Kept: by that day the"
            " organisation took the matter on to another state or another holder."
        ),
    ),
    Figure(
        "broken",
        _("Due days not kept"),
        _("Whoever had to act by a day did not do so by that day."),
        _(
            "The day passed before anybody took the matter on, or it has passed and the matter is"
            " still there. That a matter was reported upwards changes nothing: its day counts once."
            " A new day set in time for the same thing counts neither way, and neither does what the"
            " calendar or somebody else ended in time."
        ),
    ),
    Figure(
        "people",
        _("With those who raised them"),
        _("The people it is for have to say whether it is done."),
        _("Open matters held by a person and not by an organisation."),
    ),
    Figure(
        "closed",
        _("Closed"),
        _("Nobody has to do anything any more."),
        _("Matters confirmed, closed in silence, or ended in another way."),
    ),
)
#: How a list of matters may be narrowed, by the figures it can be reached from.
SHOW: dict[str, Words] = {
    "": _("All"),
    "open": FIGURES["open"].title,
    "late": FIGURES["late"].title,
    "soon": FIGURES["soon"].title,
    "crossing": _("Across the border"),
    "confirmed": FIGURES["confirmed"].title,
    "silence": FIGURES["silence"].title,
    "closed": FIGURES["closed"].title,
}
#: Further lists, which only figures lead to.
BEYOND = ("raised", "done", "waiting", "answered", "through", "people")
NARROW: dict[str, Words] = {**SHOW, **{key: FIGURES[key].title for key in BEYOND}}


class Asked(NamedTuple):
    """Which matters: `org` is in charge, `at` has it (or answered it), `place` and all inside it.

    `outside` are those that concern a side and do not lie in this place of it. `since` and `until`
    are days, as ISO; they say when that happened which `show` names.
    """

    side: str = ""
    kind: str = ""
    show: str = ""
    place: int = 0
    outside: int = 0
    org: int = 0
    at: int = 0
    since: str = ""
    until: str = ""

    @property
    def query(self) -> str:
        """As an address asks for it, without the question mark."""
        return urlencode({k: v for k, v in self._asdict().items() if v})

    @property
    def scope(self) -> str:
        """The scope whose counts these are, whatever `show` says; "" where none has them."""
        where = {"side": self.side, "place": self.place, "org": self.org}
        found = [(key, value) for key, value in where.items() if value]
        if len(found) > 1 or self.at or self.since or self.until or self.outside:
            return ""
        key, value = found[0] if found else ("all", "")
        return "crossing" if value == BOTH else f"{key}:{value}" if value else key


EVERYTHING = Asked()


def asked(given: Mapping[str, str], kinds: Iterable[str]) -> Asked:
    """What an address asks for; what it cannot ask for is left out."""

    def one(name: str, among: Iterable[str]) -> str:
        value = given.get(name, "")
        return value if value in among else ""

    def number(name: str) -> int:
        value = given.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0

    return Asked(
        side=one("side", (LEFT, RIGHT, BOTH)),
        kind=one("kind", kinds),
        show=one("show", NARROW),
        place=number("place"),
        outside=number("outside"),
        org=number("org"),
        at=number("at"),
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
    )


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else ""
    except ValueError:
        return ""


def narrowed(rows: QuerySet[Matter], asked: Asked, today: date) -> QuerySet[Matter]:
    """Those of these matters that are asked for."""
    if asked.side:
        rows = rows.filter(sides=BOTH) if asked.side == BOTH else rows.filter(_concerns(asked.side))
    if asked.place:
        rows = rows.filter(place__in=_inside(asked.place))
    if asked.outside:
        rows = rows.filter(Q(place=None) | ~Q(place__in=_inside(asked.outside)))
    if asked.org:
        rows = rows.filter(org=asked.org)
    return standing(rows, asked.show, today, asked.at, asked.since, asked.until)


def _concerns(side: str) -> Q:
    return Q(sides__in=(side, BOTH))


def _inside(place: int) -> QuerySet[Any, Any]:
    return Place.objects.filter(path__contains=[place]).values("pk")


def standing(
    rows: QuerySet[Matter], show: str, today: date, at: int = 0, since: str = "", until: str = ""
) -> QuerySet[Matter]:
    """Narrow matters to those of a figure, of an organisation that has them, of some days."""
    went: Q | None = None
    days = (date.fromisoformat(since) if since else date.min, _until(until))
    timed = bool(since or until)
    match show:
        case "open" | "late" | "soon" | "waiting" | "people":
            rows = rows.filter(is_open=True)
            rows = rows.filter(holder_org=at) if at else rows
        case "crossing":
            rows = rows.filter(sides=BOTH)
    match show:
        case "late":
            rows = rows.filter(due__lt=today)
        case "soon":
            rows = rows.filter(due__gte=today, due__lte=today + timedelta(days=SOON))
        case "people":
            rows = rows.exclude(holder_person="")
        case "waiting":
            rows = rows.filter(holder_org__isnull=False)
            went = Q(asked=True, answered__isnull=True)
        case "closed":
            rows = rows.filter(is_open=False)
            went = Q(closed__range=days) if timed else None
        case "confirmed" | "silence":
            rows = rows.filter(is_open=False, closed_how=show)
            went = Q(closed__range=days) if timed else None
        case "through":
            rows = rows.filter(is_open=False, closed_how="confirmed")
            went = Q(closed__range=days, raised__isnull=False)
        case "answered":
            went = Q(asked=True, answered__range=days)
            went &= Q(answered_by=at) if at else Q()
        case "raised":
            went = Q(raised__range=days)
        case "done":
            went = Q(done__range=days)
    return rows if went is None else rows.filter(pk__in=Course.objects.filter(went).values("pk"))


def _until(text: str) -> date:
    return date.fromisoformat(text) if text else FAR
