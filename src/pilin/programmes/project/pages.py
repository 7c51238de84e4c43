"""The register of joint projects, and what a project's page shows beyond its timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.kit.facts import Facts, Link, Table, money, when
from pilin.kit.listing import Listing, columns_of
from pilin.people.models import Organisation
from pilin.wording.reading import day, yuan

from .models import Project
from .overview import bars, sums, troubled


def overview() -> Mapping[str, Any]:
    """What is late or stalled, sums by year, field and side, and the picture of what runs when."""
    today = timezone.localdate()
    late = Table(
        _("Late and stalled"),
        (_("Project"), _("Lead organisation"), _("Due"), _("Last report")),
        [
            (Link(p.matter.title, p.matter.url), p.lead.called, p.matter.due, p.reported or "–")
            for p in troubled(today)
        ],
        note=_("Overdue ones first, then those without a report for 60 days."),
    )
    groups = (
        (_("By year"), _("Year"), "year"),
        (_("By field"), _("Field of work"), "category"),
        (_("By side"), _("Side"), "sides"),
    )
    tables = [
        Table(title, (heading, _("Projects"), _("Investment planned")), sums(by), numbers=(1, 2))
        for title, heading, by in groups
    ]
    shown = Facts(_("What needs attention"), tables=[late]).context()
    return {**shown, "bars": bars(today), "sums": tables}


LISTING = Listing(
    "project",
    "projects/",
    _("Projects"),
    _("What the two sides build and do together: who leads, who takes part, how far it is."),
    columns=columns_of(Project),
    related=("project", "project__lead"),
    openings=("register",),
    more=overview,
    template="project/projects.html",
)


def facts(matter: Matter) -> Mapping[str, Any]:
    """The project's row of the register, its milestones, and those who take part."""
    project = Project.objects.select_related("lead").filter(matter=matter).first()
    if project is None:
        return {}
    partners = Organisation.objects.filter(pk__in=project.partners).order_by("sides", "name")
    return {
        "project": project,
        "partners": partners,
        "planned": money(project.planned),
        "start": when(project.start),
        "finish": when(project.finish_words) or day(project.finish),
        "invested": yuan(project.invested) if project.invested else "",
        "milestones": project.milestones.order_by("due", "number"),
        "today": timezone.localdate(),
    }
