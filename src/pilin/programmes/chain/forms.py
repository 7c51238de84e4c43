"""What each step of a lot asks: what was done, of what, and how much came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from pilin.deciding.chains import acts
from pilin.deciding.chains.acts import ACTS, GOODS, UNITS, Made
from pilin.deciding.chains.gs1 import LONGEST_LOT, gtin14, is_lot
from pilin.forms.fields import Day, Line, Text
from pilin.forms.registers import OrganisationChoice, PlaceChoice
from pilin.forms.shared import ReasonForm
from pilin.forms.step_form import StepForm
from pilin.wording.saying import say

from . import entries, tracing
from .fields import Measure, Takings
from .holding import HANDS, keeper
from .models import PAPERS, Lot, Stock, amount_of, good_words

NO_LOT_OF_GS1 = _("With a GTIN it has letters, digits and signs alone: no Chinese, no spaces.")
#: Fields that only some acts ask for.
ONLY = {
    "good": ("enter",),
    "beside": ("mill",),
    "wet": ("dry",),
    "water": ("dry",),
    "bags": ("pack",),
    "gtin": ("pack",),
    "best": ("pack",),
    "variety": ("enter",),
}


def _acts() -> list[tuple[str, str]]:
    return [(act.name, say(act.title)) for act in ACTS.values()]


def _goods() -> list[tuple[str, str]]:
    return [(good.name, say(good.title)) for good in GOODS.values()]


class PastDay(Day):
    """A day that was, at most 400 days ago."""

    BACK = 400

    def check(self, form: StepForm, name: str) -> None:
        day, today = form.cleaned_data.get(name), form.situation.today
        if day and not 0 <= (today - day).days <= self.BACK:
            form.add_error(name, _("Please give a day of the last year, today at the latest."))


class MakeForm(StepForm):
    """A lot is made: brought in, grown, dried, milled, packed, split or put together."""

    payload = entries.Make
    composes = True
    act = forms.ChoiceField(label=_("What was done?"), choices=_acts)
    org = OrganisationChoice(label=_("Which organisation?"))
    good = forms.ChoiceField(label=_("What is it?"), choices=_goods, required=False)
    variety = Line(label=_("Which variety, from where?"), max_length=60, required=False)
    sources = Takings(label=_("Of which lots, and how much of each?"), required=False)
    amount = Measure(label=_("How much came of it?"))
    beside = Measure(label=_("Bran, husk and chaff together"), required=False)
    wet = forms.DecimalField(
        label=_("Water before drying, per cent"),
        required=False,
        min_value=acts.WATER.low,
        max_value=acts.WATER.high,
        decimal_places=1,
    )
    water = forms.DecimalField(
        label=_("Water after drying, per cent"),
        required=False,
        min_value=acts.WATER.low,
        max_value=acts.WATER.high,
        decimal_places=1,
    )
    bags = forms.IntegerField(
        label=_("In how many bags?"), required=False, min_value=1, max_value=1_000_000
    )
    gtin = Line(
        label=_("Number of the article (GTIN)"),
        max_length=20,
        required=False,
        help_text=_("The one under the bar code, where the bag has one."),
    )
    best = Day(label=_("Best before"), required=False)
    place = PlaceChoice(label=_("Where?"), required=False)
    day = PastDay(label=_("On which day?"))
    code = Line(
        label=_("Number of the lot"),
        max_length=LONGEST_LOT,
        required=False,
        help_text=_("As it is printed on it. Left empty, one is made."),
    )
    words = Text(label=_("What should be said about it?"), max_length=1000, rows=3, required=False)
    token = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def prepare(self) -> None:
        self.own("org", *HANDS)
        orgs = [o.organisation_id for o in self.situation.actor.offices if o.role in HANDS]
        self.doing = ACTS.get(str(self._said("act")))
        wanted = self.doing.of if self.doing else ()
        stocks = tracing.offered(orgs, wanted)[:500]
        self.stocks: dict[int, Stock] = {stock.lot_id: stock for stock in stocks}
        taking = self.fields["sources"]
        assert isinstance(taking, Takings)
        taking.offer(self.stocks)
        self.initial.setdefault("day", self.situation.today)
        if self.doing:
            self._narrow(self.doing)
        if not self.is_bound and self.doing and (lot := str(self.initial.get("of", ""))):
            self.initial.setdefault("sources", lot)

    def _said(self, name: str) -> Any:
        return self.data.get(name) if self.is_bound else self.initial.get(name, "")

    def _narrow(self, doing: acts.Act) -> None:
        """Ask only what belongs to what was done."""
        for name, only in ONLY.items():
            if doing.name not in only:
                del self.fields[name]
        if doing.of:
            taking = self.fields["sources"]
            taking.required = True
            taking.error_messages["required"] = _("What it was made of has to be named.")
        else:
            del self.fields["sources"]
        amount = self.fields["amount"]
        assert isinstance(amount, Measure)
        good = doing.makes or str(self._said("good"))
        amount.unit = GOODS[good].unit if good in GOODS else acts.KG
        if doing.makes:
            words = {"good": say(GOODS[good].title), "unit": say(UNITS[amount.unit])}
            amount.label = format_lazy(_("How much came of it: {good}, in {unit}?"), **words)

    def clean_gtin(self) -> str:
        text = self.cleaned_data["gtin"]
        if text and not gtin14(text):
            raise ValidationError(_("This is no GTIN: its last digit does not fit."))
        return gtin14(text)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        day = self.fields["day"]
        assert isinstance(day, PastDay)
        day.check(self, "day")
        if self.errors or self.doing is None:
            return data
        taken = self._taken(data)
        if self.doing.makes == "" and not self.doing.of and not data.get("good"):
            self.add_error("good", _("Please fill this in."))
            return data
        # A later step of its own makes of it what it says: the same rules for all.
        made = Made(
            self.doing.name,
            acts.made_of(self.doing, taken, data.get("good") or ""),
            data["amount"],
            taken,
            data.get("beside") or Decimal(0),
            data.get("wet"),
            data.get("water"),
        )
        self.what = made.good
        for fault in acts.faults(made):
            self.add_error(None if not self.doing.of else "sources", fault)
        if self.doing.name == "dry" and (made.wet is None or made.water is None):
            self.add_error("water", _("Paddy is measured before and after it is dried."))
        self._believed(made, data)
        if data.get("gtin") and data.get("code") and not is_lot(data["code"]):
            self.add_error("code", NO_LOT_OF_GS1)
        if not self.errors and not data.get("code"):
            data["code"] = self._numbered(data)
        return data

    def _taken(self, data: Mapping[str, Any]) -> list[tuple[str, Decimal]]:
        """What went in; all of it has to lie at the organisation."""
        found = []
        for source in data.get("sources") or ():
            stock = self.stocks[source["lot"]]
            if stock.org_id != data["org"].pk:
                words = _("%(lot)s does not lie there, but at: %(org)s")
                said = {"lot": stock.lot.called, "org": stock.org.called}
                self.add_error("sources", ValidationError(words, params=said))
            found.append((stock.lot.good, source["amount"]))
        return found

    def _believed(self, made: Made, data: dict[str, Any]) -> None:
        """What is hard to believe stands in the entry, in its language, with a word of why."""
        doubts = acts.doubts(made) if not self.errors else []
        if doubts and not data.get("words"):
            words = _("%(doubt)s If it is so, please say why.")
            self.add_error("words", ValidationError(words, params={"doubt": " ".join(doubts)}))
        with translation.override(settings.LANGUAGE_CODE):
            self.doubts = acts.doubts(made) if doubts else []

    def _numbered(self, data: Mapping[str, Any]) -> str:
        """The day, the organisation, and the how manieth of that day: 260901-12-3."""
        org, day = data["org"].pk, data["day"]
        start = f"{day:%y%m%d}-{org}-"
        return f"{start}{Lot.objects.filter(org=org, code__startswith=start).count() + 1}"

    def public(self) -> dict[str, Any]:
        said = super().public()
        said.pop("act_words", None)
        said["good"] = self.what
        return {**said, **({"doubts": self.doubts} if self.doubts else {})}

    def matter_fields(self) -> dict[str, Any]:
        data = self.cleaned_data
        with translation.override(settings.LANGUAGE_CODE):
            title = f"{good_words(self.what)} {data['code']}"
        place = data.get("place")
        return self.about(title, data["org"], place=place.pk if place else None)

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        good = str(data.get("good", ""))
        yield from super().answers({k: v for k, v in data.items() if k != "token"})
        if good in GOODS:
            unit = UNITS[GOODS[good].unit]
            yield _("Counted in"), say(unit)
        for doubt in data.get("doubts", ()):
            yield _("Hard to believe"), str(doubt)


class _OfStock(StepForm):
    """Asks for some of what lies at the actor's organisation of a lot that is not called back."""

    def prepare(self) -> None:
        lot = Lot.objects.get(pk=self.situation.the_matter.pk)
        office = keeper.allows(self.situation)
        org = getattr(office, "organisation_id", None)
        self.left = tracing.here_of(lot.pk, org)
        self.lot = lot
        amount = self.fields["amount"]
        assert isinstance(amount, Measure)
        amount.unit = GOODS[lot.good].unit
        left = amount_of(self.left, lot.good)
        amount.help_text = format_lazy(_("{left} are left here."), left=left)

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount > self.left:
            left = amount_of(self.left, self.lot.good)
            raise ValidationError(_("%(left)s are left here."), params={"left": left})
        return amount


