"""The one door: what it lets through, and that a refusal writes nothing."""

import pytest
from django.db import IntegrityError, connection, transaction

from pilin.engine.act import LOG, act, available
from pilin.engine.builtin import NUDGE, QUESTION, STRIKE
from pilin.engine.models import Evidence, Matter, Notice, Party
from pilin.engine.refused import Refused
from pilin.ledger import log, sealed_parts
from pilin.people.read_model import WrittenOutsideApply, applying
from tests.world import MONDAY, PHOTO


@pytest.fixture
def nothing_written(world):
    """What follows must leave ledger and tables as they are."""
    before = log.size(LOG), Matter.objects.count()
    yield
    assert (log.size(LOG), Matter.objects.count()) == before


def refused(world, code, login, matter, step, **data):
    with pytest.raises(Refused) as info:
        world.take(login, matter, step, **data)
    assert info.value.code == code
    assert str(info.value.reason)
    return info.value


def test_raising_a_matter_gives_it_a_holder_and_a_due_day(world):
    m = world.raised(at=MONDAY)
    assert m.holder_org_id == world["左村驿站"]
    assert (m.holder_role, m.due.isoformat(), m.sides) == ("host", "2026-03-12", "a")


def test_the_matter_has_the_number_of_the_entry_that_opened_it(world):
    m = world.raised()
    assert log.get(LOG, m.pk).body["matter"] == m.pk == m.last


def test_a_step_that_does_not_lead_from_here_is_refused(world):
    m = world.raised()
    refused(world, "state", "host", m, "convene")


def test_a_stranger_is_refused(world):
    m = world.raised()
    refused(world, "forbidden", "neighbour", m, "accept", reason="x")
    refused(world, "forbidden", "host-right", m, "accept", reason="x")


def test_a_form_that_is_not_filled_in_says_which_answer_is_missing(world):
    m = world.raised()
    assert "reason" in refused(world, "form", "host", m, "accept").errors


@pytest.mark.parametrize(
    "title", ["a\x00b", "a\x07b", "字" * 81, "a" * 1_000_000, "a\u202eb", "  "]
)
def test_titles_that_cannot_stand_are_refused(world, nothing_written, title):
    assert (
        "title"
        in refused(
            world,
            "form",
            "resident",
            "consultation",
            "raise",
            title=title,
            text="x",
            forum=world["左村驿站"],
        ).errors
    )


def test_work_reported_without_evidence_is_refused(world):
    _, project = world.converted()
    world.take("lead", project, "approve", words="好")
    world.take("lead", project, "start", start="2026-03-20")
    refused(world, "evidence", "lead", project, "deliver", words="好了", files=[])


def test_an_unknown_kind_step_or_matter_is_refused(world, nothing_written):
    refused(world, "unknown", "resident", "nothing", "raise")
    refused(world, "gone", "resident", 10**12, "accept")
    refused(world, "unknown", "resident", "consultation", "nothing")


def test_taking_the_same_step_twice_is_refused_the_second_time(world):
    m = world.raised()
    world.take("host", m, "accept", reason="好")
    refused(world, "state", "host", m, "accept", reason="好")


def test_a_stale_page_is_told_what_has_changed_since(world):
    m = world.raised()
    world.take("neighbour", m, "support")
    with pytest.raises(Refused) as info:
        act(world.actor("host"), m, "accept", {"reason": "好"}, seen=m.last)
    assert info.value.code == "stale"
    assert [r.body["step"] for r in info.value.since] == ["support"]


def test_an_office_that_has_ended_gives_no_right(world):
    from pilin.people.models import Office

    m = world.raised()
    with applying():
        Office.objects.filter(person="p-host").update(until="2021-01-01")
    refused(world, "forbidden", "host", m, "accept", reason="x")


def test_a_failure_while_applying_leaves_no_entry(world, nothing_written, monkeypatch):
    monkeypatch.setattr("pilin.engine.act.notices.write", lambda *a: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        world.raised()


def test_evidence_is_named_in_the_entry_and_listed(world):
    _, project = world.delivered()
    row = Evidence.objects.get(matter=project)
    assert log.get(LOG, row.entry).body["files"][0]["sha256"] == PHOTO["sha256"] == row.sha256


def test_someone_without_a_phone_stays_unnamed_and_erasable(world):
    m = world.take(
        "host",
        "consultation",
        "raise_for",
        title="买药太远",
        text="x",
        forum=world["左村驿站"],
        person="王",
        contact="139",
        channel="phone",
    )
    body = log.get(LOG, m.pk).body
    assert m.on_behalf and "person" not in body["data"] and body["seal"]
    assert sealed_parts.sealed(LOG, m.pk) == {"person": "王", "contact": "139"}


def test_the_holder_and_those_who_raised_it_are_told(world):
    m = world.raised()
    assert set(Notice.objects.filter(matter=m.pk).values_list("person", flat=True)) == {"p-host"}
    world.delivered()
    assert Notice.objects.filter(person="p-resident", reason="yours").exists()


def test_available_steps_are_those_that_would_be_let_through(world):
    m = world.raised()
    assert [s.name for s in available(world.actor("host"), m)][:2] == ["accept", "merge"]
    assert [s.name for s in available(world.actor("neighbour"), m)] == ["support", QUESTION]
    assert [s.name for s in available(world.actor("resident"), m)] == [
        "withdraw",
        "take_back",
        "correct",
        NUDGE,
        QUESTION,
        STRIKE,
    ]


def test_read_models_cannot_be_written_outside_apply(world):
    m = world.raised()
    with pytest.raises(WrittenOutsideApply):
        m.save()
    with pytest.raises(WrittenOutsideApply):
        Matter.objects.filter(pk=m.pk).update(title="x")
    with pytest.raises(WrittenOutsideApply):
        Party.objects.create(matter=m, person="p-x", role="raiser")


def test_the_database_refuses_an_open_matter_without_a_holder(world):
    m = world.raised()
    with pytest.raises(IntegrityError), applying(), transaction.atomic():
        Matter.objects.filter(pk=m.pk).update(holder_org=None)
    with pytest.raises(IntegrityError), applying(), transaction.atomic():
        Matter.objects.filter(pk=m.pk).update(due=None)


def test_a_step_takes_a_bounded_number_of_statements(world, django_assert_max_num_queries):
    m = world.raised()
    with django_assert_max_num_queries(30):
        world.take("host", m, "accept", reason="好")
    assert connection.vendor == "postgresql"
