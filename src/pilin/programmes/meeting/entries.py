"""What entries of meetings, and of what they require, say."""

from datetime import date

from pilin.engine.payload import Named, Part, Payload
from pilin.forms.payloads import MatterRow, Recorded


class Call(Payload):
    title: str
    org: Named
    day: date
    where: str
    topics: tuple[str, ...] = ()


class Enter(Payload):
    title: str
    org: Named
    day: date
    text: str


class Minutes(Payload):
    text: str


class Quoted(Part):
    """`sentence` is what the document says, `what` what is to be done in one line."""

    sentence: str
    what: str


class Demand(Payload, Quoted):
    lead: Named
    helpers: tuple[Named, ...] = ()
    due: date


class Commission(Demand):
    """A requirement that becomes a joint project."""


class Refer(Payload, Quoted):
    """A requirement that a station or hall is to deliberate first."""

    forum: Named
    due: date | None = None


class Resolve(Payload, Quoted):
    """What was decided, and asks nobody for anything."""


class Task(Payload, Quoted):
    """What a meeting requires of an organisation by a day; `meeting` is the number of its matter."""

    meeting: int
    lead: Named
    helpers: tuple[Named, ...] = ()
    due: date


class Extend(Payload):
    until: date
    reason: str


class TaskRow(MatterRow):
    """A requirement of a register. `meeting` and `day` as it names them, `helpers` in its words."""

    sentence: str = ""
    meeting: str
    day: date | None = None
    due: date
    helpers: str = ""


class Record(Recorded):
    row: TaskRow
