"""The audiences procedures name beside those who are told of any step; see `telling`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypedDict

from django.utils.translation import gettext_lazy as _

from .notices import answering, having
from .telling import FOLLOWERS, PARTIES, TAKING_PART, Audience, Telling

#: All who wait, of a step that leaves a matter in its state.
ALL = (PARTIES, FOLLOWERS, TAKING_PART)
#: Whoever has it has something more to look at.
HOLDER = Audience(_("whoever has it"), "came", having)
#: The organisation in charge has something more to look at.
IN_CHARGE = Audience(
    _("the organisation in charge"), "came", lambda t: answering([t.after.org_id], t.day)
)


def offices_asked(orgs: Callable[[Telling], Iterable[int]]) -> Audience:
    """Organisations the entry names, whose turn it is beside the holder's."""
    return Audience(_("the organisations asked"), "yours", lambda t: answering(orgs(t), t.day))


class Wrote(NamedTuple):
    """Who wrote what a step looks at, and in which entry."""

    person: str
    entry: int | None


class _LookedAt(TypedDict):
    tells: tuple[Audience, ...]
    settles: Callable[[Telling], int | None]


def looked_at(wrote: Callable[[Telling], Wrote]) -> _LookedAt:
    """Of a step that looks at what somebody wrote: they are told, and nobody is asked to any more."""
    writer = Audience(_("whoever wrote it"), "looked", lambda t: filter(None, [wrote(t).person]))
    return {"tells": (writer,), "settles": lambda t: wrote(t).entry}
