"""An event: announced, people register within the limit, held, results published."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.engine import workdays as calendar
from pilin.engine.procedure import Due, Procedure, Step, Who, registry, states
from pilin.engine.rules import (
    as_before,
    holder,
    in_charge,
    member,
    office,
    on,
    same,
    to_raiser,
    workdays,
)
from pilin.engine.situation import Situation
from pilin.forms.shared import RatingForm, ReasonForm
from pilin.forms.steps import amended, judged, recorded

from . import forms
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

EVENT = registry.add(
    Procedure(
        "event",
        1,
        _("Event"),
        STATES,
        (
            Step(
                "announce",
                None,
                "announced",
                by=office(*forms.ANNOUNCERS),
                title=_("Announce an event"),
                done=_("announced the event"),
                asks=forms.AnnounceForm,
                holder=in_charge,
                due=after_it,
                joins="raiser",
            ),
            recorded("recorded", closes="recorded"),
            recorded("announced", "record_coming", holder=in_charge, due=on("due_day", then=3)),
            amended("recorded", "announced"),
            Step(
                "move",
                ("announced",),
                "=",
                by=holder,
                title=_("Change time or place"),
                done=_("changed time or place"),
                asks=forms.TimesForm,
                holder=in_charge,
                due=after_it,
                side=True,
            ),
            Step(
                "register",
                ("announced",),
                "=",
                by=member,
                title=_("Take part"),
                done=_("registered to take part"),
                holder=same,
                due=as_before,
                joins="supporter",
                only_if=there_is_room,
                bare=True,
            ),
            Step(
                "cancel_registration",
                ("announced",),
                "=",
                by=member,
                title=_("Give my place back"),
                done=_("gave the place back"),
                holder=same,
                due=as_before,
                only_if=registered,
                side=True,
            ),
            Step(
                "check_in",
                ("announced",),
                "=",
                by=holder,
                title=_("Check somebody in"),
                done=_("checked somebody in"),
                asks=forms.CheckInForm,
                holder=same,
                due=as_before,
            ),
            Step(
                "hold",
                ("announced",),
                "held",
                by=holder,
                title=_("Publish the results"),
                done=_("published the results"),
                asks=forms.HoldForm,
                holder=to_raiser,
                due=workdays(10),
                only_if=has_begun,
            ),
            Step(
                "cancel",
                ("announced",),
                "cancelled",
                by=holder,
                title=_("Cancel the event"),
                done=_("cancelled the event"),
                asks=ReasonForm,
                closes="cancelled",
                side=True,
            ),
            Step(
                "rate",
                ("held",),
                "=",
                by=member,
                title=_("Rate it"),
                done=_("rated it"),
                asks=RatingForm,
                rates="rating",
                holder=same,
                due=as_before,
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
        ),
        raise_title=_("Announce an event"),
    )
)
