"""Events and rooms, what an event shows, its code for the door, and the calendar feed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.kit.calendar import calendar_of
from pilin.kit.conditional import conditional
from pilin.kit.facts import Facts, Link, Table, rows_of
from pilin.kit.listing import Column, Listing, columns_of
from pilin.ledger.receipt import qr_svg
from pilin.people.actor import Actor, account_of
from pilin.people.models import Side

from .models import TYPES, Booking, Event, Registration, Room
from .procedure import places
from .tokens import token


def coming() -> Mapping[str, Any]:
    """The next events, and the rooms both sides share."""
    ahead = Event.objects.filter(end__gte=timezone.now(), matter__is_open=True)
    events = ahead.select_related("matter")
    sides = {side.code: side.called for side in Side.objects.all()}
    return Facts(
        _("What is coming"),
        tables=[
            Table(
                _("Coming events"),
                (_("Event"), _("When"), _("Where")),
                [
                    (Link(e.matter.title, e.matter.url), when(e), e.where)
                    for e in events.order_by("start")[:10]
                ],
            ),
            Table(
                _("Livestream rooms"),
                (_("Room"), _("Where"), _("Side")),
                [
                    (
                        Link(r.name, reverse("event:room", args=[r.pk])),
                        r.where,
                        sides.get(r.side, ""),
                    )
                    for r in Room.objects.order_by("side", "id")
                ],
                note=_("Shared by both sides; one event at a time."),
            ),
        ],
        links=[Link(_("Calendar of all events (.ics)"), reverse("event:calendar"))],
    ).context()


LISTING = Listing(
    "event",
    "events/",
    _("Events and livestreams"),
    _("Forums, contests, races and livestreams that both sides hold together."),
    columns=(
        Column(_("Type"), lambda m: type_of(m.event)),
        *columns_of(Event),
        Column(_("When"), lambda m: when(m.event)),
    ),
    related=("event",),
    telling=(2,),
    openings=("announce",),
    more=coming,
    scopes=("register:room",),
)


def type_of(e: Event) -> str:
    return e.type_wording or str(TYPES.get(e.type, e.type))


def when(e: Event) -> str:
    if e.start is None or e.end is None:
        return ""
    start, end = timezone.localtime(e.start), timezone.localtime(e.end)
    same_day = start.date() == end.date()
    return (
        f"{start:%Y-%m-%d %H:%M} – {end:%H:%M}"
        if same_day
        else f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}"
    )


def own(matter: Matter, actor: Actor) -> tuple[str]:
    """How the reader stands."""
    found = _own(matter.pk, actor.person)
    return (found.status if found else "",)


def facts(matter: Matter, status: str) -> Facts:
    found = Event.objects.filter(pk=matter.pk).first()
    if found is None:
        return Facts("")
    placed, waiting = places(found)
    taken = f"{placed} / {found.limit}" if found.limit is not None else placed
    products = [(p["name"], p["origin"]) for p in found.products]
    calendar = Link(_("Put it into my calendar (.ics)"), reverse("event:ics", args=[matter.pk]))
    return Facts(
        _("The event"),
        rows=[
            *rows_of(found, type_wording=type_of(found), start=when(found)),
            (_("Livestream room"), _room_held(found)),
            (_("Places taken"), taken if found.start else ""),
            (_("Waiting"), f"{waiting} / {found.waiting}" if found.waiting else ""),
            (_("You"), _standing(matter, status)),
            (_("How many came"), found.attendance),
            (_("Results"), found.results),
        ],
        tables=[Table(_("Products shown"), (_("Product"), _("Origin")), products)],
        links=[calendar] if found.start else [],
    )


def _room_held(event: Event) -> Link | str:
    held = Booking.objects.select_related("room").filter(event=event).first()
    return Link(held.room.name, reverse("event:room", args=[held.room_id])) if held else ""


def _standing(matter: Matter, status: str) -> list[Any]:
    """How the reader stands, with the way to the code for the door."""
    if not status:
        return []
    if status != "placed":
        return [_("You are on the waiting list.")]
    ticket = Link(_("Show my code for the door"), reverse("event:ticket", args=[matter.pk]))
    return [_("You have a place."), *([ticket] if matter.is_open else [])]


def _own(event: int, person: str) -> Registration | None:
    rows = Registration.objects.filter(event=event, person=person) if person else None
    return rows.exclude(status="cancelled").first() if rows else None


@login_required
def ticket(request: HttpRequest, key: int) -> HttpResponse:
    """A participant's code, as QR: whoever checks in scans it and presses one button."""
    found = get_object_or_404(Event.objects.select_related("matter"), pk=key)
    own = _own(key, account_of(request).person)
    if own is None or own.status != "placed":
        raise Http404
    code = token(own.entry)
    step = reverse("web:step", args=[key, "check_in"])
    link = request.build_absolute_uri(f"{step}?code={code}")
    svg = mark_safe(qr_svg(link).decode())
    response = render(request, "event/ticket.html", {"event": found, "code": code, "qr": svg})
    response["Cache-Control"] = "no-store"
    return response


@conditional(lambda request, key: ["kind:event", "register:room"])
def room(request: HttpRequest, key: int) -> HttpResponse:
    found = get_object_or_404(Room.objects.select_related("place"), pk=key)
    since = timezone.now() - timedelta(days=30)
    rows = Booking.objects.filter(room=found, event__end__gte=since).select_related("event__matter")
    heads = (_("Event"), _("When"))
    cells = [
        (Link(b.event.matter.title, b.event.matter.url), when(b.event))
        for b in rows.order_by("event__start")
    ]
    return render(
        request, "event/room.html", {"room": found, "table": Table(_("Bookings"), heads, cells)}
    )


def ics(request: HttpRequest, key: int) -> HttpResponse:
    found = get_object_or_404(Event.objects.select_related("matter"), pk=key, start__isnull=False)
    return calendar_of([_entry(found)], f"event-{key}.ics")


def feed(request: HttpRequest) -> HttpResponse:
    """Every event from thirty days ago on, to subscribe to."""
    since = timezone.now() - timedelta(days=30)
    rows = Event.objects.filter(end__gte=since)
    return calendar_of(
        [_entry(e) for e in rows.select_related("matter").order_by("start")[:500]], "events.ics"
    )


def _entry(e: Event) -> dict[str, Any]:
    return {
        "key": f"matter-{e.pk}",
        "sequence": e.matter.last,
        "cancelled": e.matter.state == "cancelled",
        "start": e.start,
        "end": e.end,
        "summary": e.matter.title,
        "location": e.where,
        "description": e.host,
        "path": e.matter.url,
        "organizer": org.called if (org := registers().organisation(e.matter.org_id)) else e.host,
    }


URLS = (
    path("events/events.ics", feed, name="calendar"),
    path("events/<int:key>.ics", ics, name="ics"),
    path("events/<int:key>/ticket/", ticket, name="ticket"),
    path("rooms/<int:key>/", room, name="room"),
)
