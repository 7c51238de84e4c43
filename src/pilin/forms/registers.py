"""Fields that choose among organisations and places, as the registers have them: no query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.choices import BaseChoiceIterator
from django.utils.translation import gettext_lazy as _

from pilin.engine.positions import registers
from pilin.engine.situation import Situation
from pilin.people.actor import Actor
from pilin.people.known import Known, here
from pilin.people.models import Organisation, Place

NOBODY_THERE = _("Nobody holds the office at %(org)s that could take this on.")

if TYPE_CHECKING:  # these are generic for the type checker alone
    _One = forms.ModelChoiceField[Any]
    _Some = forms.ModelMultipleChoiceField[Any]
else:
    _One, _Some = forms.ModelChoiceField, forms.ModelMultipleChoiceField


class _Offered(BaseChoiceIterator):
    """As Django's choices of a model have them, but that the rows come from memory."""

    def __init__(self, field: Any) -> None:
        self.field = field

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for row in self.field.offered():
            yield row.pk, row.called


def _called(value: Any, known: Callable[[Known, int], Any]) -> str:
    """What an entry calls an organisation or a place, on an English page in English where that is known.

    One that was renamed since is called as it was recorded. Asks nothing: outside a page the entry's
    own words stand.
    """
    if not isinstance(value, dict) or "id" not in value:
        return str(value)
    now = here()
    row = known(now, int(value["id"])) if now else None
    return row.called if row is not None and row.name == value["name"] else str(value["name"])


def _organisation(known: Known, key: int) -> Any:
    return known.organisations.get(key)


def _place(known: Known, key: int) -> Any:
    return known.places.get(key)


class _Fitting:
    """What is chosen `among`, and whether somebody is there where it has the matter next."""

    takes_it_on = False
    day: date | None = None  # of the step, where a person takes it
    among: Callable[[Any], bool] = staticmethod(lambda row: True)

    def bind(self, situation: Situation) -> None:
        """Other matters and the house name what was found to fit before."""
        self.day = situation.today if situation.actor.kind == "person" else None

    def fits(self, row: Any) -> bool:
        """Whether it may be chosen: where it has the matter next, somebody answers for it."""
        return self.among(row) and self.is_manned(row)

    def is_manned(self, row: Any) -> bool:
        if not (self.takes_it_on and self.day):
            return True
        return bool(registers().holders(row.pk, row.steward, self.day))

    def found(self, row: Any, value: Any) -> Any:
        """`row`, where it may be chosen. Raises ValidationError."""
        if row is None or not self.among(row):
            invalid = self.error_messages["invalid_choice"]  # type: ignore[attr-defined]
            raise ValidationError(invalid, code="invalid_choice", params={"value": value})
        if not self.is_manned(row):
            raise ValidationError(NOBODY_THERE, params={"org": row.called})
        return row


class OrganisationChoice(_Fitting, _One):
    """One organisation `among` those that fit, shown in the order of some attributes."""

    iterator = _Offered  # type: ignore[assignment]
    by: tuple[str, ...] = ("sides", "name")

    recorded = staticmethod(_organisation)

    def __init__(self, *, takes_it_on: bool = False, **kwargs: Any) -> None:
        self.takes_it_on = takes_it_on
        super().__init__(queryset=self.nothing(), empty_label=_("Please choose"), **kwargs)

    @staticmethod
    def nothing() -> Any:
        return Organisation.objects.none()

    def rows(self) -> Any:
        return registers().organisations.values()

    def row(self, key: int) -> Any:
        return registers().organisation(key)

    def offered(self) -> list[Any]:
        return sorted(filter(self.fits, self.rows()), key=attrgetter(*self.by))

    def words_of(self, value: Any) -> str:
        """A recorded choice for reading."""
        return _called(value, self.recorded)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        return self.found(self.row(_key(value)), value)


class OwnOrganisation(forms.TypedChoiceField):
    """The number of an organisation where whoever asks holds an office, for forms beside the loop."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, **kwargs)

    def offer(self, actor: Actor, roles: Iterable[str]) -> None:
        """Those where `actor` holds one of `roles`; the only one is chosen already."""
        keys = sorted({o.organisation_id for o in actor.offices if o.role in set(roles)})
        rows = [o for o in map(registers().organisation, keys) if o is not None]
        self.choices = [(o.pk, o.called) for o in rows]
        if len(rows) == 1:
            self.initial = rows[0].pk


class PlaceChoice(OrganisationChoice):
    """One place, as `OrganisationChoice`."""

    by = ("side", "id")
    recorded = staticmethod(_place)

    @staticmethod
    def nothing() -> Any:
        return Place.objects.none()

    def rows(self) -> Any:
        return registers().places.values()

    def row(self, key: int) -> Any:
        return registers().place(key)


class OrganisationsChoice(_Fitting, _Some):
    """Some organisations, or just as many as `number` says. Cleans to a list."""

    iterator = _Offered  # type: ignore[assignment]
    by: tuple[str, ...] = ("sides", "name")
    empty_label = None

    def __init__(
        self, *, takes_it_on: bool = False, number: int | None = None, **kwargs: Any
    ) -> None:
        self.takes_it_on, self.number = takes_it_on, number
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(queryset=OrganisationChoice.nothing(), **kwargs)

    def offered(self) -> list[Any]:
        rows = registers().organisations.values()
        return sorted(filter(self.fits, rows), key=attrgetter(*self.by))

    def words_of(self, value: Any) -> str:
        """Recorded choices for reading, one a line."""
        rows = value if isinstance(value, list) else [value]
        return "\n".join(_called(row, _organisation) for row in rows)

    def row_of(self, key: int) -> Any:
        return registers().organisation(key)

    def clean(self, value: Any) -> Any:
        chosen = list(super().clean(value))
        if self.number is not None and len(chosen) != self.number:
            raise ValidationError(_("Please choose just %(n)d."), params={"n": self.number})
        return chosen

    def _check_values(self, value: Any) -> Any:
        rows = {}
        for key in value:
            row = self.found(self.row_of(_key(key)), key)
            rows[row.pk] = row
        return sorted(rows.values(), key=attrgetter(*self.by))


class PlacesChoice(OrganisationsChoice):
    """Some places, as `OrganisationsChoice`."""

    by = ("side", "id")

    def offered(self) -> list[Any]:
        rows = registers().places.values()
        return sorted(filter(self.fits, rows), key=attrgetter(*self.by))

    def words_of(self, value: Any) -> str:
        rows = value if isinstance(value, list) else [value]
        return "\n".join(_called(row, _place) for row in rows)

    def row_of(self, key: int) -> Any:
        return registers().place(key)


def _key(value: Any) -> int:
    """The number a browser sent; 0, which no row has, for anything else."""
    text = str(getattr(value, "pk", value))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def any_of(*categories: str) -> Callable[[Organisation], bool]:
    """Organisations of these categories."""
    return lambda org: org.category in categories


def all_but(*categories: str) -> Callable[[Organisation], bool]:
    """Organisations of any category but these."""
    return lambda org: org.category not in categories


def one_of(keys: Iterable[int]) -> Callable[[Organisation], bool]:
    """Organisations with these ids."""
    found = frozenset(keys)
    return lambda org: org.pk in found
