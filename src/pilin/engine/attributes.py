"""A field of a programme's table, declared once: column, label, header in the sheet, where shown.

    school_words = attribute(
        models.CharField(max_length=120, blank=True), _("School"), header="学校", listed=True
    )

What follows from it is derived: the columns of the list (`pilin.kit.listing`), the lines of the
matter's page (`pilin.kit.facts`), the sheet's columns and cells (`pilin.workbook.sheets`), and what
a register's row brings (`given`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

from django.db.models import Field, Model, OneToOneField

from .procedure import Words

F = TypeVar("F", bound="Field[Any, Any]")


def as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Attribute:
    """`words` turns a value into what a page says, `cell` into what a sheet says; `read` a cell
    into what a row says (raising `Unclear`), where it is not the cell's own text.

    `listed` puts it into the programme's list, `shown` on the matter's page; `header` (with `also`,
    other headers it is known by) into its sheet, where rows call it `field` (its name, where not
    said). `row` says that a register's row brings it under its name.
    """

    name: str
    label: Words
    header: str = ""
    field: str = ""
    also: tuple[str, ...] = ()
    required: bool = False
    width: int = 16
    listed: bool = False
    shown: bool = True
    row: bool = True
    read: Callable[[Any], Any] | None = None
    words: Callable[[Any], Any] = as_it_is
    cell: Callable[[Any], Any] = as_it_is


def attribute(column: F, label: Words, /, **more: Any) -> F:
    """Says of a model's field what it is to people; see `Attribute`."""
    column.declared = (label, more)  # type: ignore[attr-defined]
    return column


@cache
def attributes_of(model: type[Model]) -> list[Attribute]:
    """The model's declared attributes, in their order."""
    found = []
    for field in model._meta.concrete_fields:
        if declared := getattr(field, "declared", None):
            label, more = declared
            found.append(Attribute(field.name, label, **{"field": field.name, **more}))
    return found


def kind_of(model: type[Model]) -> str:
    """The kind of matter that has a row of this model: the name under which matters have it."""
    to_matter = cast(OneToOneField[Any, Any], model._meta.get_field("matter"))
    return str(to_matter.remote_field.get_accessor_name())


def attribute_of(model: type[Model], name: str) -> Attribute:
    return next(a for a in attributes_of(model) if a.name == name)


def given(model: type[Model], row: Any) -> dict[str, Any]:
    """What a register's row (a payload part or a mapping) brings for the model's attributes."""
    get: Callable[[str], Any]
    get = row.get if isinstance(row, Mapping) else lambda name: getattr(row, name)
    return {a.name: get(a.name) for a in attributes_of(model) if a.row}
