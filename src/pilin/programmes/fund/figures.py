"""What the books of the funds say in numbers."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from pilin.loop.printed import Printed, prints

from .models import CASH, Balance


@prints
def figures() -> Iterator[Printed]:
    sums = Balance.objects.filter(account=CASH).aggregate(came=Sum("debit"), went=Sum("credit"))
    name = "fund:list"
    yield Printed("fund_in", _("Money in"), sums["came"] or Decimal(0), _("yuan"), url_name=name)
    yield Printed("fund_out", _("Money out"), sums["went"] or Decimal(0), _("yuan"), url_name=name)
