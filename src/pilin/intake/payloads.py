"""What entries of the main log say of ballots, which have logs of their own."""

from __future__ import annotations

from pilin.engine.payload import Part


class LastBallots(Part):
    """The last checkpoint of a poll's ballots, as `polls.last` gave it; `root` in Base64."""

    log: str
    size: int
    root: str
    voters: int
