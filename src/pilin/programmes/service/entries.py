"""What entries of service requests say."""

from pilin.engine.payload import Named, Payload
from pilin.forms.payloads import Reason


class Ask(Payload):
    title: str
    text: str
    desk: Named
    firm: str = ""
    point: str = ""  # "latitude, longitude"


class Assign(Reason):
    to: Named


class Answer(Payload):
    answer: str
