"""What the register of stations says in numbers."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute_of
from pilin.kit.printed import Printed

from .models import Coverage


def figures() -> Iterator[Printed]:
    sums = Coverage.objects.aggregate(
        stations=Sum("stations"), villages=Sum("villages"), sessions=Sum("sessions")
    )
    for name, unit in (
        ("stations", _("stations")),
        ("villages", _("villages")),
        ("sessions", _("sessions")),
    ):
        title, value = attribute_of(Coverage, name).label, Decimal(sums[name] or 0)
        yield Printed(name, title, value, unit, url_name="consultation:forums")
