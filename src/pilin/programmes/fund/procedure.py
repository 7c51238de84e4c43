"""A restricted fund, and the payments made from it."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pilin.engine.audiences import ALL
from pilin.engine.procedure import (
    Conversion,
    Gather,
    HolderRule,
    Procedure,
    Who,
    open_states,
    states,
)
from pilin.engine.rules import (
    at_org,
    in_charge,
    link,
    office,
    post,
    raiser,
    steward,
    to_raiser,
    workdays,
)
from pilin.engine.situation import Holder, Situation
from pilin.engine.steps import closes, moves, opens, stays
from pilin.forms.shared import ReasonForm, WordsForm
from pilin.forms.steps import amended, corrected, judged, recorded
from pilin.people.models import Office

from . import entries, forms
from .models import Approval, Fund, Payment

keeper = at_org("treasurer", "lead")
treasurer = at_org("treasurer")


def no_payment_open(s: Situation) -> bool:
    """Whoever asked for them: the fund itself, or what it pays for."""
    return not Payment.objects.filter(fund_id=s.the_matter.pk, matter__is_open=True).exists()


def _officer(s: Situation) -> Office | None:
    """One of the fund's officers who did not ask for this."""
    if s.matter is None or s.matter.raiser == s.actor.person:
        return None
    return s.actor.office(*forms.APPROVERS, organisation=s.matter.org_id)


def _approves(s: Situation) -> Office | None:
    office = _officer(s)
    if office is None:
        return None
    rows = Approval.objects.filter(payment_id=s.the_matter.pk, person=s.actor.person)
    return None if rows.exists() else office


def _second(s: Situation) -> Office | None:
    """An officer of the fund other than whoever proposed to close its books."""
    fund = Fund.objects.filter(pk=s.matter.pk).first() if s.matter else None
    if fund is None or fund.closing_by == s.actor.person:
        return None
    return s.actor.office(*forms.APPROVERS, organisation=s.the_matter.org_id)


def _next_approver(s: Situation) -> Holder | None:
    """An officer who can still approve: neither who asked, nor who approved, nor who does so now."""
    org = s.org
    if org is None:
        return None
    done = {s.actor.person}
    if s.matter is not None:
        done.add(s.matter.raiser)
        rows = Approval.objects.filter(payment_id=s.matter.pk)
        done |= set(rows.values_list("person", flat=True))
    held = Office.objects.filter(Office.held_on(s.today), organisation=org)
    free = set(held.exclude(person__in=done).values_list("role", flat=True))
    role = next((role for role in forms.APPROVERS if role in free), org.steward)
    return Holder(org=org.pk, role=role)


next_approver = HolderRule(_("the next officer to approve"), _next_approver)
officer = Who("officer", _("an officer of the fund who did not ask for it"), _officer)
approver = Who("approver", _("an officer of the fund who has not approved it yet"), _approves)
second = Who("second", _("a second officer of the fund"), _second)


def second_approval(s: Situation) -> bool:
    """With this approval there are two."""
    return Approval.objects.filter(payment_id=s.the_matter.pk).exists()


def all_came_back(s: Situation) -> bool:
    payment = Payment.objects.get(pk=s.the_matter.pk)
    return payment.refunded + Decimal(str(s.data["amount"])) == payment.amount


#: What the button says, and what the history says, of each step.
FUND_WORDS = {
    "open": (_("Open a restricted fund"), _("opened the fund")),
    "giving": (_("Say how money can be given"), _("said how money can be given")),
    "receive": (_("Enter money that came in"), _("received money")),
    "allocate": (_("Allocate money to a purpose"), _("allocated money")),
    "request": (_("Ask for a payment"), _("asked for a payment")),
    "give_back": (_("Give money back"), _("asked to give money back")),
    "wind_up": (_("Close the books"), _("proposed to close the books")),
    "agree": (_("Agree to close the books"), _("agreed: the books are closed")),
    "keep_open": (_("Keep the books open"), _("kept the books open")),
}

FUND_STATES = states(
    ("open", _("Running"), "decided"),
    ("closing", _("To be closed, a second officer approves"), "decided"),
    ("accounts", _("Accounts published, to be confirmed"), "done"),
    ("closed.", _("Closed and confirmed"), "confirmed"),
    ("lapsed.", _("Closed: no objection in time"), "confirmed"),
    ("recorded.", _("Spent, as the register says"), "confirmed"),
)

