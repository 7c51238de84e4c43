"""Steps of a vote on statements, beside the main path of a consultation."""

from django.utils.translation import gettext_lazy as _

from pilin.engine.procedure import Step
from pilin.engine.rules import as_before, holder, house, member, on, same
from pilin.engine.situation import Situation
from pilin.intake.polls import under_way

from . import forms

TALKING = ("screened", "convened", "held")
WHILE_OPEN = ("raised", *TALKING)


def asked(s: Situation) -> bool:
    """A vote on statements is under way, or its time is up and it is not closed yet."""
    return under_way(s.the_matter.pk) is not None


def not_asked(s: Situation) -> bool:
    return not asked(s)


def _step(  # type: ignore[no-untyped-def]
    name: str,
    title,
    done,
    asks,
    by=holder,
    source=WHILE_OPEN,
    only_if=asked,
    due=as_before,
    ends_vote=False,
) -> Step:
    return Step(
        name,
        source,
        "=",
        by=by,
        title=title,
        done=done,
        asks=asks,
        holder=same,
        due=due,
        only_if=only_if,
        side=True,
        ends_vote=ends_vote,
    )


STEPS = (
    _step(
        "ask",
        _("Ask everyone, statement by statement"),
        _("asked everyone what they think"),
        forms.AskForm,
        source=TALKING,
        only_if=not_asked,
        due=on("until", then=5),
    ),
    _step(
        "state",
        _("Add a statement"),
        _("added a statement"),
        forms.StateForm,
        by=member,
    ),
    _step(
        "accept_statement",
        _("Put a statement to the vote"),
        _("put a statement to the vote"),
        forms.AcceptForm,
    ),
    _step(
        "reject_statement",
        _("Do not put a statement to the vote"),
        _("did not put a statement to the vote"),
        forms.RejectForm,
    ),
    _step(
        "merge_statement",
        _("Merge a statement with one like it"),
        _("merged a statement with one like it"),
        forms.JoinForm,
    ),
    _step(
        "take_out_statement",
        _("Take a statement out of the vote"),
        _("took a statement out of the vote"),
        forms.TakeOutForm,
    ),
    _step(
        "close_vote",
        _("Close the vote on statements"),
        _("closed the vote on statements"),
        forms.CloseForm,
        by=holder | house,
        ends_vote=True,
    ),
)
