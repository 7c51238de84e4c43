"""A request to a service desk that serves both sides of the border."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.procedure import Procedure, open_states, states
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
from pilin.engine.steps import A_MINUTE, closes, moves, opens, taken_back
from pilin.forms.shared import ReasonForm
from pilin.forms.steps import corrected, judged

from . import forms

#: What the button says, and what the history says, of each step.
WORDS = {
    "ask": (_("Ask the service desk"), _("asked the desk")),
    "assign": (_("Give it to whoever can do it"), _("gave it to whoever can do it")),
    "hand_back": (_("Hand it back to the desk"), _("handed it back to the desk")),
    "answer": (_("Answer it"), _("answered it")),
    "withdraw": (_("Withdraw it"), _("withdrew it")),
}

STATES = states(
    ("asked", _("Asked, at the desk"), "raised"),
    ("assigned", _("Assigned, being done"), "decided"),
    ("answered", _("Answered, waiting for confirmation"), "done"),
    ("closed.", _("Confirmed by who asked"), "confirmed"),
    ("lapsed.", _("Closed: no objection in time"), "confirmed"),
    ("withdrawn.", _("Withdrawn"), "confirmed"),
)

SERVICE = Procedure(
    "service",
    1,
    _("Service request"),
    STATES,
    (
        opens(
            "ask",
            "asked",
            by=member,
            asks=forms.AskForm,
            holder=in_charge,
            due=workdays(2),
            joins="raiser",
            back_within=A_MINUTE,
        ),
        moves(
            "assign",
            ("asked", "assigned"),
            "assigned",
            by=holder | steward,
            asks=forms.AssignForm,
            holder=chosen("to"),
            due=workdays(5),
        ),
        moves(
            "hand_back",
            "assigned",
            "asked",
            by=holder | steward,
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
            asks=forms.AnswerForm,
            holder=to_raiser,
            due=workdays(10),
        ),
        closes(
            "withdraw", "asked", "withdrawn", "withdrawn", by=raiser, asks=ReasonForm, side=True
        ),
        *judged(
            "answered",
            closed="closed",
            lapsed="lapsed",
            back="asked",
            holder=in_charge,
            due=workdays(3),
        ),
        taken_back("asked", "withdrawn"),
        corrected(open_states(STATES), "ask", "assign", "hand_back", "answer", "dispute"),
    ),
    words=WORDS,
    raise_title=_("Ask the service desk"),
)
