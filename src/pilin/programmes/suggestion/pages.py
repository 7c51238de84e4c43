"""The register of suggestions, what one shows, and a studio's page."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter, Party
from pilin.kit.conditional import conditional
from pilin.kit.facts import Facts, Link, org_links, wording
from pilin.kit.listing import Column, Listing
from pilin.kit.paging import slice_of
from pilin.people.actor import Actor
from pilin.people.models import Organisation

from .models import TYPES, Suggestion


def studios() -> Mapping[str, Any]:
    rows = Organisation.objects.filter(category="studio").order_by("sides", "name")
    links = [Link(o.name, reverse("suggestion:studio", args=[o.pk])) for o in rows]
    return Facts(_("Delegates' studios"), links=links).context()


LISTING = Listing(
    "suggestion",
    "suggestions/",
    _("Suggestions"),
    _("What delegates suggest, who answers it by when, and whether they are satisfied."),
    columns=(
        Column(_("Type"), lambda m: type_of(m.suggestion)),
        Column(_("From"), lambda m: m.suggestion.studio.name if m.suggestion.studio else ""),
        Column(_("How many"), lambda m: wording(m.suggestion.count)),
    ),
    related=("suggestion", "suggestion__studio"),
    openings=("write",),
    more=studios,
)


def type_of(s: Suggestion) -> str:
    return s.type_wording or str(TYPES.get(s.type, s.type))


def facts(matter: Matter, actor: Actor) -> Mapping[str, Any]:
    found = Suggestion.objects.select_related("studio", "lead").filter(pk=matter.pk).first()
    if found is None:
        return {}
    studio = found.studio
    return Facts(
        _("The suggestion"),
        rows=[
            (_("Type"), type_of(found)),
            (
                _("From"),
                Link(studio.name, reverse("suggestion:studio", args=[studio.pk])) if studio else "",
            ),
            (_("Signed by"), _count_of_signers(matter)),
            (_("Lead department"), org_links([found.lead_id]) if found.lead_id else ""),
            (_("Assisting departments"), org_links(found.assisting) if found.assisting else ""),
            (_("The answer"), found.answer),
            (_("How many"), wording(found.count)),
            (_("As of"), wording(found.as_of)),
        ],
    ).context()


def _count_of_signers(matter: Matter) -> int | str:
    if matter.state == "summary":
        return ""
    return Party.objects.filter(matter=matter, role__in=("raiser", "supporter")).count()


@conditional(lambda request, key: [f"org:{key}", "kind:suggestion"])
def studio(request: HttpRequest, key: int) -> HttpResponse:
    """A studio's work: how many suggestions, what became of them, and the list."""
    found = get_object_or_404(Organisation, pk=key, category="studio")
    own = Matter.objects.filter(kind="suggestion", suggestion__studio=found)
    counts = own.aggregate(
        written=Count("pk", filter=~Q(state="summary")),
        answered=Count("pk", filter=Q(state__in=("answered", "closed", "lapsed", "unsatisfied"))),
        satisfied=Count("pk", filter=Q(closed_how="confirmed")),
    )
    rows = own.select_related("org", "place", "holder_org")
    page = slice_of(rows, ("-last",), request.GET.get("after", ""), size=20)
    summaries = Suggestion.objects.filter(studio=found, count__isnull=False)
    context = {
        "studio": found,
        "counts": counts,
        "summaries": [(type_of(s), wording(s.count), wording(s.as_of)) for s in summaries],
        "page": page,
        "next": f"?after={page.after}" if page.after else "",
    }
    return render(request, "suggestion/studio.html", context)


URLS = (path("studios/<int:key>/", studio, name="studio"),)
