"""What meetings require, and how much of it is confirmed."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.kit.printed import Printed

from .models import CONFIRMED, SILENT


def figures() -> Iterator[Printed]:
    """One question."""
    of_meetings = Q(source__kind="session")
    found = Matter.objects.filter(Q(kind="session") | of_meetings).aggregate(
        meetings=Count("pk", filter=Q(kind="session")),
        required=Count("pk", filter=of_meetings),
        confirmed=Count("pk", filter=of_meetings & CONFIRMED),
        silent=Count("pk", filter=of_meetings & SILENT),
    )
    rows = (
        ("meetings_read", _("Meetings and notices"), found["meetings"], "meeting:list"),
        ("required", _("What they require"), found["required"], "meeting:tasks"),
        ("required_confirmed", _("of this, confirmed"), found["confirmed"], "meeting:tasks"),
        (
            "required_silent",
            _("of this, closed without an objection"),
            found["silent"],
            "meeting:tasks",
        ),
    )
    for key, title, n, url in rows:
        yield Printed(key, title, Decimal(n), url_name=url)
