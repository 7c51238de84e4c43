"""What the registers of events and rooms say in numbers."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pilin.loop.printed import Printed, prints

from .models import Event, Room


@prints
def figures() -> Iterator[Printed]:
    held = ("held", "closed", "lapsed", "recorded")
    events = Event.objects.filter(matter__state__in=held).count()
    name = "event:list"
    yield Printed("events_held", _("Events held together"), Decimal(events), url_name=name)
    rooms = Decimal(Room.objects.count())
    yield Printed("livestream_rooms", _("Livestream rooms"), rooms, _("rooms"), url_name=name)
