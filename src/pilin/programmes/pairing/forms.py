"""What each step of a pairing asks."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from pilin.forms.fields import Future, Line, Text
from pilin.forms.registers import OrganisationChoice, one_of
from pilin.forms.shared import ReasonForm
from pilin.forms.step_form import StepForm

from . import entries
from .models import DIRECTIONS, ELSEWHERE, TYPES, Letter, Pair

#: Who may speak for an organisation that pairs.
PROPOSERS = ("lead", "host", "coordinator", "department", "delegate")

#: A code stands for a person: letters, digits and a few words, no name.
code = RegexValidator(
    r"^(?:学生|老师|志愿者|[A-Za-z])?[-_ ]?\d{1,4}$",
    _("Please give a code such as 学生01, not a name."),
)


class PairingForm(StepForm):
    """Common to proposing and listing: what is paired, on whose behalf."""

    title = Line(label=_("In one sentence, what is it about?"), max_length=80, discreet=True)
    type = forms.ChoiceField(
        label=_("What is paired?"),
        choices=[(key, words) for key, words in TYPES.items() if key not in ELSEWHERE],
        help_text=_("Advisers and specialists have a list of their own, with the days they work."),
    )
    org = OrganisationChoice(label=_("On behalf of"), takes_it_on=True)

    def prepare(self) -> None:
        self.own("org", *PROPOSERS)


class ProposeForm(PairingForm):
    payload = entries.Propose
    partner = OrganisationChoice(label=_("With whom?"), takes_it_on=True)
    text = Text(label=_("What will be done together?"), max_length=2000, discreet=True)
    until = Future(label=_("Until when?"))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("org") and data.get("org") == data.get("partner"):
            self.add_error("partner", _("Nobody is paired with themselves."))
        return data

    def matter_fields(self) -> dict[str, Any]:
        org, partner = self.cleaned_data["org"], self.cleaned_data["partner"]
        return self.about(self.cleaned_data["title"], org, partner)


class SeekForm(PairingForm):
    payload = entries.Seek
    direction = forms.ChoiceField(
        label=_("Is it sought or offered?"), choices=list(DIRECTIONS.items())
    )
    field = Line(label=_("Field of work"), max_length=60)
    text = Text(label=_("What exactly?"), max_length=2000, discreet=True)

    def matter_fields(self) -> dict[str, Any]:
        org = self.cleaned_data["org"]
        return self.about(self.cleaned_data["title"], org)


class AnswerForm(StepForm):
    payload = entries.Answer
    partner = OrganisationChoice(label=_("On behalf of"), takes_it_on=True)
    text = Text(label=_("What do you propose?"), max_length=2000, discreet=True)
    until = Future(label=_("Until when?"))

    def prepare(self) -> None:
        offices = self.situation.actor.offices
        held = {o.organisation_id for o in offices if o.role in PROPOSERS}
        held -= {self.situation.the_matter.org_id or 0}
        self.narrow("partner", one_of(held), by=("name",))

    def matter_fields(self) -> dict[str, Any]:
        matter = self.situation.the_matter
        return {"orgs": sorted({matter.org_id or 0, self.cleaned_data["partner"].pk})}


class DeclineForm(ReasonForm):
    """An answer that is not taken: the listing stands alone again."""

    def matter_fields(self) -> dict[str, Any]:
        org = self.situation.the_matter.org_id
        return {"orgs": [org]} if self.situation.the_matter.state == "answered" else {}


class PairForm(StepForm):
    payload = entries.Pair
    sealed = ("left_name", "right_name")
    left_code = Line(label=_("Code on this side"), max_length=20, validators=[code])
    right_code = Line(label=_("Code on the other side"), max_length=20, validators=[code])
    left_name = Line(
        label=_("Name on this side"),
        max_length=40,
        required=False,
        help_text=_("Kept sealed: never shown, and it can be erased."),
    )
    right_name = Line(
        label=_("Name on the other side"),
        max_length=40,
        required=False,
        help_text=_("Kept sealed: never shown, and it can be erased."),
    )


class LetterForm(StepForm):
    payload = entries.Write
    sealed = ("letter",)
    pair = forms.TypedChoiceField(label=_("Which pair?"), coerce=int)
    letter = Text(
        label=_("The letter"),
        max_length=8000,
        rows=10,
        help_text=_(
            "Kept sealed: only the two schools' coordinators and the office in charge can read it."
        ),
    )

    def prepare(self) -> None:
        rows = Pair.objects.filter(pairing_id=self.situation.the_matter.pk).order_by("number")
        self.offer("pair", [(p.number, f"{p.left_code} ⟷ {p.right_code}") for p in rows])


class PassOnForm(StepForm):
    payload = entries.PassOn
    letter = forms.TypedChoiceField(label=_("Which letter?"), coerce=int)

    def prepare(self) -> None:
        own = [o.organisation_id for o in self.situation.actor.offices]
        rows = Letter.objects.filter(pairing_id=self.situation.the_matter.pk, passed_on=None)
        rows = rows.exclude(org_id__in=own).order_by("entry")
        self.offer("letter", [(x.entry, _("Letter %(n)d") % {"n": x.entry}) for x in rows])


class ReportForm(StepForm):
    payload = entries.Report
    words = Text(label=_("What was done together?"), max_length=2000, discreet=True)


class RenewForm(StepForm):
    payload = entries.Renew
    until = Future(label=_("Until when?"))
