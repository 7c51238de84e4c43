"""What is being voted on."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from pilin.kit.conditional import conditional
from pilin.kit.page import kept, page
from pilin.kit.votes import OpenVote, open_votes


def open_now(request: HttpRequest) -> tuple[OpenVote, ...]:
    """The votes that are not over: the clock ends one before any step does."""
    now = timezone.now()
    return tuple(vote for vote in kept(request, open_votes) if vote.until > now)


@conditional(lambda request: ["all"])
def votes(request: HttpRequest) -> HttpResponse:
    """Everything one can vote on now, soonest over first."""
    return page(request, "site/votes.html", _votes, open_now(request))


def _votes(found: tuple[OpenVote, ...]) -> dict[str, Any]:
    return {"votes": found}
