"""How many projects offices lead, and how many accounts they gave."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed

from .models import Lead


def figures() -> Iterator[Printed]:
    found = Lead.objects.aggregate(all=Count("pk", distinct=True), given=Count("given"))
    rows = (
        ("lead_projects", _("Lead projects"), found["all"], _("projects")),
        ("lead_accounts", _("Quarterly accounts given"), found["given"], _("accounts")),
    )
    for key, title, n, unit in rows:
        yield Printed(key, title, Decimal(n), unit, url_name="lead:list")
