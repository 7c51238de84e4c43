"""Steps that several programmes declare alike."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pilin.engine.payload import Payload
from pilin.engine.procedure import Due, HolderRule, Step, Who, Words
from pilin.engine.rules import house, in_charge, verified_raiser
from pilin.engine.steps import closes, lapses, moves, opens, stays
from pilin.engine.undone import writer

from .correcting import CorrectForm
from .shared import RatingForm, ReasonForm, RecordForm


def recorded(
    to: str,
    name: str = "record",
    *,
    payload: type[Payload] | None = None,
    holder: HolderRule | None = None,
    due: Due | None = None,
    closes: str = "",
) -> Step:
    """Opens a matter from a row of a register, in the state it has there."""
    return opens(
        name,
        to,
        by=house,
        title=_("Record from the register"),
        done=_("recorded it from the register"),
        asks=RecordForm,
        payload=payload,
        holder=holder,
        due=due,
        how=closes,
    )


def amended(*states: str, payload: type[Payload] | None = None) -> Step:
    """A row of the register was changed."""
    return stays(
        "amend",
        states,
        by=house,
        title=_("Correct the register"),
        done=_("corrected it from the register"),
        asks=RecordForm,
        payload=payload,
        side=True,
    )


def corrected(states: tuple[str, ...], *names: str) -> Step:
    """Whoever wrote an entry of one of these steps corrects its words, as long as it is open."""
    return stays(
        "correct",
        states,
        by=writer(names),
        title=_("Correct what I wrote"),
        done=_("corrected what they had written"),
        asks=CorrectForm,
        corrects=names,
        side=True,
        side_by_side=True,
    )


def judged(
    state: str,
    *,
    back: str,
    due: Due,
    closed: str = "closed",
    lapsed: str = "lapsed",
    holder: HolderRule = in_charge,
    by: Who = verified_raiser,
    title: Words = "",
    dispute: Words = "",
) -> tuple[Step, Step, Step]:
    """What is done waits for those who raised it: they confirm, dispute, or let the time pass."""
    return (
        closes(
            "confirm",
            (state,),
            closed,
            "confirmed",
            by=by,
            title=title or _("Confirm it is done"),
            done=_("confirmed it"),
            asks=RatingForm,
            rates="rating",
        ),
        moves(
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
        lapses(
            "silence",
            (state,),
            lapsed,
            "silence",
            title=_("Close after no objection"),
            done=_("was closed: no objection came in time"),
        ),
    )
