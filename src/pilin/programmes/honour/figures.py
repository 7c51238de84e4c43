"""How many were nominated and awarded."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed

from .models import Nomination


def figures() -> Iterator[Printed]:
    found = Nomination.objects.aggregate(
        all=Count("pk"), given=Count("pk", filter=Q(conferred__isnull=False, revoked=False))
    )
    rows = (
        ("nominated", _("People nominated"), found["all"]),
        ("awarded", _("Awarded"), found["given"]),
    )
    for key, title, n in rows:
        yield Printed(key, title, Decimal(n), _("deeds"), url_name="honour:list")
