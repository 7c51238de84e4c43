"""The register of joint projects, and what a project's page shows beyond its timeline."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.loop.figures import figures
from pilin.loop.models import Matter
from pilin.loop.pages import conditional, nav, shows, slice_of
from pilin.people.actor import Actor
from pilin.people.models import LEFT, RIGHT, Organisation, Side

from .models import Project

nav(_("Projects"), "project:projects")
SHOW = {
    "": _("All"),
    "open": _("Open"),
    "late": _("Overdue"),
    "crossing": _("Across the border"),
    "closed": _("Closed"),
}


@shows("project", "project/facts.html")
def facts(matter: Matter, actor: Actor) -> Mapping[str, Any]:
    """The project's row of the register, its milestones, and those who take part."""
    project = Project.objects.select_related("lead").filter(matter=matter).first()
    if project is None:
        return {}
    partners = Organisation.objects.filter(pk__in=project.partners).order_by("sides", "name")
    return {
        "project": project,
        "partners": partners,
        "milestones": project.milestones.order_by("due", "number"),
        "today": timezone.localdate(),
    }


@conditional(lambda request: ["kind:project"])
def projects(request: HttpRequest) -> HttpResponse:
    """The list: by side and how they stand; what is late first, most overdue first."""
    show, side = request.GET.get("show", ""), request.GET.get("side", "")
    show = show if show in SHOW else ""
    side = side if side in (LEFT, RIGHT) else ""
    rows = Matter.objects.filter(kind="project").select_related(
        "org", "place", "holder_org", "project", "project__lead"
    )
    match show:
        case "open":
            rows = rows.filter(is_open=True)
        case "late":
            rows = rows.filter(is_open=True, due__lt=timezone.localdate())
        case "crossing":
            rows = rows.filter(sides="ab")
        case "closed":
            rows = rows.filter(is_open=False)
    if side:
        rows = rows.filter(sides__in=(side, "ab"))
    order = ("due", "id") if show == "late" else ("-last",)
    page = slice_of(rows, order, request.GET.get("after", ""), size=30)
    chosen = {k: v for k, v in {"show": show, "side": side}.items() if v}
    scope = f"side:{side}" if side else "all"
    context = {
        "page": page,
        "next": "?" + urlencode({**chosen, "after": page.after}) if page.after else "",
        "show": show,
        "side": side,
        "shows": [
            (key, title, "?" + urlencode({**chosen, "show": key})) for key, title in SHOW.items()
        ],
        "sides": Side.objects.order_by("code"),
        "figures": figures([scope], timezone.localdate(), "project")[scope],
        "today": timezone.localdate(),
    }
    return render(request, "project/projects.html", context)


urlpatterns = [path("projects/", projects, name="projects")]
