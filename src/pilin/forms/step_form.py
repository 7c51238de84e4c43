"""What a step asks. A form's cleaned values become the public part of the entry.

Organisations and places are recorded with id and name, so that an entry can be read by itself.
Fields named in `sealed` go to the sealed part: outside the hash, erasable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cache
from typing import Any, ClassVar

from django import forms
from django.forms.forms import DeclarativeFieldsMetaclass
from django.utils.translation import gettext_lazy as _

from pilin.engine.payload import Payload
from pilin.engine.positions import registers
from pilin.engine.situation import Situation

from .answers import as_json, holds, in_words, texts_in, without
from .fields import Line, Lines, Milestones, Text
from .registers import OrganisationChoice, OrganisationsChoice, one_of
from .validators import NAMES_A_CHILD, names_a_child

HOLDS_SEALED = _("This holds what is kept sealed. Please leave it out.")


def fields_of(payload: type[Payload]) -> dict[str, forms.Field]:
    """The form fields that a payload declares beside its types: `Annotated[str, Line(label=…)]`.

    What has a default need not be filled in.
    """
    found = {}
    for name, info in payload.model_fields.items():
        field = next((copy(m) for m in info.metadata if isinstance(m, forms.Field)), None)
        if field is not None:
            field.required = info.is_required() and not isinstance(field, forms.BooleanField)
            field.widget = copy(field.widget)
            field.widget.is_required = field.required
            found[name] = field
    return found


@cache
def form(payload: type[Payload]) -> type[StepForm]:
    """The form of a step that asks for just what its payload declares."""
    return type(f"{payload.__name__}Form", (StepForm,), {"payload": payload})


#: Fields in which people write what they like.
WRITTEN = (Line, Text, Lines, Milestones)


class _WithPayload(DeclarativeFieldsMetaclass):
    """Fields that the payload declares come with it; a form's own of the same name count."""

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> Any:
        made: Any = super().__new__(cls, name, bases, attrs)
        payload = getattr(made, "payload", None)
        if payload is not None:
            made.base_fields = {**fields_of(payload), **made.base_fields}
        made.written = frozenset(n for n, f in made.base_fields.items() if type(f) in WRITTEN)
        return made


def _lying_at(offered: Sequence[Any], key: int | None) -> list[Any]:
    """Organisations there, or else in the nearest place above; those that serve several places last."""
    place = registers().place(key)
    for above in reversed(place.path if place else ()):
        there = [o for o in offered if o.place_id == above or above in o.places]
        if there:
            return sorted(there, key=lambda o: o.place_id != above)
    return []


