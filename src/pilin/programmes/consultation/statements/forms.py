"""What the steps of a vote on statements ask."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.engine.payload import Nothing
from pilin.forms.fields import Future, Line, Lines, Text
from pilin.forms.step_form import StepForm
from pilin.intake import polls
from pilin.intake.forms import RollForm
from pilin.programmes.consultation.models import Statement

from . import entries, lists

LONGEST = 140
#: Statements of one person that may wait to be looked at.
WAITING = 5


class AskForm(RollForm):
    advisory = True
    payload = entries.Ask
    question = Line(label=_("What is the question?"), max_length=120)
    statements = Lines(
        label=_("Statements to begin with"),
        most=40,
        longest=LONGEST,
        help_text=_(
            "One a line, each one thought that one can agree or disagree with, 140 characters at"
            " most. Statements of opposite opinions make a good start."
        ),
    )
    until = Future(label=_("Until which day can people vote?"))

    def clean_statements(self) -> list[str]:
        rows: list[str] = self.cleaned_data["statements"]
        if len(set(rows)) < len(rows):
            raise ValidationError(_("Two of these lines are the same."))
        return rows


class StateForm(StepForm):
    """The text is sealed until the host puts it to the vote: what nobody looked at is not public."""

    payload = Nothing
    sealed = withheld = ("text",)
    text = Line(
        label=_("Your statement"),
        max_length=LONGEST,
        min_length=4,
        help_text=_(
            "One thought that others can agree or disagree with, without names. The host looks at"
            " it before it is put to the vote."
        ),
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        matter = self.situation.the_matter.pk
        if any(row.text == text for row in lists.shown(matter)):
            raise ValidationError(_("This statement is in the vote already."))
        rows = Statement.objects.filter(
            matter=matter, author=self.situation.actor.person, status="waiting"
        )
        if rows.count() >= WAITING:
            raise ValidationError(
                _("Several statements of yours wait to be looked at. Please wait for that first.")
            )
        return text


class _OneOfWaiting(StepForm):
    statement = forms.TypedChoiceField(label=_("Which statement?"), coerce=int)

    def prepare(self) -> None:
        self._texts = {
            row.number: text for row, text in lists.waiting(self.situation.the_matter.pk)
        }
        self.offer("statement", self._texts.items())
        self.fields["statement"].error_messages["invalid_choice"] = _(
            "This statement was looked at already."
        )

    def _chosen(self, name: str, value: Any) -> str | list[str]:
        """Only a statement put to the vote is published."""
        return "" if name == "statement" else super()._chosen(name, value)


class AcceptForm(_OneOfWaiting):
    payload = entries.Accept

    def public(self) -> dict[str, Any]:
        number = self.cleaned_data["statement"]
        return {**super().public(), "statement_words": self._texts[number]}


class RejectForm(_OneOfWaiting):
    payload = entries.Reject
    reason = Text(label=_("Why not?"), max_length=400, rows=2)


class JoinForm(_OneOfWaiting):
    payload = entries.Merge
    into = forms.TypedChoiceField(
        label=_("Which statement says the same?"), coerce=int, widget=forms.RadioSelect
    )

    def prepare(self) -> None:
        super().prepare()
        shown = lists.shown(self.situation.the_matter.pk)
        self.offer("into", [(row.number, row.text) for row in shown])


class TakeOutForm(StepForm):
    payload = entries.TakeOut
    statement = forms.TypedChoiceField(label=_("Which statement?"), coerce=int)
    reason = Text(label=_("Why?"), max_length=400, rows=2)

    def prepare(self) -> None:
        shown = lists.shown(self.situation.the_matter.pk)
        self.offer("statement", [(row.number, row.text) for row in shown])


class CloseForm(StepForm):
    """Asks nothing; records the last checkpoint of the ballots and how many voted."""

    payload = entries.Close
    words = Text(label=_("What should be said about it?"), required=False, max_length=1000, rows=2)

    def public(self) -> dict[str, Any]:
        poll = polls.under_way(self.situation.the_matter.pk)
        assert poll is not None  # the step is only offered while there is one
        return {**super().public(), "ballots": polls.last(poll.pk)}
