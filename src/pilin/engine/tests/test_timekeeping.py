"""A clock that cannot be believed takes no step: what the calendar does cannot be taken back."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from pilin.engine import jobs, timekeeping
from pilin.engine.models import ClockSeen, Matter
from pilin.engine.timekeeping import LAG, LEAP, Reading
from pilin.ledger import log
from pilin.ledger.models import Cosigned
from pilin.site.doctor import FAIL, OK, clock

NOW = datetime(2026, 11, 27, 12, tzinfo=timezone.get_current_timezone())
YEAR = timedelta(days=400)


@pytest.fixture
def at(monkeypatch):
    """Sets the machine's clock."""

    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_to


def test_a_clock_far_ahead_takes_no_step_until_somebody_says_it_is_right(world, at):
    for n in range(3):
        world.raised(title=f"第{n}件")
    size, now = log.size("main"), timezone.now()
    at(now + YEAR)
    assert jobs.deadlines(0) == 0 and log.size("main") == size
    assert clock().state == FAIL and "400" in clock().what
    assert jobs.deadlines(0) == 0  # nor the next hour
    timekeeping.believe()
    assert clock().state == OK and jobs.deadlines(0) > 0


def test_a_step_taken_under_a_wrong_clock_does_not_make_it_right(world, at):
    world.raised()
    now = timezone.now()
    jobs.deadlines(0)
    at(now + YEAR)
    world.raised(title="在错的时间提出")
    assert jobs.deadlines(0) == 0 and clock().state == FAIL


def test_an_entry_from_the_future_stops_deadlines_once_the_clock_is_set_right(world, at):
    now = timezone.now()
    jobs.deadlines(0)
    at(now + YEAR)
    world.raised(title="在错的时间提出")
    at(now + timedelta(hours=2))
    assert (clock().state == FAIL and "behind" in clock().what.lower()) or clock().state == FAIL
    timekeeping.believe()
    assert clock().state == OK


def test_a_quiet_year_is_no_leap_where_deadlines_were_looked_after_all_the_while(world, at):
    world.raised()
    now = timezone.now()
    for days in range(0, 400, 25):
        at(now + timedelta(days=days))
        jobs.deadlines(0)
        assert clock().state == OK


def test_no_more_are_taken_on_in_an_hour_than_somebody_can_see(world, at, monkeypatch):
    for n in range(5):
        world.raised(title=f"第{n}件")
    monkeypatch.setattr(jobs, "AN_HOUR", 2)
    at(timezone.now() + timedelta(days=20))
    assert [jobs.deadlines(0) for _hour in range(3)] == [2, 2, 1]
    assert Matter.objects.filter(climbed=1).count() == 5


@given(
    st.integers(-2_000, 2_000),
    st.none() | st.integers(-2_000, 2_000),
    st.none() | st.integers(-2_000, 2_000),
)
def test_it_is_off_exactly_where_it_leapt_or_lies_behind(now, believed, newest):
    day = lambda n: None if n is None else NOW + timedelta(hours=n)  # noqa: E731
    off = Reading(day(now), day(believed), day(newest)).off
    behind = newest is not None and timedelta(hours=now - newest) < -LAG
    leapt = believed is not None and timedelta(hours=now - believed) > LEAP
    assert bool(off) == (behind or leapt)
    assert (off < timedelta()) == behind


def test_there_is_one_row_however_often_it_is_believed(db):
    for _time in range(3):
        timekeeping.believe()
    assert ClockSeen.objects.count() == 1


def cosigned(name, at, size=None):
    Cosigned.objects.update_or_create(
        log="main",
        witness=name,
        defaults={"at": int(at.timestamp()), "size": size or log.size("main"), "note": "x"},
    )


def test_a_clock_that_no_witness_agrees_with_is_not_believed(world, at):
    world.raised()
    jobs.deadlines(0)
    now = timezone.now()
    cosigned("near.example", now)
    assert clock().state == OK
    at(now - timedelta(days=3))  # behind: somebody has cosigned in what is the future here
    size = log.size("main")
    with translation.override("en"):
        assert clock().state == FAIL and "behind" in clock().what
    assert jobs.deadlines(0) == 0 and log.size("main") == size
    at(now + timedelta(days=20))  # ahead, by less than would be seen without witnesses
    world.raised(title="在错的时间提出")
    cosigned("near.example", now + timedelta(minutes=1))
    with translation.override("en"):
        assert clock().state == FAIL and "ahead of the witnesses', by 480 hours" in clock().what
    assert jobs.deadlines(0) == 0
    cosigned("far.example", now + timedelta(days=20))
    assert clock().state == OK, "one witness whose clock is wrong stops nothing"
    Cosigned.objects.filter(witness="far.example").delete()
    timekeeping.believe()
    assert clock().state == OK
