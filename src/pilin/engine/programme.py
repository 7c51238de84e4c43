"""A programme is one object; the house knows those it was given, and nothing registers itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

from pilin.ledger.log import Record
from pilin.people.actor import Cause

from . import entry as entries
from .entry import Apply, Entry, Handlers
from .payload import Payload
from .procedure import Entering, Procedure, Step, Words
from .registers import Register

T = TypeVar("T")


class UnknownEntry(LookupError):
    """An entry of a kind, version or step that no programme here declares."""


@dataclass(frozen=True)
class Programme:
    """What the engine needs to know of one; `pilin.kit.programme` adds pages and sheets.

    `name` is the folder's, the app's label and the first word of its addresses. `sentences` are
    what a person is told where the database's own constraint refuses a step, by constraint.
    `leaves` is what happens, by steps, before somebody is erased, who is given by pseudonym; `erased`
    enters what was: entries whose sealed parts went, and the places of words that did; `daily` what is
    looked after whenever the calendar is, and may be done again; `recounts` gives the entries whose
    results are not those that come out when they are counted again; `held` what it keeps of somebody beside
    the record.
    """

    name: str
    procedures: tuple[Procedure, ...] = ()
    apply: tuple[Handlers, ...] = ()
    registers: tuple[Register, ...] = ()
    sentences: Mapping[str, Words] = field(default_factory=dict)
    leaves: Callable[[str], None] | None = None
    erased: Callable[[str, list[int], list[tuple[int, str]], Cause | None], None] | None = None
    daily: Callable[[date], None] | None = None
    recounts: Callable[[], Iterable[int]] | None = None
    held: Callable[[str], Iterable[Mapping[str, Any]]] | None = None


def _more(known: dict[str, T], more: Mapping[str, T]) -> None:
    if twice := known.keys() & more.keys():
        raise ValueError(f"declared twice: {', '.join(sorted(twice))}")
    known.update(more)


class Registry:
    """Every programme of this installation, with what is looked up in them by name."""

    def __init__(self) -> None:
        self._programmes: dict[str, Programme] = {}
        self._procedures: dict[tuple[str, int], Procedure] = {}
        self._latest: dict[str, Procedure] = {}
        self._locking: dict[str, tuple[str, ...]] = {}
        self._handlers: dict[str, Handlers] = {}
        self._registers: dict[str, Register] = {}
        self._sentences: dict[str, Words] = {}
        self._built_in: dict[str, Step] = {}
        self._built_apply: dict[str, Apply] = {}

    def add(self, programme: Programme) -> Programme:
        """Take a programme in. Raises ValueError where something of it is declared already."""
        if programme.name in self._programmes:
            raise ValueError(f"programme {programme.name!r} is declared twice")
        self._programmes[programme.name] = programme
        for procedure in programme.procedures:
            key = (procedure.kind, procedure.version)
            if key in self._procedures:
                raise ValueError(f"procedure {key} is declared twice")
            self._procedures[key] = procedure
            newest = self._latest.get(procedure.kind)
            if newest is None or newest.version < procedure.version:
                self._latest[procedure.kind] = procedure
            self._locking |= {s.name: s.locks for s in procedure.steps if s.locks}
        _more(self._handlers, {h.kind: h for h in programme.apply})
        _more(self._registers, {r.name: r for r in programme.registers})
        _more(self._sentences, programme.sentences)
        return programme

    @contextmanager
    def extended(self, *programmes: Programme) -> Iterator[None]:
        """With these programmes as well until the end of the block: for tests."""
        before = {name: dict(value) for name, value in vars(self).items()}
        try:
            for programme in programmes:
                self.add(programme)
            yield
        finally:
            vars(self).update(before)

    def __iter__(self) -> Iterator[Programme]:
        return iter(self._programmes.values())

    def each(self, part: str) -> Iterator[Any]:
        """A part of every programme that has it, in their order; sequences one by one."""
        for programme in self:
            found = getattr(programme, part, None)
            if isinstance(found, tuple):
                yield from found
            elif found is not None:
                yield found

    # Procedures ----------------------------------------------------------------------------------

    @property
    def procedures(self) -> list[Procedure]:
        """Every procedure in every version."""
        return list(self._procedures.values())

    def get(self, kind: str, version: int) -> Procedure:
        return self._procedures[kind, version]

    def latest(self, kind: str) -> Procedure | None:
        return self._latest.get(kind)

    def kinds(self) -> list[str]:
        return list(self._latest)

    def entering(self) -> tuple[str, Entering]:
        """The kind of matter in which rows of registers are entered, and its steps for that."""
        for kind, newest in self._latest.items():
            if newest.entering:
                return kind, newest.entering
        raise LookupError("no kind of matter takes rows of registers")

    def build_in(self, *steps: Step, apply: Mapping[str, Apply] = MappingProxyType({})) -> None:
        """Steps that every procedure has without declaring them, and what applies their entries."""
        self._built_in |= {step.name: step for step in steps}
        self._built_apply |= apply

    def step(self, procedure: Procedure, name: str) -> Step | None:
        return procedure.step(name) or self._built_in.get(name)

    @property
    def built_in(self) -> Mapping[str, Step]:
        return self._built_in

    def steps_from(self, procedure: Procedure, state: str) -> Iterator[Step]:
        """Those the procedure declares, then those that every procedure has and it does not."""
        yield from procedure.steps_from(state)
        closed = procedure.states[state].closed
        for step in self._built_in.values():
            if procedure.step(step.name):
                continue
            if not closed or getattr(step.source, "closed_too", False):
                yield step

    def may_lock(self, name: str) -> bool:
        """Whether a step of this name, of any procedure, locks matters that its answers name."""
        return name in self._locking

    # Entries -------------------------------------------------------------------------------------

    def payload(self, kind: str, version: int, name: str) -> type[Payload]:
        """The type of what the entry of this step says. Raises UnknownEntry."""
        procedure = self._procedures.get((kind, version))
        step = self.step(procedure, name) if procedure else None
        if step is None:
            raise UnknownEntry(f"{kind} {version}: {name}")
        return step.payload_type

    def read(self, record: Record) -> Entry[Any]:
        """The entry with its payload. Raises UnknownEntry, PayloadMisfit."""
        body = record.body
        return entries.read(self.payload(body["kind"], body["procedure"], body["step"]), record)

    def handler(self, kind: str, version: int, step: str) -> Apply | None:
        handlers = self._handlers.get(kind)
        own = handlers.of(step, version) if handlers else None
        return own or self._built_apply.get(step)

    def register(self, name: str) -> Register | None:
        return self._registers.get(name)

    @property
    def registers(self) -> list[Register]:
        return list(self._registers.values())

    def sentence(self, constraint: str) -> Words | None:
        return self._sentences.get(constraint)


registry = Registry()