class StepForm(forms.Form, metaclass=_WithPayload):
    """Base of every step's form. `situation` tells who asks, about what."""

    sealed: ClassVar[tuple[str, ...]] = ()
    #: Of the sealed ones: what is no secret, and sealed only until a later step publishes it.
    withheld: ClassVar[tuple[str, ...]] = ()
    #: Of the sealed ones: said to the office alone, but no secret; others may say the same in public.
    confided: ClassVar[tuple[str, ...]] = ()
    #: What the public answers are in the entry.
    payload: ClassVar[type[Payload] | None] = None
    #: Recorded in one tap though something is written: a code at a door, with people waiting.
    at_once: ClassVar[bool] = False
    #: Those of its answers whose texts lie beside the entry and are never shown there: ballots.
    hidden: ClassVar[tuple[str, ...]] = ()
    #: Those of its answers on which others have relied at once: they are not corrected as words are.
    settled: ClassVar[tuple[str, ...]] = ()
    #: The names of those of its answers that people write freely: worked out from its fields.
    written: ClassVar[frozenset[str]]
    #: What is asked stands in the entry under other names: as a row of a register, say.
    composes: ClassVar[bool] = False
    required_css_class = "required"

    def __init__(self, data: Any = None, *, situation: Situation, **kwargs: Any) -> None:
        self.situation = situation
        self.taken_out: dict[str, Any] = {}  # answers as written, where a part of them is sealed
        super().__init__(data, **kwargs)
        for name, field in self.fields.items():
            if name in self.sealed:
                field.widget.attrs["data-sealed"] = "1"  # no browser is to keep it
            field.error_messages["required"] = _("Please fill this in.")
            if hasattr(field, "bind"):
                field.bind(situation)
        self.prepare()

    def prepare(self) -> None:
        """Narrow choices to what the situation allows."""

    def narrow(
        self, name: str, among: Callable[[Any], bool], by: tuple[str, ...] | None = None
    ) -> None:
        """Offer only those that fit in a field that chooses among organisations or places."""
        field = self.fields[name]
        assert isinstance(field, OrganisationChoice | OrganisationsChoice)
        field.among, field.by = among, by or field.by

    def own(self, name: str, *roles: str) -> None:
        """Offer only organisations at which the actor holds an office with one of these roles.

        Where there is but one, it is chosen already.
        """
        offices = self.situation.actor.offices
        found = {o.organisation_id for o in offices if not roles or o.role in roles}
        self.narrow(name, one_of(found))
        if len(found) == 1:
            self.initial.setdefault(name, *found)

    def nearest(self, name: str, *roles: str) -> None:
        """Choose already what is nearest of what is offered.

        With `roles`, of whoever has such an office: their own organisation, or what is where that is.
        Else what is at the actor's own home. In each case what lies there, or else in the place above.
        """
        if self.is_bound:  # somebody has chosen
            return
        field = self.fields[name]
        assert isinstance(field, OrganisationChoice)
        actor, offered = self.situation.actor, field.offered()
        held = [o for o in actor.offices if not roles or o.role in roles]
        own = {o.organisation_id for o in held if roles}
        found = [row for row in offered if row.pk in own]
        posts = [o.organisation.place_id for o in held]
        for place in [*posts, actor.home] if roles else [actor.home, *posts]:
            found = found or _lying_at(offered, place)
        if found:
            self.initial.setdefault(name, found[0].pk)

    def offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """Offer `choices` in a choice field; `(value, words)` each."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def clean(self) -> dict[str, Any]:
        """What is given sealed must not stand in a public answer, nor what looks like a child's name."""
        data: dict[str, Any] = super().clean() or {}
        kept = set(self.sealed) - {*self.withheld, *self.confided}
        own = {word for name in kept for word in texts_in(data.get(name)) if len(word) > 1}
        matter = self.situation.matter
        discreet = matter is not None and matter.rules.discreet
        for name, value in list(data.items()) if own or discreet else ():
            texts = [] if name in self.sealed else texts_in(value)
            if discreet and any(names_a_child(t) for t in texts):
                self.add_error(name, NAMES_A_CHILD)
            elif not self.errors and holds(texts, own):
                self.add_error(name, HOLDS_SEALED)
        return data

    def keep_sealed(self, known: frozenset[str], unknown: frozenset[str]) -> None:
        """What the matter keeps sealed must not become public by a valid answer.

        What the actor may read is refused. Whether something else is kept there is not theirs to
        learn from a refusal: it is taken out of the public answer, which is recorded all the same, and
        stands as written in the sealed part. Who guesses leaves an entry.
        """
        open_ = {n: v for n, v in self.cleaned_data.items() if n not in self.sealed}
        for name, value in open_.items():
            if holds(texts_in(value), known):
                self.add_error(name, HOLDS_SEALED)
            elif isinstance(self.fields[name], forms.CharField) and holds(texts_in(value), unknown):
                self.taken_out[name] = as_json(value)
                self.cleaned_data[name] = without(value, unknown)

    def matter_fields(self) -> dict[str, Any]:
        """Fields of the matter this step sets: title, place, org, orgs, sides, on_behalf."""
        return {}

    def about(self, title: str, org: Any, *others: Any, place: int | None = None) -> dict[str, Any]:
        """Fields of a new matter that `org` is in charge of, at its own place where no other is given."""
        return {
            "title": title,
            "org": org.pk,
            "orgs": sorted({org.pk, *(other.pk for other in others)}),
            "place": place or org.place_id,
        }

    def alike(self) -> Sequence[Any]:
        """Matters that are there already and may be the same, of a form that is in order."""
        return ()

    def public(self) -> dict[str, Any]:
        return {k: v for k, v in self._json() if k not in self.sealed}

    def secret(self) -> dict[str, Any]:
        sealed = {k: v for k, v in self._json() if k in self.sealed} if self.sealed else {}
        return {**sealed, **self.taken_out}

    def _json(self) -> Iterator[tuple[str, Any]]:
        for name, value in self.cleaned_data.items():
            # That nobody was chosen is an answer, and entries say so.
            some = isinstance(self.fields.get(name), OrganisationsChoice)
            if some or value not in (None, "", [], ()):
                yield name, as_json(value)
                if words := self._chosen(name, value):
                    yield f"{name}_words", words

    def _chosen(self, name: str, value: Any) -> str | list[str]:
        """The words of a choice offered for this matter alone: an entry is read by itself."""
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField) or isinstance(field, forms.ModelChoiceField):
            return ""
        if self.base_fields[name].choices:  # type: ignore[attr-defined]
            return ""
        words = dict(field.choices)  # type: ignore[arg-type]
        if isinstance(value, list):
            return [str(words.get(v, v)) for v in value]
        return str(words.get(value, value))

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        """The recorded answers as (label, words), in the order the form asks."""
        for name, field in cls.base_fields.items():
            if name in data:
                yield field.label or name, in_words(data.get(f"{name}_words", data[name]), field)
