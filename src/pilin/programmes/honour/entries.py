"""What entries of nominations say. Who is nominated, who nominates and who saw it stand in no public part before
they agreed or it is decided."""

from datetime import date

from pilin.engine.payload import Amount, Named, Part, Payload
from pilin.forms.payloads import MatterRow, Recorded


class Nominate(Payload):
    """`unit` is where the nominee works, where that is an organisation here: its members recuse themselves."""

    title: str
    org: Named
    place: Named | None = None
    day: date
    text: str
    relation: str
    unit: Named | None = None
    minor: bool = False


class Consent(Payload):
    """`minor` also where whoever nominated did not say so."""

    agrees: str  # yes or no
    minor: bool = False


class Inquire(Payload):
    offices: tuple[Named, ...]
    question: str


class Reply(Payload):
    """What an office found; what it says of the person is sealed."""

    finding: str  # clear or against


class Late(Payload):
    """Offices that have not answered by their day."""

    offices: tuple[Named, ...]


class GoOn(Late):
    reason: str


class Summon(Payload):
    """`members` are who sat on the committee when it was called, by pseudonym."""

    members: tuple[str, ...]
    words: str = ""


class Recuse(Payload):
    relation: str


class Cast(Payload):
    """`vote` lies beside the entry and is not shown before all are in: "yes 80 70 90", by criterion."""

    vote: str


class Line(Part):
    """A member's vote as it was cast, by the number of its entry."""

    entry: int
    yes: bool
    scores: dict[str, int]


class Opened(Payload):
    """The sheet, and what it comes to; `score` and `quorum` as exact fractions, 241/3."""

    weights: dict[str, int]
    entitled: int
    quorum: str = ""
    sheet: tuple[Line, ...]
    yes: int
    no: int
    score: str = ""
    quorate: str
    carried: str
    tie: str


class Post(Payload):
    """The public notice; `name` where the nominee agreed to be named."""

    text: str
    name: str = ""
    until: date


class Object(Payload):
    text: str


class Answer(Payload):
    objection: int
    objection_words: str = ""
    answer: str


class Confer(Payload):
    name: str = ""
    words: str
    amount: Amount | None = None


class Intend(Payload):
    ground: str
    reason: str


class Heard(Payload):
    words: str


class Contest(Payload):
    """Both sides say that it is theirs: these two halls look at it."""

    other: int
    other_words: str = ""
    halls: tuple[Named, ...]
    reason: str


class Settle(Payload):
    """What a hall says: `keeps` yes where this nomination goes on, no where the other one does."""

    keeps: str
    reason: str


class Concede(Payload):
    other: int
    other_words: str = ""
    reason: str


class Revoke(Payload):
    reason: str


class AwardRow(MatterRow):
    """A row of the register of awards: an award that was given."""

    day: date
    amount: Amount | None = None


class Record(Recorded):
    row: AwardRow
