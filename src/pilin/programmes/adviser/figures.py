"""How many specialists are sought, offered and placed, and the days that were confirmed."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed

from .models import Placement, Work

PLACED = ("placed", "ended", "closed", "lapsed", "recorded")


def figures() -> Iterator[Printed]:
    listed = Q(matter__state="listed")
    found = Placement.objects.aggregate(
        sought=Count("pk", filter=listed & Q(direction="sought")),
        offered=Count("pk", filter=listed & Q(direction="offered")),
        placed=Count("pk", filter=Q(matter__state__in=PLACED)),
        before=Sum("register_days"),
    )
    worked = Work.objects.filter(stands="confirmed").aggregate(n=Sum("days"))["n"] or Decimal(0)
    rows = (
        ("advisers_sought", _("Advisers sought"), found["sought"], _("people")),
        ("advisers_offered", _("Specialists offered"), found["offered"], _("people")),
        ("advisers_placed", _("Specialists placed"), found["placed"], _("people")),
        (
            "adviser_days",
            _("Days worked and confirmed"),
            worked + (found["before"] or 0),
            _("days"),
        ),
    )
    for key, title, n, unit in rows:
        yield Printed(key, title, Decimal(n), unit, url_name="adviser:list")
