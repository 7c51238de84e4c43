"""What is handed to a neighbour: an organisation in their record is chosen, not one in ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from pilin.database import elsewhere
from pilin.engine.payload import Part, Payload
from pilin.engine.positions import as_they_stand_there, registers
from pilin.engine.situation import Situation
from pilin.people.models import Organisation
from pilin.people.neighbour_models import JOINED, Neighbour

from .fields import Future, Line, Text
from .registers import OrganisationChoice
from .step_form import StepForm


class Abroad(Part):
    """An organisation in a neighbour's record: by the neighbour's number here, and its own number there."""

    neighbour: int
    id: int
    name: str


class Offer(Payload):
    """What a neighbour is asked to see to, on whose behalf, and by which organisation of theirs."""

    title: str
    lead: Abroad
    category: str
    finish: date
    text: str


def joined() -> list[Neighbour]:
    """The neighbours to whom something can be handed."""
    return [one for one in registers().neighbours if one.state == JOINED]


def there_are_neighbours(s: Situation) -> bool:
    return bool(joined())


class AbroadChoice(forms.ChoiceField):
    """One organisation of a neighbour's at which somebody answers for what it takes on."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows: dict[str, dict[str, Any]] = {}

    def bind(self, situation: Situation) -> None:
        offered = [("", _("Please choose"))]
        for neighbour in joined():
            found = []
            for org in _able(neighbour, situation):
                key = f"{neighbour.pk}:{org.pk}"
                self.rows[key] = {"neighbour": neighbour.pk, "id": org.pk, "name": org.name}
                found.append((key, org.called))
            offered.append((neighbour.name, found))  # type: ignore[arg-type]
        self.choices = offered

    def words_of(self, value: Any) -> str:
        """A recorded choice for reading."""
        return str(value["name"]) if isinstance(value, dict) else str(value)


def _able(neighbour: Neighbour, s: Situation) -> list[Organisation]:
    """Those of a neighbour's organisations that could lead something."""
    with elsewhere.reading(neighbour.there), as_they_stand_there() as known:
        found = [
            org
            for org in known.organisations.values()
            if org.category not in ("station", "hall")
            and known.holders(org.pk, org.steward, s.today)
        ]
    return sorted(found, key=lambda org: (org.sides, org.name))


class OfferForm(StepForm):
    payload: ClassVar[type[Payload] | None] = Offer
    title = Line(label=_("Name of the project"), max_length=80)
    lead = AbroadChoice(label=_("Who shall lead it, on the other side?"))
    category = Line(label=_("Field of work"), max_length=30)
    finish = Future(label=_("To be finished by"))
    text = Text(label=_("What is to be done?"), max_length=2000)

    def public(self) -> dict[str, Any]:
        lead = self.fields["lead"]
        assert isinstance(lead, AbroadChoice)
        said = {k: v for k, v in super().public().items() if k != "lead_words"}
        return said | {"lead": lead.rows[self.cleaned_data["lead"]]}

    def matter_fields(self) -> dict[str, Any]:
        """What is done across the border concerns both sides, where theirs stands in our register."""
        lead = self.fields["lead"]
        assert isinstance(lead, AbroadChoice)
        name = lead.rows[self.cleaned_data["lead"]]["name"]
        known = [org.pk for org in registers().organisations.values() if org.name == name]
        matter = self.situation.matter
        return {"orgs": sorted({*(matter.orgs if matter else ()), *known})}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield from super().answers({k: v for k, v in data.items() if k != "lead"})
        yield cls.base_fields["lead"].label, str(data["lead"]["name"])


class GivenForm(OfferForm):
    """The same, as the matter that goes with it says it: with the organisation that asks."""

    asked_by = OrganisationChoice()
    source_title = Line(max_length=200)


def offer(situation: Situation, form: Any) -> Mapping[str, Any]:
    """What is handed over, of the step that says so."""
    matter = situation.the_matter
    keep = ("title", "lead", "category", "finish", "text")
    data = {name: form.data.get(name) for name in keep}
    return {
        "outcome": form.cleaned_data.get("outcome"),
        "data": data | {"asked_by": matter.org_id, "source_title": matter.title},
    }
