"""What each step of a consultation asks."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.engine import workdays
from pilin.engine.models import Matter
from pilin.engine.payload import Payload
from pilin.engine.procedure import Due
from pilin.engine.situation import Situation
from pilin.forms.across import OfferForm
from pilin.forms.fields import (
    Future,
    Line,
    Lines,
    Milestones,
    Money,
    Text,
    Time,
)
from pilin.forms.payloads import Words
from pilin.forms.points import POINT_IS_PUBLIC, PointField, placed
from pilin.forms.registers import OrganisationChoice, OrganisationsChoice, all_but, any_of
from pilin.forms.shared import ReasonForm
from pilin.forms.similar import near
from pilin.forms.step_form import StepForm
from pilin.people.models import Organisation

from . import entries
from .models import Outcome

#: In these states one that says the same can still be taken in.
TO_MERGE = ("raised", "screened", "convened", "held", "decided", "under_way")


def like(matter: Matter) -> list[Matter]:
    """Open consultations of the same town or forum that may be the same, most alike first."""
    return near(
        "consultation",
        TO_MERGE,
        matter.title,
        orgs=[matter.org_id or 0],
        place=matter.place,
        point=matter.point,
        but=matter.pk,
    )


class RaiseForm(StepForm):
    payload: ClassVar[type[Payload] | None] = entries.Raise
    title = Line(label=_("In one sentence, what is it about?"), max_length=80)
    text = Text(
        label=_("Tell us more"),
        help_text=_("Where is it? Whom does it concern? Please do not name other people."),
        max_length=2000,
    )
    point = PointField(label=_("Where is it?"), help_text=POINT_IS_PUBLIC, chooses="forum")
    forum = OrganisationChoice(
        label=_("Which station or hall should look at it?"), takes_it_on=True
    )

    def prepare(self) -> None:
        self.narrow("forum", any_of("station", "hall"), by=("sides", "category", "name"))
        self.nearest("forum", "host", "clerk")

    def clean(self) -> dict[str, Any]:
        """Whoever has no office raises no more than so many that nobody has looked at yet."""
        data = super().clean()
        actor = self.situation.actor
        if actor.kind == "person" and not actor.offices:
            own = Matter.objects.filter(kind="consultation", raiser=actor.person, state="raised")
            if own.count() >= settings.WAITING:
                raise ValidationError(
                    _("%(n)d matters of yours wait to be looked at. Please wait for that first."),
                    params={"n": settings.WAITING},
                )
        return data

    def alike(self) -> list[Matter]:
        said, forum = self.cleaned_data, self.cleaned_data["forum"]
        return near(
            "consultation",
            TO_MERGE,
            said["title"],
            orgs=[forum.pk],
            place=forum.place,
            point=said["point"],
        )

    def matter_fields(self) -> dict[str, Any]:
        forum = self.cleaned_data["forum"]
        return {
            "title": self.cleaned_data["title"],
            "org": forum.pk,
            "orgs": [forum.pk],
            "place": forum.place_id,
            **placed(self.cleaned_data["point"]),
        }


class RaiseForForm(RaiseForm):
    payload = entries.RaiseFor
    sealed = ("person", "contact")
    person = Line(
        label=_("Who asked you to raise it?"),
        max_length=60,
        help_text=_("Kept sealed: never shown, and it can be erased."),
    )
    contact = Line(
        label=_("How can they be reached?"),
        max_length=120,
        required=False,
        help_text=_("Kept sealed: never shown, and it can be erased."),
    )
    channel = forms.ChoiceField(
        label=_("How did they tell you?"),
        choices=[("in-person", _("In person")), ("phone", _("By phone")), ("paper", _("On paper"))],
    )

    def matter_fields(self) -> dict[str, Any]:
        return {**super().matter_fields(), "on_behalf": True}


class WordsForm(StepForm):
    payload = Words
    words = Text(label=_("What was done?"), max_length=2000)


class MergeForm(StepForm):
    payload = entries.Merge
    into = forms.TypedChoiceField(label=_("Merge into"), coerce=int, widget=forms.RadioSelect)
    reason = Text(label=_("Why?"), max_length=1000, rows=3)

    def prepare(self) -> None:
        self.offer("into", [(m.pk, m.title) for m in like(self.situation.the_matter)])
        self.fields["into"].error_messages["invalid_choice"] = _(
            "That matter is not among the like ones that are still open."
        )


class UpwardForm(ReasonForm):
    """Hands the matter to the forum above: escalated by the station, or appealed to."""

    def matter_fields(self) -> dict[str, Any]:
        above = self.situation.forum.parent
        assert above is not None  # the step is only offered where there is one
        return move_to(self.situation.the_matter, above)


class DelegateForm(ReasonForm):
    payload = entries.Delegate
    station = OrganisationChoice(label=_("To which station?"), takes_it_on=True)

    def prepare(self) -> None:
        hall, may = self.situation.forum.pk, any_of("station")
        self.narrow("station", lambda org: may(org) and org.parent_id == hall, by=("name",))

    def matter_fields(self) -> dict[str, Any]:
        return move_to(self.situation.the_matter, self.cleaned_data["station"])


def move_to(matter: Matter, org: Organisation) -> dict[str, Any]:
    """Hand the matter to another forum; those it has passed through stay part of it."""
    return {"org": org.pk, "orgs": sorted({*matter.orgs, org.pk})}


class ConveneForm(StepForm):
    payload = entries.Convene
    time = Time(label=_("When?"))
    where = Line(label=_("Where?"))
    invitees = Text(
        label=_("Who is invited?"),
        rows=3,
        max_length=1000,
        help_text=_(
            "Groups and offices, not names: households of group 3, the water office, a delegate."
        ),
    )
    agenda = Text(label=_("What will be talked about?"), required=False, max_length=2000)


class HoldForm(StepForm):
    payload = entries.Hold
    attendance = forms.IntegerField(
        label=_("How many people came?"), min_value=1, max_value=100_000
    )
    statements = Lines(
        label=_("What was said"), most=60, help_text=_("One view a line, without names.")
    )
    minutes = Text(label=_("Minutes in short"), max_length=8000)


class DecideForm(StepForm):
    payload = entries.Decide
    outcomes = Lines(label=_("Outcomes"), most=5, help_text=_("One outcome a line, five at most."))


class OutcomeStep(StepForm):
    outcome = forms.TypedChoiceField(label=_("Which outcome?"), coerce=int)

    def prepare(self) -> None:
        rows = Outcome.objects.filter(matter_id=self.situation.the_matter.pk, settled=False)
        self.offer("outcome", [(o.number, o.text) for o in rows.order_by("number")])


class SettleForm(OutcomeStep):
    payload = entries.Settle
    answer = Text(label=_("How was it settled?"), max_length=2000)


class SuggestForm(OutcomeStep):
    payload = entries.Suggest
    title = Line(label=_("In one sentence, what is suggested?"), max_length=80)
    to = OrganisationChoice(label=_("Who shall review it?"), takes_it_on=True)

    def prepare(self) -> None:
        super().prepare()
        may = any_of("liaison", "hall", "government")
        self.narrow("to", may, by=("sides", "category", "name"))


def suggestion(situation: Situation, form: Any) -> Mapping[str, Any]:
    """The suggestion that an outcome is converted into."""
    outcome = form.cleaned_data["outcome"]
    words = str(dict(form.fields["outcome"].choices).get(outcome, ""))
    data = {
        "title": form.cleaned_data["title"],
        "to": form.cleaned_data["to"].pk,
        "proposal": words,
    }
    return {"outcome": outcome, "data": data}


class ConvertForm(OutcomeStep):
    payload = entries.Convert
    title = Line(label=_("Name of the project"), max_length=80)
    lead = OrganisationChoice(label=_("Lead organisation"), takes_it_on=True)
    partners = OrganisationsChoice(label=_("Partners, here or across the border"), required=False)
    category = Line(label=_("Field of work"), max_length=30)
    budget = Money(label=_("Budget in yuan"), required=False)
    finish = Future(label=_("To be finished by"))
    milestones = Milestones(
        label=_("Milestones"),
        required=False,
        help_text=_("What is to be reached by which day. Leave rows you do not need empty."),
    )

    def prepare(self) -> None:
        super().prepare()
        self.narrow("lead", all_but("station", "hall"))
        self.narrow("partners", all_but("station", "hall"))

    def matter_fields(self) -> dict[str, Any]:
        """A consultation whose outcome is done across the border concerns both sides."""
        orgs = [self.cleaned_data["lead"].pk, *(p.pk for p in self.cleaned_data["partners"])]
        return {"orgs": sorted({*self.situation.the_matter.orgs, *orgs})}


class HandOverForm(OutcomeStep, OfferForm):
    payload = entries.HandOver


def commission(situation: Situation, form: Any) -> Mapping[str, Any]:
    """The project that an outcome is converted into."""
    keep = ("title", "lead", "partners", "category", "budget", "finish")
    data = {
        k: form.data.getlist(k)
        if hasattr(form.data, "getlist") and k == "partners"
        else form.data.get(k)
        for k in keep
    }
    matter = situation.the_matter
    lines = [f"{m['date']} {m['title']}" for m in form.cleaned_data.get("milestones") or ()]
    data |= {"place": matter.place_id, "point": matter.point, "milestones": "\n".join(lines)}
    return {"outcome": form.cleaned_data["outcome"], "data": data}


def _latest(s: Situation) -> date:
    """Five working days after the last of its projects is to be finished."""
    days = [workdays.after(date.fromisoformat(s.data["finish"]), 5)]
    if s.matter and s.matter.state == "under_way" and s.matter.due:
        days.append(s.matter.due)
    return max(days)


latest_finish = Due(_("five working days after the project is to be finished"), _latest)
