"""What must be seen before anything else, of every programme: warnings that stand now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pilin.engine.procedure import Words
from pilin.engine.programme import registry
from pilin.people.models import LEFT, RIGHT


@dataclass(frozen=True)
class Urgent:
    """One of them; `of` is what tells those of the same danger, `rank` grows with it, `sign` is the shape that
    says the same as the colour. It stands from `starts` until `until`; `sides` are those it concerns."""

    matter: int
    of: str
    title: Words
    colour: str
    colour_title: Words
    sign: str
    rank: int
    words: str
    issuer: str
    where: tuple[str, ...]
    sides: str
    starts: datetime
    until: datetime
    exercise: bool
    url: str


@dataclass(frozen=True)
class Danger:
    """Those of one danger, side by side."""

    title: Words
    exercise: bool
    rank: int
    left: Sequence[Urgent]
    right: Sequence[Urgent]

    @property
    def differs(self) -> bool:
        """Both sides have it, in different colours."""
        colours = [{one.colour for one in side} for side in (self.left, self.right)]
        return all(colours) and colours[0] != colours[1]


def urgent(place: int | None = None, _language: str = "") -> tuple[Urgent, ...]:
    """All that stands or will, in the language of now; in or around a place, where one is given. Whoever shows them leaves out what does
    not stand yet, or no more."""
    return tuple(one for of in registry.each("urgent") for one in of(place))


def side_by_side(found: Iterable[Urgent]) -> list[Danger]:
    """The worst first, exercises last; what concerns no side, or both, stands on both."""
    groups: dict[tuple[str, bool], list[Urgent]] = {}
    for one in found:
        groups.setdefault((one.of, one.exercise), []).append(one)
    dangers = [
        Danger(
            rows[0].title,
            exercise,
            max(one.rank for one in rows),
            *(
                sorted(
                    (o for o in rows if side in (o.sides or LEFT + RIGHT)), key=lambda o: -o.rank
                )
                for side in (LEFT, RIGHT)
            ),
        )
        for (_of, exercise), rows in groups.items()
    ]
    return sorted(dangers, key=lambda d: (d.exercise, -d.rank))
