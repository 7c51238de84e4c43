"""What the register of wishes says in numbers, and how many were fulfilled in Pilin since."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed

from .models import Wish

UNIT = _("wishes")


def figures() -> Iterator[Printed]:
    registered = Wish.objects.exclude(source_row={}).count()
    own = Wish.objects.filter(source_row={})
    done = own.filter(matter__state__in=("delivered", "closed", "lapsed")).count()
    waiting = own.filter(matter__state="open").count()
    for key, title, n in (
        ("wishes_delivered", _("Wishes delivered"), registered),
        ("wishes_delivered_here", _("Delivered through Pilin"), done),
        ("wishes_open", _("Wishes to be claimed"), waiting),
    ):
        yield Printed(key, title, Decimal(n), UNIT, url_name="wish:list")
