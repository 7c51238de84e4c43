"""Working days and due times, as an operator changes them: for what is counted from then on.

A due day stands in the entry that gave it, so what is under way keeps the day it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.engine import workdays
from pilin.engine.onward import due_key
from pilin.engine.payload import Payload
from pilin.engine.positions import registers
from pilin.engine.procedure import Due, Procedure, Step, Words
from pilin.engine.programme import registry
from pilin.engine.rules import within
from pilin.forms.fields import Day, Line
from pilin.forms.step_form import StepForm
from pilin.wording.reading import day as in_words

from . import entries
from .rows import in_the_records_words

LEAST, MOST = 1, 250  # working days; a year has about as many
WHY = _("Everyone can read it, such as the notice by which it was announced.")
#: Whether offices are open on a day; keys stand in addresses.
WORKS: dict[str, Words] = {"no": _("Offices are closed"), "yes": _("Offices are open")}


class DayForm(StepForm):
    payload: ClassVar[type[Payload] | None] = entries.Day
    day = Day(label=_("Which day?"))
    works = forms.TypedChoiceField(
        label=_("What about it?"),
        choices=list(WORKS.items()),
        coerce=lambda key: key == "yes",
        widget=forms.RadioSelect,
    )
    why = Line(label=_("Why?"), help_text=WHY, max_length=120)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day < self.situation.today:
            raise ValidationError(_("This day has passed: what was due by it was counted."))
        if day.year > self.situation.today.year + 1:
            raise ValidationError(_("This is more than a year ahead: no holidays are known yet."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and workdays.is_workday(data["day"]) == data["works"]:
            self.add_error("works", _("So it is already."))
        return data

    def public(self) -> dict[str, Any]:
        said = super().public()
        said.pop("works_words", None)
        return {**said, "works": self.cleaned_data["works"]}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("Day"), in_words(date.fromisoformat(data["day"]))
        yield _("What about it?"), str(WORKS["yes" if data["works"] else "no"])
        yield _("Why?"), data["why"]

    def matter_fields(self) -> dict[str, Any]:
        with in_the_records_words():
            works = WORKS["yes" if self.cleaned_data["works"] else "no"]
            return {"title": f"{in_words(self.cleaned_data['day'])}: {works}"}


@dataclass(frozen=True)
class Rule:
    """What follows a step is due in so many working days, as declared and as it is now."""

    procedure: Procedure
    step: Step
    all_have: bool  # once everybody who has to has taken the step
    declared: int

    @property
    def key(self) -> tuple[str, str]:
        end = self.step.gather if self.all_have and self.step.gather else self.step
        return due_key(self.procedure, self.step, end)

    @property
    def name(self) -> str:
        return ":".join(self.key)

    @property
    def days(self) -> int:
        return registers().due_times.get(self.key, self.declared)

    @property
    def words(self) -> str:
        title = f"{self.procedure.title} · {self.step.title}"
        return f"{title} ({_('once all have')})" if self.all_have else title


def rules() -> Iterator[Rule]:
    """Every due time that may be changed, kind by kind, of the procedures now in use."""
    for kind in registry.kinds():
        procedure = registry.latest(kind)
        for step in procedure.steps if procedure and procedure.listed else ():
            assert procedure is not None
            for end, all_have in ((step, False), (step.gather, True)):
                due: Due | None = end.due if end else None
                if due is not None and due.days:
                    yield Rule(procedure, step, all_have, due.days)


class DueTimeForm(StepForm):
    payload: ClassVar[type[Payload] | None] = entries.DueTime
    composes: ClassVar[bool] = True
    rule = forms.ChoiceField(label=_("After which step?"))
    days = forms.IntegerField(
        label=_("How many working days from now on?"), min_value=LEAST, max_value=MOST
    )
    why = Line(label=_("Why?"), help_text=WHY, max_length=120)

    def prepare(self) -> None:
        self.found = {rule.name: rule for rule in rules()}
        words = [(name, f"{r.words}: {within(r.days)}") for name, r in self.found.items()]
        self.offer("rule", [("", _("Please choose")), *words])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and self._one.days == data["days"]:
            self.add_error("days", _("So it is already."))
        return data

    @property
    def _one(self) -> Rule:
        return self.found[self.cleaned_data["rule"]]

    def public(self) -> dict[str, Any]:
        kind, step = self._one.key
        said = {"kind": kind, "step": step, "was": self._one.days}
        return {**said, "days": self.cleaned_data["days"], "why": self.cleaned_data["why"]}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        name = f"{data['kind']}:{data['step']}"
        yield _("After which step?"), next((r.words for r in rules() if r.name == name), name)
        yield _("Until now"), str(within(data["was"]))
        yield _("From now on"), str(within(data["days"]))
        yield _("Why?"), data["why"]

    def matter_fields(self) -> dict[str, Any]:
        with in_the_records_words():
            return {"title": f"{_('Due time')}: {self._one.words}"[:120]}
