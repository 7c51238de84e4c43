"""Entries of events → events, bookings, registrations; register rows → rooms."""

from typing import Any

from django.db.models import F

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.moment_models import changes_at
from pilin.engine.payload import Payload

from . import entries
from .forms import aware
from .models import Booking, Event, Registration, Room

EVENT = Handlers("event")
EVENT.records(Event, "record", "record_coming", "amend")
EVENT.sets("hold", Event, "attendance", "results")
EVENT.corrects(Event, "results")


@EVENT.on("announce")
def announce(entry: Entry[entries.Announce], matter: Matter) -> None:
    said = entry.data
    Event.objects.create(
        matter=matter,
        type=said.type,
        host=said.org.name,
        limit=said.limit,
        waiting=said.waiting,
        products=[product.dump() for product in said.products],
        **_times(said),
    )
    _held_at(matter, said)


@EVENT.on("move")
def move(entry: Entry[entries.Times], matter: Matter) -> None:
    times = _times(entry.data)
    Event.objects.filter(pk=matter.pk).update(**times, changes=F("changes") + 1)
    Booking.objects.filter(event_id=matter.pk).delete()
    _held_at(matter, entry.data)


def _times(said: entries.Times) -> dict[str, Any]:
    return {"start": aware(said.start), "end": aware(said.end), "where": said.where}


def _held_at(matter: Matter, said: entries.Times) -> None:
    """The room is held for it; the list no longer announces it once it is over."""
    changes_at(matter.pk, ["kind:event"], [aware(said.end)])
    if said.room:
        during = (aware(said.start), aware(said.end))
        Booking.objects.create(event_id=matter.pk, room_id=said.room.id, during=during)


@EVENT.on("register")
def register(entry: Entry[Payload], matter: Matter) -> None:
    event = Event.objects.get(pk=matter.pk)
    placed = Registration.objects.filter(event=event, status="placed").count()
    full = event.limit is not None and placed >= event.limit
    Registration.objects.create(
        event=event,
        entry=entry.number,
        person=entry.actor,
        status="waiting" if full else "placed",
    )


@EVENT.on("cancel_registration")
def cancel_registration(entry: Entry[Payload], matter: Matter) -> None:
    """Whoever has waited longest moves up into a place that was given back."""
    rows = Registration.objects.filter(event_id=matter.pk)
    own = rows.filter(person=entry.actor).exclude(status="cancelled").get()
    rows.filter(pk=own.pk).update(status="cancelled")
    following = rows.filter(status="waiting").order_by("entry").first()
    if own.status == "placed" and following:
        rows.filter(pk=following.pk).update(status="placed", placed_by=entry.number)


@EVENT.on("check_in")
def check_in(entry: Entry[entries.CheckIn], matter: Matter) -> None:
    rows = Registration.objects.filter(event_id=matter.pk, entry=int(entry.data.code))
    rows.update(came=True)


@EVENT.on("cancel")
def cancel(entry: Entry[Payload], matter: Matter) -> None:
    Booking.objects.filter(event_id=matter.pk).delete()


def room(number: int, row: entries.RoomRow) -> None:
    Room.objects.update_or_create(
        id=row.id or number,
        defaults={
            "name": row.name,
            "place_id": row.place,
            "where": row.where,
            "side": row.side,
        },
    )
