"""Places on two sides, and the organisations in them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from pilin.engine.models import Matter
from pilin.kit.as_of import as_of
from pilin.kit.cards import card_slice, cards
from pilin.kit.conditional import conditional
from pilin.kit.definitions import Asked
from pilin.kit.figures import COUNTED, Figures, figures, listed_kinds
from pilin.kit.maps import map_of_place
from pilin.people.models import Organisation, Place, Side

from .hearing import follows
from .urgent import urgent_now


@conditional(lambda request: ["all"])
def places(request: HttpRequest) -> HttpResponse:
    """The tree of both sides, with what is open and late in each place."""
    rows = list(Place.objects.order_by("path"))
    found = list(Side.objects.order_by("code"))
    wanted = [*(f"place:{p.pk}" for p in rows), *(f"side:{s.code}" for s in found)]
    counts = figures([*wanted, "crossing", "all"], timezone.localdate())
    sides = [
        {
            "side": side,
            "figures": counts[f"side:{side.code}"],
            "outside": _outside(side.code, rows, counts),
            "places": [
                {"place": p, "depth": len(p.path), "figures": counts[f"place:{p.pk}"]}
                for p in rows
                if p.side == side.code
            ],
        }
        for side in found
    ]
    context = {
        **as_of(),
        "sides": sides,
        "together": counts["all"],
        "crossing_figures": counts["crossing"],
    }
    return render(request, "site/places.html", context)


def _outside(side: str, rows: list[Place], counts: dict[str, Figures]) -> Figures | None:
    """What concerns a side and lies in no place of it: without a place, or in one across."""
    root = next((p.pk for p in rows if p.side == side and len(p.path) == 1), None)
    if root is None:
        return None
    whole, within = counts[f"side:{side}"], counts[f"place:{root}"]
    n = {key: getattr(whole, key) - getattr(within, key) for key in COUNTED}
    return Figures(**n, asked=Asked(side=side, outside=root)) if any(n.values()) else None


@conditional(lambda request, key: [f"place:{key}"])
def place(request: HttpRequest, key: int) -> HttpResponse:
    found = get_object_or_404(Place.objects.select_related("parent"), pk=key)
    inside = Place.objects.filter(path__contains=[key]).values_list("pk", flat=True)
    rows = Matter.objects.filter(kind__in=listed_kinds(), place__in=list(inside))
    page = card_slice(rows, ("-last",), request.GET.get("after", ""), size=20)
    above = Place.objects.in_bulk(found.path[:-1])
    newest = rows.order_by("-last").values_list("last", flat=True).first()
    context = {
        **(as_of(newest) if newest is not None else {}),
        "place": found,
        "urgent": urgent_now(request, key),
        "scope": f"place:{key}",
        "follows": follows(request.user, f"place:{key}"),
        "map": map_of_place(found),
        "above": [above[k] for k in found.path[:-1]],
        "children": Place.objects.filter(parent=found).order_by("id"),
        "organisations": Organisation.objects.filter(places__contains=[key])
        .exclude(category="government")
        .order_by("category", "name"),
        "figures": figures([f"place:{key}"], timezone.localdate())[f"place:{key}"],
        "page": page,
        "cards": cards(page.items),
        "next": f"?after={page.after}" if page.after else "",
    }
    return render(request, "site/place.html", context)


@conditional(lambda request, key: [f"org:{key}", "all"])
def organisation(request: HttpRequest, key: int) -> HttpResponse:
    found = get_object_or_404(Organisation.objects.select_related("place", "parent"), pk=key)
    rows = Matter.objects.filter(kind__in=listed_kinds(), orgs__contains=[key])
    page = card_slice(rows, ("-last",), request.GET.get("after", ""), size=20)
    context = {
        "organisation": found,
        "scope": f"org:{key}",
        "follows": follows(request.user, f"org:{key}"),
        "places": Place.objects.filter(pk__in=found.places).order_by("side"),
        "figures": figures([f"org:{key}"], timezone.localdate())[f"org:{key}"],
        "page": page,
        "cards": cards(page.items),
        "next": f"?after={page.after}" if page.after else "",
    }
    return render(request, "site/organisation.html", context)
