"""What each step of a fund and of a payment asks."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.engine.situation import Situation
from pilin.forms.fields import Line, Lines, Money, Text
from pilin.forms.registers import OrganisationChoice
from pilin.forms.step_form import StepForm
from pilin.people.models import Office, Organisation
from pilin.wording.reading import yuan
from pilin.wording.values import in_yuan

from . import entries
from .models import (
    CASH,
    PURPOSE,
    UNALLOCATED,
    Balance,
    Fund,
    Payment,
    Purpose,
    asked_for,
    balance,
    source_of,
)

#: Who may approve a payment, at the organisation that keeps the fund.
APPROVERS = ("lead", "treasurer", "clerk")


HOW_TO_GIVE = _("How can money be given to it?")
ACCOUNT = _("Account, counter and hours, for everyone to read.")


def within(amount: Decimal | None, there: Decimal) -> None:
    """Raises ValidationError where `amount` is nothing, or more than is there."""
    if amount is None:
        return
    if amount <= 0:
        raise ValidationError(_("Please give an amount above zero."))
    if amount > there:
        raise ValidationError(
            _("There are %(there)s for this, not %(amount)s."),
            params={"there": yuan(there), "amount": yuan(amount)},
        )


class OpenForm(StepForm):
    payload = entries.Open
    settled = ("purposes",)  # money is given for them
    title = Line(label=_("Name of the fund"), max_length=80)
    org = OrganisationChoice(label=_("Who keeps it?"), takes_it_on=True)
    purpose = Text(label=_("What is it for?"), max_length=1000, rows=3)
    purposes = Lines(
        label=_("What may be paid from it"),
        most=12,
        longest=80,
        help_text=_("One purpose a line. Nothing else can be paid."),
    )
    pay = Text(label=HOW_TO_GIVE, max_length=300, rows=2, required=False, help_text=ACCOUNT)

    def prepare(self) -> None:
        self.own("org", *APPROVERS)

    def clean_org(self) -> Organisation:
        """Whoever keeps money has a treasurer, and two officers at least who can approve."""
        org: Organisation = self.cleaned_data["org"]
        held = Office.objects.filter(Office.held_on(self.situation.today), organisation=org)
        officers = list(held.filter(role__in=APPROVERS).values_list("role", "person"))
        if "treasurer" not in dict(officers) or len({person for _role, person in officers}) < 2:
            raise ValidationError(
                _("It needs a treasurer and a second officer (lead or clerk) to approve payments.")
            )
        return org

    def matter_fields(self) -> dict[str, Any]:
        org = self.cleaned_data["org"]
        return self.about(self.cleaned_data["title"], org)


class GivingForm(StepForm):
    payload = entries.Giving
    pay = Text(label=HOW_TO_GIVE, max_length=300, rows=2, help_text=ACCOUNT)

    def prepare(self) -> None:
        self.initial.setdefault("pay", Fund.objects.get(pk=self.situation.the_matter.pk).pay)


class ReceiveForm(StepForm):
    payload = entries.Receive
    sealed = ("donor",)
    amount = Money(label=_("How much came in, in yuan?"))
    source = Line(
        label=_("Where did it come from, in general words?"),
        max_length=120,
        help_text=_("A firm by its name if it agrees; people in general words."),
    )
    donor = Line(
        label=_("Name of the donor, who wishes to stay unnamed"),
        max_length=60,
        required=False,
        help_text=_("Kept sealed: never shown, and it can be erased."),
    )

    def clean_amount(self) -> Any:
        there = sum((b.debit for b in Balance.objects.filter(account=CASH)), Decimal(0))
        within(self.cleaned_data["amount"], Decimal(10) ** 12 - there)
        return self.cleaned_data["amount"]


class PurposeStep(StepForm):
    purpose = forms.TypedChoiceField(label=_("For which purpose?"), coerce=int)
    amount = Money(label=_("How much, in yuan?"))

    def prepare(self) -> None:
        rows = Purpose.objects.filter(fund_id=self.fund).order_by("number")
        self.offer("purpose", [(p.number, p.name) for p in rows])

    @property
    def fund(self) -> int:
        return self.situation.the_matter.pk


class AllocateForm(PurposeStep):
    payload = entries.Allocate

    def clean_amount(self) -> Any:
        loose = balance(self.fund, UNALLOCATED) - asked_for(self.fund, 0)
        within(self.cleaned_data["amount"], loose)
        return self.cleaned_data["amount"]


class RequestForm(PurposeStep):
    payload = entries.Request
    payee = Line(label=_("To whom?"), max_length=60, help_text=_("A firm or a group, no person."))
    words = Text(label=_("What for exactly?"), max_length=1000, rows=3)

    def clean(self) -> dict[str, Any]:
        """No more may be asked for than the purpose has, less what was asked for already."""
        data = super().clean()
        if data.get("purpose") and data.get("amount"):
            asked = asked_for(self.fund, data["purpose"])
            try:
                within(data["amount"], balance(self.fund, PURPOSE, data["purpose"]) - asked)
            except ValidationError as fault:
                self.add_error("amount", fault)
        return data


class GiveBackForm(StepForm):
    payload = entries.GiveBack
    amount = Money(label=_("How much, in yuan?"))
    payee = Line(label=_("To whom, in general words?"), max_length=60)
    words = Text(label=_("Why?"), max_length=1000, rows=3)

    def clean_amount(self) -> Any:
        fund = self.situation.the_matter.pk
        within(self.cleaned_data["amount"], balance(fund, UNALLOCATED) - asked_for(fund, 0))
        return self.cleaned_data["amount"]


def requested(situation: Situation, form: Any) -> Mapping[str, Any]:
    """The payment a request opens."""
    return _payment(situation, form, form.cleaned_data["purpose"])


def given_back(situation: Situation, form: Any) -> Mapping[str, Any]:
    """Giving back is a payment like any other: two people approve it."""
    return _payment(situation, form, purpose=0)


def _payment(situation: Situation, form: Any, purpose: int) -> Mapping[str, Any]:
    data = form.cleaned_data
    return {
        "data": {
            "fund": situation.the_matter.pk,
            "title": f"{data['payee']}：{in_yuan(data['amount'])}",
            "purpose": purpose,
            "amount": str(data["amount"]),
            "payee": data["payee"],
            "words": data["words"],
        }
    }


class WindUpForm(StepForm):
    payload = entries.WindUp
    settled = ("left_to",)  # the second officer agrees to it, and it goes into the books
    words = Text(label=_("What was done with the money?"), max_length=2000)
    left_to = Line(label=_("Where does what is left go?"), max_length=120)


class PaymentForm(StepForm):
    payload = entries.Payment
    fund = forms.IntegerField(label=_("Number of the fund"))
    title = Line(label=_("Payment"), max_length=100)
    purpose = forms.IntegerField(label=_("For which purpose?"))
    amount = Money(label=_("How much, in yuan?"))
    payee = Line(label=_("To whom?"), max_length=60)
    words = Text(label=_("What for exactly?"), max_length=1000)

    def clean(self) -> dict[str, Any]:
        """Whatever asks for it: the fund is open, and the purpose has the money."""
        data = super().clean()
        fund: int = data.get("fund", 0)
        purpose, amount = data.get("purpose"), data.get("amount")
        if not Matter.objects.filter(pk=fund, kind="fund", state="open").exists():
            raise ValidationError(_("This fund is not open."))
        if purpose and amount:
            within(amount, balance(fund, PURPOSE, purpose) - asked_for(fund, purpose))
        return data

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        """What a person reads; fund and purpose stand in words among the facts."""
        yield from super().answers({k: v for k, v in data.items() if k not in ("fund", "purpose")})

    def matter_fields(self) -> dict[str, Any]:
        fund = Matter.objects.get(pk=self.cleaned_data["fund"])
        return {
            "title": self.cleaned_data["title"],
            "org": fund.org_id,
            "orgs": fund.orgs,
            "place": fund.place_id,
        }


class PayForm(StepForm):
    payload = entries.Pay
    voucher = Line(label=_("Number of the voucher"), max_length=40)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        payment = Payment.objects.get(pk=self.situation.the_matter.pk)
        account, purpose = source_of(payment)
        there = min(balance(payment.fund_id, account, purpose or 0), balance(payment.fund_id, CASH))
        within(payment.amount, there)
        return data


class RefundForm(StepForm):
    payload = entries.Refund
    amount = Money(label=_("How much came back, in yuan?"))
    words = Text(label=_("Why?"), max_length=1000, rows=3)

    def clean_amount(self) -> Any:
        payment = Payment.objects.get(pk=self.situation.the_matter.pk)
        within(self.cleaned_data["amount"], payment.amount - payment.refunded)
        return self.cleaned_data["amount"]
