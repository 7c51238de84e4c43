"""What entries of awards say, and how it is asked."""

from datetime import date
from typing import Annotated

from django import forms
from django.utils.translation import gettext_lazy as _

from pilin.engine.payload import Amount, Named, Payload
from pilin.forms.fields import (
    Day,
    Future,
    Line,
    Money,
    Text,
)
from pilin.forms.payloads import MatterRow, Recorded
from pilin.forms.registers import OrganisationChoice, OrganisationsChoice


class Nominate(Payload):
    title: Annotated[str, Line(label=_("What was done, in a few words?"))]
    day: Annotated[date, Day(label=_("When?"))]
    text: Annotated[str, Text(label=_("What happened?"))]
    decides: Annotated[Named, OrganisationChoice(label=_("Who decides?"))]


class Accept(Payload):
    offices: Annotated[tuple[Named, ...], OrganisationsChoice(label=_("Which two?"), number=2)]


class Vet(Payload):
    clear: Annotated[bool, forms.BooleanField(label=_("Nothing speaks against it"))]
    words: Annotated[str, Text(label=_("What is known?"))] = ""


class Publish(Payload):
    until: Annotated[date, Future(label=_("On public notice until?"), workdays=5)]


class Answer(Payload):
    objection: Annotated[int, forms.TypedChoiceField(label=_("Which objection?"), coerce=int)]
    objection_words: str
    words: Annotated[str, Text(label=_("What is the answer?"))]


class Confer(Payload):
    money: Annotated[Amount, Money(label=_("With how much money?"))]
    words: Annotated[str, Text(label=_("What is it given for?"))]


class AwardRow(MatterRow):
    day: date
    money: str


class Record(Recorded):
    row: AwardRow
