"""What entries of renovations say."""

from datetime import date

from pilin.engine.payload import Amount, Named, Part, Payload
from pilin.forms.payloads import MatterRow, Reason, Recorded


class Propose(Payload):
    title: str
    org: Named
    neighbourhood: str
    households: int
    text: str
    point: str = ""  # "latitude, longitude"


class RenovationRow(MatterRow):
    neighbourhood: str
    households: int | None
    done: bool


class Record(Recorded):
    row: RenovationRow


class Need(Part):
    """How many households want it."""

    name: str
    count: int


class Survey(Payload):
    asked: int
    answered: int
    needs: tuple[Need, ...]
    words: str = ""


#: Its code, its area in m² as written, the codes of its owners.
Unit = tuple[str, str, tuple[str, ...]]


class Units(Payload):
    """The register of units, or with `add` a further part of it."""

    units: tuple[Unit, ...]
    add: bool = False


class Item(Part):
    """A line of a plan's money or of the accounts."""

    name: str
    amount: Amount


class Plan(Payload):
    plan: str
    cost: Amount
    finance: tuple[Item, ...]
    finish: date
    owners_pay: Amount | None = None


class ConfirmOwner(Payload):
    """`claim` is the number of the entry in which somebody said which code is theirs."""

    claim: int


class RefuseOwner(ConfirmOwner):
    reason: str


class Discuss(Payload):
    attendance: int
    views: tuple[str, ...]


# The vote of the owners ----------------------------------------------------------------------------


class Question(Part):
    """What the owners are asked; `item` is a number in the law's list."""

    item: int
    text: str


class UnitsFrozen(Part):
    """The register as it was when the vote was called: how many, and its hash (`voting.hash_of`)."""

    units: int
    owners: int
    area: str  # m², exact
    hash: str


class Call(Payload):
    """Entries from before rolls were kept say nothing of the register."""

    questions: tuple[Question, ...]
    first: date
    until: date
    where: str
    roll: UnitsFrozen | None = None


class Extend(Reason):
    until: date


class Ballot(Part):
    """One owner's ballot as somebody read it: an answer a question, none where it is taken back."""

    owner: str
    answers: tuple[str, ...]
    way: str


class Enter(Payload):
    vote: int
    ballots: tuple[Ballot, ...]


class Tally(Part):
    """`area` is for reading; what is compared stands exactly in the arithmetic."""

    area: int | float
    owners: int


class Threshold(Part):
    share: str
    more_than: bool
    article: str


class Comparison(Part):
    """Parts, wholes and shares are exact: a decimal, or a fraction such as 1000/3."""

    of: str
    part: str
    whole: str
    share: str
    threshold: str
    more_than: bool
    needed: str
    reached: bool
    article: str


class Arithmetic(Part):
    took_part: tuple[Comparison, ...]
    agreed: tuple[Comparison, ...]


class Result(Question):
    """The count of one question, with its arithmetic."""

    whole: Tally
    took_part: Tally
    agreed: Tally
    against: Tally
    abstained: Tally
    by_proxy: Tally
    takes_part: Threshold
    needed: Threshold
    arithmetic: Arithmetic
    valid: bool
    passed: bool


class Count(Payload):
    """The count itself: whoever reads the entry has every number of it."""

    vote: int
    results: tuple[Result, ...]
    left_out: int
    why: str = ""


# Approvals, works, accounts --------------------------------------------------------------------------


class Asked(Part):
    """What one department is asked for; `row` is the line it was filled in on."""

    row: str
    org: Named
    what: str
    until: date


class Ask(Payload):
    approvals: tuple[Asked, ...]


class Start(Payload):
    start: date
    builder: str


class Report(Payload):
    words: str
    spent: Amount


class Publish(Payload):
    income: tuple[Item, ...]
    spending: tuple[Item, ...]
    remainder: Amount
    left_to: str = ""
