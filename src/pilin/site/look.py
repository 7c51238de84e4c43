"""The second look: what a step will write, in the reader's words, before it is permanent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from pilin.engine.act import Foreseen, available
from pilin.engine.form import Form
from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.engine.procedure import Procedure, Step
from pilin.engine.situation import Situation
from pilin.forms import points
from pilin.forms.answers import in_words
from pilin.forms.similar import Other
from pilin.kit.maps import locator
from pilin.people.geometry import Point, point_of


def writes(form: Form | None) -> bool:
    """Whether words or money stand in a valid form: no choice, day or number alone."""
    given: Any = form
    return (
        given is not None
        and not given.at_once
        and any(
            is_written(given.fields[name]) and value not in (None, "", [])
            for name, value in given.cleaned_data.items()
            if name in given.fields
        )
    )


def is_bare(form: Any, data: QueryDict) -> bool:
    """Whether nothing is filled in but choices, days and numbers; `form` is None where none is asked."""
    fields = form.base_fields if form else {}
    given = {name for name in data if data[name]} - {"csrfmiddlewaretoken", "seen", "then", "do"}
    return all(name in fields and not is_written(fields[name]) for name in given)


def may_write(form: Any) -> bool:
    """Whether a form asks for words or money that must be given."""
    return not form.at_once and any(is_written(f) and f.required for f in form.fields.values())


def is_written(field: forms.Field) -> bool:
    """Whether words or money are given in it."""
    return isinstance(field, forms.CharField) and not field.widget.is_hidden


def at(procedure: Procedure, step: Step, here: Situation, foreseen: Foreseen) -> dict[str, Any]:
    """What the page says: the answers as they will stand, and what happens next."""
    form: Any = foreseen.form
    body = foreseen.body
    fields = form.fields if form else {}
    kept = {
        name: (fields[name].label or name, in_words(value, fields[name]))
        for name, value in (form.secret() if form else {}).items()
        if name in form.sealed
    }
    return {
        "public": [w for w in step.asks.answers(form.public()) if w[1]] if step.asks else [],
        "sealed": [words for name, words in kept.items() if name not in form.withheld],
        "withheld": [words for name, words in kept.items() if name in form.withheld],
        "map": locator(point) if (point := _point(form, body)) else None,
        "holder": _holder(body["holder"]),
        "due": date.fromisoformat(body["due"]) if body["due"] else None,
        "state": procedure.states[body["to"]],
        "alike": [Like.of(here, m) for m in form.alike()] if form else [],
    }


def _point(form: Any, body: Mapping[str, Any]) -> Point | None:
    """Where it will lie: the matter, or what the step itself says of a point."""
    said = [form.cleaned_data.get(name) for name in points.fields_of(form)] if form else []
    return point_of(body["set"].get("point") or next(filter(None, said), ""))


def _holder(holder: dict[str, Any] | None) -> str:
    held = holder or {}
    org = registers().organisation(held.get("org"))
    role, person = held.get("role", ""), held.get("person", "")
    return Matter(holder_org=org, holder_role=role, holder_person=person).holder_title


@dataclass(frozen=True)
class Like:
    """What may be the same one: a matter, with the step by which one joins it, or something `other`."""

    matter: Matter | None = None
    joining: Step | None = None
    is_part: bool = False
    other: Other | None = None

    @classmethod
    def of(cls, here: Situation, found: Matter | Other) -> Like:
        if isinstance(found, Other):
            return cls(other=found)
        steps: Sequence[Step] = available(here.actor, found)
        there = replace(here, matter=found, parts=None, known={})
        return cls(found, next(_joining(steps), None), there.is_party)


def _joining(steps: Sequence[Step]) -> Iterator[Step]:
    return (s for s in steps if s.joins == "supporter" and s.bare)
