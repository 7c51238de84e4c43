"""What each step of a meeting asks, and each step of what it requires."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from pilin.engine.payload import Payload
from pilin.engine.situation import Situation
from pilin.forms.fields import Day, Future, Line, Lines, Text
from pilin.forms.registers import OrganisationChoice, OrganisationsChoice, any_of
from pilin.forms.step_form import StepForm
from pilin.wording.reading import day

from . import entries
from .documents import LONGEST

#: The roles in which meetings are called and their minutes entered.
WRITERS = ("clerk", "lead", "department", "host")


class CallForm(StepForm):
    payload = entries.Call
    title = Line(label=_("Which meeting is it?"), max_length=80)
    org = OrganisationChoice(label=_("Who calls it?"), takes_it_on=True)
    day = Future(label=_("On which day?"))
    where = Line(label=_("Where, and at what time?"), max_length=120)
    topics = Lines(
        label=_("What is new on the agenda?"),
        most=20,
        longest=120,
        required=False,
        help_text=_("One a line. What is still open of earlier meetings comes first by itself."),
    )

    def prepare(self) -> None:
        self.own("org", *WRITERS)

    def matter_fields(self) -> dict[str, Any]:
        return self.about(self.cleaned_data["title"], self.cleaned_data["org"])


class EnterForm(StepForm):
    payload = entries.Enter
    title = Line(label=_("What is it called?"), max_length=80)
    org = OrganisationChoice(label=_("Whose meeting or notice is it?"), takes_it_on=True)
    day = Day(label=_("Of which day is it?"))
    text = Text(label=_("Its text"), max_length=LONGEST, rows=16)

    def prepare(self) -> None:
        self.own("org", *WRITERS)

    def matter_fields(self) -> dict[str, Any]:
        return self.about(self.cleaned_data["title"], self.cleaned_data["org"])


class MinutesForm(StepForm):
    payload = entries.Minutes
    text = Text(label=_("The minutes"), max_length=LONGEST, rows=16)


class _Quoted(StepForm):
    what = Line(label=_("What is to be done, in one line?"), max_length=80)
    sentence = Text(label=_("The sentence that says so"), max_length=600, rows=3)


class DemandForm(_Quoted):
    payload: ClassVar[type[Payload] | None] = entries.Demand
    lead = OrganisationChoice(label=_("Who leads?"), takes_it_on=True)
    helpers = OrganisationsChoice(label=_("Who helps?"), required=False)
    due = Future(label=_("By which day?"))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        lead = data.get("lead")
        if lead is not None and lead in (data.get("helpers") or ()):
            self.add_error("helpers", _("Whoever leads does not help as well."))
        return data


class CommissionForm(DemandForm):
    payload = entries.Commission


class ReferForm(_Quoted):
    payload = entries.Refer
    forum = OrganisationChoice(
        label=_("Which station or hall should look at it?"), takes_it_on=True
    )

    due = Future(label=_("By which day?"), required=False)

    def prepare(self) -> None:
        self.narrow("forum", any_of("station", "hall"))
        self.nearest("forum", *WRITERS)


class ResolveForm(_Quoted):
    payload = entries.Resolve
    what = Line(label=_("What was decided, in one line?"), max_length=80)


class TaskForm(DemandForm):
    """What the meeting hands over."""

    payload = entries.Task
    composes = True

    def public(self) -> dict[str, Any]:
        # The meeting is the matter's source, which a conversion sets; the entry says it by itself, too.
        said = super().public()
        said["meeting"] = int(self.data["meeting"])
        return said

    def matter_fields(self) -> dict[str, Any]:
        lead, helpers = self.cleaned_data["lead"], self.cleaned_data.get("helpers") or ()
        return self.about(self.cleaned_data["what"], lead, *helpers)


class ExtendForm(StepForm):
    payload = entries.Extend
    until = Future(label=_("Until which day?"))
    reason = Text(label=_("Why?"), max_length=500, rows=2)

    def clean_until(self) -> Any:
        until, due = self.cleaned_data["until"], self.situation.the_matter.due
        if due and until and until <= due:
            raise ValidationError(_("That is no later than it is due now."))
        return until


# What a row opens ---------------------------------------------------------------------------------


def as_task(s: Situation, form: Any) -> Mapping[str, Any]:
    data = form.cleaned_data
    return {
        "data": {
            "what": data["what"],
            "sentence": data["sentence"],
            "lead": data["lead"].pk,
            "helpers": [org.pk for org in data.get("helpers") or ()],
            "due": data["due"].isoformat(),
            "meeting": s.the_matter.pk,
        }
    }


def as_project(s: Situation, form: Any) -> Mapping[str, Any]:
    data = form.cleaned_data
    return {
        "data": {
            "title": data["what"],
            "lead": data["lead"].pk,
            "partners": [org.pk for org in data.get("helpers") or ()],
            "category": str(_("Required by a meeting")),
            "finish": data["due"].isoformat(),
        }
    }


def as_consultation(s: Situation, form: Any) -> Mapping[str, Any]:
    """The day by which the meeting wants it stands in its words: a consultation has days of its own."""
    data = form.cleaned_data
    text = data["sentence"]
    if due := data.get("due"):
        with translation.override(settings.LANGUAGE_CODE):
            text = f"{text}\n" + _("The meeting wants it by %(day)s.") % {"day": day(due)}
    return {"data": {"title": data["what"], "text": text, "forum": data["forum"].pk}}
