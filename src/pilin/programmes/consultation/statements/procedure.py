"""Steps of a vote on statements, beside the main path of a consultation."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.audiences import ALL, HOLDER, Wrote, looked_at
from pilin.engine.rules import holder, house, on, verified
from pilin.engine.situation import Situation
from pilin.engine.steps import stays
from pilin.engine.telling import Telling
from pilin.intake.audiences import COULD_VOTE, MAY_VOTE, closed
from pilin.intake.polls import under_way
from pilin.programmes.consultation.models import Statement

from . import forms

TALKING = ("screened", "convened", "held")
WHILE_OPEN = ("raised", *TALKING)


def asked(s: Situation) -> bool:
    """A vote on statements is under way, or its time is up and it is not closed yet."""
    return s.once(under_way) is not None


def not_asked(s: Situation) -> bool:
    return not asked(s)


WORDS = {
    "ask": (_("Ask everyone, statement by statement"), _("asked everyone what they think")),
    "state": (_("Add a statement"), _("added a statement")),
    "accept_statement": (_("Put a statement to the vote"), _("put a statement to the vote")),
    "reject_statement": (
        _("Do not put a statement to the vote"),
        _("did not put a statement to the vote"),
    ),
    "merge_statement": (
        _("Merge a statement with one like it"),
        _("merged a statement with one like it"),
    ),
    "take_out_statement": (
        _("Take a statement out of the vote"),
        _("took a statement out of the vote"),
    ),
    "close_vote": (_("Close the vote on statements"), _("closed the vote on statements")),
}


def statement(t: Telling) -> Wrote:
    found = Statement.objects.filter(matter=t.after, number=t.said["statement"]).first()
    return Wrote(found.author, found.entry) if found else Wrote("", None)


STEPS = (
    stays(
        "ask",
        TALKING,
        by=holder,
        asks=forms.AskForm,
        due=on("until", then=5),
        only_if=not_asked,
        side=True,
        tells=(*ALL, MAY_VOTE),
    ),
    stays(
        "state",
        WHILE_OPEN,
        by=verified,
        asks=forms.StateForm,
        only_if=asked,
        side=True,
        tells=(HOLDER,),
    ),
    *(
        stays(
            name,
            WHILE_OPEN,
            by=holder,
            asks=asks,
            only_if=asked,
            side=True,
            **looked_at(statement),
        )
        for name, asks in (
            ("accept_statement", forms.AcceptForm),
            ("reject_statement", forms.RejectForm),
            ("merge_statement", forms.JoinForm),
            ("take_out_statement", forms.TakeOutForm),
        )
    ),
    stays(
        "close_vote",
        WHILE_OPEN,
        by=holder | house,
        ends_vote=True,
        asks=forms.CloseForm,
        only_if=asked,
        side=True,
        tells=(*ALL, COULD_VOTE),
        settles=closed,
    ),
)
