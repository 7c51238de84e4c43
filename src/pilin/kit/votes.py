"""What can be voted on now, of every programme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pilin.engine.models import Notice
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


def asked_to_vote(notices: Iterable[Notice]) -> OpenVote | None:
    """The vote that runs, of which one of these notices of one matter told that one may vote in it."""
    asked = {n.matter for n in notices if n.reason == "vote" and n.settled is None}
    return next((vote for vote in open_votes() if vote.matter in asked), None) if asked else None


def open_votes() -> tuple[OpenVote, ...]:
    """Soonest over first. Whoever shows them leaves out what is over by then."""
    found = [vote for votes in registry.each("votes") for vote in votes()]
    return tuple(sorted(found, key=lambda vote: (vote.until, vote.matter)))
