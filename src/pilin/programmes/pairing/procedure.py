"""A pairing: proposed or found through a listing, accepted by both, active, renewed, ended."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from pilin.engine import workdays as calendar
from pilin.engine.audiences import ALL
from pilin.engine.procedure import Due, HolderRule, Procedure, Who, states
from pilin.engine.rules import (
    chosen,
    holder,
    in_charge,
    office,
    raiser,
    workdays,
)
from pilin.engine.situation import Holder, Situation
from pilin.engine.steps import closes, lapses, moves, opens, stays
from pilin.engine.telling import TAKING_PART
from pilin.forms.shared import ReasonForm
from pilin.forms.steps import amended, judged, recorded
from pilin.people.models import Office

from . import entries, forms
from .models import PERSONS, Letter, Pairing

STATES = states(
    ("listed", _("Listed, waiting for an answer"), "raised"),
    ("answered", _("Answered, to be accepted"), "deliberated"),
    ("proposed", _("Proposed, to be accepted"), "deliberated"),
    ("active", _("Active"), "decided"),
    ("concluded", _("Concluded, waiting for the other side"), "done"),
    ("closed.", _("Both sides confirmed it"), "confirmed"),
    ("lapsed.", _("Closed: no objection in time"), "confirmed"),
    ("declined.", _("Not accepted"), "confirmed"),
    ("expired.", _("Its time has run out"), "confirmed"),
    ("ended.", _("Ended"), "confirmed"),
    ("recorded.", _("Past, as the register says"), "confirmed"),
)
PROPOSERS = forms.PROPOSERS


def found(s: Situation) -> Pairing:
    row: Pairing = Pairing.objects.select_related("right_org").get(pk=s.the_matter.pk)
    return row


def _other_steward(s: Situation) -> Holder | None:
    """Whoever answers for the second party; for the first, where a register names it in words."""
    org = found(s).right_org or s.org
    return Holder(org=org.pk, role=org.steward) if org else None


def _other_office(s: Situation) -> Office | None:
    post = _other_steward(s) if s.matter else None
    return s.actor.office(post.role, organisation=post.org) if post else None


def _coordinator(s: Situation) -> Office | None:
    orgs = s.matter.orgs if s.matter else ()
    held = (o for o in s.actor.offices if o.role == "coordinator")
    return next((o for o in held if o.organisation_id in orgs), None)


other_side = Who("other_side", _("the other party"), _other_office)
coordinators = Who("coordinators", _("the coordinators of both schools"), _coordinator)
held_by_other = HolderRule(_("the other party"), _other_steward, ("partner",))


def has_two_sides(s: Situation) -> bool:
    """Where a register names the second side in words only, nobody there could confirm."""
    other = found(s).right_org
    return other is not None and other != s.org


def pairs_persons(s: Situation) -> bool:
    return found(s).type in PERSONS


def has_pairs(s: Situation) -> bool:
    pairing = found(s)
    return pairing.type == "penpals" and pairing.pairs.exists()


def letter_waits(s: Situation) -> bool:
    own = [o.organisation_id for o in s.actor.offices]
    rows = Letter.objects.filter(pairing_id=s.the_matter.pk, passed_on=None)
    return rows.exclude(org_id__in=own).exists()


def over(s: Situation) -> bool:
    until = found(s).until
    return until is not None and until < s.today


def _next_report(s: Situation) -> date:
    """Sixty working days on, but no later than the pairing's own end."""
    report = calendar.after(s.today, 60)
    until = s.data.get("until")
    end = date.fromisoformat(until) if until else found(s).until
    return min(report, end) if end and end > s.today else report


next_report = Due(_("within 60 working days, at its end at the latest"), _next_report)

