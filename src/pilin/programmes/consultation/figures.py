"""What the register of stations says in numbers."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed

from .models import Coverage


def figures() -> Iterator[Printed]:
    sums = Coverage.objects.aggregate(
        stations=Sum("stations"), villages=Sum("villages"), sessions=Sum("sessions")
    )
    for key, title, unit in (
        ("stations", _("Stations built"), _("stations")),
        ("villages", _("Villages of these towns"), _("villages")),
        ("sessions", _("Deliberations held together"), _("sessions")),
    ):
        value = Decimal(sums[key] or 0)
        yield Printed(key, title, value, unit, url_name="consultation:forums")
