"""What can be voted on now, of every programme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pilin.engine.procedure import Words
from pilin.engine.programme import registry


@dataclass(frozen=True)
class OpenVote:
    """A vote that runs until `until`; `url` is where one votes, or reads how to."""

    matter: int
    title: str
    what: Words
    until: datetime
    url: str


def open_votes() -> tuple[OpenVote, ...]:
    """Soonest over first. Whoever shows them leaves out what is over by then."""
    found = [vote for votes in registry.each("votes") for vote in votes()]
    return tuple(sorted(found, key=lambda vote: (vote.until, vote.matter)))
