"""The verbs a procedure is written in; each carries its defaults.

opens    a matter begins                        holder and due must be said
moves    from one state to another              holder and due unchanged unless said
stays    something is done, the state remains   holder and due unchanged unless said
closes   the matter ends, and `how`
lapses   the calendar moves it, or ends it (`how`), when the time is up
taken_back   whoever took the last step takes it back
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict, Unpack

from django.utils.translation import gettext_lazy as _

from pilin.ledger.log import Record

from .form import Form
from .payload import Payload
from .procedure import Conversion, Due, Gather, HolderRule, Step, Who, Words
from .rules import as_before, clock, same
from .situation import Situation
from .telling import Audience, Telling
from .undone import TakenBack, in_time, taker


class More(TypedDict, total=False):
    """What any step may say beside; see `Step`."""

    asks: type[Form] | None
    payload: type[Payload] | None
    evidence: int
    first_come: bool
    only_if: Callable[[Situation], bool] | None
    opens: Conversion | None
    gather: Gather | None
    joins: str
    side: bool
    bare: bool
    in_bulk: bool
    side_by_side: bool
    locks: tuple[str, ...]
    rates: str
    ends_vote: bool
    tells: tuple[Audience, ...]
    settles: Callable[[Telling], int | None] | None
    back_within: int
    corrects: tuple[str, ...]
    afterwards: Callable[[Record], None] | None


Source = str | tuple[str, ...]


def _states(source: Source) -> tuple[str, ...]:
    return (source,) if isinstance(source, str) else source


def opens(
    name: str,
    to: str,
    *,
    by: Who,
    title: Words = "",
    done: Words = "",
    holder: HolderRule | None = None,
    due: Due | None = None,
    how: str = "",
    **more: Unpack[More],
) -> Step:
    """A matter begins; `how` where it begins closed."""
    return Step(name, None, to, by, title, done, holder=holder, due=due, closes=how, **more)


def moves(
    name: str,
    source: Source,
    to: str,
    *,
    by: Who,
    title: Words = "",
    done: Words = "",
    holder: HolderRule | None = same,
    due: Due | None = as_before,
    **more: Unpack[More],
) -> Step:
    """From one state to another, open one."""
    return Step(name, _states(source), to, by, title, done, holder=holder, due=due, **more)


def stays(
    name: str,
    source: Source,
    *,
    by: Who,
    title: Words = "",
    done: Words = "",
    holder: HolderRule | None = same,
    due: Due | None = as_before,
    **more: Unpack[More],
) -> Step:
    """Something is done, and the state remains."""
    return Step(name, _states(source), "=", by, title, done, holder=holder, due=due, **more)


def closes(
    name: str,
    source: Source,
    to: str,
    how: str,
    *,
    by: Who,
    title: Words = "",
    done: Words = "",
    **more: Unpack[More],
) -> Step:
    """The matter ends: confirmed, declined, withdrawn …"""
    return Step(name, _states(source), to, by, title, done, closes=how, **more)


def lapses(
    name: str,
    source: Source,
    to: str,
    how: str = "",
    *,
    title: Words = "",
    done: Words = "",
    holder: HolderRule | None = None,
    due: Due | None = None,
    **more: Unpack[More],
) -> Step:
    """The time is up: the calendar moves the matter on, or ends it (`how`)."""
    if not how:
        holder, due = holder or same, due or as_before
    return Step(
        name, _states(source), to, clock, title, done, holder=holder, due=due, closes=how, **more
    )


#: Seconds in which what was only just said may be taken back.
A_MINUTE = 60


def taken_back(source: Source, closed: str) -> Step:
    """Whoever took the last step takes it back, if that says `back_within` and nobody took another.

    The matter is where it was before; one that was only just opened is closed, as `closed`.
    """
    return Step(
        "take_back",
        _states(source),
        "=",
        taker,
        _("Take my last step back"),
        _("took the step before back"),
        payload=TakenBack,
        holder=same,
        due=as_before,
        only_if=in_time,
        undoes=closed,
        side=True,
        bare=True,
    )
