"""An event: announced, people register within the limit, held, results published."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.engine import workdays as calendar
from pilin.engine.audiences import ALL
from pilin.engine.procedure import Due, Procedure, Who, open_states, states
from pilin.engine.rules import (
    holder,
    in_charge,
    member,
    office,
    on,
    to_raiser,
    verified,
    workdays,
)
from pilin.engine.situation import Situation
from pilin.engine.steps import closes, moves, opens, stays
from pilin.engine.telling import Audience, Telling
from pilin.forms.shared import RatingForm, ReasonForm
from pilin.forms.steps import amended, corrected, judged, recorded

from . import entries, forms
from .models import Event, Registration

STATES = states(
    ("announced", _("Announced, open for registration"), "decided"),
    ("held", _("Held, results published"), "done"),
    ("closed.", _("Confirmed by those who took part"), "confirmed"),
    ("lapsed.", _("Closed: no objection in time"), "confirmed"),
    ("cancelled.", _("Cancelled"), "confirmed"),
    ("recorded.", _("Held, as the register says"), "confirmed"),
)


def own_registration(s: Situation) -> Registration | None:
    rows = Registration.objects.filter(event_id=s.the_matter.pk, person=s.actor.person)
    return rows.exclude(status="cancelled").first()


def places(event: Event) -> tuple[int, int]:
    """How many have a place, and how many wait for one."""
    rows = Registration.objects.filter(event=event)
    return rows.filter(status="placed").count(), rows.filter(status="waiting").count()


def there_is_room(s: Situation) -> bool:
    """Not registered yet, not begun, and a place free, or one on the waiting list."""
    event = Event.objects.get(pk=s.the_matter.pk)
    if own_registration(s) or (event.end and event.end < s.now):
        return False
    placed, waiting = places(event)
    return event.limit is None or placed < event.limit or waiting < event.waiting


def has_begun(s: Situation) -> bool:
    event = Event.objects.get(pk=s.the_matter.pk)
    return event.start is None or event.start <= s.now


def _guest(s: Situation) -> bool:
    found = own_registration(s) if s.matter else None
    return bool(found and found.status == "placed")


guest = Who("guest", _("those who had a place"), _guest)


def registered(s: Situation) -> bool:
    found = own_registration(s)
    return bool(found and not found.came)


def _after(s: Situation) -> date:
    """Three working days after it ends."""
    event = Event.objects.filter(pk=s.matter.pk).first() if s.matter else None
    end = s.data.get("end")
    last = forms.aware(str(end)) if end else (event.end if event else None)
    day = timezone.localtime(last).date() if last else s.today + timedelta(days=1)
    return calendar.after(day, 3)


after_it = Due(_("three working days after it ends"), _after)


def _promoted(t: Telling) -> list[str]:
    """Whoever waited longest, where a place was given back: they had none before this entry."""
    rows = Registration.objects.filter(event_id=t.after.pk, placed_by=t.record.number)
    return list(rows.values_list("person", flat=True))


PROMOTED = Audience(_("whoever moves up into the place"), "place", _promoted)

#: What the button says, and what the history says, of each step.
WORDS = {
    "announce": (_("Announce an event"), _("announced the event")),
    "move": (_("Change time or place"), _("changed time or place")),
    "register": (_("Take part"), _("registered to take part")),
    "cancel_registration": (_("Give my place back"), _("gave the place back")),
    "check_in": (_("Check somebody in"), _("checked somebody in")),
    "hold": (_("Publish the results"), _("published the results")),
    "cancel": (_("Cancel the event"), _("cancelled the event")),
    "rate": (_("Rate it"), _("rated it")),
}

EVENT = Procedure(
    "event",
    1,
    _("Event"),
    STATES,
    (
        opens(
            "announce",
            "announced",
            by=office(*forms.ANNOUNCERS),
            asks=forms.AnnounceForm,
            holder=in_charge,
            due=after_it,
            joins="raiser",
        ),
        recorded("recorded", payload=entries.Record, closes="recorded"),
        recorded(
            "announced",
            "record_coming",
            payload=entries.Record,
            holder=in_charge,
            due=on("due_day", then=3),
        ),
        amended("recorded", "announced", payload=entries.Record),
        stays(
            "move",
            "announced",
            by=holder,
            asks=forms.TimesForm,
            holder=in_charge,
            due=after_it,
            side=True,
            tells=ALL,
        ),
        stays(
            "register",
            "announced",
            by=verified,
            joins="supporter",
            only_if=there_is_room,
            bare=True,
        ),
        stays(
            "cancel_registration",
            "announced",
            by=member,
            only_if=registered,
            side=True,
            tells=(PROMOTED,),
        ),
        stays("check_in", "announced", by=holder, asks=forms.CheckInForm),
        moves(
            "hold",
            "announced",
            "held",
            by=holder,
            asks=forms.HoldForm,
            holder=to_raiser,
            due=workdays(10),
            only_if=has_begun,
        ),
        closes(
            "cancel", "announced", "cancelled", "cancelled", by=holder, asks=ReasonForm, side=True
        ),
        stays(
            "rate",
            "held",
            by=verified,
            asks=RatingForm,
            rates="rating",
            only_if=lambda s: not _guest(s),
            side=True,
        ),
        *judged(
            "held",
            closed="closed",
            lapsed="lapsed",
            back="announced",
            holder=in_charge,
            due=workdays(5),
            by=guest,
            title=_("Confirm that it was held so"),
            dispute=_("It was not held so"),
        ),
        corrected(open_states(STATES), "announce", "hold", "rate", "dispute"),
    ),
    words=WORDS,
    raise_title=_("Announce an event"),
)
