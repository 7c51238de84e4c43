"""Matters like another one, offered for merging."""

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from pilin.engine.models import Matter
from pilin.engine.search import grams, similarity

#: Share of common pieces above which two titles are offered as alike.
ALIKE = 0.35
OPEN = ("raised", "screened", "convened", "held", "decided", "under_way")


def like(matter: Matter, most: int = 5) -> list[Matter]:
    """Open consultations of the same town or forum whose titles are alike, most alike first.

    PostgreSQL finds candidates that share a piece of the title; the Dice coefficient orders them.
    """
    pieces = [p for p in grams(matter.title) if len(p) > 1][:40]
    if not pieces:
        return []
    query = SearchQuery(" | ".join(f"'{p}'" for p in pieces), search_type="raw", config="simple")
    near = Q(org_id=matter.org_id)
    if matter.place:
        near |= Q(place__path__overlap=matter.place.path[1:] or matter.place.path)
    rows = Matter.objects.filter(near, kind="consultation", state__in=OPEN, search=query)
    rows = (
        rows.select_related("org", "place", "holder_org")
        .exclude(pk=matter.pk)
        .order_by("-last")[:300]
    )
    scored = [(similarity(matter.title, m.title), m) for m in rows]
    scored = sorted((s for s in scored if s[0] >= ALIKE), key=lambda s: (-s[0], s[1].pk))
    return [m for _, m in scored[:most]]
