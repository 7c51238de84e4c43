"""What each step of a clause and of an application asks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from pilin.deciding.policies.clauses import SAID
from pilin.deciding.policies.conditions import Misshapen, as_json, evaluate, failing, missing
from pilin.deciding.policies.credit_code import code_of
from pilin.deciding.policies.facts import NUMBER
from pilin.deciding.policies.phrases import phrase, text_of, tree_of, words_of
from pilin.engine.models import Matter
from pilin.engine.payload import Payload
from pilin.forms.fields import Day, Future, Line, Money, Text
from pilin.forms.registers import OrganisationChoice
from pilin.forms.step_form import StepForm
from pilin.wording.reading import yuan
from pilin.wording.values import plain

from . import asked, entries
from .claims import claim_of
from .models import FACTS, FIRMS, FOR, ONCE, ORDERS, WAYS, Clause, Grant

#: Who may write a clause.
WRITERS = ("lead", "clerk", "department", "treasurer")
SEALED = _("Kept sealed: never shown, and it can be erased.")
NUMBERS = [(one.name, one.title) for one in FACTS.values() if one.kind == NUMBER]


class Conditions(forms.CharField):
    """Conditions as people write them, a line each. Cleans to the tree as JSON, in a text."""

    is_speech = False  # nobody's own words: the page shows them as conditions

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 6}), max_length=6000, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return json.dumps(as_json(tree_of(text, FACTS)), ensure_ascii=False)
        except Misshapen as fault:
            raise ValidationError(str(fault)) from fault

    def prepare_value(self, value: Any) -> Any:
        """A tree is shown as it can be written."""
        try:
            return text_of(tree_of(value, FACTS)) if value else value
        except Misshapen:
            return value

    def words_of(self, value: str) -> str:
        return "\n".join("　" * depth + words for depth, words in words_of(tree_of(value, FACTS)))


class WriteForm(StepForm):
    payload = entries.Write
    title = Line(label=_("What is it called, in one line?"), max_length=80)
    org = OrganisationChoice(label=_("Which office answers for it?"), takes_it_on=True)
    source = Line(
        label=_("Document and clause"),
        max_length=160,
        help_text=_("As it is cited: 平政发〔2026〕1号，第三条"),
    )
    text = Text(label=_("What does it give, to whom? In plain words"), max_length=1500)
    audience = forms.ChoiceField(
        label=_("Who is it for?"), choices=list(FOR.items()), widget=forms.RadioSelect
    )
    needs = Conditions(
        label=_("Conditions"),
        help_text=_(
            "One a line; all must hold. 员工数 不超过 1000 或 营业收入 不超过 4亿。 成立日期 满 1 年。"
            " 行业 属于 C13、C14。 非失信被执行人。"
        ),
    )
    fixed = Money(label=_("How much, where it is a fixed sum?"), required=False)
    rate = forms.DecimalField(
        label=_("Or how many per cent"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=100,
        decimal_places=2,
    )
    of = forms.ChoiceField(label=_("of what?"), required=False, choices=[("", "—"), *NUMBERS])
    cap = Money(label=_("At most, in yuan"), required=False)
    budget = Money(label=_("How much is there in all?"), required=False)
    first = Day(label=_("From which day can it be applied for?"), required=False)
    ends = Future(label=_("Until which day?"))
    way = forms.ChoiceField(
        label=_("How is it come by?"), choices=list(WAYS.items()), widget=forms.RadioSelect
    )
    days = forms.IntegerField(
        label=_("Answered within how many working days?"), min_value=1, max_value=90, initial=20
    )
    phone = Line(label=_("Whom can one ring?"), max_length=60, required=False)
    once = forms.ChoiceField(
        label=_("How often can it be had?"), required=False, choices=list(ONCE.items())
    )
    order = forms.ChoiceField(
        label=_("In which order is it answered?"), required=False, choices=list(ORDERS.items())
    )

    def prepare(self) -> None:
        self.own("org", *WRITERS)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        rate, of = data.get("rate"), data.get("of")
        if data.get("fixed") is not None and rate is not None:
            self.add_error("rate", _("It is a fixed sum or a share, not both."))
        if bool(rate) != bool(of):
            self.add_error("of", _("A share is so many per cent of something."))
        first, ends = data.get("first"), data.get("ends")
        if first and ends and ends < first:
            self.add_error("ends", _("Its last day lies before its first."))
        return data

    def public(self) -> dict[str, Any]:
        said = super().public()
        if "rate" in said:
            said["rate"] = plain(self.cleaned_data["rate"] / 100)
        return said

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        said = dict(data)
        rate = said.pop("rate", "")
        yield from super().answers(said)
        if rate:
            yield _("Per cent"), plain(Decimal(rate) * 100)

    def matter_fields(self) -> dict[str, Any]:
        org = self.cleaned_data["org"]
        return self.about(self.cleaned_data["title"], org)


class ChangeForm(StepForm):
    """What may change while people apply: never the conditions."""

    payload = entries.Change
    text = Text(label=_("What does it give, to whom? In plain words"), max_length=1500)
    budget = Money(label=_("How much is there in all?"), required=False)
    ends = Future(label=_("Until which day?"))

    def prepare(self) -> None:
        clause = Clause.objects.get(pk=self.situation.the_matter.pk)
        for name in ("text", "budget", "ends"):
            self.initial.setdefault(name, getattr(clause, name))

    def clean_budget(self) -> Any:
        budget = self.cleaned_data["budget"]
        granted = Clause.objects.get(pk=self.situation.the_matter.pk).granted
        if budget is not None and budget < granted:
            words = _("%(n)s are granted already.")
            raise ValidationError(words, params={"n": yuan(granted)})
        return budget


class ApplyForm(StepForm):
    """Asks only what is not known yet; what is said of oneself is sealed."""

    payload: ClassVar[type[Payload] | None] = entries.Apply
    composes = True
    sealed = ("name", "person", "code", "facts", "contact")
    confided = ("name",)  # a firm's, which is public once it is paid; a person's never is
    clause = forms.TypedChoiceField(label=_("For what?"), coerce=int)
    name = Line(label=_("For which firm?"), max_length=80)
    person = Line(label=_("Who is it for, by name?"), max_length=40, help_text=SEALED)
    code = Line(
        label=_("Unified social credit code"),
        max_length=24,
        required=False,
        help_text=_("Of a firm: 18 characters. It is checked by its last one."),
    )
    contact = Line(
        label=_("How can you be reached?"),
        max_length=120,
        help_text=SEALED,
    )
    facts = forms.CharField(
        label=_("What was said of it"), required=False, widget=forms.HiddenInput
    )

    def prepare(self) -> None:
        rows = Matter.objects.filter(kind="clause", state="open").order_by("-pk")
        self.offer("clause", [(m.pk, m.title) for m in rows])
        self.chosen = self._clause()
        if self.chosen is None or self.chosen.audience == FIRMS:
            del self.fields["person"]
        else:
            del self.fields["name"], self.fields["code"]
        if self.chosen is None:
            return
        known = self.known_of()
        for fact in asked.facts_of(self.chosen):
            field = asked.field_of(fact)
            field.widget.attrs["data-sealed"] = "1"
            field.help_text = format_lazy("{} {}", field.help_text, SEALED)
            self.fields[asked.PREFIX + fact.name] = field
            if fact.name in known:
                self.initial.setdefault(asked.PREFIX + fact.name, known[fact.name])
                field.widget = forms.HiddenInput(attrs={"data-sealed": "1"})
        self._say_what_is_known(known)

    def known_of(self) -> Mapping[str, Any]:
        """The facts one has said of oneself before."""
        assert self.chosen is not None
        own = asked.profile_of(self.situation.actor, self.chosen.audience)
        if own is None:
            return {}
        self.initial.setdefault("name", own.name)
        self.initial.setdefault("code", own.code)
        return own.values()

    def _say_what_is_known(self, known: Mapping[str, Any]) -> None:
        """What one has said before goes along without being asked again."""
        assert self.chosen is not None
        told = {f.name: known[f.name] for f in asked.facts_of(self.chosen) if f.name in known}
        if told:
            words = "；".join(asked.in_words(told).split("\n"))
            self.fields["clause"].help_text = format_lazy(
                _("Known from what you have said of yourself, and not asked again: {}"), words
            )

    def _clause(self) -> Clause | None:
        raw = str(self.data.get("clause") if self.is_bound else self.initial.get("clause", ""))
        if not raw.isascii() or not raw.isdigit() or len(raw) > 15:
            return None
        return Clause.objects.filter(pk=int(raw), matter__state="open").first()

    def clean_code(self) -> str:
        raw = self.cleaned_data["code"]
        if raw and not code_of(raw):
            raise ValidationError(_("This is no credit code: its last character does not fit."))
        return code_of(raw)

    def clean(self) -> dict[str, Any]:
        clause, on = self.chosen, self.situation.today
        given = {
            name.removeprefix(asked.PREFIX): self.cleaned_data.pop(name, None)
            for name in list(self.fields)
            if name.startswith(asked.PREFIX)
        }
        data = super().clean()
        if self.errors or clause is None:
            return data
        if not clause.is_open(on):
            raise ValidationError(_("It cannot be applied for today."))
        self.verdict = SAID[evaluate(clause.tree, given, on)]
        if self.verdict == "no":
            found = dict.fromkeys(map(phrase, failing(clause.tree, given, on)))
            words = _("It is not for you as things stand. What does not hold: %(what)s")
            raise ValidationError(words, params={"what": "；".join(found)})
        for name in missing(clause.tree, given, on):
            self.add_error(asked.PREFIX + name, _("This decides it. Please say it."))
        self._once(clause, data)
        self.given = given
        # In the language of the record, as all that stands in it.
        with translation.override(settings.LANGUAGE_CODE):
            data["facts"] = asked.in_words(given)
        return data

    def _once(self, clause: Clause, data: Mapping[str, Any]) -> None:
        """Refused where the same firm or person has applied already, and that still stands."""
        self.claim = ""
        if not clause.once:
            return
        if clause.audience == FIRMS and not data.get("code"):
            self.add_error("code", _("It is given once to each firm: its code is needed."))
            return
        who = data.get("code") or self._person(data)
        self.claim = claim_of(clause, who, self.situation.today.year)
        if Grant.objects.filter(clause=clause, claim=self.claim).exists():
            raise ValidationError(_("It is given once to each, and was applied for already."))

    def _person(self, data: Mapping[str, Any]) -> str:
        return str(self.situation.actor.person)

    def public(self) -> dict[str, Any]:
        claim = {"claim": self.claim} if self.claim else {}
        return {**super().public(), "verdict": self.verdict, **claim}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield from super().answers({k: v for k, v in data.items() if k not in ("verdict", "claim")})

    def matter_fields(self) -> dict[str, Any]:
        clause = Matter.objects.get(pk=self.cleaned_data["clause"])
        return {
            "title": clause.title,
            "org": clause.org_id,
            "orgs": clause.orgs,
            "place": clause.place_id,
        }
