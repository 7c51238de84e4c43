"""The catalogue: projects that partners are sought for, found by town, field, size, stage and words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilin.engine import search
from pilin.engine.models import Matter
from pilin.engine.positions import named, registers
from pilin.engine.programme import registry
from pilin.kit.conditional import conditional
from pilin.kit.facts import Facts, Table, money, rows_of
from pilin.kit.figures import figures
from pilin.kit.nav import NavItem
from pilin.kit.page import page
from pilin.kit.paging import slice_of
from pilin.kit.printed import Printed
from pilin.people.models import LEFT, RIGHT, Place
from pilin.wording.reading import short_day

from . import answering, rules
from .figures import LISTED
from .models import Opportunity

TITLE = gettext_lazy("Cooperation projects")
LEAD = gettext_lazy(
    "What the towns seek partners and investors for. Ask about any of them: the office in charge answers by a"
    " day, for everyone to read."
)
NAV = NavItem(TITLE, "catalogue:list", "opportunity", LEAD)
SIZE = 20
#: Rows of the table that is downloaded.
MOST = 5000


class Asked(NamedTuple):
    """What the catalogue is narrowed to; "" leaves it open."""

    town: str = ""
    field: str = ""
    size: str = ""
    stage: str = ""
    side: str = ""
    q: str = ""

    @property
    def query(self) -> str:
        return urlencode({k: v for k, v in self._asdict().items() if v})

    def rows(self) -> QuerySet[Matter]:
        rows: QuerySet[Matter] = Matter.objects.filter(kind="opportunity", state__in=LISTED)
        if self.town:
            rows = rows.filter(place__path__contains=[int(self.town)])
        if self.field:
            rows = rows.filter(opportunity__field=self.field)
        if self.stage:
            rows = rows.filter(opportunity__stage=self.stage)
        if self.side:
            rows = rows.filter(sides__contains=self.side)
        if self.size:
            least, below = rules.bounds(self.size)
            rows = rows.filter(opportunity__amount__gte=least)
            rows = rows.filter(opportunity__amount__lt=below) if below is not None else rows
        if words := search.query(self.q):
            rows = rows.extra(where=["loop_matter.search @@ %s::tsquery"], params=[words])
        elif self.q:
            rows = rows.none()
        return rows.select_related("opportunity", "place", "org")


def asked(request: HttpRequest) -> Asked:
    """What of the address is a question; the rest is nothing."""
    said = {name: request.GET.get(name, "").strip()[:60] for name in Asked._fields}
    town = said["town"] if said["town"].isascii() and said["town"].isdigit() else ""
    town = town if town and len(town) < 19 and registers().place(int(town)) else ""
    return Asked(
        town,
        said["field"].replace("\x00", ""),
        said["size"] if said["size"] in rules.SIZES else "",
        said["stage"] if said["stage"] in rules.STAGES else "",
        said["side"] if said["side"] in (LEFT, RIGHT) else "",
        said["q"].replace("\x00", ""),
    )


@conditional(lambda request: ["kind:opportunity", "kind:project"])
def catalogue(request: HttpRequest) -> HttpResponse:
    after = request.GET.get("after", "")
    return page(request, "catalogue/catalogue.html", _shown, asked(request), after)


def _shown(wanted: Asked, after: str) -> dict[str, Any]:
    rows = wanted.rows()
    found = slice_of(rows, ("-last",), after, size=SIZE)
    everything = Opportunity.objects.filter(matter__state__in=LISTED)
    rules_here = registry.latest("opportunity")
    more = {**wanted._asdict(), "after": found.after}
    return {
        "title": TITLE,
        "lead": LEAD,
        "asked": wanted,
        "narrowed": any(wanted),
        "filters": list(_filters(wanted)),
        "found": rows.count(),
        "listed": everything.count(),
        "announced": announced(),
        "page": found,
        "rows": [(m, m.opportunity, money(m.opportunity.planned)) for m in named(found.items)],
        "next": "?" + urlencode({k: v for k, v in more.items() if v}) if found.after else "",
        "figures": figures(["all"], timezone.localdate(), "opportunity")["all"],
        "first": rules_here.step("put_forward") if rules_here else None,
        "csv": reverse("catalogue:csv") + (f"?{wanted.query}" if wanted.query else ""),
    }


def _filters(wanted: Asked) -> Iterator[tuple[str, str, str, list[tuple[str, Any, bool]]]]:
    """What can be chosen: name in the address, label, the word for all, and each with whether it is chosen."""
    listed = Opportunity.objects.filter(matter__state__in=LISTED)
    places = Place.objects.filter(pk__in=listed.values("matter__place")).order_by("side", "id")
    fields = listed.values_list("field").annotate(n=Count("pk")).order_by("-n", "field")[:60]
    offered: tuple[tuple[str, str, str, Iterable[tuple[str, Any]]], ...] = (
        ("town", _("Where"), _("Everywhere"), [(str(p.pk), p.called) for p in places]),
        ("field", _("Field of work"), _("All fields"), [(f, f) for f, _n in fields]),
        (
            "size",
            _("Investment"),
            _("Any size"),
            [(key, rules.called("sizes", key)) for key in rules.SIZES],
        ),
        ("stage", _("Stage"), _("Any stage"), rules.stages()),
        ("side", _("Side"), _("Both sides"), [(s.code, s.called) for s in registers().sides]),
    )
    for name, label, everything, choices in offered:
        chosen = getattr(wanted, name)
        yield name, label, everything, [(key, str(w), key == chosen) for key, w in choices]


def announced() -> list[Printed]:
    """The sum a register prints: how many projects were announced, and what they come to."""
    keys = ("projects_announced", "projects_investment")
    found = (p.figures for p in registry if p.name == "project")  # type: ignore[attr-defined]
    printed = {one.key: one for of_projects in found for one in of_projects()}
    return [printed[key] for key in keys if key in printed and printed[key].value]


@conditional(lambda request: ["kind:opportunity"])
def table(request: HttpRequest) -> HttpResponse:
    """The same as a table, narrowed alike; open to anybody and to any program."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("number", "title", "place", "office", "field", "investment", "stage", "text"))
    for m in named(list(asked(request).rows().order_by("-last")[:MOST])):
        own = m.opportunity
        amount = format(own.amount, "f") if own.amount is not None else ""
        place, office = m.place.name if m.place else "", m.org.name if m.org else ""
        row = (m.title, place, office, own.field, amount, own.stage, own.text)
        writer.writerow((m.pk, *map(_harmless, row)))
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="catalogue.csv"'
    return response


def _harmless(cell: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def facts(matter: Matter) -> Facts:
    found = Opportunity.objects.filter(pk=matter.pk).first()
    if found is None:
        return Facts("")
    waiting = list(answering.waiting(matter.pk)) if matter.is_open else []
    rows = [(str(n), short_day(day), _late(day)) for n, day in waiting]
    return Facts(
        _("The project"),
        [
            (_("Where"), matter.place.called if matter.place else ""),
            *rows_of(found),
            (_("As it stood on"), short_day(found.reviewed)),
            (_("Rules"), rules.source()),
        ],
        tables=[
            Table(
                _("Questions that wait"),
                (_("Entry"), _("To be answered by"), _("How it stands")),
                rows,
                note=_("A question can be read by everyone once it is answered."),
            )
        ],
    )


def _late(day: Any) -> str:
    return _("✗ late") if day < timezone.localdate() else _("○ in time")


URLS = (
    path("catalogue/", catalogue, name="list"),
    path("catalogue/catalogue.csv", table, name="csv"),
)
