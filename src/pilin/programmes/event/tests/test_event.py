"""Events: the limit, the waiting list, the room, the door."""

import pytest
from django.db import IntegrityError, transaction
from icalendar import Calendar

from pilin.engine.act import LOG
from pilin.engine.models import Matter
from pilin.engine.refused import Refused
from pilin.ledger import log
from pilin.people.read_model import applying
from pilin.programmes.event.forms import aware
from pilin.programmes.event.models import Booking, Event, Registration, Room
from pilin.programmes.event.tokens import opened, token
from tests.answers import days_away

BACKEND = "django.contrib.auth.backends.ModelBackend"


def announced(world, start="2099-01-05T19:00", end="2099-01-05T21:00", **more):
    answers = {
        "title": "新米直播",
        "type": "livestream",
        "org": world["左镇"],
        "start": start,
        "end": end,
        "where": "左村",
        "limit": 1,
        "waiting": 1,
        **more,
    }
    return world.take("lead", "event", "announce", **answers)


def standing(event):
    rows = Registration.objects.filter(event_id=event.pk).order_by("entry")
    return list(rows.values_list("person", "status"))


def test_the_first_has_a_place_the_next_waits_and_then_it_is_full(world):
    m = announced(world)
    world.take("resident", m, "register")
    world.take("neighbour", m, "register")
    size = log.size(LOG)
    with pytest.raises(Refused) as refusal:
        world.take("host", m, "register")
    assert refusal.value.code == "state" and log.size(LOG) == size
    assert standing(m) == [("p-resident", "placed"), ("p-neighbour", "waiting")]


def test_nobody_registers_twice(world):
    m = announced(world, limit="")
    world.take("resident", m, "register")
    with pytest.raises(Refused):
        world.take("resident", m, "register")


def test_a_place_given_back_goes_to_whoever_waits_longest(world):
    m = announced(world, waiting=2)
    for login in ("resident", "neighbour", "host"):
        world.take(login, m, "register")
    world.take("resident", m, "cancel_registration")
    assert standing(m) == [
        ("p-resident", "cancelled"),
        ("p-neighbour", "placed"),
        ("p-host", "waiting"),
    ]
    world.take("resident", m, "register")
    assert standing(m)[-1] == ("p-resident", "waiting")


def test_a_room_is_not_booked_twice_at_one_time(world):
    room = Room.objects.get().pk
    announced(world, room=room)
    size = log.size(LOG)
    with pytest.raises(Refused) as refusal:
        announced(world, "2099-01-05T20:59", "2099-01-05T22:00", room=room)
    assert "room" in refusal.value.errors and log.size(LOG) == size
    announced(world, "2099-01-05T21:00", "2099-01-05T22:00", room=room)
    assert Booking.objects.count() == 2


def test_the_database_itself_refuses_a_second_booking(world):
    room = Room.objects.get().pk
    announced(world, room=room)
    other = announced(world)
    during = (aware("2099-01-05T20:00"), aware("2099-01-05T20:30"))
    with (
        pytest.raises(IntegrityError, match="room_not_booked_twice"),
        transaction.atomic(),
        applying(),
    ):
        Booking.objects.create(event_id=other.pk, room_id=room, during=during)


def test_an_event_moved_frees_its_room(world):
    room = Room.objects.get().pk
    m = announced(world, room=room)
    later = {"start": "2099-01-06T19:00", "end": "2099-01-06T21:00", "where": "左村"}
    world.take("lead", m, "move", room=room, **later)
    announced(world, room=room)
    assert Event.objects.get(pk=m.pk).changes == 1


def test_a_cancelled_event_frees_its_room(world):
    room = Room.objects.get().pk
    m = announced(world, room=room)
    world.take("lead", m, "cancel", reason="下雨")
    announced(world, room=room)


@pytest.mark.parametrize(
    ("start", "end"),
    [("2099-01-05T19:00", "2099-01-05T19:00"), ("2099-01-05T19:00", "2099-03-05T19:00")],
)
def test_times_that_cannot_be_are_refused(world, start, end):
    with pytest.raises(Refused) as refusal:
        announced(world, start, end)
    assert "end" in refusal.value.errors


