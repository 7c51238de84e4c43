"""What was granted and what arrived under policies."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed

from .models import Clause, Grant


def figures() -> Iterator[Printed]:
    count = Decimal(Clause.objects.filter(matter__state="open").count())
    yield Printed(
        "clauses_open", _("Policies to claim"), count, _("clauses"), url_name="benefit:list"
    )
    paid = Grant.objects.filter(matter__state__in=("paid", "closed", "lapsed"))
    total = paid.aggregate(n=Sum("amount"))["n"] or Decimal(0)
    yield Printed("granted", _("Paid under policies"), total, "元", url_name="benefit:list")
