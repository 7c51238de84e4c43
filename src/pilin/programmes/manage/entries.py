"""What entries of administration say. Persons stand in them by pseudonym alone."""

from datetime import date

from pilin.engine.payload import Named, Part, Payload
from pilin.forms.payloads import EnteredRow


class Appoint(Payload):
    """`until` is inclusive; none: until it is ended."""

    organisation: Named
    role: str
    person: str
    since: date
    until: date | None = None


class OfOffice(Payload):
    """`office` is the number it has in the register."""

    office: int
    person: str
    role: str
    organisation: Named


class End(OfOffice):
    """`until` is the last day on which it was held."""

    until: date
    reason: str = ""


class Extend(OfOffice):
    until: date | None = None


class StandIn(OfOffice):
    """`person` acts for whoever holds the office, in these days, both inclusive."""

    since: date
    until: date


class Row(EnteredRow):
    """A place or an organisation, entered or changed."""


class AboutAccount(Payload):
    """`what` was done to the account of `person`: a key of `accounts.DONE`."""

    person: str
    what: str
    reason: str = ""


class Day(Payload):
    """Offices are open on `day`, or closed, whatever the calendar says."""

    day: date
    works: bool
    why: str


class DueTime(Payload):
    """What follows `step` of `kind` is due in `days` working days; with "+" at its end, once all who
    have to have taken it. `was` is how many they were."""

    kind: str
    step: str
    was: int
    days: int
    why: str


class Invite(Payload):
    """So many codes to sign up with, good through `until`."""

    number: int
    until: date


class Workbook(Payload):
    """A workbook that was looked at and is brought in: the file's name and SHA-256, rows that are new
    and that change."""

    file: str
    sha256: str
    new: int
    changed: int


class ChangeKey(Payload):
    """The record is signed by another key from here on: vkeys, and what both sign of it
    (`pilin.ledger.succession.statement`), in base64."""

    key_before: str
    key_after: str
    by_before: str
    by_after: str
    reason: str


class Lost(Part):
    """A log that ended at `kept`, a signed checkpoint, and goes on with `size` entries."""

    log: str
    kept: str
    size: int


class Succeed(Payload):
    """Entries that were acknowledged are lost; what is there goes on under other names."""

    logs: tuple[Lost, ...]
    reason: str


class Believe(Payload):
    """A backup was brought back that had `size` entries, and nobody could be asked whether there were more:
    the operator says that nothing is missing."""

    size: int
    reason: str


class Release(Payload):
    """What runs from here on: SHA-256 in hex of the program's files, of its procedures and of its
    catalogue (`pilin.publishing.program`)."""

    release: str
    program: str
    procedures: str
    catalogue: str


class Mark(Part):
    """The log of a vote that runs, as it stood: how many entries, and the root of their tree in base64."""

    log: str
    size: int
    root: str


class Ballots(Payload):
    """What was cast until now in votes that run, so that nothing of it can be changed before they end."""

    marks: tuple[Mark, ...]


class Issue(Payload):
    """An issue of the gazette was printed from the entries numbered below `upto`, whose signed state is
    `checkpoint`; SHA-256 in hex of its pages as PDF, by language (`pilin.publishing.gazette`)."""

    number: int
    since: date
    until: date
    upto: int
    checkpoint: str
    pages: dict[str, str]


class Erased(Payload):
    """Somebody was erased: `parts` are the entries whose sealed parts went, `struck` the places of
    their words, as the number of an entry and the path in it."""

    person: str
    parts: tuple[int, ...] = ()
    struck: tuple[tuple[int, str], ...] = ()
