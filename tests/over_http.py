"""A step as it is asked for over HTTP, by everybody the rules tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from pilin.engine.act import act
from pilin.engine.at_hand import looked_at
from pilin.engine.models import Matter
from pilin.engine.procedure import Procedure, Step
from pilin.ledger.models import Entry
from pilin.people.actor import HOUSE
from pilin.people.models import Account, Office, Residence
from tests.world import World

BACKEND = "django.contrib.auth.backends.ModelBackend"
#: Nobody knows where the stranger lives, the neighbour lives across the border, the resident here.
KNOWN_APART = ("stranger", "neighbour", "resident")


def signed(account: Account) -> Client:
    client = Client()
    client.force_login(account, BACKEND)
    return client


def left(world: World, login: str) -> Account:
    """Somebody like `login` whose every office and checked home came to an end yesterday."""
    name = f"was-{login}"
    account = Account.objects.create(username=name, person=f"p-{name}")
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    person = world.people[login].person
    book = act(HOUSE, "register", "open", {"title": "离任"}).number
    for office in Office.objects.filter(person=person):
        row = {
            "role": office.role,
            "organisation": office.organisation_id,
            "person": account.person,
            "since": "2020-01-01",
            "until": yesterday,
        }
        act(HOUSE, book, "record", {"type": "office", "row": row})
    for home in Residence.objects.filter(person=person):
        said = {"people": [account.person], "place": home.place, "until": yesterday}
        act(HOUSE, "residence", "enrol", said, at=timezone.now() - timedelta(days=2))
    return account


def address(rules: Procedure, step: Step, matter: Matter | None) -> str:
    return f"/new/{rules.kind}/{step.name}/" if matter is None else f"{matter.url}{step.name}/"


def visitors(world: World, may: set[str]) -> Iterator[tuple[str, Account, bool]]:
    """Whom the rules tell apart, and whether each may: (what they are, account, may)."""
    for login in KNOWN_APART:
        yield login, world.people[login], login in may
    with looked_at(None):  # their offices are known without a question for each
        officers = sorted(login for login in world.people if world.actor(login).offices)
    for login in [login for login in officers if login not in may][:1]:
        yield f"{login}, in the wrong office", world.people[login], False
    for login in [login for login in officers if login in may][:1]:
        yield f"{login}, in the right office", world.people[login], True
        yield f"{login}, once it has ended", left(world, login), "stranger" in may


def assert_over_http(
    world: World,
    rules: Procedure,
    step: Step,
    matter: Matter | None,
    may: set[str],
    named: set[str],
) -> None:
    """The page of the step opens for those who may take it; whoever may not is told so, whether they
    look or post, and nothing comes of it. Who is not signed in is asked to sign in.

    `named` are those whom the step names, though something else may stand in their way today.
    """
    path = address(rules, step, matter)
    for ask in (Client().get, Client().post):
        answer = ask(path)
        assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/"), path
    for what, account, allowed in visitors(world, may):
        before = Entry.objects.count()
        client = signed(account)
        if allowed:
            assert client.get(path).status_code == 200, (path, what)
        else:
            told = {403, 409} if account.username in named else {403}
            for ask in (client.get, client.post):
                assert ask(path).status_code in told, (path, what, ask.__name__)
            made_up = client.post(path, {"do": "record", "token": "made up"})
            assert made_up.status_code == 302, (path, what)
            assert made_up["Location"].startswith(path), (path, what)
        assert Entry.objects.count() == before, (path, what)
