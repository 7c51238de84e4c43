"""What entries of administration say. Persons stand in them by pseudonym alone."""

from datetime import date
from typing import Any

from pydantic import SerializeAsAny, ValidationInfo, field_validator

from pilin.engine.payload import Named, Part, Payload
from pilin.engine.programme import registry


class Appoint(Payload):
    """`until` is inclusive; none: until it is ended."""

    organisation: Named
    role: str
    person: str
    since: date
    until: date | None = None


class OfOffice(Payload):
    """`office` is the number it has in the register."""

    office: int
    person: str
    role: str
    organisation: Named


class End(OfOffice):
    """`until` is the last day on which it was held."""

    until: date
    reason: str = ""


class Extend(OfOffice):
    until: date | None = None


class StandIn(OfOffice):
    """`person` acts for whoever holds the office, in these days, both inclusive."""

    since: date
    until: date


class Row(Payload):
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


class AboutAccount(Payload):
    """`what` was done to the account of `person`: a key of `accounts.DONE`."""

    person: str
    what: str
    reason: str = ""


class Workbook(Payload):
    """A workbook that was looked at and is brought in: the file's name and SHA-256, rows that are new
    and that change."""

    file: str
    sha256: str
    new: int
    changed: int
