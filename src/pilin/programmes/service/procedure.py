"""A request to a service desk that serves both sides of the border."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.procedure import Procedure, states
from pilin.engine.rules import (
    chosen,
    holder,
    in_charge,
    member,
    raiser,
    steward,
    to_raiser,
    workdays,
)
from pilin.engine.steps import closes, moves, opens
from pilin.forms.shared import ReasonForm
from pilin.forms.steps import judged

from . import forms

SERVICE = Procedure(
    "service",
    1,
    _("Service request"),
    states(
        ("asked", _("Asked, at the desk"), "raised"),
        ("assigned", _("Assigned, being done"), "decided"),
        ("answered", _("Answered, waiting for confirmation"), "done"),
        ("closed.", _("Confirmed by who asked"), "confirmed"),
        ("lapsed.", _("Closed: no objection in time"), "confirmed"),
        ("withdrawn.", _("Withdrawn"), "confirmed"),
    ),
    (
        opens(
            "ask",
            "asked",
            by=member,
            title=_("Ask the service desk"),
            done=_("asked the desk"),
            asks=forms.AskForm,
            holder=in_charge,
            due=workdays(2),
            joins="raiser",
        ),
        moves(
            "assign",
            ("asked", "assigned"),
            "assigned",
            by=holder | steward,
            title=_("Give it to whoever can do it"),
            done=_("gave it to whoever can do it"),
            asks=forms.AssignForm,
            holder=chosen("to"),
            due=workdays(5),
        ),
        moves(
            "hand_back",
            "assigned",
            "asked",
            by=holder | steward,
            title=_("Hand it back to the desk"),
            done=_("handed it back to the desk"),
            asks=ReasonForm,
            holder=in_charge,
            due=workdays(2),
            side=True,
        ),
        moves(
            "answer",
            ("asked", "assigned"),
            "answered",
            by=holder,
            title=_("Answer it"),
            done=_("answered it"),
            asks=forms.AnswerForm,
            holder=to_raiser,
            due=workdays(10),
        ),
        closes(
            "withdraw",
            "asked",
            "withdrawn",
            "withdrawn",
            by=raiser,
            title=_("Withdraw it"),
            done=_("withdrew it"),
            asks=ReasonForm,
            side=True,
        ),
        *judged(
            "answered",
            closed="closed",
            lapsed="lapsed",
            back="asked",
            holder=in_charge,
            due=workdays(3),
        ),
    ),
    raise_title=_("Ask the service desk"),
)
