"""Rows of places and organisations, as a form asks for them: a new one, or one that changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from pilin.engine.payload import Payload
from pilin.engine.positions import registers
from pilin.forms.fields import Line, Text
from pilin.forms.registers import OrganisationChoice, PlaceChoice
from pilin.forms.step_form import StepForm
from pilin.people import charge
from pilin.people.geometry import Misshapen, point_text, read_point
from pilin.people.models import CATEGORIES, LEVELS, Organisation, Place
from pilin.wording.identity import difference, identity

from . import entries

BELOW = {"county": None, "town": "county", "village": "town"}
CHOOSE = ("", _("Please choose"))


def in_the_records_words() -> AbstractContextManager[None]:
    """What a matter is called stands in the record: in the language of this installation."""
    return translation.override(settings.LANGUAGE_CODE)


class _RowForm(StepForm):
    """`id` is the number of the row that changes; none for a new one."""

    payload: ClassVar[type[Payload] | None] = entries.Row
    composes: ClassVar[bool] = True
    register: ClassVar[str]
    id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        given = self.data.get("id") if self.is_bound else self.initial.get("id")
        text = str(given or "")
        key = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
        self.was = self._known(key) if key else None
        if self.was is not None:
            for name, value in self._now(self.was).items():
                self.initial.setdefault(name, value)

    def _known(self, key: int) -> Any:
        raise NotImplementedError

    def _now(self, was: Any) -> dict[str, Any]:
        raise NotImplementedError

    def _row(self) -> dict[str, Any]:
        raise NotImplementedError

    def _runs(self, what: Organisation | Place | None) -> bool:
        actor, now, day = self.situation.actor, registers(), self.situation.today
        return actor.kind == "house" or any(
            charge.runs(now, office, what, day) for office in actor.offices
        )

    def clean_id(self) -> int | None:
        key: int | None = self.cleaned_data["id"]
        if key and (self.was is None or not self._runs(self.was)):
            raise ValidationError(_("This is not in your charge."))
        return key

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "id" in self.errors:  # the field is hidden
            raise ValidationError(_("This is not in your charge."))
        if self.was and not self.errors:
            before = self._now(self.was)
            now = {name: getattr(data.get(name), "pk", data.get(name)) for name in before}
            if all((now[name] or "") == (value or "") for name, value in before.items()):
                raise ValidationError(_("Nothing was changed."))
        return data

    def _taken(self, others: Iterable[Organisation | Place]) -> bool:
        """Whether another of these has this name, however it is spelt; said at the field."""
        name, own = self.cleaned_data["name"], self.cleaned_data.get("id")
        key = identity(name)
        same = next((o.name for o in others if o.pk != own and identity(o.name) == key), None)
        if same == name:
            self.add_error("name", _("There is one called so already."))
        elif same is not None:
            said = _("It looks like “%(name)s”, which is there already; they differ by %(apart)s.")
            self.add_error("name", said % {"name": same, "apart": difference(same, name)})
        return same is not None

    def public(self) -> dict[str, Any]:
        key = self.cleaned_data.get("id")
        return {"type": self.register, "row": {**({"id": key} if key else {}), **self._row()}}

    def matter_fields(self) -> dict[str, Any]:
        with in_the_records_words():
            words = str(_("Changed") if self.was else _("New"))
        return {"title": f"{words}: {self.cleaned_data['name']}"[:120]}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        row = data["row"]
        for name, field in cls.base_fields.items():
            if row.get(name) and name != "id":
                yield field.label or name, cls._words(name, row[name])

    @classmethod
    def _words(cls, name: str, value: Any) -> str:
        now = registers()
        match name:
            case "parent":
                found = now.organisation(value)
                return found.called if found else str(value)
            case "places":
                return "、".join(p.called for p in map(now.place, value) if p)
            case "level":
                return str(LEVELS.get(value, value))
            case "category":
                return str(CATEGORIES.get(value, value))
            case "side":
                return next((s.called for s in now.sides if s.code == value), str(value))
        return str(value)


class PlaceForm(_RowForm):
    register = "place"
    name = Line(label=_("Name"), max_length=100)
    name_en = Line(label=_("Name in English"), required=False)
    level = forms.ChoiceField(label=_("What it is"), choices=[CHOOSE, *LEVELS.items()])
    parent = PlaceChoice(
        label=_("In which place?"),
        required=False,
        help_text=_(
            "Empty only for the county, city or district that is one of the two neighbours."
        ),
    )
    code = Line(
        label=_("Code (GB/T 2260)"), required=False, help_text=_("6, 9 or 12 digits, where known.")
    )

    def prepare(self) -> None:
        super().prepare()
        own = self.was.pk if self.was else None
        self.narrow(
            "parent", lambda p: p.level != "village" and own not in p.path and self._runs(p)
        )

    def _known(self, key: int) -> Place | None:
        return registers().place(key)

    def _now(self, was: Place) -> dict[str, Any]:
        own = {n: getattr(was, n) for n in ("name", "name_en", "level", "code")}
        return {**own, "parent": was.parent_id}

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code and not re.fullmatch(r"\d{6}(\d{3}){0,2}", code):
            raise ValidationError(_("A code has 6, 9 or 12 digits."))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        above, level = data.get("parent"), data.get("level")
        if self.errors:
            return data
        if (above.level if above else None) != BELOW[str(level)]:
            self.add_error("parent", _("A village lies in a town, a town in a county."))
        elif above is None and self.was is None:
            if len(registers().sides) > 1:
                self.add_error("parent", _("There are two neighbours already."))
            elif not self._runs(None):
                self.add_error("parent", _("This is not in your charge."))
        elif self.was and (self.was.parent_id is None) != (above is None):
            self.add_error("parent", _("One of the two neighbours stays what it is."))
        elif self.was and above and above.pk != self.was.parent_id:
            self._stays_put(above)
        key = above.pk if above else None
        others = (p for p in registers().places.values() if p.parent_id == key)
        if not self._taken(others):
            self._taken(registers().organisations.values())
        return data

    def _stays_put(self, above: Place) -> None:
        """What lies in a place would have to move along with it: a village moves, a town does not."""
        assert self.was is not None
        if any(p.parent_id == self.was.pk for p in registers().places.values()):
            self.add_error("parent", _("Places lie in it. Only a place without any can be moved."))

    def _row(self) -> dict[str, Any]:
        data, above = self.cleaned_data, self.cleaned_data.get("parent")
        side = above.side if above else self.was.side if self.was else _free_letter()
        kept = (
            {n: getattr(self.was, n) for n in ("within", "shape", "shape_note")} if self.was else {}
        )
        own = {n: data.get(n) or "" for n in ("name", "name_en", "level", "code")}
        return {**kept, **own, "parent": above.pk if above else None, "side": side}


def _free_letter() -> str:
    taken = {side.code for side in registers().sides}
    return next(letter for letter in "ab" if letter not in taken)


#: What a row of an organisation says in its own words.
OWN_WORDS = ("name", "name_en", "category", "point", "pay", "note")


class OrganisationForm(_RowForm):
    register = "organisation"
    name = Line(label=_("Name"))
    name_en = Line(label=_("Name in English"), required=False)
    category = forms.ChoiceField(
        label=_("What it is"),
        choices=[CHOOSE, *((k, v) for k, v in CATEGORIES.items() if k != "government")],
    )
    place = PlaceChoice(label=_("Where is it?"))
    parent = OrganisationChoice(
        label=_("Which organisation is above it?"),
        required=False,
        help_text=_("It is told of what is overdue there, and names who works there."),
    )
    point = Line(
        label=_("Where exactly?"),
        required=False,
        help_text=_("Latitude and longitude, as 30.6942, 121.1265."),
    )
    pay = Text(
        label=_("How is money paid to it?"),
        required=False,
        max_length=300,
        rows=2,
        help_text=_(
            "Account, counter and hours. Everyone reads it beside what they promised to pay."
        ),
    )
    note = Text(label=_("Note"), required=False, max_length=1000, rows=3)

    def prepare(self) -> None:
        super().prepare()
        own = self.was.pk if self.was else None
        self.narrow("place", self._runs)
        self.narrow("parent", lambda o: o.pk != own)

    def _known(self, key: int) -> Organisation | None:
        found = registers().organisation(key)
        return found if found and found.category != "government" else None

    def _now(self, was: Organisation) -> dict[str, Any]:
        own = {n: getattr(was, n) for n in OWN_WORDS}
        return {**own, "place": was.place_id, "parent": was.parent_id}

    def clean_point(self) -> str:
        text: str = self.cleaned_data["point"]
        try:
            return point_text(read_point(text)) if text else ""
        except Misshapen as fault:
            raise ValidationError(str(fault)) from fault

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        self._taken(registers().organisations.values())
        above, seen = data.get("parent"), set()
        while above is not None and above.pk not in seen:
            if above.pk == data.get("id"):
                self.add_error("parent", _("It would be above itself."))
                break
            seen.add(above.pk)
            above = registers().organisation(above.parent_id)
        return data

    def _row(self) -> dict[str, Any]:
        data, was = self.cleaned_data, self.was
        place: Place = data["place"]
        more = [p for p in was.places if p != was.place_id] if was else []
        kept = (
            {"category_wording": was.category_wording}
            if was and (was.category == data["category"])
            else {}
        )
        sides = {place.side, *(p.side for p in map(registers().place, more) if p)}
        own = {n: data.get(n) or "" for n in OWN_WORDS}
        return {
            **kept,
            **own,
            "places": [place.pk, *more],
            "where": place.name if not more else was.where if was else "",
            "sides": "".join(sorted(sides)),
            "parent": data["parent"].pk if data.get("parent") else None,
        }

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield from super().answers(data)
        if places := data["row"].get("places"):
            yield cls.base_fields["place"].label, cls._words("places", places)
