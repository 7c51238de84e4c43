"""What there is too little of: many reach for it at once, and no more is given than there is."""

import pytest

from pilin.engine.act import LOG, act
from pilin.engine.models import Matter
from pilin.engine.refused import Refused
from pilin.ledger import verify
from pilin.people.actor import Actor
from pilin.people.read_model import applying
from pilin.programmes.event.models import Booking, Registration, Room
from pilin.programmes.fund.models import Balance, balance
from pilin.programmes.wish.models import ACCEPTED, Giver, Wish
from tests.faults.test_at_once import at_once, kinds
from tests.world import PHOTO, build


@pytest.fixture
def city(own_database):
    return build()


def wish(city, n):
    answers = {
        "title": f"心愿{n}",
        "code": f"学生{n:02}",
        "school": city["左小学"],
        "through": city["左镇议事堂"],
    }
    return city.publishes(city.take("coordinator", "wish", "submit", **answers))


def test_ten_thousand_claims_on_25_wishes_give_25(city):
    """Four hundred people each reach for every wish, twenty at a time."""
    wishes = [wish(city, n) for n in range(25)]
    people = [Actor(f"p-giver-{n}") for n in range(400)]
    city.known(*[person.person for person in people])
    with applying():
        Giver.objects.bulk_create(
            Giver(school_id=city["左小学"], person=p.person, entry=n, state=ACCEPTED)
            for n, p in enumerate(people)
        )

    def claims(n):
        given = 0
        for k in range(25):
            try:
                act(people[n], wishes[(n + k) % 25], "claim")
                given += 1
            except Refused as refusal:
                assert refusal.code == "state"
        return given

    # Twenty threads, each for twenty people one after another.
    shares = [range(start, 400, 20) for start in range(20)]
    given = at_once(*[lambda share=share: sum(map(claims, share)) for share in shares])
    assert sum(given) == 25
    claimants = set(Wish.objects.values_list("claimant", flat=True))
    assert Matter.objects.filter(kind="wish", state="claimed").count() == 25 and "" not in claimants
    assert verify.check_database(LOG).problems == []


def test_pledges_at_once_never_exceed_the_price(city):
    m = city.take(
        "coordinator",
        "wish",
        "submit",
        title="自行车",
        code="学生01",
        price="100",
        school=city["左小学"],
        through=city["左镇议事堂"],
    )
    city.publishes(m)
    city.known(*[f"p-{n}" for n in range(8)])
    results = at_once(
        *[lambda n=n: act(Actor(f"p-{n}"), m, "pledge", {"amount": "30"}) for n in range(8)]
    )
    assert kinds(results) == {"Record": 3, "form": 5}
    assert Wish.objects.get(pk=m.pk).pledged == 90


def approved_payments(city, n, amount):
    fund = city.take(
        "lead", "fund", "open", title="款", org=city["左镇"], purpose="灯", purposes="灯"
    )
    city.take("treasurer", fund, "receive", amount="100", source="镇里")
    city.take("treasurer", fund, "allocate", purpose=1, amount="100")
    payments = []
    for _ in range(n):
        city.take("host", fund, "request", purpose=1, amount=amount, payee="厂", words="x")
        p = Matter.objects.filter(source=fund).latest("pk")
        city.take("lead", p, "approve", words="好")
        city.take("clerk-town", p, "approve", words="好")
        payments.append(p)
    return fund, payments


def test_payments_at_once_never_take_a_fund_below_nought(city):
    """Two fit what was asked for; a refund of the purpose to the donors leaves room for one."""
    fund, payments = approved_payments(city, 2, "50")
    treasurer = city.actor("treasurer")
    results = at_once(
        *[lambda p=p: act(treasurer, p, "pay", {"voucher": "1"}, files=[PHOTO]) for p in payments],
        *[lambda p=p: act(treasurer, p, "pay", {"voucher": "2"}, files=[PHOTO]) for p in payments],
    )
    assert kinds(results) == {"Record": 2, "state": 2}
    assert balance(fund.pk, "cash") == 0
    assert all(b.amount >= 0 for b in Balance.objects.all())


def test_requests_at_once_never_ask_for_more_than_there_is(city):
    fund, _none = approved_payments(city, 0, "1")
    host = city.actor("host")
    data = {"purpose": 1, "amount": "40", "payee": "厂", "words": "x"}
    results = at_once(*[lambda: act(host, fund, "request", data, files=[PHOTO])] * 6)
    assert kinds(results) == {"Record": 2, "form": 4}
    assert Matter.objects.filter(source=fund).count() == 2


def announcement(city, **more):
    return {
        "title": "直播",
        "type": "livestream",
        "org": city["左镇"],
        "start": "2099-01-05T19:00",
        "end": "2099-01-05T21:00",
        "where": "左村",
        **more,
    }


def test_registrations_at_once_stop_at_the_limit(city):
    m = city.take("lead", "event", "announce", **announcement(city, limit=5, waiting=3))
    city.known(*[f"p-{n}" for n in range(16)])
    results = at_once(*[lambda n=n: act(Actor(f"p-{n}"), m, "register") for n in range(16)])
    assert kinds(results) == {"Record": 8, "state": 8}
    rows = Registration.objects.filter(event_id=m.pk)
    assert (rows.filter(status="placed").count(), rows.filter(status="waiting").count()) == (5, 3)


def test_a_room_asked_for_at_once_is_booked_once(city):
    lead, data = city.actor("lead"), announcement(city, room=Room.objects.get().pk)
    results = at_once(*[lambda: act(lead, "event", "announce", data)] * 6)
    assert Booking.objects.count() == kinds(results)["Record"] == 1
    assert set(kinds(results)) <= {"Record", "state", "form"}
    assert Matter.objects.filter(kind="event").count() == 1


def test_signatures_at_once_bring_an_agreement_into_force_once(city):
    m = city.take(
        "lead",
        "agreement",
        "draft",
        title="协议",
        org=city["左镇"],
        parties=[city["右镇"]],
        fields_of_work="水",
        text="x",
        until="2099-01-05",
    )
    results = at_once(
        *[lambda: act(city.actor("lead"), m, "sign")] * 3,
        *[lambda: act(city.actor("lead-right"), m, "sign")] * 3,
    )
    assert kinds(results)["Record"] == 2
    assert set(kinds(results)) <= {"Record", "forbidden", "state"}
    assert Matter.objects.get(pk=m.pk).state == "in_force"
