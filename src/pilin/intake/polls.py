"""What programmes ask of a poll: its word for a page, its counts, its last checkpoint."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from pilin.engine.models import Matter
from pilin.ledger import keys, log, note
from pilin.people.actor import Actor

from . import pseudonyms, replay, rolls, shapes, slips
from .models import Ballot, Count, Poll, log_of
from .token import issue


def open_poll(matter: int) -> Poll | None:
    """The poll of a matter that takes ballots now."""
    rows = Poll.objects.filter(matter=matter, closed=False, until__gt=timezone.now())
    return rows.order_by("-pk").first()


def open_now(shape: str) -> list[tuple[Poll, Matter]]:
    """Every poll of this shape that takes ballots now, with its matter."""
    polls = list(Poll.objects.filter(closed=False, until__gt=timezone.now(), shape=shape))
    matters = Matter.objects.defer("search").in_bulk([poll.matter for poll in polls])
    return [(poll, matters[poll.matter]) for poll in polls if poll.matter in matters]


def latest(matter: int) -> Poll | None:
    """The newest poll of a matter, closed or not."""
    return Poll.objects.filter(matter=matter).order_by("-pk").first()


def under_way(matter: int) -> Poll | None:
    """The poll of a matter that was not closed yet, even where its time is up."""
    return Poll.objects.filter(matter=matter, closed=False).order_by("-pk").first()


def word_for(poll: Poll, actor: Actor) -> str:
    """The signed word that lets a person vote from the page it stands in; "" for who is not on the
    roll. Ballots are taken with such a word and no other, in both lanes."""
    voter = pseudonyms.of(poll, actor.person) if rolls.may_vote(poll, actor) else None
    return issue(poll.pk, voter, poll.until.timestamp()) if voter else ""


def turnout(poll: Poll, counted: Counts | None = None) -> rolls.Turnout:
    """Who may vote and how many did. Two queries; one where the counts are at hand."""
    return rolls.Turnout(poll, (counted or counts(poll.pk)).voters, slips.entered(poll))


def said_by(poll: Poll, person: str) -> dict[int, str]:
    """What a person's newest ballots say, by item; nothing once nobody can tell whose they are."""
    rows = Ballot.objects.filter(poll=poll.pk, voter=pseudonyms.of(poll, person) or "-")
    return dict(rows.values_list("item", "choice"))


@dataclass(frozen=True)
class Counts:
    voters: int
    by_item: Mapping[int, Mapping[str, int]]

    @property
    def ballots(self) -> int:
        return sum(sum(said.values()) for said in self.by_item.values())


def counts(poll: int) -> Counts:
    """How many voted, and how many say what of each item."""
    by_item: dict[int, dict[str, int]] = {}
    voters = 0
    for item, choice, n in Count.objects.filter(poll=poll).values_list("item", "choice", "n"):
        if item == 0:
            voters = n
        else:
            by_item.setdefault(item, {})[choice] = n
    return Counts(voters, by_item)


def ballots_of(poll: Poll) -> list[tuple[str, list[int]]]:
    """Every voter's approvals, in the order of their pseudonyms: from the log, never from a table."""
    assert poll.shape == shapes.APPROVAL
    rows = sorted(replay.standing(poll.pk).items())
    return [(voter, shapes.picks(choice)) for (voter, _item), (choice, *_rest) in rows]


def last(poll: int) -> dict[str, Any]:
    """The last checkpoint of a poll's ballots, for the entry that closes it.

    Holds the ballot log until the transaction ends, so that nothing is added after it.
    """
    name = log_of(poll)
    head = log.lock(name)
    signed = log.checkpoint(name)
    root = head.frontier.root()
    if signed:
        assert note.open_checkpoint(signed, keys.verifier(name)).root == root
    return {
        "log": name,
        "size": head.size,
        "root": base64.b64encode(root).decode(),
        "voters": replay.voters(poll),
        "paper": slips.entered(Poll(pk=poll)),
        "slips": slips.account(poll).as_json(),
    }