#: What the button says, and what the history says, of each step.
WORDS = {
    "propose": (_("Propose a pairing"), _("proposed the pairing")),
    "seek": (_("Say what is sought or offered"), _("listed what is sought or offered")),
    "answer": (_("Answer it"), _("answered it")),
    "accept": (_("Accept the pairing"), _("accepted the pairing")),
    "withdraw": (_("Withdraw it"), _("withdrew it")),
    "end": (_("End it"), _("ended it")),
    "decline": (_("Do not accept"), _("did not accept")),
    "turn_down": (_("Look further"), _("did not take the answer and looks further")),
    "take_back": (_("Take it off the list"), _("took it off the list")),
    "pair": (_("Add a pair"), _("added a pair")),
    "write": (_("Hand in a letter"), _("handed in a letter")),
    "pass_on": (_("Pass a letter on"), _("passed a letter on")),
    "report": (_("Report what was done"), _("reported what was done")),
    "renew": (_("Renew it"), _("renewed it")),
    "conclude": (_("Conclude it"), _("concluded it")),
    "expire": (_("Let it run out"), _("ran out: nobody renewed it")),
}

PAIRING = Procedure(
    "pairing",
    1,
    _("Pairing"),
    STATES,
    (
        opens(
            "propose",
            "proposed",
            by=office(*PROPOSERS),
            asks=forms.ProposeForm,
            holder=chosen("partner"),
            due=workdays(15),
            joins="raiser",
        ),
        opens(
            "seek",
            "listed",
            by=office(*PROPOSERS),
            asks=forms.SeekForm,
            holder=in_charge,
            due=workdays(60),
            joins="raiser",
        ),
        recorded("active", payload=entries.Record, holder=in_charge, due=workdays(60)),
        recorded("recorded", "record_past", payload=entries.Record, closes="recorded"),
        amended("active", "recorded", payload=entries.Record),
        moves(
            "answer",
            "listed",
            "answered",
            by=office(*PROPOSERS),
            asks=forms.AnswerForm,
            holder=in_charge,
            due=workdays(10),
            only_if=lambda s: any(
                o.organisation_id != s.the_matter.org_id for o in s.actor.offices
            ),
        ),
        moves(
            "accept",
            ("proposed", "answered"),
            "active",
            by=holder,
            holder=in_charge,
            due=next_report,
        ),
        closes(
            "withdraw", "proposed", "declined", "withdrawn", by=raiser, asks=ReasonForm, side=True
        ),
        closes(
            "end", "active", "ended", "ended", by=holder | other_side, asks=ReasonForm, side=True
        ),
        closes(
            "decline",
            "proposed",
            "declined",
            "declined",
            by=holder,
            asks=forms.DeclineForm,
            side=True,
        ),
        moves(
            "turn_down",
            "answered",
            "listed",
            by=holder,
            asks=forms.DeclineForm,
            holder=in_charge,
            due=workdays(60),
            side=True,
        ),
        closes(
            "take_back", "listed", "declined", "withdrawn", by=holder, asks=ReasonForm, side=True
        ),
        stays(
            "pair",
            "active",
            by=coordinators | holder,
            asks=forms.PairForm,
            only_if=pairs_persons,
            tells=(TAKING_PART,),
        ),
        stays(
            "write",
            "active",
            by=coordinators,
            asks=forms.LetterForm,
            only_if=has_pairs,
            tells=(TAKING_PART,),
        ),
        stays(
            "pass_on",
            "active",
            by=coordinators,
            asks=forms.PassOnForm,
            only_if=letter_waits,
            tells=(TAKING_PART,),
        ),
        stays(
            "report",
            "active",
            by=holder | other_side,
            asks=forms.ReportForm,
            holder=in_charge,
            due=next_report,
            tells=ALL,
        ),
        stays(
            "renew",
            "active",
            by=holder | other_side,
            asks=forms.RenewForm,
            holder=in_charge,
            due=next_report,
            side=True,
            tells=ALL,
        ),
        moves(
            "conclude",
            "active",
            "concluded",
            by=holder,
            asks=forms.ReportForm,
            holder=held_by_other,
            due=workdays(15),
            only_if=has_two_sides,
            side=True,
        ),
        *judged("concluded", back="active", due=workdays(20), by=other_side),
        lapses("expire", "active", "expired", "expired", only_if=over),
    ),
    words=WORDS,
    raise_title=_("Propose a pairing"),
    discreet=True,
    readers=coordinators,
)
