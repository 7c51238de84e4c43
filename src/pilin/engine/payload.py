"""What a step's entry says beyond its frame: one frozen type for each step, with versions.

An entry lasts for ever, so its type does too. A field may be added with a default: older entries
lack it and are written again without it. Whatever else must change is a new version, which says
how the older one is read:

    class Submit(Payload, version=2, before=SubmitOfVersion1): …

    class SubmitOfVersion1(Payload):
        def upcast(self) -> Submit: …

Reading is strict: no field too many, none of another type. What is read is written again byte for
byte (held to by the frozen records).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer, ValidationError
from pydantic_core import to_json


class PayloadMisfit(ValueError):
    """Answers that do not fit the type of their entry: `faults` as (field, what is wrong)."""

    def __init__(self, payload: type[Payload], faults: list[tuple[str, str]]) -> None:
        self.faults = faults
        said = "; ".join(f"{field}: {what}" for field, what in faults)
        super().__init__(f"{payload.__name__}: {said}")


class Part(BaseModel):
    """A part of a payload that has fields of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Self:
        """From what an entry holds. Raises PayloadMisfit."""
        try:
            # As JSON: there, days and amounts are text, and a list is as good as a tuple.
            return cls.model_validate_json(to_json(data))
        except ValidationError as fault:
            found = [(".".join(map(str, e["loc"])), e["msg"]) for e in fault.errors()]
            raise PayloadMisfit(cls, found) from None  # type: ignore[arg-type]

    @classmethod
    def names(cls) -> Iterator[str]:
        """The names of its fields in an entry."""
        return (f.alias or name for name, f in cls.model_fields.items())

    def dump(self) -> dict[str, Any]:
        """What the entry holds: the fields that were given, and no others."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class Payload(Part):
    """What the public part of one step's entry says."""

    version: ClassVar[int] = 1
    before: ClassVar[type[Payload] | None] = None

    def __init_subclass__(
        cls, *, version: int = 1, before: type[Payload] | None = None, **kwargs: Any
    ) -> None:
        super().__init_subclass__(**kwargs)
        cls.version, cls.before = version, before

    @classmethod
    def versions(cls) -> Iterator[type[Payload]]:
        """This type and those before it, newest first."""
        found: type[Payload] | None = cls
        while found is not None:
            yield found
            found = found.before

    @classmethod
    def of_version(cls, version: int) -> type[Payload]:
        """The type as it was at `version`. Raises LookupError."""
        for found in cls.versions():
            if found.version == version:
                return found
        raise LookupError(f"{cls.__name__} has no version {version}")

    def upcast(self) -> Payload:
        """The same in the next version's words; older versions say how."""
        raise LookupError(f"{type(self).__name__} does not say how it is read today")


class Nothing(Payload):
    """A step that asks nothing."""


class Untyped(Payload):
    """A step whose form names no payload that fits it; refused at start-up."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)


class Named(Part):
    """A place or an organisation, by id, with the name it had."""

    id: int
    name: str


def _plain(value: Decimal) -> str:
    return format(value, "f")


def _moment(text: str) -> str:
    datetime.fromisoformat(text)
    return text


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


#: An amount or a share, written as a decimal number in text.
Amount = Annotated[Decimal, PlainSerializer(_plain, return_type=str)]
#: A local time as it was given, to the minute: 2026-11-26T19:00, with or without its zone.
Moment = Annotated[str, AfterValidator(_moment)]
#: A quantity or a moment in a register's words, as `pilin.wording.values` writes it.
Worded = dict[str, Any]
