"""An adviser or specialist: sought or offered, placed once both sides agree, days entered and confirmed, ended."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from pilin.engine import workdays as calendar
from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.engine.notices import answering
from pilin.engine.procedure import Due, HolderRule, Procedure, Who, states
from pilin.engine.rules import answers_for, holder, house, in_charge, office, on, workdays
from pilin.engine.situation import Holder, Situation
from pilin.engine.steps import closes, lapses, moves, opens, stays
from pilin.engine.telling import Audience, Telling
from pilin.forms.shared import ReasonForm
from pilin.forms.steps import amended, judged, recorded
from pilin.ledger.log import Record
from pilin.people.actor import HOUSE
from pilin.people.models import Office, Organisation

from . import entries, forms
from .models import Placement, Work
from .rules import DAYS

STATES = states(
    ("listed", _("Listed, waiting for an answer"), "raised"),
    ("proposed", _("Answered, to be agreed to"), "deliberated"),
    ("placed", _("Placed, days are entered"), "decided"),
    ("ended", _("Ended, to be confirmed"), "done"),
    ("closed.", _("Confirmed by where they worked"), "confirmed"),
    ("lapsed.", _("Closed: no objection in time"), "confirmed"),
    ("met.", _("Met by another listing"), "confirmed"),
    ("withdrawn.", _("Taken off the list"), "confirmed"),
    ("expired.", _("Its time has run out"), "confirmed"),
    ("broken.", _("Broken off"), "confirmed"),
    ("recorded.", _("Past, as the register says"), "confirmed"),
)


def _found(s: Situation) -> Placement:
    rows = Placement.objects.select_related("receiver", "sender")
    row: Placement = rows.get(pk=s.the_matter.pk)
    return row


def _post(org: Organisation | None, s: Situation) -> Holder | None:
    return Holder(org=org.pk, role=org.steward) if org else in_charge.give(s)


def _office(org: int | None, s: Situation) -> Office | None:
    return answers_for(s, {org}) if org else None


receiving = Who(
    "receiving-side",
    _("where they work"),
    lambda s: _office(_found(s).receiver_id, s) if s.matter else None,
)
sending = Who(
    "sending-side",
    _("where they come from"),
    lambda s: _office(_found(s).sender_id, s) if s.matter else None,
)
PARTIES = ("org", "partner")
to_receiver = HolderRule(_("where they work"), lambda s: _post(_found(s).receiver, s), PARTIES)
to_sender = HolderRule(_("where they come from"), lambda s: _post(_found(s).sender, s), PARTIES)


def _proposer(s: Situation) -> Office | None:
    """Whoever answers for the side that proposed it."""
    if s.matter is None:
        return None
    own = _found(s)
    other = own.sender_id if own.direction == "sought" else own.receiver_id
    return _office(other, s)


proposer = Who("placement-proposer", _("the side that proposed it"), _proposer)


def another(s: Situation) -> bool:
    """Somebody of another organisation than the one that listed it."""
    own = s.the_matter.org_id
    offices = (o for o in s.actor.offices if o.role in forms.SPEAKERS)
    return any(o.organisation_id != own for o in offices)


def days_wait(s: Situation) -> bool:
    return Work.objects.filter(placement=s.the_matter.pk, stands="waiting").exists()


def none_waits(s: Situation) -> bool:
    return not days_wait(s)


def _next_entry(s: Situation) -> date:
    """Some working days on, or the last day agreed, whichever is first; a day that has passed is not."""
    own, found = _found(s).until, calendar.after(s.today, DAYS["entry"])
    return min(found, own) if own > s.today else found


def _listing_until(s: Situation) -> date:
    """The last day of the listing as it was before it was answered; some days on, where that has passed."""
    day = date.fromisoformat(_found(s).was["until"])
    return day if day > s.today else calendar.after(s.today, DAYS["answer"])


listing_ends = Due(_("at the last day of the listing"), _listing_until)
next_entry = Due(_("at the next entry of days, at its last day at the latest"), _next_entry)


def _other_side(t: Telling) -> list[str]:
    own = Placement.objects.filter(pk=t.after.pk).first()
    return list(answering([own.receiver_id], t.day)) if own else []


def _sending_side(t: Telling) -> list[str]:
    own = Placement.objects.filter(pk=t.after.pk).first()
    return list(answering([own.sender_id], t.day)) if own else []


SENDER = Audience(_("where they come from"), "looked", _sending_side)
RECEIVER = Audience(_("where they work"), "came", _other_side)


def _other_listing(record: Record) -> None:
    """The partner's own listing is met; the step held it, and it happens when that did."""
    key = record.body["data"].get("listing")
    other = Matter.objects.filter(pk=key, kind="placement", state="listed").first() if key else None
    if other is not None:
        act(HOUSE, other.pk, "meet", {}, at=datetime.fromisoformat(record.body["at"]))


