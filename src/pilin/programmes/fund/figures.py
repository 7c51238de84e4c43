"""What the books of the funds say in numbers: those of registers, and those kept in Pilin."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed

from .models import CASH, Balance


def figures() -> Iterator[Printed]:
    cash = Balance.objects.filter(account=CASH)
    for rows, ending, titles in (
        (cash.exclude(fund__source_row={}), "", (_("Money in"), _("Money out"))),
        (
            cash.filter(fund__source_row={}),
            "_here",
            (_("Money in, kept in Pilin"), _("Money out, kept in Pilin")),
        ),
    ):
        sums = rows.aggregate(came=Sum("debit"), went=Sum("credit"))
        for key, title, sum_ in zip(("in", "out"), titles, ("came", "went"), strict=True):
            value = sums[sum_] or Decimal(0)
            yield Printed(f"fund_{key}{ending}", title, value, _("yuan"), url_name="fund:list")
