"""Consultation on two levels: a village station and a town hall pass matters up and down.

The same matter keeps its clock and its history wherever it is dealt with.
"""

from django.utils.translation import gettext_lazy as _

from pilin.loop.parts import (
    as_before,
    clock,
    holder,
    in_charge,
    link,
    member,
    office,
    on,
    party,
    raiser,
    same,
    steward,
    to_raiser,
    workdays,
)
from pilin.loop.procedure import Conversion, Procedure, Step, registry, states
from pilin.loop.situation import Situation

from . import forms

STATES = states(
    ("raised", _("Raised, waiting to be screened"), "raised"),
    ("declined", _("Not taken up"), "raised"),
    ("screened", _("Taken up, meeting to be convened"), "deliberated"),
    ("convened", _("Meeting convened"), "deliberated"),
    ("held", _("Deliberated, outcomes to be recorded"), "deliberated"),
    ("decided", _("Decided, outcomes to be converted"), "decided"),
    ("under_way", _("Being done"), "decided"),
    ("disputed", _("Disputed, to be mended"), "decided"),
    ("delivered", _("Done, waiting for confirmation"), "done"),
    ("closed.", _("Confirmed by those who raised it"), "confirmed"),
    ("lapsed.", _("Closed: no objection in time"), "confirmed"),
    ("dropped.", _("Closed: not taken up"), "confirmed"),
    ("merged.", _("Merged into another matter"), "confirmed"),
    ("withdrawn.", _("Withdrawn"), "confirmed"),
)
TALKING = ("raised", "screened", "convened", "held", "decided", "under_way", "disputed")


def at_station(s: Situation) -> bool:
    org = s.matter.org if s.matter else None
    return bool(org and org.category == "station" and org.parent_id)


def at_hall(s: Situation) -> bool:
    org = s.matter.org if s.matter else None
    return bool(org and org.category == "hall" and org.children.filter(category="station").exists())


def can_appeal(s: Situation) -> bool:
    return at_station(s)


def nothing_running(s: Situation) -> bool:
    return (
        bool(s.matter)
        and not s.matter.results.filter(
            state__in=("registered", "approved", "under_way", "delivered")
        ).exists()
    )


def on_behalf(s: Situation) -> bool:
    return bool(s.matter and s.matter.on_behalf)


def for_oneself(s: Situation) -> bool:
    return not on_behalf(s)


