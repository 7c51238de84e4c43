"""How many warnings came, and how many stations passed them on by their hour. Exercises are counted apart."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed

from .models import Warning


def figures() -> Iterator[Printed]:
    """One question."""
    real = Q(exercise=False) & ~Q(matter__state="mistaken")
    newest = real & Q(duties__message=F("entry"))
    found = Warning.objects.aggregate(
        warnings=Count("pk", distinct=True, filter=real),
        exercises=Count("pk", distinct=True, filter=Q(exercise=True)),
        asked=Count("duties", filter=newest),
        in_time=Count("duties", filter=newest & Q(duties__done__lte=F("duties__by"))),
    )
    rows = (
        ("warnings", _("Warnings that came in"), found["warnings"]),
        ("warning_exercises", _("Exercises of warnings"), found["exercises"]),
        ("stations_asked", _("Times a station was to pass one on"), found["asked"]),
        ("stations_in_time", _("of these, passed on by its hour"), found["in_time"]),
    )
    for key, title, n in rows:
        yield Printed(key, title, Decimal(n), url_name="warning:list")
