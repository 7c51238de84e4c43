"""What renovations say in numbers."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from pilin.loop.printed import Printed, prints

from .models import Accounts, Renovation


@prints
def figures() -> Iterator[Printed]:
    """Neighbourhoods and households whose residents accepted the works, and the money accounted for."""
    done = Renovation.objects.filter(matter__closed_how="confirmed")
    households = done.aggregate(n=Sum("households"))["n"] or 0
    spent = Accounts.objects.aggregate(n=Sum("spent"))["n"] or Decimal(0)
    page = "renovation:list"
    yield Printed(
        "renovated", _("Neighbourhoods renovated"), Decimal(done.count()), "", False, page
    )
    yield Printed(
        "renovated_households",
        _("Households in renovated neighbourhoods"),
        Decimal(households),
        "",
        False,
        page,
    )
    yield Printed(
        "renovation_spent",
        _("Spent on renovations, accounts published"),
        spent,
        _("yuan"),
        False,
        page,
    )