def test_a_code_is_made_by_this_server_alone():
    code = token(41)
    assert opened(code) == 41
    forged = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert [opened(c) for c in (forged, "41", "41-", "42" + code[2:], "", "x-y")] == [None] * 6


def test_somebody_is_checked_in_once_by_the_code(world):
    m = announced(world)
    world.take("resident", m, "register")
    world.take("neighbour", m, "register")
    first, second = Registration.objects.order_by("entry")
    world.take("lead", m, "check_in", code=token(first.entry))
    for code in (token(first.entry), token(second.entry), "9999-00000000"):
        with pytest.raises(Refused) as refusal:
            world.take("lead", m, "check_in", code=code)
        assert "code" in refusal.value.errors
    assert Registration.objects.filter(came=True).count() == 1


def test_the_code_itself_is_not_in_the_record(world):
    m = announced(world)
    world.take("resident", m, "register")
    code = token(Registration.objects.get().entry)
    world.take("lead", m, "check_in", code=code)
    assert code not in str(log.get(LOG, Matter.objects.get(pk=m.pk).last).body)


def test_a_ticket_is_shown_to_its_owner_alone(world, client):
    m = announced(world)
    world.take("resident", m, "register")
    for login, status in (("resident", 200), ("neighbour", 404)):
        client.force_login(world.people[login], BACKEND)
        assert client.get(f"/events/{m.pk}/ticket/").status_code == status


def test_the_calendar_lists_what_is_coming(world, client):
    announced(world, products="新米，左镇")
    text = client.get("/events/events.ics").content.decode()
    assert text.count("BEGIN:VEVENT") == 1 and "新米直播" in text


def test_calendars_take_over_that_it_was_moved_and_that_it_was_called_off(world, client):
    def read(path):
        (entry,) = Calendar.from_ical(client.get(path).content).walk("VEVENT")
        return int(entry["SEQUENCE"]), str(entry["STATUS"]), str(entry["UID"])

    m = announced(world)
    one, feed = f"/events/{m.pk}.ics", "/events/events.ics"
    first = read(one)
    assert first[1] == "CONFIRMED"
    times = {"start": days_away(7), "end": days_away(8), "where": "礼堂"}
    world.take("lead", m, "move", **times)
    second = read(one)
    assert second[0] > first[0] and second[2] == first[2]
    world.take("lead", m, "cancel", reason="台风")
    for path in (one, feed):
        third = read(path)
        assert third[0] > second[0] and third[1:] == ("CANCELLED", first[2])


def test_who_gave_the_place_back_confirms_nothing(world):
    m = announced(world, days_away(-1), days_away(1))
    world.take("resident", m, "register")
    world.take("resident", m, "cancel_registration")
    world.take("lead", m, "hold", attendance=0, results="没有人来")
    with pytest.raises(Refused):
        world.take("resident", m, "confirm", rating=5)


def test_what_has_not_begun_has_no_results(world):
    m = announced(world)
    with pytest.raises(Refused):
        world.take("lead", m, "hold", attendance=1, results="卖完了")


@pytest.mark.parametrize("start", ["0001-01-01T00:00", "9999-12-31T23:00"])
def test_a_year_that_cannot_be_is_refused(world, start):
    with pytest.raises(Refused) as refusal:
        announced(world, start, start)
    assert "start" in refusal.value.errors


def test_products_are_shown_with_their_origin(world, client):
    m = announced(world, products="新米，左镇\n草莓, 右镇")
    page = client.get(m.url).content.decode()
    assert "草莓" in page and "右镇" in page
    with pytest.raises(Refused) as refusal:
        announced(world, products="草莓")
    assert "products" in refusal.value.errors


def test_those_who_took_part_confirm(world):
    m = announced(world, days_away(-1), days_away(1))
    world.take("resident", m, "register")
    world.take("neighbour", m, "register")  # waits
    world.take("host", announced(world), "register")
    world.take("lead", m, "hold", attendance=1, results="卖完了")
    for login in ("neighbour", "host", "lead"):
        with pytest.raises(Refused):
            world.take(login, m, "confirm", rating=5)
    assert world.take("resident", m, "confirm", rating=5).closed_how == "confirmed"
