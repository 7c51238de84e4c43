"""What the registers of events and rooms say in numbers."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pilin.kit.printed import Printed

from .models import Event, Room


def figures() -> Iterator[Printed]:
    name = "event:list"
    registered = Event.objects.exclude(source_row={}).count()
    yield Printed("events_held", _("Events held together"), Decimal(registered), url_name=name)
    own = Event.objects.filter(source_row={}, matter__state__in=("held", "closed", "lapsed"))
    yield Printed("events_here", _("Events held in Pilin"), Decimal(own.count()), url_name=name)
    rooms = Decimal(Room.objects.count())
    yield Printed("livestream_rooms", _("Livestream rooms"), rooms, _("rooms"), url_name=name)
