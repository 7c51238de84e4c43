"""What was granted and what arrived under policies."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed

from .models import Clause

PAID = Q(grants__matter__state__in=("paid", "closed", "lapsed"))


def figures() -> Iterator[Printed]:
    found = Clause.objects.aggregate(
        open=Count("pk", distinct=True, filter=Q(matter__state="open")),
        paid=Sum("grants__amount", filter=PAID),
    )
    count, total = Decimal(found["open"]), found["paid"] or Decimal(0)
    where = "benefit:list"
    yield Printed("clauses_open", _("Policies to claim"), count, _("clauses"), url_name=where)
    yield Printed("granted", _("Paid under policies"), total, "元", url_name=where)
