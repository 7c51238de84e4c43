"""A project in the catalogue: put forward, listed, asked about and answered by a day, agreed, confirmed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pilin.engine import builtin
from pilin.engine.audiences import ALL
from pilin.engine.procedure import Gather, Procedure, Step, states
from pilin.engine.rules import holder, in_charge, member, office, steward, to_raiser, workdays
from pilin.engine.situation import Situation
from pilin.engine.steps import closes, moves, opens, stays
from pilin.forms.questions import AnswerForm, DeclineForm, QuestionForm
from pilin.forms.shared import ReasonForm
from pilin.forms.steps import amended, judged, recorded

from . import answering, entries, forms
from .rules import DAYS

STATES = states(
    ("forward", _("Put forward, to be looked at"), "raised"),
    ("listed", _("In the catalogue"), "decided"),
    ("asked", _("In the catalogue, a question waits"), "decided"),
    ("agreed", _("A partner is found, to be confirmed"), "done"),
    ("closed.", _("Confirmed by whoever put it forward"), "confirmed"),
    ("lapsed.", _("Closed: no objection in time"), "confirmed"),
    ("withdrawn.", _("Taken out of the catalogue"), "confirmed"),
)
WORDS = {
    "put_forward": (_("Put a project into the catalogue"), _("put it forward for the catalogue")),
    "publish": (_("Take it into the catalogue"), _("took it into the catalogue")),
    "update": (_("Say how it stands now"), _("said how it stands now")),
    "agree": (_("A partner is found"), _("found a partner for it")),
    "withdraw": (_("Take it out of the catalogue"), _("took it out of the catalogue")),
    builtin.QUESTION: (_("Ask about this project"), _("asked about the project")),
    builtin.ANSWER: (_("Answer a question"), _("answered a question")),
    builtin.DECLINE: (_("Decline a question"), _("did not answer a question")),
}
LISTED = ("listed", "asked")


def _asks(s: Situation) -> bool:
    return not s.holds


def _settles(name: str, asks: type[AnswerForm] | type[DeclineForm], side: bool) -> Step:
    """A question is settled; with the last one the project is listed again, with nothing that waits."""
    return stays(
        name,
        "asked",
        by=holder,
        asks=asks,
        side=side,
        side_by_side=True,
        due=answering.following,
        gather=Gather(
            "listed",
            answering.is_last,
            _("once no question waits"),
            holder=in_charge,
            due=workdays(DAYS["review"]),
        ),
    )


OPPORTUNITY = Procedure(
    "opportunity",
    1,
    _("Cooperation project"),
    STATES,
    (
        opens(
            "put_forward",
            "forward",
            by=office(*forms.OFFICES),
            asks=forms.PutForwardForm,
            holder=in_charge,
            due=workdays(DAYS["check"]),
            joins="raiser",
        ),
        recorded("listed", payload=entries.Record, holder=in_charge, due=workdays(DAYS["review"])),
        amended(*STATES, payload=entries.Record),
        moves(
            "publish",
            "forward",
            "listed",
            by=holder,
            holder=in_charge,
            due=workdays(DAYS["review"]),
        ),
        moves(
            builtin.QUESTION,
            LISTED,
            "asked",
            by=member,
            asks=QuestionForm,
            only_if=_asks,
            side_by_side=True,
            due=answering.first,
        ),
        _settles(builtin.ANSWER, AnswerForm, side=False),
        _settles(builtin.DECLINE, DeclineForm, side=True),
        stays(
            "update",
            "listed",
            by=holder,
            asks=forms.UpdateForm,
            holder=in_charge,
            due=workdays(DAYS["review"]),
            side=True,
            tells=ALL,
        ),
        moves(
            "agree",
            "listed",
            "agreed",
            by=holder,
            asks=forms.AgreeForm,
            holder=to_raiser,
            due=workdays(DAYS["confirm"]),
            side=True,
        ),
        *judged(
            "agreed",
            back="listed",
            due=workdays(DAYS["review"]),
        ),
        closes(
            "withdraw",
            ("forward", *LISTED),
            "withdrawn",
            "withdrawn",
            by=holder | steward,
            asks=ReasonForm,
            side=True,
        ),
    ),
    words=WORDS,
    raise_title=_("Put a project into the catalogue"),
)
