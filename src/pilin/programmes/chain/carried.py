"""What each step of a shipment and of a recall asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from pilin.deciding.chains.acts import GOODS
from pilin.engine.positions import registers
from pilin.forms.fields import Line, Text
from pilin.forms.registers import OrganisationChoice
from pilin.forms.step_form import StepForm
from pilin.ledger import log

from . import entries, tracing
from .fields import Measure, described
from .forms import PastDay
from .holding import HANDS, answering
from .models import Affected, Lot, Recall, Shipment, amount_of

#: Holders that an entry names at most.
NAMED = 500


class SendForm(StepForm):
    """So much of a lot that lies at the sender's goes to another organisation."""

    payload = entries.Send
    lot = forms.TypedChoiceField(label=_("Which lot?"), coerce=int)
    to = OrganisationChoice(label=_("To which organisation?"), takes_it_on=True)
    amount = Measure(label=_("How much of it?"))
    day = PastDay(label=_("On which day?"))
    words = Text(label=_("What should be said about it?"), max_length=500, rows=2, required=False)

    def prepare(self) -> None:
        orgs = [o.organisation_id for o in self.situation.actor.offices if o.role in HANDS]
        self.stocks = {stock.lot_id: stock for stock in tracing.offered(orgs)[:500]}
        self.offer("lot", [(pk, described(stock)) for pk, stock in self.stocks.items()])
        self.initial.setdefault("day", self.situation.today)
        said = str(self.data.get("lot") if self.is_bound else self.initial.get("lot", ""))
        stock = self.stocks.get(int(said)) if said.isascii() and said.isdigit() else None
        if stock:
            amount = self.fields["amount"]
            assert isinstance(amount, Measure)
            amount.unit = GOODS[stock.lot.good].unit

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        day = self.fields["day"]
        assert isinstance(day, PastDay)
        day.check(self, "day")
        stock = self.stocks.get(data.get("lot") or 0)
        if stock is None:
            return data
        if data.get("to") and data["to"].pk == stock.org_id:
            self.add_error("to", _("It lies there already."))
        if data.get("amount") and data["amount"] > stock.left:
            left = amount_of(stock.left, stock.lot.good)
            words = _("%(left)s are left here.")
            self.add_error("amount", ValidationError(words, params={"left": left}))
        return data

    def public(self) -> dict[str, Any]:
        stock = self.stocks[self.cleaned_data["lot"]]
        return {**super().public(), "lot_words": stock.lot.code}

    def matter_fields(self) -> dict[str, Any]:
        data = self.cleaned_data
        stock = self.stocks[data["lot"]]
        org = registers().organisation(stock.org_id)
        with translation.override(settings.LANGUAGE_CODE):
            title = f"{stock.lot.called} → {data['to'].name}"
        return self.about(title, org, data["to"])


class _Arrived(StepForm):
    """How much of it came, no more than was sent."""

    payload = entries.Receive
    amount = Measure(label=_("How much of it came?"))
    words = Text(
        label=_("What should be said about it?"),
        max_length=500,
        rows=2,
        required=False,
        help_text=_("Where less came than was sent: what became of the rest?"),
    )

    def prepare(self) -> None:
        self.sent = Shipment.objects.select_related("lot").get(pk=self.situation.the_matter.pk)
        amount = self.fields["amount"]
        assert isinstance(amount, Measure)
        amount.unit = GOODS[self.sent.lot.good].unit
        self.initial.setdefault("amount", self.sent.amount)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        amount = data.get("amount")
        if amount is not None and amount > self.sent.amount:
            words = _("No more than %(sent)s was sent.")
            self.add_error("amount", ValidationError(words, params={"sent": self.sent.measured}))
        elif amount is not None and amount < self.sent.amount and not data.get("words"):
            self.add_error("words", _("Less came than was sent: what became of the rest?"))
        return data


class ReceiveForm(_Arrived):
    """At whoever it was sent to."""


class BackForm(_Arrived):
    """At whoever had sent it, and got it back."""