class SellForm(_OfStock):
    payload = entries.Gone
    amount = Measure(label=_("How much was sold to whoever eats it?"))
    words = Text(label=_("What should be said about it?"), max_length=500, rows=2, required=False)

    def clean_amount(self) -> Decimal:
        if self.lot.recall:
            raise ValidationError(_("It is called back: nobody may sell it."))
        return super().clean_amount()


class LoseForm(_OfStock):
    payload = entries.Gone
    amount = Measure(label=_("How much is lost or destroyed?"))
    words = Text(label=_("How?"), max_length=500, rows=2)


class FindForm(StepForm):
    payload = entries.Found
    what = forms.ChoiceField(label=_("Which paper?"), choices=list(PAPERS.items()))
    passed = forms.ChoiceField(
        label=_("What does it say?"),
        choices=[("yes", _("It is in order")), ("no", _("It is not in order"))],
        widget=forms.RadioSelect,
    )
    by = Line(
        label=_("Whose paper is it?"), max_length=80, help_text=_("A laboratory or an office.")
    )
    number = Line(label=_("Its number"), max_length=60, required=False)
    day = Day(label=_("Of which day?"))


class AdjustForm(StepForm):
    """How much it was: declared, with what was said before. Never below what has gone on already."""

    payload = entries.Correct
    was = forms.CharField(required=False, widget=forms.HiddenInput)
    amount = Measure(label=_("How much was it really?"))
    reason = Text(label=_("Why?"), max_length=500, rows=2)

    def prepare(self) -> None:
        self.lot = Lot.objects.get(pk=self.situation.the_matter.pk)
        amount = self.fields["amount"]
        assert isinstance(amount, Measure)
        amount.unit = GOODS[self.lot.good].unit
        amount.help_text = format_lazy(
            _("It says {amount}."), amount=amount_of(self.lot.amount, self.lot.good)
        )

    def clean_was(self) -> Decimal:
        """Whatever was sent: what the lot says."""
        return self.lot.amount

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        lot = self.lot
        gone = lot.amount - tracing.here_of(lot.pk, lot.org_id)
        if amount < gone:
            words = _("%(gone)s of it have gone on already.")
            raise ValidationError(words, params={"gone": amount_of(gone, lot.good)})
        if ACTS[lot.act].weighed and amount + lot.beside > lot.taken:
            words = _("No more than %(into)s went in.")
            raise ValidationError(words, params={"into": amount_of(lot.taken, lot.good)})
        if amount == lot.amount:
            raise ValidationError(_("That is what it says."))
        return amount


class VoidForm(ReasonForm):
    """It was entered by mistake; nothing came of it yet."""
