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
from pilin.kit.facts import Facts, Link, org_links, rows_of, when, wording
from pilin.kit.listing import Column, Listing, columns_of
from pilin.kit.paging import slice_of
from pilin.people.models import Organisation

from .models import TYPES, Suggestion


def studios() -> Mapping[str, Any]:
    rows = Organisation.objects.filter(category="studio").order_by("sides", "name")
    links = [Link(o.called, reverse("suggestion:studio", args=[o.pk])) for o in rows]
    return Facts(_("Delegates' studios"), links=links).context()


LISTING = Listing(
    "suggestion",
    "suggestions/",
    _("Suggestions"),
    _("What delegates suggest, who answers it by when, and whether they are satisfied."),
    columns=(
        Column(_("Type"), lambda m: type_of(m.suggestion)),
        *columns_of(Suggestion),
    ),
    related=("suggestion", "suggestion__studio"),
    telling=(1,),
    openings=("write",),
    more=studios,
)


def type_of(s: Suggestion) -> str:
    return s.type_wording or str(TYPES.get(s.type, s.type))


def facts(matter: Matter) -> Facts | Mapping[str, Any]:
    found = Suggestion.objects.select_related("studio").filter(pk=matter.pk).first()
    if found is None:
        return {}
    studio = found.studio
    kind, source, *rest = rows_of(
        found,
        type_wording=type_of(found),
        studio=Link(studio.called, reverse("suggestion:studio", args=[studio.pk]))
        if studio
        else "",
        lead=org_links([found.lead_id]) if found.lead_id else "",
        assisting=org_links(found.assisting) if found.assisting else "",
    )
    signers = (_("Signed by"), _count_of_signers(matter))
    return Facts(_("The suggestion"), [kind, source, signers, *rest])


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
        "summaries": [(type_of(s), wording(s.count), when(s.as_of)) for s in summaries],
        "page": page,
        "next": f"?after={page.after}" if page.after else "",
    }
    return render(request, "suggestion/studio.html", context)


URLS = (path("studios/<int:key>/", studio, name="studio"),)
