"""Questions to whoever has a matter: asked, and answered or declined.

What somebody asks is sealed until the holder has looked at it: what nobody looked at is not public.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.engine import builtin
from pilin.engine.models import Enquiry
from pilin.engine.payload import Nothing, Payload
from pilin.engine.rules import holder, member
from pilin.engine.situation import Situation
from pilin.engine.steps import stays
from pilin.ledger import log, sealed_parts

from .fields import Text
from .step_form import StepForm

#: Questions of one person in one matter that may wait to be looked at.
WAITING = 3


def waiting(matter: int) -> dict[int, str]:
    """The words of the questions that nobody has looked at, by number; "" where they were erased."""
    numbers = list(
        Enquiry.objects.filter(matter=matter, settled=None)
        .order_by("id")
        .values_list("id", flat=True)
    )
    if not numbers:
        return {}
    parts = {r.number: part for r, part in sealed_parts.sealed_of_matter(log.MAIN, matter)}
    return {number: str(parts.get(number, {}).get("words", "")) for number in numbers}


class QuestionForm(StepForm):
    payload: ClassVar[type[Payload] | None] = Nothing
    sealed = withheld = ("words",)
    words = Text(
        label=_("Your question"),
        max_length=500,
        min_length=4,
        rows=3,
        help_text=_(
            "Whoever has the matter reads it first. It is public once it is answered, with the answer"
            " below it. Please leave out names and what concerns only you."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        own = Enquiry.objects.filter(
            matter=self.situation.the_matter.pk, person=self.situation.actor.person, settled=None
        )
        if own.count() >= WAITING:
            raise ValidationError(
                _("Several questions of yours wait to be looked at. Please wait for that first.")
            )
        return data


class _OneOfWaiting(StepForm):
    question = forms.TypedChoiceField(
        label=_("Which question?"), coerce=int, widget=forms.RadioSelect
    )

    def prepare(self) -> None:
        self.asked = waiting(self.situation.the_matter.pk)
        erased = _("(Its words were erased.)")
        self.offer("question", [(n, words or erased) for n, words in self.asked.items()])
        self.fields["question"].error_messages["invalid_choice"] = _(
            "This question was looked at already."
        )
        if len(self.asked) == 1:
            self.initial.setdefault("question", *self.asked)

    def _chosen(self, name: str, value: Any) -> str | list[str]:
        """Only the words of a question that is answered are published."""
        return "" if name == "question" else super()._chosen(name, value)


class AnswerForm(_OneOfWaiting):
    payload: ClassVar[type[Payload] | None] = builtin.Answered
    answer = Text(label=_("Your answer"), max_length=2000, rows=4)

    def clean_question(self) -> int:
        number: int = self.cleaned_data["question"]
        if not self.asked[number]:
            raise ValidationError(_("Its words were erased, so it can only be declined."))
        return number

    def public(self) -> dict[str, Any]:
        return {**super().public(), "question_words": self.asked[self.cleaned_data["question"]]}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Any:
        yield _("Question"), data["question_words"]
        yield _("Answer"), data["answer"]


class DeclineForm(_OneOfWaiting):
    payload: ClassVar[type[Payload] | None] = builtin.Declined
    reason = Text(
        label=_("Why is it not answered here?"),
        max_length=400,
        rows=2,
        help_text=_("Everyone can read this; the question itself is not shown."),
    )

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Any:
        yield _("Why it is not answered"), data["reason"]


def _some(matter: int) -> bool:
    return Enquiry.objects.filter(matter=matter, settled=None).exists()


def _may_ask(s: Situation) -> bool:
    return s.the_matter.is_open and s.the_matter.rules.listed and not s.holds


def _some_wait(s: Situation) -> bool:
    return s.the_matter.is_open and s.once(_some)


STEPS = (
    stays(
        builtin.QUESTION,
        builtin.Anywhere(),
        by=member,
        title=_("Ask a question"),
        done=_("asked a question"),
        asks=QuestionForm,
        only_if=_may_ask,
        side=True,
        side_by_side=True,
    ),
    stays(
        builtin.ANSWER,
        builtin.Anywhere(),
        by=holder,
        title=_("Answer a question"),
        done=_("answered a question"),
        asks=AnswerForm,
        only_if=_some_wait,
        side=True,
        side_by_side=True,
    ),
    stays(
        builtin.DECLINE,
        builtin.Anywhere(),
        by=holder,
        title=_("Decline a question"),
        done=_("did not answer a question"),
        asks=DeclineForm,
        only_if=_some_wait,
        side=True,
        side_by_side=True,
    ),
)
