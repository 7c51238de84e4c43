"""Who may read which page: every address of the house, asked for by everybody told apart.

A page that is added has to be put into `PAGES`, with the words for whom it is.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from pilin.engine.act import act
from pilin.engine.models import Evidence, Matter
from pilin.intake.models import Poll
from pilin.people.actor import HOUSE
from pilin.people.models import Account
from pilin.programmes.renovation.tests.walk import called
from tests.answers import find, reach
from tests.over_http import left, signed

#: What the account pages of allauth let one do is tested beside `site/signing.py`.
ELSEWHERE = ("account_", "mfa_", "usersessions_")
VISITORS = ("visitor", "stranger", "neighbour", "resident", "host-right", "was-host", "host", "operator")
OPEN, SIGN_IN, CLOSED = "open", "sign in", "closed"


def for_all() -> dict[str, str]:
    return dict.fromkeys(VISITORS, OPEN)


def for_those_signed_in() -> dict[str, str]:
    return for_all() | {"visitor": SIGN_IN}


def only(*logins: str, visitor: str = SIGN_IN) -> dict[str, str]:
    return dict.fromkeys(VISITORS, CLOSED) | {"visitor": visitor} | dict.fromkeys(logins, OPEN)


PAGES: dict[str, dict[str, str]] = {}


def routes() -> Iterator[str]:
    def walk(resolver, spaces):
        for one in resolver.url_patterns:
            if hasattr(one, "url_patterns"):
                yield from walk(one, [*spaces, one.namespace] if one.namespace else spaces)
            else:
                yield ":".join([*spaces, one.name])

    for name in walk(get_resolver(), []):
        if not name.startswith(ELSEWHERE):
            yield name


@pytest.fixture
def given(world):
    """What stands in an address, by route or by the name of the argument."""
    asked = reach(world, "consultation", "raise", "voting")
    budget = reach(world, "budget", "announce", "voting")
    flats = called(world, 7)
    event = reach(world, "event", "announce", "announced")
    fund = reach(world, "fund", "open", "open")
    agreement = reach(world, "agreement", "draft", "in_force")
    return {"asked": asked, "budget": budget, "flats": flats, "event": event, "fund": fund, "agreement": agreement}


def test_x(world, given):
    print({k: v and v.state for k, v in given.items()})
    print(sorted(routes()))
    assert 0