WORDS = {
    "seek": (_("Seek an adviser"), _("listed whom they seek")),
    "offer": (_("Offer a specialist"), _("listed whom they offer")),
    "propose": (_("Answer it"), _("answered it")),
    "accept": (_("Agree to it"), _("agreed to it: the specialist is placed")),
    "turn_down": (_("Look further"), _("did not take the answer and looks further")),
    "withdraw_proposal": (_("Take the answer back"), _("took the answer back")),
    "meet": (_("Met by another listing"), _("was met by another listing")),
    "take_off": (_("Take it off the list"), _("took it off the list")),
    "run_out": (_("Let it run out"), _("ran out: nobody answered it in time")),
    "work": (_("Enter days worked"), _("entered days worked")),
    "confirm_days": (_("Confirm days worked"), _("confirmed days worked")),
    "object_days": (_("Object to days worked"), _("objected to days worked")),
    "end": (_("End it with an account"), _("ended it, with an account")),
    "break_off": (_("Break it off"), _("broke it off")),
}

PLACEMENT = Procedure(
    "placement",
    1,
    _("Adviser or specialist"),
    STATES,
    (
        *(
            opens(
                name,
                "listed",
                by=office(*forms.SPEAKERS),
                asks=asks,
                holder=in_charge,
                due=on("until"),
                joins="raiser",
            )
            for name, asks in (("seek", forms.SeekForm), ("offer", forms.OfferForm))
        ),
        recorded("listed", payload=entries.Record, holder=in_charge, due=on("due_day")),
        recorded(
            "placed",
            "record_placed",
            payload=entries.Record,
            holder=in_charge,
            due=workdays(DAYS["entry"]),
        ),
        recorded("recorded", "record_past", payload=entries.Record, closes="recorded"),
        amended(*STATES, payload=entries.Record),
        moves(
            "propose",
            "listed",
            "proposed",
            by=office(*forms.SPEAKERS),
            asks=forms.ProposeForm,
            holder=in_charge,
            due=workdays(DAYS["answer"]),
            only_if=another,
        ),
        moves(
            "accept",
            "proposed",
            "placed",
            by=holder,
            asks=forms.AcceptForm,
            locks=("listing",),
            holder=to_sender,
            due=next_entry,
            afterwards=_other_listing,
        ),
        *(
            moves(
                name,
                "proposed",
                "listed",
                by=who,
                asks=forms.BackForm,
                holder=in_charge,
                due=listing_ends,
                side=True,
            )
            for name, who in (("turn_down", holder), ("withdraw_proposal", proposer))
        ),
        closes("meet", "listed", "met", "ended", by=house),
        closes(
            "take_off", "listed", "withdrawn", "withdrawn", by=holder, asks=ReasonForm, side=True
        ),
        lapses("run_out", "listed", "expired", "expired"),
        stays(
            "work",
            "placed",
            by=sending,
            asks=forms.WorkForm,
            due=next_entry,
            tells=(RECEIVER,),
        ),
        stays(
            "confirm_days",
            "placed",
            by=receiving,
            asks=forms.ConfirmForm,
            only_if=days_wait,
            side_by_side=True,
            tells=(SENDER,),
        ),
        stays(
            "object_days",
            "placed",
            by=receiving,
            asks=forms.ObjectForm,
            only_if=days_wait,
            side=True,
            side_by_side=True,
            tells=(SENDER,),
        ),
        moves(
            "end",
            "placed",
            "ended",
            by=sending | receiving,
            asks=forms.EndForm,
            only_if=none_waits,
            holder=to_receiver,
            due=workdays(DAYS["judge"]),
        ),
        closes(
            "break_off",
            "placed",
            "broken",
            "ended",
            by=sending | receiving,
            asks=ReasonForm,
            side=True,
        ),
        *judged(
            "ended",
            back="placed",
            by=receiving,
            holder=to_sender,
            due=workdays(DAYS["entry"]),
        ),
    ),
    words=WORDS,
    raise_title=_("Seek an adviser"),
    readers=sending | receiving,
)
