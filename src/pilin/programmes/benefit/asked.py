"""What is asked of whoever wants to know what there is for them: a field a fact, filled from their profile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from pilin.deciding.policies.conditions import comparisons
from pilin.deciding.policies.facts import CODE, DAY, FLAG, NUMBER, PATH, Fact, Unfit
from pilin.deciding.policies.phrases import number
from pilin.engine.positions import registers
from pilin.people.actor import Actor
from pilin.wording.identity import identity
from pilin.wording.saying import say

from .models import FACTS, Clause, Profile

PREFIX = "facts-"  # parts of the field "facts": kept with it while an application is looked at
YES, NO = "yes", "no"
#: How a value is written, of each kind.
HELP = {
    CODE: _("Letter and digits, as on the licence’s register: C1331"),
    DAY: _("As 2023-08-02"),
}


class FactField(forms.CharField):
    """One fact. Cleans to its value, or None for what is not known."""

    def __init__(self, fact: Fact, **kwargs: Any) -> None:
        self.fact = fact
        kind, title = fact.kind, fact.title
        unknown = ("", _("I do not know"))
        widget: forms.Widget = forms.TextInput()
        if kind == FLAG:
            widget = forms.Select(choices=[unknown, (YES, _("Yes")), (NO, _("No"))])
        elif kind == PATH:
            widget = forms.Select(choices=[unknown, *_places()])
        elif fact.choices:
            widget = forms.Select(
                choices=[unknown, *((v, say(words)) for v, words in fact.choices)]
            )
        elif kind == NUMBER:
            widget = forms.TextInput(attrs={"inputmode": "decimal"})
        money = _("In yuan; 300万 is understood, too") if fact.unit == "元" else ""
        super().__init__(
            label=say(title),
            required=False,
            max_length=80,
            help_text=HELP.get(kind, money),
            widget=widget,
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return self.fact.value(text)
        except Unfit as fault:
            raise ValidationError(str(fault)) from fault

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, bool):
            return YES if value else NO
        return number(value) if value is not None else value


def _places() -> Iterator[tuple[str, str]]:
    """Every place, as conditions name it: with those above it, from the largest."""
    now = registers()
    for place in sorted(now.places.values(), key=lambda p: (p.side, p.path)):
        above = [found for key in place.path if (found := now.place(key))]
        yield "/".join(identity(one.name) for one in above), "　" * (len(above) - 1) + place.called


def field_of(fact: Fact) -> FactField:
    return FactField(fact)


def facts_of(clause: Clause) -> list[Fact]:
    """The facts a clause hangs on, in the order it speaks of them, and what it is a share of."""
    named = [c.fact.name for c in comparisons(clause.tree)]
    return [FACTS[name] for name in dict.fromkeys([*named, *filter(None, [clause.of])])]


def most_asked(clauses: Iterable[Clause], most: int = 6) -> list[Fact]:
    """The facts most of these clauses hang on, as many as a page asks for."""
    found = Counter(fact.name for clause in clauses for fact in facts_of(clause))
    order = {name: n for n, name in enumerate(FACTS)}
    names = sorted(found, key=lambda name: (-found[name], order[name]))
    return [FACTS[name] for name in names[:most]]


def in_words(given: Mapping[str, Any]) -> str:
    """What was said, a line a fact, for whoever vets it."""
    lines = []
    for name, value in given.items():
        if value is not None:
            fact = FACTS[name]
            words = (
                (_("Yes") if value else _("No")) if fact.kind == FLAG else number(value, fact.unit)
            )
            title = fact.title
            lines.append(f"{say(title)}：{words}")
    return "\n".join(lines)


def out_of_words(name: str, words: str) -> Any:
    """What was said of a fact, read back from `in_words` in the language of the record; None where it is not there."""
    with translation.override(settings.LANGUAGE_CODE):
        title = say(FACTS[name].title)
    for line in words.split("\n"):
        said, apart, value = line.partition("：")
        if apart and identity(said) == identity(title):
            try:
                return FACTS[name].value(value)
            except Unfit:
                return None
    return None


def profile_of(actor: Actor, audience: str) -> Profile | None:
    if actor.kind != "person":
        return None
    return Profile.objects.filter(person=actor.person, audience=audience).first()
