"""Steps that several programmes declare alike."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pilin.engine.procedure import Due, HolderRule, Step, Who, Words
from pilin.engine.rules import as_before, clock, house, raiser, same

from .shared import RatingForm, ReasonForm, RecordForm


def recorded(
    to: str,
    name: str = "record",
    *,
    holder: HolderRule | None = None,
    due: Due | None = None,
    closes: str = "",
) -> Step:
    """Opens a matter from a row of a register, in the state it has there."""
    return Step(
        name,
        None,
        to,
        by=house,
        title=_("Record from the register"),
        done=_("recorded it from the register"),
        asks=RecordForm,
        holder=holder,
        due=due,
        closes=closes,
    )


def amended(*states: str) -> Step:
    """A row of the register was changed."""
    return Step(
        "amend",
        states,
        "=",
        by=house,
        title=_("Correct the register"),
        done=_("corrected it from the register"),
        asks=RecordForm,
        holder=same,
        due=as_before,
        side=True,
    )


def judged(
    state: str,
    *,
    closed: str,
    lapsed: str,
    back: str,
    holder: HolderRule,
    due: Due,
    by: Who = raiser,
    title: Words = "",
    dispute: Words = "",
) -> tuple[Step, Step, Step]:
    """What is done waits for those who raised it: they confirm, dispute, or let the time pass."""
    return (
        Step(
            "confirm",
            (state,),
            closed,
            by=by,
            title=title or _("Confirm it is done"),
            done=_("confirmed it"),
            asks=RatingForm,
            rates="rating",
            closes="confirmed",
        ),
        Step(
            "dispute",
            (state,),
            back,
            by=by,
            title=dispute or _("It is not done"),
            done=_("said it is not done"),
            asks=ReasonForm,
            holder=holder,
            due=due,
        ),
        Step(
            "silence",
            (state,),
            lapsed,
            by=clock,
            title=_("Close after no objection"),
            done=_("was closed: no objection came in time"),
            closes="silence",
        ),
    )
