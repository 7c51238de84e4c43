"""How many panels were drawn, and how many people sit on them."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed

from .models import Panel


def figures() -> Iterator[Printed]:
    found = Panel.objects.aggregate(
        drawn=Count("pk", distinct=True, filter=Q(drawn__isnull=False)),
        sit=Count("volunteers", filter=Q(volunteers__seat="taken")),
    )
    rows = (
        ("panels", _("Panels drawn by lot"), found["drawn"]),
        ("drawn", _("People who sit on them"), found["sit"]),
    )
    for key, title, n in rows:
        yield Printed(key, title, Decimal(n), url_name="panel:list")
