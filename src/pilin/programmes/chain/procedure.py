"""A lot and what becomes of it; a shipment from hand to hand; and a recall, from the report to the last bag."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from pilin.engine.audiences import ALL, offices_asked
from pilin.engine.procedure import Gather, Procedure, states
from pilin.engine.rules import (
    chosen,
    holder,
    in_charge,
    member,
    raiser,
    steward,
    to_raiser,
    workdays,
)
from pilin.engine.situation import Situation
from pilin.engine.steps import closes, lapses, moves, opens, stays
from pilin.engine.telling import Telling
from pilin.forms.shared import ReasonForm
from pilin.forms.steps import amended, judged, recorded

from . import carried, entries, forms
from .holding import (
    answering,
    asked,
    hands,
    keeper,
    maker,
    receiver,
    sender,
    to_receiver,
    to_sender,
)
from .models import Affected, Lot, Move

#: What the button says, and what the history says, of each step.
LOT_WORDS = {
    "make": (_("Record a lot"), _("recorded the lot")),
    "sell": (_("Sold to whoever eats it"), _("sold some of it")),
    "lose": (_("Lost or destroyed"), _("said that some of it is lost or destroyed")),
    "find": (_("Add a test or a certificate"), _("added a test or a certificate")),
    "adjust": (_("Correct how much it was"), _("corrected how much it was")),
    "void": (_("It was recorded by mistake"), _("said that it was recorded by mistake")),
}


def untouched(s: Situation) -> bool:
    """All of it lies where it was made, and nothing was done with it."""
    lot = Lot.objects.filter(pk=s.the_matter.pk, void=False).first()
    used = Move.objects.filter(lot=s.the_matter.pk, went__gt=0).exclude(why=Move.CORRECTED)
    return lot is not None and not used.exists()


def standing(s: Situation) -> bool:
    return Lot.objects.filter(pk=s.the_matter.pk, void=False).exists()


LOT = Procedure(
    "lot",
    1,
    _("Lot"),
    states(("made.", _("Recorded"), "done")),
    (
        opens("make", "made", by=hands, asks=forms.MakeForm, how="recorded"),
        recorded("made", payload=entries.RecordLot, closes="recorded"),
        amended("made", payload=entries.RecordLot),
        stays("sell", "made", by=keeper, asks=forms.SellForm, only_if=standing),
        stays("lose", "made", by=keeper, asks=forms.LoseForm, only_if=standing),
        stays("find", "made", by=keeper | maker, asks=forms.FindForm, evidence=1),
        stays("adjust", "made", by=maker, asks=forms.AdjustForm, only_if=standing, side=True),
        stays("void", "made", by=maker, asks=forms.VoidForm, only_if=untouched, side=True),
    ),
    words=LOT_WORDS,
    raise_title=_("Record a lot"),
    listed=False,
)

#: What the button says, and what the history says, of each step.
SHIPMENT_WORDS = {
    "send": (_("Send some of a lot"), _("sent it")),
    "receive": (_("It came"), _("received it")),
    "refuse": (_("Do not take it"), _("did not take it")),
    "back": (_("It is back"), _("had it back")),
}

SHIPMENT = Procedure(
    "shipment",
    1,
    _("Shipment"),
    states(
        ("sent", _("On its way, to be received"), "done"),
        ("refused", _("Not taken, on its way back"), "deliberated"),
        ("received.", _("Received"), "confirmed"),
        ("back.", _("Came back"), "confirmed"),
    ),
    (
        opens(
            "send",
            "sent",
            by=hands,
            asks=carried.SendForm,
            holder=chosen("to"),
            due=workdays(5),
            joins="raiser",
        ),
        recorded("received", payload=entries.RecordShipment, closes="confirmed"),
        recorded(
            "sent",
            "record_sent",
            payload=entries.RecordShipment,
            holder=to_receiver,
            due=workdays(5),
        ),
        amended("sent", "refused", "received", "back", payload=entries.RecordShipment),
        closes(
            "receive",
            "sent",
            "received",
            "confirmed",
            by=holder | receiver,
            asks=carried.ReceiveForm,
        ),
        moves(
            "refuse",
            "sent",
            "refused",
            by=holder | receiver,
            asks=ReasonForm,
            holder=to_sender,
            due=workdays(5),
        ),
        closes("back", "refused", "back", "declined", by=holder | sender, asks=carried.BackForm),
    ),
    words=SHIPMENT_WORDS,
    raise_title=_("Send some of a lot"),
)

#: What the button says, and what the history says, of each step.
RECALL_WORDS = {
    "report": (_("Report that something is wrong with a lot"), _("reported it")),
    "clear": (_("Nothing is wrong with it"), _("found nothing wrong with it")),
    "insist": (_("Something is wrong with it"), _("said that something is wrong all the same")),
    "accept": (_("No objection came"), _("was left at that: no objection came in time")),
    "order": (_("Call back all that came of it"), _("called back all that came of it")),
    "answer": (_("Say what became of it"), _("said what became of theirs")),
    "conclude": (
        _("All that can be found is found"),
        _("said that all that can be found is found"),
    ),
}


def _holders(t: Telling) -> Iterable[int]:
    rows = Affected.objects.filter(recall=t.record.body["matter"])
    return list(rows.values_list("org", flat=True).distinct())


HOLDERS = offices_asked(_holders)


def all_answered(s: Situation) -> bool:
    """With this answer, everybody who held some of it has said what became of it."""
    office = answering.allows(s)
    return asked(s.the_matter.pk) <= {getattr(office, "organisation_id", None)}


RECALL = Procedure(
    "recall",
    1,
    _("Recall"),
    states(
        ("reported", _("Reported, being looked into"), "raised"),
        ("cleared", _("Nothing wrong found, can be objected to"), "deliberated"),
        ("recalled", _("Called back: holders say what became of it"), "decided"),
        ("found", _("Everybody has answered, to be confirmed"), "done"),
        ("closed.", _("Closed and confirmed"), "confirmed"),
        ("lapsed.", _("Closed: no objection in time"), "confirmed"),
        ("fine.", _("Nothing was wrong"), "confirmed"),
    ),
    (
        opens(
            "report",
            "reported",
            by=member,
            asks=carried.ReportForm,
            payload=entries.Report,
            holder=in_charge,
            due=workdays(2),
            joins="raiser",
        ),
        moves(
            "clear",
            "reported",
            "cleared",
            by=holder | steward,
            asks=ReasonForm,
            holder=to_raiser,
            due=workdays(5),
        ),
        moves(
            "insist",
            "cleared",
            "reported",
            by=raiser,
            asks=ReasonForm,
            holder=in_charge,
            due=workdays(2),
        ),
        lapses("accept", "cleared", "fine", "declined"),
        moves(
            "order",
            "reported",
            "recalled",
            by=holder | steward,
            asks=carried.OrderForm,
            holder=in_charge,
            due=workdays(3),
            tells=(HOLDERS,),
        ),
        stays(
            "answer",
            "recalled",
            by=answering,
            asks=carried.AnswerForm,
            side_by_side=True,
            tells=ALL,
            gather=Gather(
                "found",
                all_answered,
                _("everybody who holds some of it has answered"),
                holder=to_raiser,
                due=workdays(10),
            ),
        ),
        moves(
            "conclude",
            "recalled",
            "found",
            by=holder | steward,
            asks=ReasonForm,
            holder=to_raiser,
            due=workdays(10),
        ),
        *judged("found", back="recalled", due=workdays(3), by=raiser),
    ),
    words=RECALL_WORDS,
    raise_title=_("Report that something is wrong with a lot"),
)
