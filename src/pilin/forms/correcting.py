"""Correcting words: the form that shows the old beside the new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.engine import undone
from pilin.engine.payload import Payload
from pilin.engine.undone import Corrected
from pilin.ledger import log

from .answers import in_words
from .fields import Line, Lines, Text
from .step_form import StepForm

NEW = "new_"  # before the name of an answer


class CorrectForm(StepForm):
    """Asks for the words of one entry again: of `entry`, or the actor's latest one."""

    payload: ClassVar[type[Payload] | None] = Corrected
    entry = forms.TypedChoiceField(coerce=int, widget=forms.HiddenInput)

    def prepare(self) -> None:
        self.was: dict[str, Any] = {}
        matter = self.situation.the_matter
        rule = matter.rules.step("correct")
        own = undone.writings(self.situation, rule.corrects if rule else ())
        self.offer("entry", [(taken.number, str(taken.number)) for taken in own])
        asked = str((self.data if self.is_bound else self.initial).get("entry") or "")
        found = next((t for t in own if str(t.number) == asked), own[-1] if own else None)
        step = matter.rules.step(found.step) if found else None
        if found is None or step is None or step.asks is None:
            return
        records = log.of_matter(log.MAIN, matter.pk)
        record = next(r for r in records if r.number == found.number)
        data = undone.as_it_stands(record, undone.corrections_of(records, found.number))
        self.initial["entry"] = found.number
        kept = {*step.asks.sealed, *step.asks.settled}
        for name, field in step.asks.base_fields.items():
            if type(field) in (Line, Text, Lines) and name in data and name not in kept:
                self.was[name] = data[name]
                self._ask_again(name, deepcopy(field), data[name])

    def _ask_again(self, name: str, field: forms.Field, was: Any) -> None:
        text = "\n".join(was) if isinstance(was, list) else str(was)
        field.help_text = _("As it stands: “%(words)s”") % {"words": text}
        field.error_messages["required"] = _("Please fill this in.")
        self.fields[NEW + name] = field
        self.initial[NEW + name] = text

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and not self._changed(data):
            raise ValidationError(_("Nothing was changed."))
        return data

    def _changed(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The answers that are not as they were, by name."""
        found = {name: data.get(NEW + name) for name in self.was if NEW + name in data}
        # Browsers send line ends of their own.
        plain = {n: v.replace("\r\n", "\n") if isinstance(v, str) else v for n, v in found.items()}
        return {name: value for name, value in plain.items() if value != self.was[name]}

    def public(self) -> dict[str, Any]:
        words = self._changed(self.cleaned_data)
        was = {name: self.was[name] for name in words}
        return {"entry": self.cleaned_data["entry"], "was": was, "words": words}

    def matter_fields(self) -> dict[str, Any]:
        """Its title, where that is what is corrected."""
        matter, words = self.situation.the_matter, self._changed(self.cleaned_data)
        if "title" in words and self.was["title"] == matter.title:
            return {"title": words["title"]}
        return {}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        for name, words in data["words"].items():
            yield _("As it was"), in_words(data["was"][name])
            yield _("As it stands now"), in_words(words)
