"""An event: announced, people register within the limit, held, results published."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.registers import Register
from pilin.kit.programme import Programme, Shown

from . import apply, entries, pages
from .figures import figures
from .procedure import EVENT
from .workbook import EVENTS, ROOMS

PROGRAMME = Programme(
    "event",
    procedures=(EVENT,),
    apply=(apply.EVENT,),
    registers=(Register("room", _("livestream room"), entries.RoomRow, apply.room),),
    sentences={
        "room_not_booked_twice": _("This room is booked already at that time."),
        "registered_once": _("You are registered already."),
    },
    listing=pages.LISTING,
    urls=pages.URLS,
    shown=(Shown("event", pages.facts, also=("register:room",), own=pages.own),),
    figures=figures,
    sheets=(EVENTS, ROOMS),
)
