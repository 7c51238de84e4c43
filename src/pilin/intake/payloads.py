"""What entries that open and close a poll say of its roll and its ballots."""

from datetime import date

from pilin.engine.payload import Named, Part, Payload


class SlipsLeft(Part):
    """Where the numbers of all slips given out went: how many are counted, were given back unused, were
    read once or differently, and did not come back."""

    issued: int
    counted: int
    back: int
    unsettled: int
    missing: int


class LastBallots(Part):
    """The last checkpoint of a poll's ballot log, as `polls.last` gives it, how many voted, and how
    many of those on paper."""

    log: str
    size: int
    root: str
    voters: int
    paper: int | None = None
    slips: SlipsLeft | None = None


class Fixed(Part):
    """The roll as it was on `day`: how many are on it, and its hash (`rolls.hash_of`). `keyed`: voters'
    names are made with a key of the poll's own (`pseudonyms`)."""

    day: date
    size: int | None = None
    salt: str = ""
    hash: str = ""
    keyed: bool = False


class Issued(Payload):
    """Slips with these numbers were given out."""

    poll: int
    first: int
    last: int
    where: str = ""


class GivenBack(Payload):
    """Slips with these numbers were given back: "unused" or "spoilt"."""

    poll: int
    first: int
    last: int
    why: str


class Unlinked(Payload):
    """The key of this poll is destroyed."""

    poll: int


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
