"""Working days and due times that an operator changes: from then on, and for nothing before."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from pilin.engine import workdays
from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.engine.rebuild import rebuild
from pilin.engine.refused import Refused
from pilin.ledger import log
from pilin.people.models import DueTime, WorkingDay
from pilin.programmes.manage.times import rules

TODAY = timezone.localdate()
WHY = "县政府通知"


def next_workday() -> date:
    return workdays.after(TODAY, 1)


def closed(town, day, works="no"):
    return act(town.actor("operator"), "manage", "day", {"day": day, "works": works, "why": WHY})


def in_days(town, days, rule="consultation:raise"):
    said = {"rule": rule, "days": days, "why": WHY}
    return act(town.actor("operator"), "manage", "due_time", said)


def test_a_day_said_to_be_closed_is_counted_by_no_due_time(town):
    day = next_workday()
    before = town.raised()
    number = closed(town, day).number
    assert next_workday() > day
    assert Matter.objects.get(pk=before.pk).due == before.due
    assert town.raised().due == workdays.after(before.due, 1)
    assert log.get("main", number).body["data"] == {
        "day": day.isoformat(),
        "works": False,
        "why": WHY,
    }


def test_a_sunday_said_to_be_worked_is_one_and_may_be_taken_back(town):
    sunday = TODAY + timedelta(days=7 - TODAY.isoweekday() or 7)
    if workdays.is_workday(sunday):
        sunday += timedelta(days=7)
    closed(town, sunday, "yes")
    assert workdays.is_workday(sunday)
    closed(town, sunday)
    assert not workdays.is_workday(sunday) and WorkingDay.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "name"), [(TODAY - timedelta(days=1), "day"), (TODAY + timedelta(days=800), "day")]
)
def test_a_day_that_has_passed_or_is_far_away_is_refused(town, day, name):
    with pytest.raises(Refused) as refused:
        closed(town, day)
    assert name in refused.value.errors


def test_what_is_so_already_is_refused(town):
    declared = next(r.declared for r in rules() if r.name == "consultation:raise")
    for take in (
        lambda: closed(town, next_workday(), "yes"),
        lambda: in_days(town, declared),
    ):
        with pytest.raises(Refused) as refused:
            take()
        assert "现在就是这样" in str(refused.value.errors)


def test_a_due_time_changed_counts_from_the_next_step_on(town):
    before = town.raised()
    in_days(town, 2)
    after = town.raised()
    assert Matter.objects.get(pk=before.pk).due == before.due
    assert after.due == workdays.after(TODAY, 2) < before.due
    in_days(town, 7)
    assert town.raised().due == workdays.after(TODAY, 7) and DueTime.objects.count() == 1


@pytest.mark.parametrize("days", [0, -1, 251, "bald", ""])
def test_a_due_time_of_no_days_or_of_too_many_is_refused(town, days):
    with pytest.raises(Refused) as refused:
        in_days(town, days)
    assert "days" in refused.value.errors and not DueTime.objects.exists()


def test_every_due_time_that_can_be_changed_has_a_name_of_its_own(town):
    names = [rule.name for rule in rules()]
    assert len(set(names)) == len(names) > 50


@pytest.mark.parametrize("rule", ["agreement:sign+", "fund:request", "made:up"])
def test_only_due_times_that_are_declared_can_be_changed(town, rule):
    if rule in [r.name for r in rules()]:
        assert in_days(town, 3, rule).body["data"]["step"] == rule.partition(":")[2]
    else:
        with pytest.raises(Refused):
            in_days(town, 3, rule)


@pytest.mark.parametrize("login", ["clerk", "host", "resident"])
def test_only_an_operator_changes_them(town, login):
    for step in ("day", "due_time"):
        with pytest.raises(Refused) as refused:
            act(town.actor(login), "manage", step, {})
        assert refused.value.code == "forbidden"


def test_a_rebuild_makes_the_same(town):
    closed(town, next_workday())
    in_days(town, 2)
    told = list(WorkingDay.objects.values_list()), list(DueTime.objects.values_list())
    due = town.raised().due
    rebuild()
    assert told == (list(WorkingDay.objects.values_list()), list(DueTime.objects.values_list()))
    assert Matter.objects.latest("pk").due == due