FUND = Procedure(
    "fund",
    1,
    _("Restricted fund"),
    FUND_STATES,
    (
        opens(
            "open",
            "open",
            by=office("lead", "treasurer", "clerk"),
            asks=forms.OpenForm,
            holder=in_charge,
            due=workdays(60),
            joins="raiser",
        ),
        recorded("recorded", payload=entries.Record, closes="recorded"),
        amended("recorded", payload=entries.Record),
        stays(
            "receive",
            "open",
            by=keeper,
            asks=forms.ReceiveForm,
            holder=in_charge,
            due=workdays(60),
            tells=ALL,
        ),
        stays("giving", "open", by=keeper, asks=forms.GivingForm, side=True),
        stays(
            "allocate",
            "open",
            by=keeper,
            asks=forms.AllocateForm,
            holder=in_charge,
            due=workdays(60),
            tells=ALL,
        ),
        stays(
            "request",
            "open",
            by=office("lead", "clerk", "host", "coordinator", "treasurer", "department"),
            asks=forms.RequestForm,
            evidence=1,
            opens=Conversion("payment", "request", forms.requested),
        ),
        stays(
            "give_back",
            "open",
            by=keeper,
            asks=forms.GiveBackForm,
            evidence=1,
            opens=Conversion("payment", "request", forms.given_back),
            side=True,
        ),
        moves(
            "wind_up",
            "open",
            "closing",
            by=steward,
            asks=forms.WindUpForm,
            evidence=1,
            holder=in_charge,
            due=workdays(10),
            only_if=no_payment_open,
            side=True,
        ),
        moves(
            "agree",
            "closing",
            "accounts",
            by=second,
            asks=WordsForm,
            holder=to_raiser,
            due=workdays(15),
        ),
        moves(
            "keep_open",
            "closing",
            "open",
            by=second | steward,
            asks=ReasonForm,
            holder=in_charge,
            due=workdays(60),
            side=True,
        ),
        *judged(
            "accounts",
            back="open",
            due=workdays(10),
            title=_("Confirm the accounts"),
            dispute=_("The accounts are not right"),
        ),
        corrected(
            open_states(FUND_STATES), "open", "giving", "wind_up", "agree", "keep_open", "dispute"
        ),
    ),
    words=FUND_WORDS,
    raise_title=_("Open a restricted fund"),
)

#: What the button says, and what the history says, of each step.
PAYMENT_WORDS = {
    "request": (_("Ask for a payment"), _("asked for the payment")),
    "approve": (_("Approve it"), _("approved it")),
    "withdraw": (_("Withdraw it"), _("withdrew it")),
    "reject": (_("Do not approve it"), _("did not approve it")),
    "pay": (_("Pay it"), _("paid it")),
    "cancel": (_("Do not pay it"), _("did not pay it")),
    "refund": (_("Enter a refund"), _("entered a refund")),
    "mend": (_("Answer the dispute"), _("answered the dispute")),
}

PAYMENT_STATES = states(
    ("requested", _("Asked for, two people approve"), "raised"),
    ("approved", _("Approved, to be paid"), "decided"),
    ("paid", _("Paid, to be confirmed"), "done"),
    ("disputed", _("Disputed, to be mended"), "done"),
    ("closed.", _("Receipt confirmed"), "confirmed"),
    ("lapsed.", _("Closed: no objection in time"), "confirmed"),
    ("rejected.", _("Not paid"), "confirmed"),
    ("refunded.", _("All of it came back"), "confirmed"),
)

PAYMENT = Procedure(
    "payment",
    1,
    _("Payment"),
    PAYMENT_STATES,
    (
        opens(
            "request",
            "requested",
            by=link,
            asks=forms.PaymentForm,
            holder=next_approver,
            due=workdays(5),
            joins="raiser",
        ),
        stays(
            "approve",
            "requested",
            by=approver,
            asks=WordsForm,
            holder=next_approver,
            gather=Gather(
                "approved",
                second_approval,
                _("once two people have approved"),
                holder=post("treasurer"),
                due=workdays(5),
            ),
        ),
        closes(
            "withdraw",
            ("requested", "approved"),
            "rejected",
            "withdrawn",
            by=raiser,
            asks=ReasonForm,
            side=True,
        ),
        closes(
            "reject", "requested", "rejected", "declined", by=officer, asks=ReasonForm, side=True
        ),
        moves(
            "pay",
            "approved",
            "paid",
            by=treasurer,
            asks=forms.PayForm,
            evidence=1,
            holder=to_raiser,
            due=workdays(15),
        ),
        closes(
            "cancel",
            "approved",
            "rejected",
            "declined",
            by=treasurer | steward,
            asks=ReasonForm,
            side=True,
        ),
        stays(
            "refund",
            ("paid", "disputed"),
            by=treasurer,
            asks=forms.RefundForm,
            evidence=1,
            side=True,
            gather=Gather(
                "refunded", all_came_back, _("once all of it came back"), closes="refunded"
            ),
        ),
        moves(
            "mend",
            "disputed",
            "paid",
            by=treasurer,
            asks=WordsForm,
            evidence=1,
            holder=to_raiser,
            due=workdays(15),
        ),
        *judged(
            "paid",
            back="disputed",
            holder=post("treasurer"),
            due=workdays(5),
            title=_("Confirm that it arrived"),
            dispute=_("It did not arrive"),
        ),
        corrected(open_states(PAYMENT_STATES), "approve", "pay", "refund", "dispute", "mend"),
    ),
    words=PAYMENT_WORDS,
)
