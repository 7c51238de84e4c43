"""What renovations say in numbers."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed

from .models import Renovation


def figures() -> Iterator[Printed]:
    """Neighbourhoods and households whose residents accepted the works, and the money accounted for."""
    done = Q(matter__closed_how="confirmed")
    sums = Renovation.objects.aggregate(
        neighbourhoods=Count("pk", filter=done),
        households=Sum("households", filter=done),
        spent=Sum("accounts__spent"),
    )
    page = "renovation:list"
    yield Printed(
        "renovated", _("Neighbourhoods renovated"), Decimal(sums["neighbourhoods"]), "", False, page
    )
    yield Printed(
        "renovated_households",
        _("Households in renovated neighbourhoods"),
        Decimal(sums["households"] or 0),
        "",
        False,
        page,
    )
    yield Printed(
        "renovation_spent",
        _("Spent on renovations, accounts published"),
        Decimal(sums["spent"] or 0),
        _("yuan"),
        False,
        page,
    )
