"""What a rule may look at when it decides: the matter as read under its lock, and who acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from pilin.ledger.asking import Ask, ask
from pilin.people.actor import Actor
from pilin.people.models import Organisation

from .positions import registers

if TYPE_CHECKING:
    from .models import Matter


T = TypeVar("T")


@dataclass(frozen=True)
class Holder:
    """A post (organisation id and role) or a person (pseudonym); never both."""

    org: int | None = None
    role: str = ""
    person: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"person": self.person} if self.person else {"org": self.org, "role": self.role}


#: Stands before the day on which somebody last nudged, among their parts in a matter.
NUDGED = "nudged:"
PARTS = (
    "SELECT role FROM loop_party WHERE matter_id = $1::bigint AND person = $2"
    f" UNION ALL SELECT '{NUDGED}' || day FROM loop_nudge WHERE matter_id = $1::bigint AND person = $2"
)


@dataclass(frozen=True)
class Situation:
    """`matter` is None for a step that opens one; `fields` are what the step's form says.

    `known` are answers that are the same whoever acts; `parts` are the actor's in the matter, where
    they were read along with it.
    """

    actor: Actor
    matter: Matter | None
    now: datetime
    today: date
    data: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    parts: frozenset[str] | None = None
    known: dict[Any, Any] = field(default_factory=dict)

    def once(self, ask: Callable[[int], T]) -> T:
        """What `ask` says of the matter, which only a step taken on it changes: asked once."""
        if ask not in self.known:
            self.known[ask] = ask(self.the_matter.pk)
        found: T = self.known[ask]
        return found

    @property
    def the_matter(self) -> Matter:
        """The matter, where a step is taken on one that is already there."""
        if self.matter is None:
            raise LookupError("this step opens its matter")
        return self.matter

    @property
    def forum(self) -> Organisation:
        """The organisation in charge of the matter, where it has one."""
        org = self.the_matter.org
        if org is None:
            raise LookupError("nobody is in charge of this matter")
        return org

    @cached_property
    def org(self) -> Organisation | None:
        """The organisation in charge once the step is taken."""
        if "org" in self.fields:
            key = self.fields["org"]
            return registers().organisation(key)
        return self.matter.org if self.matter else None

    @cached_property
    def _roles(self) -> frozenset[str]:
        """The actor's parts in this matter; one query however many rules ask."""
        if self.matter is None:
            return frozenset()
        parts = self.parts
        if parts is None:
            rows = ask(Ask(PARTS, [str(self.matter.pk), self.actor.person]))
            parts = frozenset(role for (role,) in rows)
        return parts | {"raiser"} if self.matter.raiser == self.actor.person else parts

    @property
    def nudged(self) -> date | None:
        """The day on which the actor last nudged the holder."""
        days = (part.removeprefix(NUDGED) for part in self._roles if part.startswith(NUDGED))
        return next(map(date.fromisoformat, days), None)

    @property
    def is_raiser(self) -> bool:
        return "raiser" in self._roles

    @property
    def is_party(self) -> bool:
        return bool(self._roles & {"raiser", "supporter"})

    @property
    def holds(self) -> bool:
        m = self.matter
        if m is None or not m.is_open:
            return False
        if m.holder_person:
            return m.holder_person == self.actor.person or (
                m.holder_person == m.raiser and self.is_raiser
            )
        return self.actor.office(m.holder_role, organisation=m.holder_org_id) is not None
