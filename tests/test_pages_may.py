"""Who may read which page: every address of the house, asked for by everybody told apart.

A page that is added has to be put into `PAGES`, with the words for whom it is.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from pilin.engine.act import act
from pilin.intake.models import Poll
from pilin.ledger import log
from pilin.people.actor import HOUSE
from pilin.people.models import Account
from pilin.programmes.budget.tests.town import announce, opened
from pilin.programmes.renovation.tests.walk import after, called, enter
from tests.over_http import left, signed
from tests.reaching import reach
from tests.taking import bagged, required, warned

#: What the account pages of allauth let one do is tested beside `site/signing.py` and `site/signon/`.
ELSEWHERE = (
    *("account_", "mfa_", "usersessions_", "socialaccount_", "openid_connect_", "ticket_"),
    "ledger:witness-",  # what logs ask of a witness: no page
    *("neighbours:about", "neighbours:words", "neighbours:held", "neighbours:wake"),  # servers ask
)
OPEN, SIGN_IN, CLOSED = "open", "sign in", "closed"
FOR_ALL = [
    "web:board",
    "web:votes",
    "web:more",
    "web:work",
    "web:figures",
    "web:figures-due",
    "web:figures-json",
    "web:figures-csv",
    "web:matters",
    "web:matter",
    "web:notice-pdf",
    "web:poster-pdf",
    "web:receipt-pdf",
    "web:record-pdf",
    "web:report",
    "web:struck",
    "web:map",
    "web:map-at",
    "web:places",
    "web:place",
    "web:organisation",
    "web:search",
    "web:verify",
    "web:worker",
    "web:offline",
    "web:terms",
    "web:look",
    "web:about",
    "web:words",
    "ledger:script",
    "ledger:log",
    "ledger:checkpoint",
    "ledger:key",
    "ledger:policy",
    "ledger:tile",
    "ledger:receipt",
    "ledger:receipt-json",
    "ledger:qr",
    "consultation:forums",
    "consultation:forum",
    "consultation:meeting",
    "consultation:minutes-pdf",
    "consultation:opinions",
    "consultation:statements-csv",
    "budget:list",
    "budget:ideas",
    "budget:result",
    "budget:election",
    "project:list",
    "agreement:list",
    "agreement:space",
    "pairing:list",
    "suggestion:list",
    "suggestion:studio",
    "wish:list",
    "drive:list",
    "benefit:list",
    "benefit:mine",
    "fund:list",
    "fund:book",
    "fund:beancount",
    "event:list",
    "event:calendar",
    "event:ics",
    "event:room",
    "service:list",
    "service:desk",
    "policy:list",
    "renovation:list",
    "renovation:vote",
    "neighbours:neighbours",
    "web:gazette",
    "web:board",
    "honour:list",
    "panel:list",
    "warning:list",
    "meeting:list",
    "meeting:tasks",
    "meeting:agenda",
    "warning:feed",
    "warning:cap",
    "panel:file",
    "honour:sheet",
    "chain:list",
    "chain:bag",
    "chain:label",
    "chain:epcis",
    "chain:recalls",
    "chain:find",
    "lead:list",
    "lead:year",
    "adviser:list",
    "catalogue:list",
    "catalogue:csv",
]
FOR_THOSE_SIGNED_IN = [
    "web:choose",
    "web:desk",
    "web:reports",
    "web:bell",
    "web:hearing",
    "web:held",
    "web:held-file",
    "web:erase",
    "web:welcome",
    "residence:mine",
    "benefit:profile",
    "chain:field",
    "consultation:vote",
    "budget:vote",
]
#: Whoever is not signed in is asked to; whoever is not named here is told nothing.
FOR_SOME = {
    "web:sealed": {"host"},
    "web:step": {"neighbour", "host-right", "host", "clerk", "operator"},
    "web:gazette-trial": {"host", "host-right", "clerk", "operator"},
    "web:new": {"neighbour", "resident", "host-right", "host", "clerk", "operator"},
    "web:manage": {"operator", "clerk"},
    "web:manage-offices": {"operator", "clerk"},
    "web:manage-organisations": {"operator"},
    "web:manage-places": {"operator"},
    "web:manage-accounts": {"operator"},
    "web:manage-notices": {"operator"},
    "web:manage-workbook": {"operator"},
    "web:manage-invitations": {"operator"},
    "web:manage-rolls": {"operator", "clerk"},
    "web:manage-unseen": {"operator", "clerk"},
    "web:manage-days": {"operator"},
    "web:manage-due-times": {"operator"},
    "residence:codes": {"host-right", "host", "clerk", "operator"},
    "consultation:moderate": {"host"},
    "consultation:slips": {"host", "clerk"},
    "budget:slips": {"host", "clerk"},
    "consultation:slips-pdf": {"host", "clerk"},
    "budget:slips-pdf": {"host", "clerk"},
    "event:ticket": {"resident", "host"},
    "benefit:reach": {"clerk"},
    "warning:take": {"clerk", "operator"},
    "meeting:read": {"host", "host-right", "clerk"},
    "meeting:rows": set(),
    "renovation:vote_csv": {"host", "clerk"},
    "renovation:ballots_pdf": {"host"},
    # Of what one has begun oneself, and here nobody has.
    "web:draft-file": set(),
    "web:together": set(),
    "web:manage-plan": set(),
}
#: Not read: forms are sent there, or they lead on; or there is nothing to show in this small world.
NOT_READ = [
    "ledger:checkpoint-witnessed",  # nobody has witnessed anything
    "benefit:forget",
    "web:file",
    "web:map-picture",
    "web:map-tile",
    "web:desk-views",
    "web:sign-in",
    "web:manage-workbook-out",
    "web:manage-job",
    "web:manage-letter",
    "web:device",
    "web:follow",
    "web:unsubscribe",
    "kit",
    "intake:ballot",
    "intake:refused",
    "intake:choices",
    "consultation:votes-csv",
    "set_language",
    "chain:scanned",
    "web:gazette-pages",
]


def routes() -> Iterator[str]:
    def walk(resolver, spaces):
        for one in resolver.url_patterns:
            if hasattr(one, "url_patterns"):
                yield from walk(one, [*spaces, one.namespace] if one.namespace else spaces)
            elif one.name:  # allauth leads from some old addresses to new ones
                yield ":".join([*spaces, one.name])

    for name in walk(get_resolver(), []):
        if not name.startswith(ELSEWHERE):
            yield name


@pytest.fixture
def asked_for(world):
    """What stands in the address of a route: by the name of the argument, by route where it differs."""
    asked = world.raised()
    world.take("host", asked, "accept", reason="好")
    soon = timezone.localdate() + timedelta(days=20)
    world.take("host", asked, "ask", question="怎么办？", statements="要修\n不修", until=soon)
    world.take("host", asked, "slips-issue", n=20)
    on_behalf = {"title": "路灯", "text": "坏了", "forum": world["左村驿站"], "channel": "phone"}
    sealed = world.take(
        "host", "consultation", "raise_for", person="王", contact="139", **on_behalf
    )
    held = world.raised(title="桥")
    world.take("host", held, "accept", reason="好")
    meeting = {"time": "2099-01-05T19:00", "where": "驿站", "invitees": "村民"}
    world.take("host", held, "convene", **meeting)
    met = world.decided()
    agreement = reach(world, "agreement", "draft", "in_force")
    budget = opened(world, announce(world))
    world.take("clerk", budget, "slips-issue", n=20)
    counted = reach(world, "budget", "announce", "counted")
    flats = called(world, 7)
    enter(world, flats, {1: ("yes",), 2: ("yes",), 3: ("yes",), 4: ("yes",)}, "host", "clerk")
    flats = after(world, flats, "count")
    being = called(world, 7)
    event = world.take(
        "lead",
        "event",
        "announce",
        start="2099-01-05T19:00",
        end="2099-01-05T21:00",
        where="左村",
        title="直播",
        type="livestream",
        org=world["左镇"],
        limit=9,
        waiting=3,
    )
    for login in ("resident", "host"):
        world.take(login, event, "register")
    fund = reach(world, "fund", "open", "open")
    clause = reach(world, "clause", "write", "open")
    return {
        "": {
            "key": asked.pk,
            "number": asked.pk,
            "poll": Poll.objects.get(matter=asked.pk).pk,
            "kind": "consultation",
            "log": "main",
            "block": "now",
            "code": "closed",
            "level": "0",
            "rest": f"000.p/{log.size(log.MAIN)}",
            "sha256": "0" * 64,
            "name": "a.png",
            "question": 1,
        },
        "web:sealed": {"key": sealed.pk},
        "web:step": {"name": "support"},
        "web:new": {"name": "raise"},
        "web:place": {"key": world["左村"]},
        "web:organisation": {"key": world["左镇"]},
        "web:board": {"key": world["左镇"]},
        "consultation:forum": {"key": world["左村驿站"]},
        "consultation:meeting": {"key": held.pk},
        "consultation:minutes-pdf": {"key": met.pk},
        "agreement:space": {"key": agreement.pk},
        "budget:": {"key": budget.pk},
        "budget:result": {"key": counted.pk},
        "budget:election": {"key": counted.pk},
        "suggestion:studio": {"key": world["左工作室"]},
        "fund:": {"key": fund.pk},
        "event:": {"key": event.pk},
        "benefit:reach": {"key": clause.pk},
        "event:room": {"key": world["共用直播间"]},
        "service:desk": {"key": world["左服务中心"]},
        "honour:sheet": {"key": reach(world, "nomination", "nominate", "opened").pk},
        "meeting:agenda": {"key": world["左镇"]},
        "meeting:rows": {"key": required(world).source_id},
        "warning:cap": {"key": warned(world).pk},
        "panel:file": {"key": reach(world, "panel", "call", "drawn").pk, "name": "roll"},
        "chain:": {"key": bagged(world).pk, "gtin": "06901234567892"},
        "renovation:": {"key": flats.pk, "number": 1},
        "lead:year": {"year": reach(world, "lead", "set", "set").lead.year},
        "renovation:ballots_pdf": {"key": being.pk},
    }


def address(route, given):
    space = route.partition(":")[0] + ":"
    values = {**given[""], **given.get(space, {}), **given.get(route, {})}
    for found in get_resolver().reverse_dict.getlist(route) or _patterns(route):
        names = found[0][0][1]
        return reverse(route, kwargs={n: values[n] for n in names if n in values})
    raise AssertionError(route)


def _patterns(route):
    space, _colon, name = route.rpartition(":")
    resolver = get_resolver()
    for part in space.split(":"):
        resolver = resolver.namespace_dict[part][1]
    return resolver.reverse_dict.getlist(name)


@pytest.fixture
def everybody(world):
    book = act(HOUSE, "register", "open", {"title": "运行"}).number
    operator = world.people["operator"] = Account.objects.create(
        username="operator", person="p-operator"
    )
    row = {
        "role": "operator",
        "organisation": world["左县"],
        "person": operator.person,
        "since": "2020-01-01",
    }
    act(HOUSE, book, "record", {"type": "office", "row": row})
    people = ("stranger", "neighbour", "resident", "host-right", "host", "clerk", "operator")
    return {
        "visitor": Client(),
        **{login: signed(world.people[login]) for login in people},
        "was-host": signed(left(world, "host")),
    }


def answered(client, path):
    """What somebody finds there. A step that does not apply to them is no page for them either."""
    answer = client.get(path)
    if answer.status_code == 302 and answer["Location"].startswith("/sign-in/"):
        return SIGN_IN
    assert answer.status_code in (200, 403, 404, 409), (path, answer.status_code)
    return OPEN if answer.status_code == 200 else CLOSED


def test_every_address_has_its_readers():
    named = [*FOR_ALL, *FOR_THOSE_SIGNED_IN, *FOR_SOME, *NOT_READ]
    assert sorted(named) == sorted(routes())


def test_a_page_is_open_to_those_it_is_for_and_to_nobody_else(asked_for, everybody):
    for route in routes():
        if route in NOT_READ:
            continue
        path = address(route, asked_for)
        for who, client in everybody.items():
            if route in FOR_ALL or who in FOR_SOME.get(route, ()):
                right = OPEN
            elif who == "visitor":
                right = SIGN_IN
            else:
                right = OPEN if route in FOR_THOSE_SIGNED_IN else CLOSED
            assert answered(client, path) == right, (route, path, who)
