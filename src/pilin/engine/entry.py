"""An entry of the main log, read: the frame every entry has, and the payload of its step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db.models import Model
from pydantic import Field

from pilin.ledger.log import Record

from .attributes import given
from .payload import Named, Part, Payload

if TYPE_CHECKING:
    from .models import Matter

P_co = TypeVar("P_co", bound=Payload, covariant=True)


class Post(Part):
    """The office a step was taken in."""

    id: int
    role: str
    org: int


class Held(Part):
    """Who has the matter: a post (organisation and role) or a person (pseudonym)."""

    org: int | None = None
    role: str = ""
    person: str = ""


class File(Part):
    """A piece of evidence: its content's SHA-256 in hex, its size in bytes."""

    name: str
    type: str
    size: int
    sha256: str


class Fields(Part):
    """What a step sets of the matter itself; only what is named is set."""

    title: str = ""
    place: int | None = None
    org: int | None = None
    orgs: tuple[int, ...] = ()
    sides: str = ""
    on_behalf: bool = False
    source: int | None = None
    outcome: int | None = None
    raiser: str = ""
    point: str = ""


class Because(Part):
    """The entry in another record that this one answers: `log` is that log's origin."""

    log: str
    number: int


class Frame(Part):
    """What every entry has. `at` is UTC to the millisecond, `day` the local day of the step."""

    v: int
    log: str
    number: int
    seal: str | None
    matter: int
    kind: str
    procedure: int
    step: str
    actor: str
    office: Post | None
    at: str
    day: date
    was: str | None = Field(alias="from")
    to: str
    closes: str
    joins: str
    holder: Held | None
    due: date | None
    set: Fields
    data: dict[str, Any]
    data_v: int = 1  # the payload's version, where it is not the first
    cause: Because | None = None  # where it answers an entry elsewhere
    files: tuple[File, ...]


@dataclass(frozen=True)
class Entry(Generic[P_co]):
    """A record whose payload was read, in the newest version's words."""

    record: Record
    data: P_co

    @property
    def number(self) -> int:
        return self.record.number

    @property
    def step(self) -> str:
        return str(self.record.body["step"])

    @property
    def actor(self) -> str:
        """The pseudonym of whoever took the step."""
        return str(self.record.body["actor"])

    @cached_property
    def org(self) -> int | None:
        """The organisation in whose office it was taken."""
        office = self.record.body["office"]
        return int(office["org"]) if office else None

    def put(self, model: type[Model], matter: Matter, fields: Mapping[str, Any]) -> None:
        """Write the row a matter has in `model`: a new one where this entry opens the matter."""
        if self.record.body["from"] is None:
            rows(model).create(matter=matter, **fields)
        else:
            rows(model).update_or_create(matter=matter, defaults=fields)

    @cached_property
    def day(self) -> date:
        return date.fromisoformat(self.record.body["day"])

    @cached_property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.record.body["at"])


def payload_as_written(payload: type[Payload], body: Mapping[str, Any]) -> Payload:
    """An entry's payload in the version it was written in. Raises PayloadMisfit, LookupError."""
    return payload.of_version(body.get("data_v", 1)).load(body["data"])


def read(payload: type[Payload], record: Record) -> Entry[Any]:
    """The entry with its payload in today's words. Raises PayloadMisfit, LookupError."""
    data = payload_as_written(payload, record.body)
    while data.version < payload.version:
        data = data.upcast()
    return Entry(record, data)


def rows(model: type[Model]) -> Any:
    return model._default_manager


def _values(model: type[Model], said: Payload, names: Iterable[str]) -> dict[str, Any]:
    """Answers as columns hold them: what was chosen by its id."""
    found = {}
    for name in names:
        value = getattr(said, name)
        if isinstance(value, tuple):
            value = [v.id if isinstance(v, Named) else v for v in value]
        elif isinstance(value, Named):
            value = value.id
        found[getattr(model._meta.get_field(name), "attname", name)] = value
    return found


#: A programme's own part: brings its tables up to date and names further scopes it changed.
Apply = Callable[[Entry[Any], "Matter"], Iterable[str] | None]


class Handlers:
    """What brings a programme's tables up to date, by step, for one kind of matter.

        WISH = Handlers("wish")

        @WISH.on("claim")
        def claim(entry: Entry[Nothing], matter: Matter) -> None: …

    A step that means something else from version 2 of the procedure on has a second handler, with
    `since=2`; entries of version 1 keep the first for ever.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._found: dict[str, list[tuple[int, Apply]]] = {}

    def on(self, *steps: str, since: int = 1) -> Callable[[Apply], Apply]:
        def keep(function: Apply) -> Apply:
            for step in steps:
                known = self._found.setdefault(step, [])
                if any(version == since for version, _f in known):
                    raise ValueError(f"{self.kind}.{step} is applied twice since version {since}")
                known.append((since, function))
                known.sort(key=lambda pair: pair[0])
            return function

        return keep

    def creates(self, step: str, model: type[Model], *names: str) -> None:
        """The step makes the matter's row, with these answers under their own names."""

        def create(entry: Entry[Any], matter: Matter) -> None:
            rows(model).create(matter=matter, **_values(model, entry.data, names))

        self.on(step)(create)

    def sets(self, step: str, model: type[Model], *names: str) -> None:
        """The step sets these columns of the matter's row to the answers of the same names."""

        def update(entry: Entry[Any], matter: Matter) -> None:
            rows(model).filter(pk=matter.pk).update(**_values(model, entry.data, names))

        self.on(step)(update)

    def corrects(self, model: type[Model], *names: str, **columns: str) -> None:
        """What is corrected in an entry stands in these columns of the matter's row, too.

        `columns` are those called otherwise than the answer. Words another entry has put there since stay.
        """
        both = {**{name: name for name in names}, **columns}

        def correct(entry: Entry[Any], matter: Matter) -> None:
            was, words = entry.data.was, entry.data.words
            for column, answer in both.items():
                if answer in words:
                    row = rows(model).filter(pk=matter.pk, **{column: was[answer]})
                    row.update(**{column: words[answer]})

        self.on("correct")(correct)

    def records(self, model: type[Model], *steps: str) -> None:
        """These steps carry a row of a register, which brings the model's attributes."""

        def record(entry: Entry[Any], matter: Matter) -> None:
            row = entry.data.row
            fields = {**given(model, row), "source_row": row.source_row}
            entry.put(model, matter, fields)

        self.on(*(steps or ("record", "amend")))(record)

    def of(self, step: str, version: int) -> Apply | None:
        """What applies this step of a matter that runs under this version of its procedure."""
        found = None
        for since, function in self._found.get(step, ()):
            found = function if since <= version else found
        return found
