"""A clause of a policy, published for those it is for; and an application under it, from asking to the money."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from pilin.engine import workdays as calendar
from pilin.engine.audiences import ALL
from pilin.engine.procedure import Conversion, Due, HolderRule, Procedure, states
from pilin.engine.rules import (
    holder,
    house,
    in_charge,
    link,
    member,
    office,
    on,
    raiser,
    steward,
    superior,
    to_raiser,
    workdays,
)
from pilin.engine.situation import Holder, Situation
from pilin.engine.steps import closes, lapses, moves, opens, stays
from pilin.engine.telling import Audience, Telling
from pilin.forms.shared import ReasonForm, WordsForm
from pilin.forms.steps import amended, judged, recorded

from . import entries, forms, passing, vetting
from .matching import fitting
from .models import Clause, Grant


def _last_day(s: Situation) -> date | None:
    return Clause.objects.values_list("ends", flat=True).get(pk=s.the_matter.pk)


def _promised(s: Situation) -> date | None:
    """So many working days as the clause promises."""
    named = s.data.get("clause")
    key = named if named is not None else Grant.objects.get(pk=s.the_matter.pk).clause_id
    return calendar.after(s.today, Clause.objects.get(pk=key).days)


def _above(s: Situation) -> Holder | None:
    org = superior(s.the_matter)
    return Holder(org=org.pk, role=org.steward) if org else in_charge.give(s)


def _receiver(s: Situation) -> Holder | None:
    """Who gets it; where the office gave it to somebody without an account, nobody objects in time."""
    return (to_raiser if s.the_matter.raiser else in_charge).give(s)


def _whom_it_fits(t: Telling) -> Iterable[str]:
    return fitting(Clause.objects.get(pk=t.after.pk), t.day)


last_day = Due(_("its last day"), _last_day)
promised = Due(_("within the days promised"), _promised)
above = HolderRule(_("the organisation above"), _above)
to_receiver = HolderRule(_("those who raised it"), _receiver)
GIVEN = Audience(_("the firm, where it has an account"), "news", passing.of_that_firm)
FITS = Audience(_("whoever it fits, as far as they have said"), "fits", _whom_it_fits, later=False)

#: What the button says, and what the history says, of each step.
CLAUSE_WORDS = {
    "write": (_("Enter a clause of a policy"), _("entered the clause")),
    "publish": (_("Publish it and tell those it fits"), _("published it")),
    "change": (_("Change what it gives or until when"), _("changed what it gives or until when")),
    "withdraw": (_("Withdraw it"), _("withdrew it")),
    "end": (_("Its last day has passed"), _("ended: its last day has passed")),
}

CLAUSE = Procedure(
    "clause",
    1,
    _("Clause of a policy"),
    states(
        ("draft", _("Entered, not open yet"), "deliberated"),
        ("open", _("Can be applied for"), "decided"),
        ("ended.", _("Ended"), "confirmed"),
        ("withdrawn.", _("Withdrawn"), "confirmed"),
    ),
    (
        opens(
            "write",
            "draft",
            by=office(*forms.WRITERS),
            asks=forms.WriteForm,
            holder=in_charge,
            due=workdays(10),
            joins="raiser",
        ),
        recorded("draft", payload=entries.Record, holder=in_charge, due=workdays(10)),
        amended("draft", payload=entries.Record),
        moves(
            "publish",
            "draft",
            "open",
            by=holder | steward,
            holder=in_charge,
            due=last_day,
            tells=(FITS,),
        ),
        stays(
            "change",
            "open",
            by=holder | steward,
            asks=forms.ChangeForm,
            holder=in_charge,
            due=on("ends"),
            tells=(*ALL, FITS),
            side=True,
        ),
        closes(
            "withdraw",
            ("draft", "open"),
            "withdrawn",
            "withdrawn",
            by=holder | steward,
            asks=ReasonForm,
            side=True,
        ),
        lapses("end", "open", "ended", "expired"),
    ),
    words=CLAUSE_WORDS,
    raise_title=_("Enter a clause of a policy"),
)

#: What the button says, and what the history says, of each step.
GRANT_WORDS = {
    "apply": (_("Apply for it"), _("applied")),
    "give": (_("Give it without an application"), _("gave it without an application")),
    "pass": (_("Grant it at once"), _("granted it at once: every fact is certain")),
    "ask": (_("Ask for what is missing"), _("asked for what is missing")),
    "supply": (_("Send what was asked for"), _("sent what was asked for")),
    "approve": (_("Grant it"), _("granted it")),
    "refuse": (_("Do not grant it"), _("did not grant it")),
    "object": (_("Object: I should get it"), _("objected")),
    "accept": (_("No objection came"), _("stood: no objection came in time")),
    "uphold": (_("Let the refusal stand"), _("let the refusal stand")),
    "again": (_("Have it vetted again"), _("had it vetted again")),
    "order": (_("Have it paid from a fund"), _("had it paid from a fund")),
    "arrive": (_("It was paid"), _("it was paid")),
    "unpaid": (_("It was not paid"), _("it was not paid")),
    "withdraw": (_("Withdraw it"), _("withdrew it")),
}

GRANT = Procedure(
    "grant",
    1,
    _("Application under a policy"),
    states(
        ("applied", _("Applied, being vetted"), "raised"),
        ("asked", _("Something is missing"), "deliberated"),
        ("refused", _("Not granted, can be objected to"), "deliberated"),
        ("objected", _("Objected, the office above looks"), "deliberated"),
        ("granted", _("Granted, to be paid"), "decided"),
        ("ordered", _("On its way to be paid"), "decided"),
        ("paid", _("Paid, to be confirmed"), "done"),
        ("closed.", _("Arrived"), "confirmed"),
        ("lapsed.", _("Closed: no objection in time"), "confirmed"),
        ("declined.", _("Not granted"), "confirmed"),
        ("withdrawn.", _("Withdrawn"), "confirmed"),
    ),
    (
        opens(
            "apply",
            "applied",
            by=member,
            asks=forms.ApplyForm,
            holder=in_charge,
            due=promised,
            joins="raiser",
            afterwards=passing.pass_at_once,
        ),
        opens(
            "give",
            "granted",
            by=office(*forms.WRITERS),
            asks=vetting.GiveForm,
            payload=entries.Give,
            holder=in_charge,
            due=workdays(10),
            tells=(GIVEN,),
        ),
        moves(
            "pass",
            "applied",
            "granted",
            by=house,
            asks=vetting.PassForm,
            payload=entries.Approve,
            holder=in_charge,
            due=workdays(10),
        ),
        moves(
            "ask",
            "applied",
            "asked",
            by=holder | steward,
            asks=WordsForm,
            holder=to_raiser,
            due=workdays(15),
        ),
        moves(
            "supply",
            "asked",
            "applied",
            by=raiser,
            asks=vetting.SupplyForm,
            holder=in_charge,
            due=promised,
        ),
        moves(
            "approve",
            ("applied", "asked"),
            "granted",
            by=holder | steward,
            asks=vetting.ApproveForm,
            holder=in_charge,
            due=workdays(10),
            locks=("clause",),
        ),
        moves(
            "refuse",
            ("applied", "asked"),
            "refused",
            by=holder | steward,
            asks=ReasonForm,
            holder=to_raiser,
            due=workdays(15),
        ),
        moves(
            "object",
            "refused",
            "objected",
            by=raiser,
            asks=ReasonForm,
            holder=above,
            due=workdays(20),
        ),
        closes("uphold", "objected", "declined", "declined", by=holder, asks=ReasonForm),
        moves(
            "again",
            "objected",
            "applied",
            by=holder,
            asks=ReasonForm,
            holder=in_charge,
            due=promised,
        ),
        lapses("accept", "refused", "declined", "declined"),
        moves(
            "order",
            "granted",
            "ordered",
            by=holder | steward,
            asks=vetting.OrderForm,
            holder=in_charge,
            due=workdays(20),
            evidence=1,
            opens=Conversion(
                "payment",
                "request",
                vetting.ordered,
                back={"paid": "arrive", "rejected": "unpaid"},
            ),
        ),
        moves("unpaid", "ordered", "granted", by=link, holder=in_charge, due=workdays(10)),
        moves("arrive", "ordered", "paid", by=link, holder=to_receiver, due=workdays(15)),
        closes(
            "withdraw",
            ("applied", "asked", "refused"),
            "withdrawn",
            "withdrawn",
            by=raiser,
            asks=ReasonForm,
            side=True,
        ),
        *judged(
            "paid",
            back="granted",
            due=workdays(10),
            by=raiser,
            title=_("Confirm that it arrived"),
            dispute=_("It did not arrive"),
        ),
    ),
    words=GRANT_WORDS,
)
