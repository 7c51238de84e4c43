"""What entries of a vote on statements say. A statement is named by its number in the matter."""

from datetime import date

from pilin.engine.payload import Payload
from pilin.intake.payloads import LastBallots, WithRoll


class Ask(WithRoll):
    question: str
    statements: tuple[str, ...]
    until: date


class OfStatement(Payload):
    statement: int


class Accept(OfStatement):
    statement_words: str


class Reject(OfStatement):
    reason: str


class Merge(OfStatement):
    into: int
    into_words: str


class TakeOut(OfStatement):
    statement_words: str
    reason: str


class Close(Payload):
    words: str = ""
    ballots: LastBallots
