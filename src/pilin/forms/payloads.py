"""What entries of shared steps say."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from pilin.engine.payload import Part, Payload


class Reason(Payload):
    reason: str


class Words(Payload):
    words: str


class Rating(Payload):
    rating: int
    words: str = ""


class Milestone(Part):
    """A day, and what is to be reached by it."""

    day: date = Field(alias="date")
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
