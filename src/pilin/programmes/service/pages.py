"""The desks, their directory, and what a request shows."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.kit.conditional import conditional
from pilin.kit.facts import Facts, Link, Table, org_links, rows_of
from pilin.kit.figures import figures
from pilin.kit.listing import Column, Listing, columns_of
from pilin.kit.paging import slice_of
from pilin.people.models import Organisation

from .counts import COUNTED, counts
from .models import Request


def desks() -> Mapping[str, Any]:
    rows = Organisation.objects.filter(category="service-centre").order_by("sides", "name")
    links = [Link(o.called, reverse("service:desk", args=[o.pk])) for o in rows]
    return Facts(_("Service desks"), links=links).context()


LISTING = Listing(
    "service",
    "services/",
    _("Service desk"),
    _(
        "One desk for firms and employees on both sides: it gives each request to whoever can do it."
    ),
    columns=(
        Column(_("Desk"), lambda m: m.org.called if m.org else ""),
        *columns_of(Request),
    ),
    related=("request", "request__assigned"),
    telling=(1,),
    openings=("ask",),
    more=desks,
)


def facts(matter: Matter) -> Facts:
    found = Request.objects.filter(pk=matter.pk).first()
    if found is None:
        return Facts("")
    desk = matter.org
    desk_link = Link(desk.called, reverse("service:desk", args=[desk.pk])) if desk else ""
    assigned = org_links([found.assigned_id]) if found.assigned_id else ""
    return Facts(_("The request"), [(_("Desk"), desk_link), *rows_of(found, assigned=assigned)])


@conditional(lambda request, key: [f"org:{key}", "kind:service"])
def desk(request: HttpRequest, key: int) -> HttpResponse:
    """A desk: whom it serves, the directory of its places, and its requests."""
    found = get_object_or_404(Organisation, pk=key, category="service-centre")
    served = counts(found.note)
    near = Organisation.objects.filter(places__overlap=found.places).exclude(pk=key)
    rows = near.exclude(category="government").order_by("sides", "category", "name")
    directory = Table(
        _("Directory"),
        (_("Organisation"), _("Kind"), _("Where")),
        [
            (Link(o.called, reverse("web:organisation", args=[o.pk])), o.category_title, o.where)
            for o in rows
        ],
    )
    matters = Matter.objects.filter(kind="service", org=found)
    matters = matters.select_related("org", "place", "holder_org")
    page = slice_of(matters, ("-last",), request.GET.get("after", ""), size=20)
    context = {
        "desk": found,
        "served": [(COUNTED[k][1], q) for k, q in served.items()],
        "directory": directory,
        "figures": figures([f"org:{key}"], timezone.localdate(), "service")[f"org:{key}"],
        "page": page,
        "next": f"?after={page.after}" if page.after else "",
    }
    return render(request, "service/desk.html", context)


URLS = (path("services/desks/<int:key>/", desk, name="desk"),)
