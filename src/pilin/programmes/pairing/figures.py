"""What the register of pairings says in numbers."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from pilin.loop.printed import Printed, prints, total

from .models import Pairing

SHOWN = (
    ("paired_villages", "village", _("Villages paired"), _("villages")),
    ("pen_pal_pairs", "penpals", _("Pen-pal pairs"), _("pairs")),
    ("supported_children", "support", _("Children supported"), _("children")),
    ("joint_branches", "branch", _("Joint Party branches"), _("pairs")),
)


@prints
def figures() -> Iterator[Printed]:
    counted = ("active", "concluded", "closed", "lapsed", "expired", "recorded")
    for key, kind, title, unit in SHOWN:
        rows = Pairing.objects.filter(type=kind, matter__state__in=counted)
        counts = [p.count or {"value": str(p.pairs.count() or 1)} for p in rows]
        value, more = total(counts)
        yield Printed(key, title, value, unit, more, "pairing:list")
