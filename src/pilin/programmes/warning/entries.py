"""What entries of warnings say. Times have their zone, as the message has them."""

from pilin.engine.payload import Moment, Named, Part, Payload
from pilin.forms.payloads import MatterRow, Recorded


class Earlier(Part):
    """An earlier message this one is about."""

    sender: str
    identifier: str
    sent: str = ""


class Said(Part):
    """What is said in one language."""

    language: str
    event: str
    headline: str = ""
    description: str = ""
    instruction: str = ""
    sender_name: str = ""
    contact: str = ""
    web: str = ""


class Asked(Part):
    """A station that is to pass it on by then."""

    id: int
    name: str
    by: Moment


class Message(Payload):
    """A message, as it came in. `kind` is Alert, Update or Cancel; `event` and `colour` are names of
    `pilin.deciding.alerts.codes`; `end_said`: it names its end, and that was not set here; `signature` is what
    `signing.checked` gives; `message` its own text, where it came as one; `way` how it came."""

    identifier: str
    sender: str
    sender_name: str
    sent: Moment
    kind: str
    references: tuple[Earlier, ...] = ()
    exercise: bool
    event: str = ""
    colour: str = ""
    colour_said: bool = True
    starts: Moment
    ends: Moment
    end_said: bool = True
    texts: tuple[Said, ...] = ()
    areas: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    places: tuple[Named, ...] = ()
    asked: tuple[Asked, ...] = ()
    signature: str = "none"
    way: str
    note: str = ""
    message: str = ""


class Take(Message):
    """The message that opens the matter; `org` passes it on."""

    org: Named


class PassOn(Payload):
    """How a station passed it on, and about how many it reached."""

    ways: tuple[str, ...]
    reached: int | None = None
    words: str = ""


class Missed(Payload):
    """Stations that had not said by their hour that they passed it on."""

    stations: tuple[Asked, ...]


class Heard(Payload):
    reached: str


class Account(Payload):
    words: str


class WarningRow(MatterRow):
    """A warning of earlier, as a register has it."""

    identifier: str
    sender: str
    sent: Moment
    ends: Moment
    event: str
    colour: str
    text: str = ""


class Record(Recorded):
    row: WarningRow


class IssuerRow(Part):
    """Who issues warnings: `sender` is what its messages call it, `org` the number of the organisation here that
    passes them on, `address` where they can be fetched, `certificate` (PEM) by which its signature is known."""

    id: int | None = None
    name: str
    sender: str
    org: int
    address: str = ""
    certificate: str = ""
