"""A step taken back within its minute, and words corrected: entries that name another."""

from datetime import datetime, timedelta

import pytest

from pilin.engine.act import LOG, available
from pilin.engine.models import Party
from pilin.engine.refused import Refused
from pilin.ledger import log
from tests.test_replay import assert_rebuilding_changes_nothing

T = datetime.fromisoformat("2026-03-09T09:00:00+08:00")
SOON, LATE = T + timedelta(seconds=50), T + timedelta(seconds=61)


def refused(world, login, matter, step, **data):
    with pytest.raises(Refused) as info:
        world.take(login, matter, step, **data)
    return info.value.code


def frame(matter):
    names = ("state", "is_open", "title", "org_id", "orgs", "holder_org_id", "holder_role", "due")
    return [getattr(matter, n) for n in names]


def test_what_was_only_just_raised_is_closed_as_taken_back(world):
    m = world.raised(at=T)
    m = world.take("resident", m, "take_back", at=SOON)
    assert (m.state, m.closed_how, m.is_open) == ("withdrawn", "taken_back", False)
    body = log.get(LOG, m.last).body
    assert body["data"] == {"entry": m.pk} and log.get(LOG, m.pk).body["data"]["text"]
    assert_rebuilding_changes_nothing()


def test_a_step_taken_back_leaves_the_matter_where_it_was(world):
    m = world.raised(at=T)
    declined = world.take("host", m, "decline", reason="不属于", at=T)
    before = frame(declined)
    appealed = world.take("resident", declined, "appeal", reason="请议事堂看", at=T)
    assert frame(appealed) != before
    assert frame(world.take("resident", appealed, "take_back", at=SOON)) == before
    assert_rebuilding_changes_nothing()


def test_whoever_joined_and_takes_it_back_is_no_longer_part_of_it(world):
    m = world.raised(at=T)
    m = world.take("neighbour", m, "support", at=T)
    m = world.take("neighbour", m, "take_back", at=SOON)
    assert [p.person for p in Party.objects.filter(matter=m)] == ["p-resident"]
    world.take("neighbour", m, "support", at=SOON)
    assert_rebuilding_changes_nothing()


def test_only_whoever_took_the_last_step_within_a_minute_and_before_anybody_else(world):
    m = world.raised(at=T)
    assert refused(world, "neighbour", m, "take_back", at=SOON) == "forbidden"
    assert refused(world, "resident", m, "take_back", at=LATE) == "state"
    world.take("neighbour", m, "support", at=T)
    assert refused(world, "resident", m, "take_back", at=SOON) == "forbidden"
    m = world.take("host", m, "accept", reason="好", at=T)  # others rely on what offices decide
    assert refused(world, "host", m, "take_back", at=T) == "state"


def test_what_was_taken_back_is_not_taken_back_again_nor_corrected(world):
    m = world.raised(at=T)
    m = world.take("neighbour", m, "support", at=T)
    m = world.take("neighbour", m, "take_back", at=T)
    assert refused(world, "neighbour", m, "take_back", at=T) == "state"
    declined = world.take("host", m, "decline", reason="不属于", at=T)
    m = world.take("resident", declined, "appeal", reason="请议事堂看", at=T)
    number = m.last
    m = world.take("resident", m, "take_back", at=T)
    assert refused(world, "resident", m, "correct", entry=number, new_reason="另写") == "form"


def test_words_are_corrected_by_an_entry_that_names_the_old_one(world):
    m = world.raised()
    m = world.take(
        "resident", m, "correct", entry=m.pk, new_title="村口路灯坏了", new_text="晚上很黑。"
    )
    assert m.title == "村口路灯坏了"
    said = log.get(LOG, m.last).body["data"]
    was, now = {"title": "村口的路灯坏了"}, {"title": "村口路灯坏了"}
    assert said == {"entry": m.pk, "was": was, "words": now}
    again = world.take("resident", m, "correct", entry=m.pk, new_title="路灯", new_text="黑。")
    said = log.get(LOG, again.last).body["data"]
    assert said["was"] == {"title": "村口路灯坏了", "text": "晚上很黑。"}
    assert_rebuilding_changes_nothing()


def test_nobody_corrects_the_words_of_others_or_changes_nothing(world):
    m = world.raised()
    m = world.take("host", m, "accept", reason="公共事务")
    assert "correct" not in [s.name for s in available(world.actor("neighbour"), m)]
    assert refused(world, "neighbour", m, "correct", entry=m.pk) == "forbidden"
    assert refused(world, "host", m, "correct", entry=m.pk, new_title="改", new_text="改") == "form"
    same = {"new_title": m.title, "new_text": "晚上很黑。"}
    assert refused(world, "resident", m, "correct", entry=m.pk, **same) == "form"
    m = world.take("host", m, "correct", entry=m.last, new_reason="属于公共事务")
    assert log.get(LOG, m.last).body["office"]["role"] == "host"


def test_the_last_report_of_a_project_is_shown_as_corrected(world):
    _, p = world.converted()
    world.take("lead", p, "approve", words="同意")
    p = world.take("lead", p, "start", start="2026-03-20")
    p = world.take("lead", p, "report", percent=10, words="挖了一米", risks="下雨")
    number = p.last
    p = world.take("lead", p, "correct", entry=number, new_words="挖了十米", new_risks="下雨")
    p.project.refresh_from_db()
    assert (p.project.progress, p.project.risks) == ("挖了十米", "下雨")
    assert_rebuilding_changes_nothing()
