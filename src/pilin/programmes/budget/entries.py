"""What entries of participatory budgets say."""

from datetime import date
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator

from pilin.engine.payload import Amount, Named, Part, Payload
from pilin.forms.payloads import Milestone, Reason
from pilin.intake.payloads import LastBallots, WithRoll


def _exact(text: str) -> str:
    Fraction(text)
    return text


#: An exact sum in yuan, as a fraction in text: 100000/123.
Exact = Annotated[str, AfterValidator(_exact)]


class Announce(Payload):
    title: str
    org: Named
    text: str
    sum: Amount
    most: int
    least: int
    ideas_until: date
    rule: str


class Idea(Payload):
    title: str
    text: str
    where: str
    estimate: Amount
    point: str = ""  # "latitude, longitude"


class OfIdea(Payload):
    """`idea` is the number of the idea it is about."""

    idea: int
    idea_words: str = ""


class Admit(OfIdea):
    cost: Amount
    words: str = ""


class Refuse(OfIdea):
    reason: str


class MergeIdea(OfIdea):
    like: int
    like_words: str = ""


class EndIdeas(Payload):
    """With a reason where it is earlier than was announced."""

    reason: str = ""


class Choice(Part):
    """What can be voted for."""

    idea: int
    title: str
    cost: Amount


class OpenVote(WithRoll):
    until: date
    ballot: tuple[Choice, ...]


class Votes(Part):
    idea: int
    votes: int


class Counted(Choice):
    votes: int


class Winner(Counted):
    """What paid for it, where voters' shares did; see `counting.Count.result`."""

    each: Exact | None = None
    full: int | None = None
    part: int | None = None
    rest: Exact | None = None


class Other(Counted):
    had: Exact | None = None


class File(Part):
    """The Pabulib file of the vote: the SHA-256 of its content in hex, its size in bytes."""

    sha256: str
    size: int


class CloseVote(Payload):
    """What `lists.counted` gives: who won, in order, with what is told of the count; or, where
    nothing is chosen, why there is `none`, and the votes."""

    ballots: LastBallots
    winners: tuple[Winner, ...]
    words: str = ""
    rule: str = ""
    satisfaction: str = ""
    completion: str = ""
    amount: Amount | None = None
    left: Amount | None = None
    share: Exact | None = None
    others: tuple[Other, ...] = ()
    file: File | None = None
    none: str = ""
    votes: tuple[Votes, ...] = ()


class Stop(Reason):
    """`ballots` of the vote that ended with it."""

    ballots: LastBallots | None = None


class Convert(Payload):
    winner: int
    winner_words: str = ""
    lead: Named
    partners: tuple[Named, ...]
    category: str
    finish: date
    milestones: tuple[Milestone, ...] = ()
