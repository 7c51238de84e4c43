"""A lead project: set for an office, taken on for a year, accounted for each quarter, confirmed by whoever set it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from pilin.engine import workdays as calendar
from pilin.engine.audiences import ALL
from pilin.engine.procedure import Due, HolderRule, Procedure, Who, states
from pilin.engine.rules import answers_for, holder, in_charge, link, office, on, workdays
from pilin.engine.situation import Holder, Situation
from pilin.engine.steps import closes, lapses, moves, opens, stays
from pilin.forms.shared import RatingForm, ReasonForm, WordsForm
from pilin.forms.steps import amended, recorded
from pilin.people.models import Office

from . import entries, forms, quarters
from .models import Lead
from .rules import DAYS

STATES = states(
    ("set", _("Set, to be taken on"), "raised"),
    ("under_way", _("Led, the next account is to come"), "decided"),
    ("accounted", _("Accounted for, to be confirmed"), "done"),
    ("closed.", _("The year is confirmed by whoever set it"), "confirmed"),
    ("lapsed.", _("Closed: no objection in time"), "confirmed"),
    ("declined.", _("Not taken on"), "confirmed"),
    ("stopped.", _("Stopped by whoever set it"), "confirmed"),
    ("recorded.", _("Past, as the register says"), "confirmed"),
)


def _found(s: Situation) -> Lead:
    row: Lead = Lead.objects.select_related("setter").get(pk=s.the_matter.pk)
    return row


def _setter_post(s: Situation) -> Holder | None:
    org = _found(s).setter
    return Holder(org=org.pk, role=org.steward) if org else in_charge.give(s)


def _setter_office(s: Situation) -> Office | None:
    post = _setter_post(s) if s.matter else None
    return answers_for(s, {post.org}) if post and post.org else None


setter = Who("lead-setter", _("whoever set it"), _setter_office)
to_setter = HolderRule(_("whoever set it"), _setter_post, ("setter",))


def _next(s: Situation, *, settled: bool = False) -> int:
    """The quarter whose account is next; with `settled`, once the one that waits is confirmed."""
    own = _found(s)
    done = (*quarters.SETTLED, "given") if settled else quarters.SETTLED
    return quarters.following(own.first, own.accounts, done)


def is_last(s: Situation) -> bool:
    """Whether nothing is due in this year once the account that waits is confirmed."""
    return _next(s, settled=True) == 0


def is_not_last(s: Situation) -> bool:
    return not is_last(s)


def _next_account(s: Situation) -> date:
    """The day the next account is due; some days from now, where that has passed already."""
    own = _found(s)
    found = _next(s, settled=s.the_matter.state == "accounted") or quarters.LAST
    day = quarters.due(own.year, found)
    return day if day > s.today else calendar.after(s.today, DAYS["again"])


next_account = Due(_("at the end of the quarter, and some working days"), _next_account)

#: What the button says, and what the history says, of each step.
WORDS = {
    "set": (_("Set a lead project"), _("set it for an office to lead")),
    "charge": (_("Set a lead project"), _("set it for an office to lead, under an agreement")),
    "take_on": (_("Take it on"), _("took it on for the year")),
    "decline": (_("Hand it back"), _("did not take it on")),
    "account": (_("Give the account of the quarter"), _("gave the account of a quarter")),
    "accept": (_("Confirm the account"), _("confirmed the account of the quarter")),
    "dispute": (_("Object to the account"), _("objected to the account: it is due again")),
    "stand": (
        _("Let the account stand"),
        _("let the account stand: no objection came in time"),
    ),
    "confirm": (_("Confirm the year"), _("confirmed the last account, and with it the year")),
    "silence": (
        _("Close after no objection"),
        _("was closed: no objection came in time"),
    ),
    "say": (_("Say something to it"), _("said something to it")),
    "stop": (_("Stop it"), _("stopped it")),
}

LEAD = Procedure(
    "lead",
    1,
    _("Lead project"),
    STATES,
    (
        opens(
            "set",
            "set",
            by=office(*forms.SETTERS),
            asks=forms.SetForm,
            holder=in_charge,
            due=workdays(DAYS["take_on"]),
            joins="raiser",
        ),
        opens(
            "charge",
            "set",
            by=link,
            asks=forms.SetForm,
            holder=in_charge,
            due=workdays(DAYS["take_on"]),
            joins="raiser",
        ),
        recorded("under_way", payload=entries.Record, holder=in_charge, due=on("due_day")),
        recorded("recorded", "record_past", payload=entries.Record, closes="recorded"),
        amended(*STATES, payload=entries.Record),
        moves(
            "take_on",
            "set",
            "under_way",
            by=holder,
            asks=forms.TakeOnForm,
            holder=in_charge,
            due=next_account,
        ),
        closes("decline", "set", "declined", "declined", by=holder, asks=ReasonForm, side=True),
        moves(
            "account",
            "under_way",
            "accounted",
            by=holder,
            asks=forms.AccountForm,
            holder=to_setter,
            due=workdays(DAYS["answer"]),
        ),
        moves(
            "accept",
            "accounted",
            "under_way",
            by=holder,
            only_if=is_not_last,
            holder=in_charge,
            due=next_account,
        ),
        closes(
            "confirm",
            "accounted",
            "closed",
            "confirmed",
            by=holder,
            asks=RatingForm,
            only_if=is_last,
            rates="rating",
        ),
        moves(
            "dispute",
            "accounted",
            "under_way",
            by=holder,
            asks=ReasonForm,
            holder=in_charge,
            due=workdays(DAYS["again"]),
        ),
        lapses(
            "stand",
            "accounted",
            "under_way",
            only_if=is_not_last,
            holder=in_charge,
            due=next_account,
        ),
        lapses("silence", "accounted", "lapsed", "silence", only_if=is_last),
        stays(
            "say",
            ("set", "under_way", "accounted"),
            by=setter | holder,
            asks=WordsForm,
            side=True,
            side_by_side=True,
            tells=ALL,
        ),
        closes(
            "stop",
            ("set", "under_way"),
            "stopped",
            "stopped",
            by=setter,
            asks=ReasonForm,
            side=True,
        ),
    ),
    words=WORDS,
    raise_title=_("Set a lead project"),
)
