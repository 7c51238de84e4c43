"""The register of agreements, what one shows, and the shared space one in force opens."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.kit.conditional import conditional
from pilin.kit.facts import Facts, Link, Table, org_links, rows_of, wording
from pilin.kit.listing import Column, Listing, columns_of
from pilin.kit.paging import slice_of
from pilin.people.models import Organisation

from .models import Agreement

LISTING = Listing(
    "agreement",
    "agreements/",
    _("Agreements"),
    _("What the two sides have promised each other, who signed, and what came of it."),
    columns=(
        Column(_("Parties"), lambda m: parties(m.agreement)),
        Column(_("Fields"), lambda m: count_of_fields(m.agreement)),
        *columns_of(Agreement),
    ),
    related=("agreement",),
    openings=("draft",),
)


def parties(a: Agreement) -> str:
    return " ⟷ ".join(filter(None, (a.left, a.right)))


def count_of_fields(a: Agreement) -> str:
    return wording(a.field_count) or (str(len(a.fields)) if a.fields else "")


def facts(matter: Matter) -> Facts:
    found = Agreement.objects.filter(pk=matter.pk).first()
    if found is None:
        return Facts("")
    signatures = found.signatures.select_related("org").order_by("entry")
    unsigned = set(matter.orgs) - {s.org_id for s in signatures}
    waiting = [(link, "", _("not yet")) for link in org_links(sorted(unsigned))]
    signed = [
        (Link(s.org.called, reverse("web:organisation", args=[s.org_id])), s.day, _("signed"))
        for s in signatures
    ]
    in_force = matter.state == "in_force"
    shown = [] if found.source_row and not signed else [*signed, *waiting]
    return Facts(
        _("The agreement"),
        rows_of(found, left=org_links(matter.orgs), field_count=count_of_fields(found)),
        tables=[
            Table(_("Who has signed"), (_("Party"), _("Day"), _("Now")), shown),
            Table(_("Fields of cooperation"), _FIELD_HEADS, _fields(found), numbers=(1, 2)),
            Table(_("Lead-project list"), _LEAD_HEADS, _lead_projects(found)),
        ],
        links=[Link(_("To the shared space"), reverse("agreement:space", args=[matter.pk]))]
        if in_force
        else [],
    )


_FIELD_HEADS = (_("Field"), _("Projects"), _("Confirmed"))
_LEAD_HEADS = (_("Project"), _("Field"), _("Who answers for it"), _("Quarterly account"))


def _fields(a: Agreement) -> list[tuple[Any, ...]]:
    """Each field with how many projects came under it, and how many of those are confirmed."""
    came = Matter.objects.filter(source_id=a.pk, kind="project")
    results = list(came.values_list("outcome", "closed_how"))
    return [
        (
            name,
            sum(1 for field, _how in results if field == n),
            sum(1 for field, how in results if field == n and how == "confirmed"),
        )
        for n, name in enumerate(a.fields, 1)
    ]


def _lead_projects(a: Agreement) -> list[tuple[Any, ...]]:
    came = list(Matter.objects.filter(source_id=a.pk).order_by("pk"))
    urls = {m.title: m.url for m in came if m.kind == "project"}
    led = {m.title: Link(m.state_title, m.url) for m in came if m.kind == "lead"}
    return [
        (
            Link(p.title, urls[p.title]) if p.title in urls else p.title,
            a.fields[p.field - 1] if p.field <= len(a.fields) else p.field,
            p.official,
            led.get(p.title, _("not asked for")),
        )
        for p in a.lead_projects.order_by("field", "entry")
    ]


@conditional(lambda request, key: [f"matter:{key}", "crossing", "all"])
def space(request: HttpRequest, key: int) -> HttpResponse:
    """What the parties of an agreement in force do together, across the border."""
    found = get_object_or_404(Matter.objects.select_related("agreement"), pk=key, kind="agreement")
    if found.state != "in_force":
        raise Http404
    rows = Matter.objects.filter(sides="ab", orgs__overlap=found.orgs).exclude(pk=key)
    rows = rows.select_related("org", "place", "holder_org")
    page = slice_of(rows, ("-last",), request.GET.get("after", ""), size=20)
    context = {
        "matter": found,
        "parties": Organisation.objects.filter(pk__in=found.orgs).order_by("sides", "name"),
        "produced": Matter.objects.filter(source=found)
        .select_related("org", "place", "holder_org")
        .order_by("-last")[:20],
        "page": page,
        "next": f"?after={page.after}" if page.after else "",
    }
    return render(request, "agreement/space.html", context)


URLS = (path("agreements/<int:key>/space/", space, name="space"),)
