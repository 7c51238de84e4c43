"""What a step asks that opens a poll: who may vote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.engine.positions import registers
from pilin.forms.registers import OrganisationsChoice, PlacesChoice
from pilin.forms.step_form import StepForm
from pilin.people.models import Place

from . import rolls

_RESIDENTS = (rolls.RESIDENTS, _("Who lives in the places marked below (usual)"))
_MEMBERS = (rolls.MEMBERS, _("Who holds an office at the organisations marked below"))
_ANYONE = (
    rolls.ANYONE,
    _("Anyone signed in: it gives a picture of opinions, and is shown as such"),
)


class RollForm(StepForm):
    """Asks for the roll, and has it made. Where nothing is said: who lives where the matter is.

    `advisory`: nothing is decided by it, so anyone may be let in.
    """

    advisory = False
    who = forms.ChoiceField(
        label=_("Who may vote?"),
        choices=[_RESIDENTS, _MEMBERS, _ANYONE],
        initial=rolls.RESIDENTS,
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "The list is made on the day the vote opens, of those whose home was checked by then, and"
            " stays as it is. How many are on it is public."
        ),
    )
    places = PlacesChoice(label=_("Of which places?"), required=False)
    orgs = OrganisationsChoice(label=_("Of which organisations?"), required=False)

    def prepare(self) -> None:
        super().prepare()
        own = self._usual()
        self.narrow("places", _one_of(around(own)))
        self.initial.setdefault("places", own)
        parties = set(self.situation.the_matter.orgs) | {self.situation.the_matter.org_id}
        self.narrow("orgs", lambda org: org.pk in parties)
        if not self.advisory:
            self.offer("who", [_RESIDENTS, _MEMBERS])

    def _usual(self) -> list[int]:
        """Where the matter is: the places of whoever is in charge."""
        org = self.situation.the_matter.org
        place = self.situation.the_matter.place_id
        return list(org.places if org else ()) or ([place] if place else [])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["who"] = data.get("who") or rolls.RESIDENTS
        now = registers()
        if data["who"] == rolls.RESIDENTS:
            rows = list(data.get("places") or filter(None, map(now.place, self._usual())))
            if not rows:
                self.add_error("places", ValidationError(_("Please mark at least one place.")))
            data["places"], data["orgs"] = rows, []
        elif data["who"] == rolls.MEMBERS:
            if not data.get("orgs"):
                words = _("Please mark at least one organisation.")
                self.add_error("orgs", ValidationError(words))
            data["places"] = []
        else:
            data["places"], data["orgs"] = [], []
        return data

    def public(self) -> dict[str, Any]:
        said = {k: v for k, v in super().public().items() if k != "who_words"}
        data = self.cleaned_data
        roll = rolls.made(
            data["who"],
            [row.pk for row in data["places"]],
            [row.pk for row in data["orgs"]],
            self.situation.today,
        )
        return {**said, "roll": roll}


def _one_of(keys: Iterable[int]) -> Any:
    found = frozenset(keys)
    return lambda place: place.pk in found


def around(own: Iterable[int]) -> set[int]:
    """These places, those above and below them, and the towns and counties across the border."""
    rows: list[Place] = list(registers().places.values())
    mine = [row for row in rows if row.pk in set(own)]
    above = {key for row in mine for key in row.path}
    sides = {row.side for row in mine}
    below = {row.pk for row in rows if {p.pk for p in mine} & set(row.path)}
    across = {row.pk for row in rows if row.side not in sides and row.level != "village"}
    if any(row.level == "village" for row in mine):
        across |= {row.pk for row in rows if row.side not in sides}
    return above | below | across
