"""What entries of shared steps say."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import SerializeAsAny, ValidationInfo, field_validator

from pilin.engine.payload import Part, Payload
from pilin.engine.programme import registry


class Reason(Payload):
    reason: str


class Withdrawn(Reason):
    """What is unused of the codes made by the entry `batch` is good no more; `unused` of them."""

    batch: int
    unused: int


class Words(Payload):
    words: str


class Rating(Payload):
    rating: int
    words: str = ""


class Milestone(Part):
    """What is to be reached by a day, as the field `Milestones` reads it."""

    date: date
    title: str


class MatterRow(Part):
    """A register's row that is a matter; `parties` as it names them, the first one in charge.

    `org`, `orgs` and `place` are the ids these names have here, `source_row` the row in the
    register's own words, by field of the sheet.
    """

    title: str
    org: int | None = None
    orgs: tuple[int, ...] = ()
    place: int | None = None
    parties: tuple[str, ...] = ()
    source_row: dict[str, str] = {}
    due_day: str | None = None


class Recorded(Payload):
    """Base of the steps that record a row; a programme says what its rows have: `row: WishRow`."""

    due_day: date | None = None


class EnteredRow(Payload):
    """A row of the register called `type`, in the type that register declares."""

    type: str
    row: SerializeAsAny[Part]

    @field_validator("row", mode="plain")
    @classmethod
    def _as_declared(cls, row: Any, info: ValidationInfo) -> Part:
        register = registry.register(info.data.get("type", ""))
        if register is None:
            raise ValueError("no register of this type is declared")
        return register.row.load(row)
