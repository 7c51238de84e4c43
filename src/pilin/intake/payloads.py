"""What entries that close a poll say of its ballots."""

from pilin.engine.payload import Part


class LastBallots(Part):
    """The last checkpoint of a poll's ballot log, as `polls.last` gives it, and how many voted."""

    log: str
    size: int
    root: str
    voters: int