class ReportForm(StepForm):
    """Something is wrong with a lot: by its number, as it stands on the bag."""

    payload = entries.Report
    composes = True
    code = Line(
        label=_("Number of the lot"),
        max_length=40,
        help_text=_("As it is printed on the bag, or on the page behind its code."),
    )
    maker = forms.ChoiceField(label=_("Whose is it?"), required=False)
    text = Text(label=_("What is wrong with it?"), max_length=1500)

    def prepare(self) -> None:
        said = str(self.data.get("code") if self.is_bound else self.initial.get("code", ""))
        key = str(self.initial.get("lot", ""))
        rows = Lot.objects.filter(void=False).select_related("org")
        if not self.is_bound and key.isascii() and key.isdigit():
            self.found = list(rows.filter(pk=int(key)))
            for lot in self.found:
                self.initial.setdefault("code", lot.code)
                self.initial.setdefault("maker", str(lot.pk))
        else:
            self.found = list(rows.filter(code=said.strip())[:20])
        self.offer("maker", [(str(lot.pk), lot.org.called) for lot in self.found])
        if len(self.found) < 2:
            self.fields["maker"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        chosen = [lot for lot in self.found if str(lot.pk) == data.get("maker")]
        self.lot = chosen[0] if chosen else self.found[0] if len(self.found) == 1 else None
        if self.lot is None and "code" in data:
            several = len(self.found) > 1
            self.add_error(
                "maker" if several else "code",
                _("There are several of this number: whose is it?")
                if several
                else _("There is no lot of this number."),
            )
        elif self.lot and self.lot.recall:
            self.add_error("code", _("This lot is called back already."))
        return data

    def public(self) -> dict[str, Any]:
        assert self.lot is not None
        return {
            "lot": self.lot.pk,
            "lot_words": self.lot.code,
            "text": self.cleaned_data["text"],
        }

    @classmethod
    def answers(cls, data: Any) -> Any:
        yield _("Number of the lot"), data["lot_words"]
        yield _("What is wrong with it?"), data["text"]

    def matter_fields(self) -> dict[str, Any]:
        """Whoever is above the maker looks into it; they themselves, where nobody is."""
        lot, today = self.lot, self.situation.today
        assert lot is not None
        now = registers()
        maker = now.organisation(lot.org_id)
        above = now.organisation(maker.parent_id) if maker else None
        there = above and now.holders(above.pk, above.steward, today)
        with translation.override(settings.LANGUAGE_CODE):
            title = lot.called
        return self.about(title, above if there else maker, maker, place=lot.place_id)


class OrderForm(StepForm):
    """All that came of the lot is called back, and whoever holds some of it is told."""

    payload = entries.Order
    composes = True
    words = Text(label=_("Why is it called back, and what is to be done with it?"), max_length=1500)

    def public(self) -> dict[str, Any]:
        if connection.in_atomic_block:
            log.lock(log.MAIN)  # nobody makes another lot of it meanwhile
        lots = tracing.forth(Recall.objects.get(pk=self.situation.the_matter.pk).lot_id)
        now = registers()
        orgs = dict.fromkeys(row.org for row in tracing.held(lots))
        named = [org for key in orgs if (org := now.organisation(key))]
        return {
            "words": self.cleaned_data["words"],
            "lots": len(lots),
            # All of them stand in the table made of this entry, which has to end somewhere.
            "holders": [{"id": org.pk, "name": org.name} for org in named[:NAMED]],
        }

    @classmethod
    def answers(cls, data: Any) -> Any:
        yield _("Why is it called back, and what is to be done with it?"), data["words"]
        yield _("Lots called back"), str(data["lots"])
        yield (
            _("Organisations that hold some of it"),
            "、".join(holder["name"] for holder in data["holders"]),
        )


class AnswerForm(StepForm):
    """What became of each lot that was there: held back, or gone."""

    payload = entries.Account
    composes = True
    held = forms.CharField(required=False, widget=forms.HiddenInput)
    words = Text(label=_("What became of the rest?"), max_length=1000, rows=3, required=False)

    def prepare(self) -> None:
        office = answering.allows(self.situation)
        org, recall = getattr(office, "organisation_id", None), self.situation.the_matter.pk
        rows = Affected.objects.filter(recall=recall, org=org).select_related("lot").order_by("lot")
        self.rows = {f"held-{row.lot_id}": row for row in rows}
        for name, row in self.rows.items():
            self.fields[name] = Measure(
                GOODS[row.lot.good].unit,
                nothing=True,
                label=format_lazy(_("How much of {lot} do you hold back?"), lot=row.lot.called),
                help_text=format_lazy(
                    _("There were {had}."), had=amount_of(row.amount, row.lot.good)
                ),
            )
        self.fields["words"] = self.fields.pop("words")  # of what stands above it

    def clean(self) -> dict[str, Any]:
        given = {name: self.cleaned_data.pop(name, None) for name in self.rows}
        data = super().clean()
        gone = False
        for name, row in self.rows.items():
            held = given[name]
            if held is not None and held > row.amount:
                had = amount_of(row.amount, row.lot.good)
                self.add_error(name, ValidationError(_("There were %(n)s."), params={"n": had}))
            gone = gone or (held is not None and held < row.amount)
        if gone and not data.get("words"):
            self.add_error("words", _("Some of it has gone: please say where."))
        data["held"] = [
            {"lot": row.lot_id, "code": row.lot.code, "amount": given[name]}
            for name, row in self.rows.items()
        ]
        return data

    @classmethod
    def answers(cls, data: Any) -> Any:
        held = "\n".join(f"{row['code']}: {row['amount']}" for row in data["held"])
        yield _("Held back"), held
        if data.get("words"):
            yield _("What became of the rest?"), data["words"]
