"""What the register of wishes says in numbers."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pilin.loop.printed import Printed, prints

from .models import Wish


@prints
def figures() -> Iterator[Printed]:
    done = ("delivered", "closed", "lapsed", "recorded")
    delivered = Wish.objects.filter(matter__state__in=done).count()
    open_ = Wish.objects.filter(matter__state="open").count()
    name = "wish:list"
    yield Printed(
        "wishes_delivered", _("Wishes delivered"), Decimal(delivered), _("wishes"), url_name=name
    )
    yield Printed(
        "wishes_open", _("Wishes to be claimed"), Decimal(open_), _("wishes"), url_name=name
    )
