"""A procedure says how one kind of matter moves. It is data a clerk could read.

Steps have fixed names and versions; a matter remembers the version it runs under and an old
version stays registered, so a procedure in use can be changed by adding the next version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import InitVar, dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from pilin.people.models import Office

from .form import Form
from .payload import Nothing, Payload, Untyped
from .telling import FOLLOWERS, NEXT, PARTIES, TAKING_PART, Audience, Telling

if TYPE_CHECKING:
    from pilin.ledger.log import Record

    from .programme import Registry
    from .situation import Holder, Situation

Words = str | Promise
STAGES = ("raised", "deliberated", "decided", "done", "confirmed")


@dataclass(frozen=True)
class State:
    """A place where a matter can rest. `stage` is where that lies on the loop."""

    title: Words
    stage: str
    closed: bool = False


#: Several titles joined in the reader's language, when they are shown.
def _join(*parts: Words) -> str:
    return str(_(" or ")).join(str(part) for part in parts)


joined = lazy(_join, str)


@dataclass(frozen=True)
class Who:
    """Who may take a step. `allows` gives the office acted in, True without one, or None."""

    kind: str
    title: Words
    test: Callable[[Situation], Office | bool | None]

    @property
    def kinds(self) -> frozenset[str]:
        """Each of those it names: of `holder | clock`, "holder" and "clock"."""
        return frozenset(self.kind.split("|"))

    @property
    def wants_home(self) -> bool:
        """Whether some of those it names may only once it was checked where they live."""
        return any(kind.partition("-")[0] == "verified" for kind in self.kinds)

    def allows(self, situation: Situation) -> Office | bool | None:
        return self.test(situation) or None

    def __or__(self, other: Who) -> Who:
        def either(s: Situation) -> Office | bool | None:
            return self.test(s) or other.test(s)

        return Who(f"{self.kind}|{other.kind}", joined(self.title, other.title), either)


@dataclass(frozen=True)
class HolderRule:
    """Who has the matter after the step; `named` are the answers in which that organisation is chosen.

    They may be those of an earlier step, or of the one that opened the matter.
    """

    title: Words
    give: Callable[[Situation], Holder | None]
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Due:
    """`days` where it is a number of working days, which an operator may change (`manage`/`due_time`)."""

    title: Words
    give: Callable[[Situation], date | None]
    days: int = 0


@dataclass(frozen=True)
class Conversion:
    """A hand-over to another programme: this step opens a matter there.

    `opening(situation, form)` gives the fields of the step `step` of kind `kind`. When the new
    matter comes to a state named in `back`, the step named there is taken on this one (if every
    sibling has come as far); when this one comes to a state named in `forth`, the step named there
    is taken on the matters it opened. Both are taken by the house, in the same transaction. A result
    in a state named in `back` has done its part: whoever waits for results waits for no more.
    """

    kind: str
    step: str
    opening: Callable[[Situation, Any], Mapping[str, Any]]
    back: Mapping[str, str] = field(default_factory=dict)
    forth: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Gather:
    """What several have to do: the step stays until `when` holds with this one, then leads to `to`.

    For signatures of every party, two people's approval, money pooled. `when(situation)` sees the
    answers just given. `holder`, `due` and `closes` are those of the state it then leads to.
    """

    to: str
    when: Callable[[Situation], bool]
    title: Words
    holder: HolderRule | None = None
    due: Due | None = None
    closes: str = ""


@dataclass(frozen=True)
class Step:
    """One way on. `source` None opens a matter; `to` "=" stays in the state it is in."""

    name: str
    source: tuple[str, ...] | None
    to: str
    by: Who
    title: Words = ""  # what the button says
    done: Words = ""  # what the timeline says
    asks: type[Form] | None = None
    payload: type[Payload] | None = None  # what its entry says, where not its form's own
    evidence: int = 0
    holder: HolderRule | None = None
    due: Due | None = None
    first_come: bool = False
    only_if: Callable[[Situation], bool] | None = None
    opens: Conversion | None = None
    gather: Gather | None = None
    closes: str = ""  # how a matter that closes by this step was closed
    joins: str = ""  # the party the actor becomes: raiser | supporter
    side: bool = False  # a step beside the main path: shown as a quiet link
    bare: bool = False  # may be offered as one button without a page of its own
    in_bulk: bool = False  # may be taken on many matters at once, with the same answers
    side_by_side: bool = False  # several take it at once: what others did since does not matter
    locks: tuple[str, ...] = ()  # answers that are the number of a matter it changes as well
    rates: str = ""  # the answer that is a rating, 1 to 5
    ends_vote: bool = False  # the house takes it once the last day of the matter's vote has passed
    tells: tuple[Audience, ...] = ()  # who hears of it beside those it `told` anyway
    settles: Callable[[Telling], int | None] | None = None  # the entry that asked for this step
    back_within: int = (
        0  # seconds in which whoever took it may take it back, if nobody took another
    )
    undoes: str = (
        ""  # it takes back the step before: the state of a matter that was only just opened
    )
    corrects: tuple[str, ...] = ()  # it corrects words of these steps
    #: What the house does beside the record, in the same transaction: once, and never when replayed.
    afterwards: Callable[[Record], None] | None = None

    @property
    def payload_type(self) -> type[Payload]:
        """The type of what its entry says."""
        if self.payload is not None:
            return self.payload
        if self.asks is None:
            return Nothing
        own: type[Payload] | None = self.asks.payload
        if own is None or set(self.asks.base_fields) - set(self.asks.sealed) - set(own.names()):
            return Untyped
        return own

    def targets(self, state: str | None) -> set[str]:
        """Where it may lead from `state` (None: where it opens a matter)."""
        first = {state} if self.to == "=" and state is not None else {self.to}
        return first | ({self.gather.to} if self.gather else set()) | ({self.undoes} - {""})

    @property
    def told(self) -> tuple[Audience, ...]:
        """Who hears of it: all who wait, where it leads on; whoever has it next; and whom it names."""
        if self.source is None:
            anyway: tuple[Audience, ...] = (NEXT, FOLLOWERS)
        elif self.to != "=" or self.gather:
            anyway = (PARTIES, FOLLOWERS, TAKING_PART, NEXT)
        else:
            anyway = (NEXT,)
        return tuple(dict.fromkeys((*anyway, *self.tells)))

    def ends(self) -> Iterator[tuple[str, HolderRule | None, Due | None, str]]:
        """Each state named, with holder, due time and way of closing; "=" is none."""
        if self.to != "=":
            yield self.to, self.holder, self.due, self.closes
        if self.gather:
            yield self.gather.to, self.gather.holder, self.gather.due, self.gather.closes
        if self.undoes:
            yield self.undoes, None, None, "taken_back"

    def leads_from(self, state: str) -> bool:
        return self.source is not None and state in self.source


@dataclass(frozen=True)
class Entering:
    """The steps by which rows of registers are entered: the first opens the matter, `record` is
    taken for each row, `close` at the end."""

    open: str
    record: str
    close: str


@dataclass(frozen=True)
class Procedure:
    kind: str
    version: int
    title: Words
    states: Mapping[str, State]
    steps: tuple[Step, ...]
    words: InitVar[Mapping[str, tuple[Words, Words]]] = MappingProxyType({})  # of steps, by name
    raise_title: Words = ""
    listed: bool = True  # whether its matters appear in lists and figures
    discreet: bool = False  # about children: no public answer may hold what looks like a name
    readers: Who | None = None  # who may read what it keeps sealed, beside the office in charge
    entering: Entering | None = None  # where rows of registers are entered in its matters

    def __post_init__(self, words: Mapping[str, tuple[Words, Words]]) -> None:
        """What steps say may stand beside them: then each can be read in a line."""
        if left := set(words) - {s.name for s in self.steps}:
            raise ValueError(f"{self.kind}: words for no step: {', '.join(sorted(left))}")
        spoken = tuple(
            replace(s, title=words[s.name][0], done=words[s.name][1]) if s.name in words else s
            for s in self.steps
        )
        object.__setattr__(self, "steps", spoken)
        object.__setattr__(self, "_by_name", {s.name: s for s in spoken})

    def step(self, name: str) -> Step | None:
        by_name: Mapping[str, Step] = self.__dict__["_by_name"]
        return by_name.get(name)

    def openings(self) -> Iterator[Step]:
        return (s for s in self.steps if s.source is None)

    def steps_from(self, state: str) -> Iterator[Step]:
        return (s for s in self.steps if s.leads_from(state))

    @property
    def seals(self) -> bool:
        """Whether some step asks for what is kept sealed."""
        return any(s.asks and s.asks.sealed for s in self.steps)

    def conversions(self) -> Iterator[Conversion]:
        return (s.opens for s in self.steps if s.opens)

    def faults(self, among: Registry | None = None) -> list[str]:
        """What is wrong with this declaration, in words; empty when it can be run.

        `among` has the procedures it may hand over to; not looked at, where not given.
        """
        return [
            *self._dead_ends(),
            *self._gaps(),
            *self._unasked(),
            *(self._lost(among) if among else ()),
        ]

    def _dead_ends(self) -> Iterator[str]:
        reached = {to for s in self.openings() for to in s.targets(None)}
        while True:
            ways = {
                to
                for s in self.steps
                for n in s.source or ()
                if n in reached
                for to in s.targets(n)
            }
            if ways <= reached:
                break
            reached |= ways
        for name, state in self.states.items():
            onward = [s for s in self.steps_from(name) if s.targets(name) != {name}]
            if name not in reached:
                yield f"{self.kind}: no step leads to state {name!r}"
            if not state.closed and not onward:
                yield f"{self.kind}: open state {name!r} cannot be left"
            if state.closed and any(s.by.kinds != {"link"} for s in onward):
                yield f"{self.kind}: closed state {name!r} can be left by a person"
            if state.stage not in STAGES:
                yield f"{self.kind}: state {name!r} has no stage of the loop"

    def _gaps(self) -> Iterator[str]:
        names = [s.name for s in self.steps]
        for name in {n for n in names if names.count(n) > 1}:
            yield f"{self.kind}: two steps are called {name!r}"
        for s in self.steps:
            for state in {*(s.source or ()), *(end[0] for end in s.ends())} - set(self.states):
                yield f"{self.kind}.{s.name}: unknown state {state!r}"
            for to, held, due, closes in s.ends():
                target = self.states.get(to)
                if target and not target.closed and (held is None or due is None):
                    yield f"{self.kind}.{s.name}: leads to an open state without holder or due time"
                if target and target.closed and not closes:
                    yield f"{self.kind}.{s.name}: closes a matter without saying how"
            if s.back_within and not self._can_go_back(s):
                yield f"{self.kind}.{s.name}: says it may be taken back, and cannot be"
            if s.evidence and not s.asks:
                yield f"{self.kind}.{s.name}: wants evidence but has no page to give it on"

    def _can_go_back(self, step: Step) -> bool:
        """Whether a step can be taken back: others do not rely on what it did at once."""
        back = next((s for s in self.steps if s.undoes), None)
        changes_more = step.gather or step.opens or step.locks or step.rates
        ways = (step.targets(name) for name in step.source or (None,))
        return (
            back is not None and not changes_more and set().union(*ways) <= set(back.source or ())
        )

    def _unasked(self) -> Iterator[str]:
        """Names of answers and steps that nothing gives."""
        for s in self.steps:
            asked = s.asks.base_fields if s.asks else {}
            for name in (*s.locks, *([s.rates] if s.rates else [])):
                if name not in asked:
                    yield f"{self.kind}.{s.name}: names the answer {name!r}, which it does not ask"
            if s.in_bulk and (s.evidence or s.opens or s.locks or s.source is None):
                yield f"{self.kind}.{s.name}: is no step to be taken on many at once"
            for name in s.corrects:
                if not (corrected := self.step(name)) or not corrected.asks:
                    yield f"{self.kind}.{s.name}: corrects {name!r}, which says nothing"
            if s.ends_vote and "house" not in s.by.kinds:
                yield f"{self.kind}.{s.name}: ends a vote, but the house may not take it"
        steps = self.entering
        for name in (steps.open, steps.record, steps.close) if steps else ():
            if self.step(name) is None:
                yield f"{self.kind}: its register has no step {name!r}"

    def _lost(self, among: Registry) -> Iterator[str]:
        """Conversions that lead to what is not there."""
        for s in self.steps:
            if s.opens is None:
                continue
            target, where = among.latest(s.opens.kind), f"{self.kind}.{s.name}"
            if target is None:
                yield f"{where}: hands over to {s.opens.kind!r}, which is no kind of matter"
                continue
            opening = target.step(s.opens.step)
            if opening is None or opening.source is not None:
                yield f"{where}: {s.opens.step!r} opens no {target.kind}"
            ways = ((target, self, s.opens.back), (self, target, s.opens.forth))
            for there, here, answers in ways:
                for state, name in answers.items():
                    if state not in there.states:
                        yield f"{where}: waits for {there.kind}.{state}, which is no state"
                    if here.step(name) is None:
                        yield f"{where}: then takes {here.kind}.{name}, which is no step"


def states(*rows: tuple[str, Words, str]) -> dict[str, State]:
    """States from rows (name, title, stage); a name that ends in "." is a closed one."""
    return {
        name.rstrip("."): State(title, stage, closed=name.endswith("."))
        for name, title, stage in rows
    }


def open_states(of: Mapping[str, State], but: Iterable[str] = ()) -> tuple[str, ...]:
    return tuple(n for n, s in of.items() if not s.closed and n not in set(but))