CONSULTATION = registry.add(
    Procedure(
        "consultation",
        1,
        _("Consultation"),
        STATES,
        (
            Step(
                "raise",
                None,
                "raised",
                by=member,
                title=_("Raise a matter"),
                done=_("raised this"),
                asks=forms.RaiseForm,
                holder=in_charge,
                due=workdays(3),
                joins="raiser",
            ),
            Step(
                "raise_for",
                None,
                "raised",
                by=office("host"),
                title=_("Raise a matter for someone without a phone"),
                done=_("raised this for someone without a phone"),
                asks=forms.RaiseForForm,
                holder=in_charge,
                due=workdays(3),
                joins="raiser",
            ),
            Step(
                "accept",
                ("raised",),
                "screened",
                by=holder,
                title=_("Take it up"),
                done=_("took it up"),
                asks=forms.ReasonForm,
                holder=in_charge,
                due=workdays(10),
            ),
            Step(
                "merge",
                ("raised", "screened"),
                "merged",
                by=holder,
                title=_("Merge with a like matter"),
                done=_("merged it into another matter"),
                asks=forms.MergeForm,
                closes="merged",
                side=True,
            ),
            Step(
                "decline",
                ("raised",),
                "declined",
                by=holder,
                title=_("Do not take it up"),
                done=_("did not take it up"),
                asks=forms.ReasonForm,
                holder=to_raiser,
                due=workdays(10),
                side=True,
            ),
            Step(
                "appeal",
                ("declined",),
                "raised",
                by=raiser,
                title=_("Ask the hall instead"),
                done=_("asked the hall to look at it"),
                asks=forms.AppealForm,
                holder=in_charge,
                due=workdays(5),
                only_if=can_appeal,
            ),
            Step(
                "drop",
                ("declined",),
                "dropped",
                by=raiser,
                title=_("Agree to leave it"),
                done=_("agreed to leave it"),
                closes="confirmed",
                bare=True,
            ),
            Step(
                "drop_silently",
                ("declined",),
                "dropped",
                by=clock,
                title=_("Close after no answer"),
                done=_("was closed: no answer came in time"),
                closes="silence",
            ),
            Step(
                "convene",
                ("screened",),
                "convened",
                by=holder,
                title=_("Convene a meeting"),
                done=_("convened a meeting"),
                asks=forms.ConveneForm,
                holder=in_charge,
                due=on("time", then=1),
            ),
            Step(
                "reconvene",
                ("convened",),
                "convened",
                by=holder,
                title=_("Change the meeting"),
                done=_("changed the meeting"),
                asks=forms.ConveneForm,
                holder=in_charge,
                due=on("time", then=1),
                side=True,
            ),
            Step(
                "hold",
                ("convened",),
                "held",
                by=holder,
                title=_("Record the meeting"),
                done=_("held the meeting"),
                asks=forms.HoldForm,
                holder=in_charge,
                due=workdays(5),
            ),
            Step(
                "escalate",
                ("screened", "held"),
                "raised",
                by=holder,
                title=_("Pass up to the town hall"),
                done=_("passed it up to the hall"),
                asks=forms.EscalateForm,
                holder=in_charge,
                due=workdays(5),
                only_if=at_station,
                side=True,
            ),
            Step(
                "delegate",
                ("raised", "screened", "held"),
                "screened",
                by=holder,
                title=_("Pass down to a station"),
                done=_("passed it down to a station"),
                asks=forms.DelegateForm,
                holder=in_charge,
                due=workdays(10),
                only_if=at_hall,
                side=True,
            ),
            Step(
                "decide",
                ("held",),
                "decided",
                by=holder,
                title=_("Record the outcomes"),
                done=_("recorded the outcomes"),
                asks=forms.DecideForm,
                holder=in_charge,
                due=workdays(10),
            ),
            Step(
                "convert",
                ("decided", "under_way", "disputed"),
                "under_way",
                by=holder,
                title=_("Convert an outcome into a project"),
                done=_("converted an outcome into a project"),
                asks=forms.ConvertForm,
                holder=in_charge,
                due=forms.latest_finish,
                opens=Conversion(
                    "project",
                    "commission",
                    forms.commission,
                    back={"accepted": "result"},
                    forth={"closed": "close", "lapsed": "lapse", "disputed": "reopen"},
                ),
            ),
            Step(
                "settle",
                ("decided", "under_way"),
                "under_way",
                by=holder,
                title=_("Settle an outcome directly"),
                done=_("settled an outcome directly"),
                asks=forms.SettleForm,
                holder=in_charge,
                due=workdays(10),
                side=True,
            ),
            Step(
                "deliver",
                ("under_way", "disputed"),
                "delivered",
                by=holder,
                title=_("Report it done"),
                done=_("reported it done"),
                asks=forms.WordsForm,
                evidence=1,
                holder=to_raiser,
                due=workdays(15),
                only_if=nothing_running,
            ),
            Step(
                "result",
                ("under_way", "disputed"),
                "delivered",
                by=link,
                title=_("Projects accepted"),
                done=_("is done: its projects were accepted"),
                holder=to_raiser,
                due=workdays(15),
            ),
            Step(
                "confirm",
                ("delivered",),
                "closed",
                by=raiser,
                title=_("Confirm it is done"),
                done=_("confirmed it is done"),
                asks=forms.RatingForm,
                closes="confirmed",
                only_if=for_oneself,
            ),
            Step(
                "confirm_for",
                ("delivered",),
                "closed",
                by=steward | raiser,
                title=_("Confirm for the person who raised it"),
                done=_("confirmed for the person who raised it"),
                asks=forms.RatingForm,
                evidence=1,
                closes="confirmed",
                only_if=on_behalf,
            ),
            Step(
                "rate",
                ("delivered",),
                "=",
                by=party,
                title=_("Rate the result"),
                done=_("rated the result"),
                asks=forms.RatingForm,
                holder=same,
                due=as_before,
                only_if=lambda s: not s.is_raiser,
            ),
            Step(
                "dispute",
                ("delivered",),
                "disputed",
                by=party | steward,
                title=_("It is not done"),
                done=_("said it is not done"),
                asks=forms.ReasonForm,
                holder=in_charge,
                due=workdays(5),
            ),
            Step(
                "silence",
                ("delivered",),
                "lapsed",
                by=clock,
                title=_("Close after no objection"),
                done=_("was closed: no objection came in time"),
                closes="silence",
            ),
            Step(
                "withdraw",
                ("raised",),
                "withdrawn",
                by=raiser,
                title=_("Withdraw it"),
                done=_("withdrew it"),
                asks=forms.ReasonForm,
                closes="withdrawn",
                side=True,
            ),
            Step(
                "support",
                TALKING,
                "=",
                by=member,
                title=_("This concerns me too"),
                done=_("joined: this concerns them too"),
                holder=same,
                due=as_before,
                joins="supporter",
                only_if=lambda s: not s.is_party,
                bare=True,
                side=True,
            ),
        ),
        raise_title=_("Raise a matter"),
    )
)
