"""What the register of pairings says in numbers, and how many were made in Pilin since."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed, total

from .models import Pairing

SHOWN = (
    ("paired_villages", "village", _("Villages paired"), _("villages")),
    ("pen_pal_pairs", "penpals", _("Pen-pal pairs"), _("pairs")),
    ("supported_children", "support", _("Children supported"), _("children")),
    ("joint_branches", "branch", _("Joint Party branches"), _("pairs")),
)


def figures() -> Iterator[Printed]:
    registered = Pairing.objects.exclude(source_row={})
    for key, kind, title, unit in SHOWN:
        value, more = total([p.count for p in registered.filter(type=kind)])
        yield Printed(key, title, value, unit, more, "pairing:list")
    lasting = ("active", "concluded", "closed", "lapsed", "expired")
    here = Pairing.objects.filter(source_row={}, matter__state__in=lasting).count()
    title = _("Pairings made in Pilin")
    yield Printed("pairings_here", title, Decimal(here), url_name="pairing:list")
