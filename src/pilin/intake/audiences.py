"""Those on the roll of a vote: told when it opens, and when it is counted."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pilin.engine.telling import Audience, Telling

from .models import Poll, Voter


def _poll(t: Telling) -> int | None:
    """The vote that this entry opened or closed."""
    number = t.record.number
    rows = Poll.objects.filter(Q(pk=number) | Q(closed_by=number))
    return rows.values_list("pk", flat=True).first()


def _roll(t: Telling) -> list[str]:
    poll = _poll(t)
    rows = Voter.objects.filter(poll=poll) if poll else Voter.objects.none()
    return list(rows.values_list("person", flat=True))


MAY_VOTE = Audience(_("those who may vote"), "vote", _roll, later=True)
#: Once it is closed: nobody is asked to vote any more.
COULD_VOTE = Audience(_("those who could vote"), "news", _roll, later=True)


def closed(t: Telling) -> int | None:
    """The entry that asked people to vote, of a step that closes the vote."""
    return _poll(t)
