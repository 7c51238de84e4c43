"""What entries of checked homes say: the place, the way, and until when.

`person` is a pseudonym, as the actor of any entry is; neither a number of a document nor a code ever
stands here.
"""

from datetime import date

from pilin.engine.payload import Named, Payload


class Checked(Payload):
    person: str
    place: Named
    until: date


class ByCode(Checked):
    """`batch` is the entry that made the code."""

    batch: int


class Codes(Payload):
    """So many codes, good until `expires`, each for a home checked `until`."""

    place: Named
    number: int
    expires: date
    until: date


class Brought(Payload):
    """A register of so many residents. `digest` is the SHA-256 of what is kept of it, row by row."""

    place: Named
    rows: int
    digest: str
    until: date


class Enrolled(Payload):
    people: tuple[str, ...]
    place: Named
    until: date


class Ended(Payload):
    """The home checked by the entry `entry` is none any more."""

    entry: int
    reason: str
