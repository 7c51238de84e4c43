"""What was made and where it went, in figures."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed

from .models import Lot


def figures() -> Iterator[Printed]:
    """One question: how many lots, how much paddy was harvested, how much of it left in bags, in kg."""
    found = Lot.objects.filter(void=False).aggregate(
        lots=Count("pk"),
        paddy=Sum("amount", filter=Q(act="harvest")),
        bags=Sum("amount", filter=Q(act="pack")),
        back=Count("pk", filter=Q(recall__isnull=False)),
    )
    where = "chain:list"
    rows = (
        ("lots", _("Lots recorded"), found["lots"], _("lots")),
        ("paddy", _("Paddy harvested"), found["paddy"], _("kg")),
        ("bagged", _("Rice packed"), found["bags"], _("kg")),
        ("called_back", _("Lots called back"), found["back"], _("lots")),
    )
    for name, title, amount, unit in rows:
        yield Printed(name, title, Decimal(amount or 0), unit, url_name=where)
