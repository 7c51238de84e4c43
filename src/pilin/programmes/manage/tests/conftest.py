"""Two neighbours, each of which somebody runs."""

import pytest
from django.utils import timezone

from pilin.engine.act import act
from pilin.people.actor import HOUSE
from pilin.people.models import Account


@pytest.fixture
def town(world):
    """The two neighbours, each with an operator at its government."""
    for login, org in (("operator", "左县"), ("operator-right", "右县")):
        account = world.people[login] = Account.objects.create(username=login, person=f"p-{login}")
        said = {"organisation": world[org], "role": "operator", "person": account.person}
        act(HOUSE, "manage", "appoint", {**said, "since": timezone.localdate()})
    return world
