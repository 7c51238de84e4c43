"""Entries of events → events, bookings, registrations; register rows → rooms."""

from typing import Any

from pilin.engine.entry import Handlers
from pilin.engine.models import Matter
from pilin.ledger.log import Record

from . import entries
from .forms import aware
from .models import Booking, Event, Registration, Room

EVENT = Handlers("event")


@EVENT.every
def apply(record: Record, matter: Matter) -> None:
    body = record.body
    data, own = body["data"], Event.objects.filter(pk=matter.pk)
    match body["step"]:
        case "announce":
            Event.objects.create(
                matter=matter,
                type=data["type"],
                host=data["org"]["name"],
                limit=data.get("limit"),
                waiting=data.get("waiting") or 0,
                products=data.get("products", []),
                **_times(data),
            )
            _book(matter.pk, data)
        case "record" | "record_coming" | "amend":
            _record(data["row"], matter)
        case "move":
            event = own.get()
            own.update(**_times(data), changes=event.changes + 1)
            Booking.objects.filter(event_id=matter.pk).delete()
            _book(matter.pk, data)
        case "register":
            _register(record, own.get())
        case "cancel_registration":
            _give_back(own.get(), body["actor"])
        case "check_in":
            rows = Registration.objects.filter(event_id=matter.pk, entry=int(data["code"]))
            rows.update(came=True)
        case "hold":
            own.update(attendance=data["attendance"], results=data["results"])
        case "cancel":
            Booking.objects.filter(event_id=matter.pk).delete()


def _times(data: dict[str, Any]) -> dict[str, Any]:
    return {"start": aware(data["start"]), "end": aware(data["end"]), "where": data["where"]}


def _book(event: int, data: dict[str, Any]) -> None:
    if data.get("room"):
        during = (aware(data["start"]), aware(data["end"]))
        Booking.objects.create(event_id=event, room_id=data["room"]["id"], during=during)


def _register(record: Record, event: Event) -> None:
    placed = Registration.objects.filter(event=event, status="placed").count()
    full = event.limit is not None and placed >= event.limit
    Registration.objects.create(
        event=event,
        entry=record.number,
        person=record.body["actor"],
        status="waiting" if full else "placed",
    )


def _give_back(event: Event, person: str) -> None:
    """Whoever has waited longest moves up into a place that was given back."""
    rows = Registration.objects.filter(event=event)
    own = rows.filter(person=person).exclude(status="cancelled").get()
    rows.filter(pk=own.pk).update(status="cancelled")
    following = rows.filter(status="waiting").order_by("entry").first()
    if own.status == "placed" and following:
        rows.filter(pk=following.pk).update(status="placed")


def _record(row: dict[str, Any], matter: Matter) -> None:
    names = ("type", "type_wording", "host", "source_row")
    Event.objects.update_or_create(matter=matter, defaults={k: row.get(k) for k in names})


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
