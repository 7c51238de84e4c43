"""The exchange of advisers: what is sought, offered and placed, and what one shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilin.engine.models import Matter
from pilin.kit.facts import Facts, Link, Table, org_links, rows_of
from pilin.kit.listing import Column, Listing, columns_of
from pilin.people.models import Office
from pilin.wording.reading import measure, short_day

from . import rules
from .forms import confirmed_days
from .matching import matches
from .models import Placement, Work

LISTING = Listing(
    "placement",
    "advisers/",
    gettext_lazy("Advisers and specialists"),
    gettext_lazy(
        "Who is sought and who is offered on both sides, for what and how many days; who works where, and the"
        " days that were confirmed."
    ),
    columns=(
        Column(gettext_lazy("Organisation"), lambda m: m.org.called if m.org else ""),
        *columns_of(Placement),
    ),
    related=("placement",),
    telling=(2,),
    openings=("seek", "offer"),
)

STANDS = {
    "waiting": gettext_lazy("◐ to be confirmed"),
    "confirmed": gettext_lazy("✓ confirmed"),
    "objected": gettext_lazy("✗ objected to"),
}


def facts(matter: Matter) -> Facts | Mapping[str, Any]:
    found = Placement.objects.select_related("receiver", "sender").filter(pk=matter.pk).first()
    if found is None:
        return {}
    found.matter = matter
    sides = {
        name: org_links([org.pk]) if (org := getattr(found, name)) else ""
        for name in ("receiver", "sender")
    }
    placed = matter.state in ("placed", "ended", "closed", "lapsed", "broken", "recorded")
    worked = _("%(done)s of %(all)s days") % {
        "done": measure(confirmed_days(found.pk)),
        "all": measure(found.days),
    }
    return Facts(
        _("The exchange"),
        [
            *rows_of(found, **sides),
            (_("Worked and confirmed"), worked if placed else ""),
            (_("Rules"), rules.source()),
        ],
        tables=[_worked(found), _suggested(found)],
    )


def _worked(found: Placement) -> Table:
    rows = [
        (short_day(w.day), measure(w.days), w.words, _stands(w))
        for w in Work.objects.filter(placement=found).order_by("day", "id")
    ]
    heads = (_("Day"), _("How many days"), _("What was done"), _("How it stands"))
    note = _("Entries are only added. Each counts once whoever they worked for has confirmed it.")
    return Table(_("Days worked"), heads, rows, numbers=(1,), note=note)


def _stands(w: Work) -> str:
    said = str(STANDS[w.stands])
    return f"{said}：{w.reply}" if w.reply else said


def _suggested(found: Placement) -> Table:
    fit = matches(found) if found.matter.state == "listed" else []
    rows = [
        (
            Link(m.placement.matter.title, m.placement.matter.url),
            m.placement.matter.org.called if m.placement.matter.org else "",
            "；".join(m.reasons),
        )
        for m in fit
    ]
    return Table(_("Listings that fit"), (_("Listing"), _("Of whom"), _("Why it fits")), rows)


def to_confirm(offices: Sequence[Office]) -> QuerySet[Any, Any]:
    """Placements with days that those with these offices have to look at."""
    own = {o.organisation_id for o in offices if o.role == o.organisation.steward}
    rows = Work.objects.filter(stands="waiting", placement__receiver__in=own)
    rows = rows.filter(placement__matter__state="placed")
    return rows.values_list("placement_id", flat=True).distinct()
