"""The list of lead projects, the same as a sheet of a year with its quarters across, and what one shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilin.engine.models import Matter
from pilin.kit.conditional import conditional
from pilin.kit.facts import Facts, Link, Table, org_links, rows_of
from pilin.kit.listing import Column, Listing, columns_of
from pilin.kit.page import page
from pilin.people.models import Organisation
from pilin.wording.reading import enumerated, short_day

from . import quarters, rules
from .forms import QUARTERS
from .models import Accounting, Lead

#: Lead projects that a sheet of a year shows at most.
MOST = 500


class Cell(NamedTuple):
    """How the account of a quarter stands: a kind for its look, a sign, and words for both."""

    kind: str
    sign: str
    words: str

    def __str__(self) -> str:
        return f"{self.sign} {self.words}".strip()


def cell(lead: Lead, quarter: int, today: date) -> Cell:
    """What the sheet says of a quarter; the colour is never all of it."""
    one = lead.accounts.get(str(quarter), {})
    now = one.get("now", "")
    if now == "register":
        return Cell("done", "✓", _("as the register says"))
    if now in ("given", "confirmed", "silent"):
        on = date.fromisoformat(one["on"])
        told = {
            "given": _("given on %(day)s, to be confirmed"),
            "confirmed": _("given on %(day)s, confirmed"),
            "silent": _("given on %(day)s, no objection"),
        }[now] % {"day": short_day(on)}
        late = _(", late") if on > date.fromisoformat(one["due"]) else ""
        return Cell(
            "waits" if now == "given" else "done", "✓" if now != "given" else "◐", told + late
        )
    if quarter < lead.first:
        return Cell("none", "–", "")
    due = quarters.due(lead.year, quarter)
    if now == "objected":
        return Cell("missing", "✗", _("objected to, due again"))
    if not lead.matter.is_open:
        return Cell("none", "–", "")
    if due < today:
        return Cell("missing", "✗", _("missing since %(day)s") % {"day": short_day(due)})
    return Cell("ahead", "○", _("due by %(day)s") % {"day": short_day(due)})


def so_far(matter: Matter) -> str:
    """How many quarters are accounted for, and which are missing, in one line."""
    cells = [(title, cell_of(matter, q)) for q, title in QUARTERS if q >= matter.lead.first]
    given = sum(one.kind in ("done", "waits") for _title, one in cells)
    said = _("✓ %(n)d of %(all)d") % {"n": given, "all": len(cells)}
    missing = enumerated(title for title, one in cells if one.kind == "missing")
    if not missing:
        return said
    return _("%(said)s; ✗ missing: %(quarters)s") % {"said": said, "quarters": missing}


def cell_of(matter: Matter, quarter: int) -> Cell:
    lead = matter.lead
    lead.matter = matter  # read along with it
    return cell(lead, quarter, timezone.localdate())


def _years() -> Mapping[str, Any]:
    """A sheet for each year there is."""
    found = Lead.objects.order_by("-year").values_list("year", flat=True).distinct()[:20]
    links = [Link(_("The sheet of %(year)d") % {"year": y}, _address(y)) for y in found]
    return Facts("", links=links).context()


def _address(year: int) -> str:
    return reverse("lead:year", args=[year])


LISTING = Listing(
    "lead",
    "lead-projects/",
    gettext_lazy("Lead projects"),
    gettext_lazy(
        "What each office has taken on to lead this year, and its account of every quarter."
    ),
    columns=(
        Column(gettext_lazy("Organisation"), lambda m: m.org.called if m.org else ""),
        *columns_of(Lead),
        Column(gettext_lazy("Quarters accounted for"), so_far),
    ),
    related=("lead",),
    openings=("set",),
    more=_years,
)


@conditional(lambda request, year: ["kind:lead"])
def sheet(request: HttpRequest, year: int) -> HttpResponse:
    """Projects down, quarters across, by organisation; of one organisation, where `org` names it."""
    org = request.GET.get("org", "")
    org = org if org.isascii() and org.isdigit() and len(org) < 19 else ""
    if not Lead.objects.filter(year=year).exists():
        raise Http404
    return page(request, "lead/sheet.html", _sheet, year, org)


def _sheet(year: int, org: str) -> dict[str, Any]:
    today = timezone.localdate()
    own = Lead.objects.filter(year=year).select_related("matter", "matter__org")
    orgs = Organisation.objects.filter(pk__in=own.values("matter__org")).order_by("sides", "name")
    rows = own.filter(matter__org=int(org)) if org else own
    found = list(rows.order_by("matter__org__sides", "matter__org__name", "official", "pk")[:MOST])
    cells = {lead.pk: [cell(lead, q, today) for q in quarters.ALL] for lead in found}
    every = [one for row in cells.values() for one in row]
    titles = [title for _n, title in QUARTERS]
    kinds = (
        ("done", "✓", _("Accounted for")),
        ("waits", "◐", _("To be confirmed")),
        ("missing", "✗", _("Missing")),
        ("ahead", "○", _("Still to come")),
    )
    return {
        "year": year,
        "org": org,
        "orgs": [(str(one.pk), one.called) for one in orgs],
        "quarters": titles,
        "groups": [
            (who, [(lead, list(zip(titles, cells[lead.pk], strict=True))) for lead in leads])
            for who, leads in groupby(found, key=lambda lead: lead.matter.org)
        ],
        "counts": [
            (kind, sign, words, sum(one.kind == kind for one in every))
            for kind, sign, words in kinds
        ],
    }


def facts(matter: Matter) -> Facts | Mapping[str, Any]:
    found = Lead.objects.select_related("setter").filter(pk=matter.pk).first()
    if found is None:
        return {}
    found.matter = matter
    today = timezone.localdate()
    now = [(title, str(cell(found, q, today))) for q, title in QUARTERS]
    return Facts(
        _("The lead project"),
        [
            *rows_of(found, setter=org_links([found.setter_id]) if found.setter_id else ""),
            (_("Rules"), rules.source()),
        ],
        tables=[
            Table(_("Quarters"), (_("Quarter"), _("How it stands")), now),
            _given(found),
        ],
        links=[Link(_("The sheet of %(year)d") % {"year": found.year}, _address(found.year))],
    )


def _given(found: Lead) -> Table:
    """Every account as it was given, newest first: one that was objected to stays."""
    titles = dict(QUARTERS)
    rows = [
        (
            f"{titles[one.quarter]} · {short_day(one.day)}"
            + (_(", late") if one.day > one.due else ""),
            one.done,
            f"{rules.standing(one.standing)}：{one.against}",
            one.late or _("nothing"),
            one.reply or "–",
        )
        for one in Accounting.objects.filter(lead=found).order_by("-id")
    ]
    heads = (
        _("Account of"),
        _("What was done"),
        _("Against the target"),
        _("What is late"),
        _("What was said to it"),
    )
    return Table(_("Accounts given"), heads, rows)


URLS = (path("lead-projects/<int:year>/", sheet, name="year"),)
