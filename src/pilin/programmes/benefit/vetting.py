"""What is asked of an office that vets, gives and pays, and of whoever sends what was missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.deciding.policies.conditions import evaluate
from pilin.deciding.policies.credit_code import code_of
from pilin.engine.models import Matter
from pilin.forms.fields import Line, Money, Text
from pilin.forms.step_form import StepForm
from pilin.ledger import log, sealed_parts
from pilin.wording.identity import identity
from pilin.wording.reading import yuan
from pilin.wording.values import in_yuan, plain

from . import asked, entries, passing
from .forms import SEALED, WRITERS, ApplyForm
from .models import CAME, FIRMS, PEOPLE, Clause, Firm, Grant


class SupplyForm(StepForm):
    """What was missing. It may be about a firm's books or somebody's life: sealed."""

    payload = entries.Supply
    sealed = ("text",)
    text = Text(
        label=_("What was asked for"),
        max_length=2000,
        help_text=SEALED,
    )


def most_of(clause: Clause, base: Any) -> Decimal | None:
    """The most a clause gives; by its rate, where what it is a share of is known."""
    if clause.benefit is not None and base is not None:
        return clause.benefit.amount({clause.of: base})
    return clause.cap if clause.cap is not None else clause.fixed


def within(clause: Clause, amount: Decimal, base: Any) -> None:
    """Raises ValidationError where that is more than the clause gives, or than is left of its budget."""
    most = most_of(clause, base)
    if most is not None and amount > most:
        words = _("It gives %(most)s at most.")
        raise ValidationError(words, params={"most": yuan(most)})
    if clause.left is not None and amount > clause.left:
        words = _("%(left)s are left of its budget.")
        raise ValidationError(words, params={"left": yuan(clause.left)})


class ApproveForm(StepForm):
    payload = entries.Approve
    clause = forms.IntegerField(required=False, widget=forms.HiddenInput)
    amount = Money(label=_("How much is granted, in yuan?"))
    words = Text(label=_("What should be said about it?"), max_length=1000, rows=3, required=False)

    def prepare(self) -> None:
        matter = self.situation.the_matter
        self.under = Grant.objects.get(pk=matter.pk).clause
        said = (sealed_parts.sealed(log.MAIN, matter.pk) or {}).get("facts", "")
        self.base = asked.out_of_words(self.under.of, said) if self.under.of else None
        gives = most_of(self.under, self.base)
        if gives is not None and (self.base is not None or self.under.fixed is not None):
            self.initial.setdefault("amount", plain(gives))

    def clean_amount(self) -> Any:
        amount, clause = self.cleaned_data["amount"], self.under
        within(clause, amount, self.base)
        return amount

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        own = self.situation.the_matter.pk
        waits = Grant.objects.filter(clause=self.under, pk__lt=own, matter__state="applied")
        if self.under.order == CAME and (first := waits.order_by("pk").first()):
            words = _("Whoever applied before is answered before: number %(n)s waits.")
            raise ValidationError(words, params={"n": first.pk})
        return data

    def clean_clause(self) -> int:
        """Whatever was sent: the one it was applied for under."""
        return int(self.under.pk)

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield from super().answers({k: v for k, v in data.items() if k != "clause"})


class PassForm(StepForm):
    """Taken by the house: what the clause gives by what is certain."""

    payload = entries.Approve
    composes = True

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        matter, today = self.situation.the_matter, self.situation.today
        self.amount = passing.certain(matter.pk, today)
        if self.amount is None:
            raise ValidationError(_("Not every fact is certain: it is vetted."))
        return data

    def public(self) -> dict[str, Any]:
        under = Grant.objects.get(pk=self.situation.the_matter.pk).clause_id
        return {"clause": under, "amount": plain(self.amount) if self.amount is not None else ""}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("Granted"), yuan(Decimal(data["amount"]))


class GiveForm(ApplyForm):
    """What a clause gives without an application: the office gives it to whom it fits for certain.

    A firm of the office's list is known by its code, and its facts are the list's; of others they are asked.
    """

    payload = entries.Give
    amount = Money(label=_("How much is granted, in yuan?"))
    words = Text(label=_("What should be said about it?"), max_length=1000, rows=3, required=False)

    def prepare(self) -> None:
        super().prepare()
        own = {o.organisation_id for o in self.situation.actor.offices if o.role in WRITERS}
        rows = Matter.objects.filter(kind="clause", state="open", clause__way="auto", org__in=own)
        self.offer("clause", [(m.pk, m.title) for m in rows.order_by("-pk")])
        self.fields["clause"].help_text = ""
        self.fields["contact"].required = False

    def known_of(self) -> Mapping[str, Any]:
        """Not the office's own profile: the firm's facts, as the list has them."""
        raw = str(self.data.get("code") if self.is_bound else self.initial.get("code", ""))
        if self.chosen is None or self.chosen.audience != FIRMS or not code_of(raw):
            return {}
        firm = Firm.objects.filter(code=code_of(raw), agreed=True).first()
        if firm is None:
            return {}
        self.initial.setdefault("name", firm.name)
        return firm.values()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        clause = self.chosen
        if self.errors or clause is None:
            return data
        if evaluate(clause.tree, self.given, self.situation.today) is not True:
            raise ValidationError(_("It is given without an application only where it fits."))
        within(clause, data["amount"], self.given.get(clause.of))
        return data

    def _person(self, data: Mapping[str, Any]) -> str:
        return identity(data.get("person", ""))


class OrderForm(StepForm):
    """From which fund it is paid; two of that fund's officers approve it there."""

    payload = entries.Order
    composes = True
    fund = forms.ChoiceField(label=_("From which fund, and for which of its purposes?"))
    payee = Line(
        label=_("To whom?"),
        max_length=60,
        help_text=_("A firm by its name; people in general words. It is public."),
    )

    def prepare(self) -> None:
        self.offer("fund", purposes(self.situation.the_matter))

    def clean_payee(self) -> str:
        payee: str = self.cleaned_data["payee"]
        matter = self.situation.the_matter
        if Grant.objects.get(pk=matter.pk).clause.audience == PEOPLE:
            said = sealed_parts.sealed(log.MAIN, matter.pk) or {}
            name = identity(said.get("person", said.get("name", "")))
            if name and name in identity(payee):
                raise ValidationError(_("People are not named here: it is public."))
        return payee

    def public(self) -> dict[str, Any]:
        fund, _apart, purpose = self.cleaned_data["fund"].partition(":")
        words = dict(self.fields["fund"].choices).get(self.cleaned_data["fund"], "")  # type: ignore[attr-defined]
        return {
            "fund": int(fund),
            "fund_words": str(words),
            "purpose": int(purpose),
            "payee": self.cleaned_data["payee"],
        }

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("From which fund, and for which of its purposes?"), data["fund_words"]
        yield _("To whom?"), data["payee"]


def purposes(matter: Matter) -> Iterator[tuple[str, str]]:
    """What can be paid from funds of the office, as "fund:purpose": a fund's first entry names its purposes."""
    for fund in Matter.objects.filter(kind="fund", org=matter.org_id, state="open").order_by("pk"):
        first = log.get(log.MAIN, fund.pk)
        for n, purpose in enumerate(first.body["data"].get("purposes", ()) if first else (), 1):
            yield f"{fund.pk}:{n}", f"{fund.title}：{purpose}"


def ordered(situation: Any, form: Any) -> Mapping[str, Any]:
    """The payment an order opens: two officers of the fund approve it."""
    said, grant = form.public(), Grant.objects.get(pk=situation.the_matter.pk)
    assert grant.amount is not None
    return {
        "data": {
            "fund": said["fund"],
            "title": f"{said['payee']}：{in_yuan(grant.amount)}",
            "purpose": said["purpose"],
            "amount": str(grant.amount),
            "payee": said["payee"],
            "words": situation.the_matter.title,
        }
    }
