"""What is there already and may be the same as what somebody is about to say: asked before it is raised."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from pilin.engine.models import Matter
from pilin.engine.procedure import Words
from pilin.engine.search import grams, similarity
from pilin.people.geometry import metres, point_of
from pilin.people.models import Place

T = TypeVar("T")
#: Share of common pieces above which two titles are offered as alike.
ALIKE = 0.35
#: In metres: what lies so close is offered whatever its title, and what lies so far off is another thing.
CLOSE, FAR = 60.0, 2000.0


class Other(NamedTuple):
    """Something alike that is no matter of its own: what it says, where it is read, and what to do then."""

    title: str
    words: str
    url: str
    hint: Words


def near(
    kind: str,
    states: Iterable[str],
    title: str,
    *,
    orgs: Iterable[int] = (),
    place: Place | None = None,
    point: str = "",
    most: int = 5,
    but: int | None = None,
) -> list[Matter]:
    """Matters of a kind like one with this title, in the same town or at one of `orgs`, most alike first.

    PostgreSQL finds candidates that share a piece of the title, or lie somewhere where this one does;
    the Dice coefficient and the distance order them.
    """
    pieces = [p for p in grams(title) if len(p) > 1][:40]
    said = " | ".join(f"'{p}'" for p in pieces)
    wanted = Q(search=SearchQuery(said, search_type="raw", config="simple")) if said else Q(pk=None)
    if point:
        wanted |= ~Q(point="")
    around = Q(org__in=list(orgs))
    if place:
        around |= Q(place__path__overlap=place.path[1:] or place.path)
    rows = Matter.objects.filter(wanted, around, kind=kind, state__in=list(states))
    rows = rows.select_related("org", "place", "holder_org").exclude(pk=but).order_by("-last")[:300]
    return most_alike(title, point, rows, lambda m: (m.title, m.point), most)


def most_alike(
    title: str, point: str, rows: Iterable[T], said: Callable[[T], tuple[str, str]], most: int = 5
) -> list[T]:
    """Those of `rows` that may be the same; `said` gives the title of one, and its point or ""."""
    scored = [(_score(title, point, *said(row)), row) for row in rows]
    found = [row for score, row in sorted(scored, key=lambda s: -s[0]) if score >= ALIKE]
    return found[:most]


def _score(title: str, point: str, other: str, there: str) -> float:
    here, away = point_of(point), point_of(there)
    score = similarity(title, other)
    if here is None or away is None:
        return score
    far = metres(here, away)
    return 0.0 if far > FAR else score + ALIKE if far <= CLOSE else score
