"""Working days, overdue matters that climb, and silence that closes."""

from datetime import date, timedelta

import pytest

from pilin.engine import clock, workdays
from pilin.engine.act import LOG
from pilin.engine.models import Matter, Notice
from pilin.engine.refused import Refused
from pilin.ledger import log
from tests.world import MONDAY


@pytest.mark.django_db
def test_the_spring_festival_is_not_worked_and_its_make_up_days_are():
    assert not workdays.is_workday(date(2026, 2, 17))
    assert workdays.is_workday(date(2026, 2, 14))  # a Saturday, worked in exchange


@pytest.mark.django_db
def test_due_days_skip_the_national_day_week():
    assert workdays.after(date(2026, 9, 30), 1) == date(2026, 10, 8)


@pytest.mark.django_db
def test_years_not_announced_yet_count_monday_to_friday():
    assert workdays.after(date(2040, 6, 1), 1) == date(2040, 6, 4)


def test_an_overdue_matter_climbs_to_the_superior_and_then_to_the_agenda(world):
    m = world.raised(at=MONDAY)
    for days in range(40):
        clock.tick(MONDAY + timedelta(days=days))
    climbed = [r.body for r in log.of_matter(LOG, m.pk)][1:]
    assert [b["step"] for b in climbed] == ["overdue-remind", "overdue-superior", "overdue-agenda"]
    assert [b["day"] for b in climbed] == ["2026-03-13", "2026-03-18", "2026-03-23"]
    m.refresh_from_db()
    assert (m.climbed, m.holder_role, m.due) == (3, "host", date(2026, 3, 12))


def test_holder_and_superior_are_told_when_a_matter_is_overdue(world):
    m = world.raised(at=MONDAY)
    for days in range(12):
        clock.tick(MONDAY + timedelta(days=days))
    told = Notice.objects.filter(matter=m.pk, reason="overdue").order_by("entry", "person")
    assert list(told.values_list("person", flat=True)) == ["p-host", "p-clerk", "p-host"]


def test_what_is_due_today_is_not_late(world):
    m = world.raised(at=MONDAY)
    assert not m.late_on(m.due)
    assert clock.tick(MONDAY + timedelta(days=3)) == 0


def test_a_step_by_the_holder_brings_a_climbed_matter_down_again(world):
    m = world.raised(at=MONDAY)
    clock.tick(MONDAY + timedelta(days=10))
    m = world.take("host", m, "accept", reason="好", at=MONDAY + timedelta(days=11))
    assert m.climbed == 0


def test_silence_closes_what_was_done_and_is_told_apart(world):
    m, p = world.delivered()
    clock.tick(MONDAY + timedelta(days=4000))
    m.refresh_from_db()
    p.refresh_from_db()
    assert (m.state, m.closed_how, p.state, p.closed_how) == (
        "lapsed",
        "silence",
        "lapsed",
        "silence",
    )


def test_the_calendar_closes_nothing_before_its_day(world):
    from pilin.engine.act import act
    from pilin.people.actor import CLOCK

    m, _ = world.delivered()
    with pytest.raises(Refused):
        act(CLOCK, m, "silence")


def test_running_the_clock_again_changes_nothing(world):
    world.raised(at=MONDAY)
    clock.tick(MONDAY + timedelta(days=10))
    before = log.size(LOG)
    assert clock.tick(MONDAY + timedelta(days=10)) == 0
    assert log.size(LOG) == before
    assert Matter.objects.filter(climbed=1).count() == 1
