"""How many projects the catalogue lists, and what they come to."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed

from .models import Opportunity

LISTED = ("listed", "asked")


def figures() -> Iterator[Printed]:
    listed = Q(matter__state__in=LISTED)
    found = Opportunity.objects.aggregate(
        n=Count("pk", filter=listed),
        money=Sum("amount", filter=listed),
        agreed=Count("pk", filter=Q(matter__state__in=("agreed", "closed", "lapsed"))),
    )
    name = "catalogue:list"
    yield Printed(
        "catalogue_listed",
        _("Projects in the catalogue"),
        Decimal(found["n"]),
        _("projects"),
        url_name=name,
    )
    yield Printed(
        "catalogue_investment",
        _("Investment they plan"),
        found["money"] or Decimal(0),
        _("yuan"),
        url_name=name,
    )
    yield Printed(
        "catalogue_agreed",
        _("Projects that found a partner"),
        Decimal(found["agreed"]),
        _("projects"),
        url_name=name,
    )
