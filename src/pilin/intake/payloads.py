"""What entries that open and close a poll say of its roll and its ballots."""

from datetime import date

from pilin.engine.payload import Named, Part, Payload


class LastBallots(Part):
    """The last checkpoint of a poll's ballot log, as `polls.last` gives it, how many voted, and how
    many of those on paper."""

    log: str
    size: int
    root: str
    voters: int
    paper: int | None = None


class Fixed(Part):
    """The roll as it was on `day`: how many are on it, and its hash (`rolls.hash_of`)."""

    day: date
    size: int | None = None
    salt: str = ""
    hash: str = ""


class WithRoll(Payload):
    """Opens a poll. Entries from before rolls were kept say nothing of it."""

    who: str = ""
    places: tuple[Named, ...] = ()
    orgs: tuple[Named, ...] = ()
    roll: Fixed | None = None


class Roll(Part):
    """Of an entry that opens a poll, what a roll is made from."""

    who: str
    places: tuple[Named, ...]
    orgs: tuple[Named, ...]
    day: date


def roll_of(said: WithRoll) -> Roll | None:
    if said.roll is None:
        return None
    return Roll(who=said.who, places=said.places, orgs=said.orgs, day=said.roll.day)
