"""The register of pairings, and what one shows."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.kit.facts import Facts, Link, Table, org_links, rows_of
from pilin.kit.listing import Column, Listing, columns_of

from .matching import matches
from .models import DIRECTIONS, TYPES, Pairing

LISTING = Listing(
    "pairing",
    "pairings/",
    _("Pairings"),
    _("Villages, branches, schools and people of both sides who stand by each other."),
    columns=(
        Column(_("Type"), lambda m: title_of(m.pairing)),
        Column(_("Between"), lambda m: between(m.pairing)),
        *columns_of(Pairing),
    ),
    related=("pairing",),
    telling=(1,),
    openings=("propose", "seek"),
)


def title_of(p: Pairing) -> str:
    words = p.type_wording or str(TYPES.get(p.type, p.type))
    return f"{words} · {DIRECTIONS[p.direction]}" if p.direction else words


def between(p: Pairing) -> str:
    return " ⟷ ".join(filter(None, (p.left, p.right)))


def facts(matter: Matter) -> Facts | Mapping[str, Any]:
    found = Pairing.objects.select_related("matter").filter(pk=matter.pk).first()
    if found is None:
        return {}
    letters = found.letters.select_related("org").order_by("entry")
    suggested = matches(found) if matter.state == "listed" else []
    return Facts(
        _("The pairing"),
        rows_of(
            found,
            type_wording=title_of(found),
            left=between(found),
            right_org=org_links(matter.orgs),
        ),
        tables=[
            Table(
                _("Pairs"),
                (_("No."), _("This side"), _("The other side")),
                [(p.number, p.left_code, p.right_code) for p in found.pairs.order_by("number")],
                note=_("Codes only; names are kept sealed by the schools."),
            ),
            Table(
                _("Letters"),
                (_("Letter"), _("Pair"), _("From"), _("Passed on")),
                [(x.entry, x.pair, x.org.called, x.passed_on or _("not yet")) for x in letters],
            ),
            Table(
                _("Listings that fit"),
                (_("Listing"), _("Of whom"), _("Why it fits")),
                [
                    (
                        Link(m.matter.title, m.matter.url),
                        m.matter.org.called if m.matter.org else "",
                        "；".join(m.reasons),
                    )
                    for m in suggested
                ],
            ),
        ],
    )
