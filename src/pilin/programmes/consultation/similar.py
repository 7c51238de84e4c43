"""Matters like another one, offered for merging."""

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from pilin.engine.models import Matter
from pilin.engine.search import grams, similarity
from pilin.people.models import Place

#: Share of common pieces above which two titles are offered as alike.
ALIKE = 0.35
OPEN = ("raised", "screened", "convened", "held", "decided", "under_way")


def like(matter: Matter, most: int = 5) -> list[Matter]:
    """Open consultations of the same town or forum whose titles are alike, most alike first."""
    return near(matter.title, matter.org_id, matter.place, most, but=matter.pk)


def near(
    title: str, org: int | None, place: Place | None, most: int = 5, but: int | None = None
) -> list[Matter]:
    """Those like what somebody is about to raise.

    PostgreSQL finds candidates that share a piece of the title; the Dice coefficient orders them.
    """
    pieces = [p for p in grams(title) if len(p) > 1][:40]
    if not pieces:
        return []
    query = SearchQuery(" | ".join(f"'{p}'" for p in pieces), search_type="raw", config="simple")
    around = Q(org_id=org)
    if place:
        around |= Q(place__path__overlap=place.path[1:] or place.path)
    rows = Matter.objects.filter(around, kind="consultation", state__in=OPEN, search=query)
    rows = rows.select_related("org", "place", "holder_org").exclude(pk=but).order_by("-last")[:300]
    scored = [(similarity(title, m.title), m) for m in rows]
    scored = sorted((s for s in scored if s[0] >= ALIKE), key=lambda s: (-s[0], s[1].pk))
    return [m for _, m in scored[:most]]
