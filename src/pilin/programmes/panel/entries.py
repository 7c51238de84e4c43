"""What entries of panels drawn by lot say. People stand in them by the number of the entry with which they put
themselves down."""

from datetime import date
from typing import Any

from pilin.engine.payload import Named, Part, Payload


class Quota(Part):
    """Of the people with this value of this feature, at least `least` and at most `most` are chosen."""

    feature: str
    value: str
    least: int
    most: int


class Call(Payload):
    """`consultation` is the number of the matter it sits in."""

    title: str
    org: Named
    consultation: int
    consultation_words: str = ""
    text: str
    size: int
    quotas: tuple[Quota, ...]
    until: date


class Join(Payload):
    """Under the number of this entry: where they live, their age and sex, as far as the quotas ask."""

    features: dict[str, str]


class Person(Part):
    number: int
    features: dict[str, str]


class Commit(Payload):
    """The roll and the lottery, as `pilin decide lots --commit` gives it, and SHA-256 of the first part of the
    seed, which is sealed until the draw."""

    roll: tuple[Person, ...]
    seed_hash: str
    lottery: dict[str, Any]


class Word(Payload):
    """The second part of the seed, by somebody else."""

    word: str


class Draw(Payload):
    """`seed` is both parts, with a bar between; substitutes in their order, by what they are like."""

    seed: str
    panel: tuple[int, ...]
    substitutes: tuple[tuple[int, ...], ...]


class Seat(Payload):
    """Whether somebody who was drawn, or came in for one who does not, takes the seat."""

    takes: str


class Found(Payload):
    words: str
