"""Matters that hand over to one another, and the whole way round the loop."""

import pytest

from pilin.engine.act import LOG
from pilin.engine.models import Matter, Rating
from pilin.engine.refused import Refused
from pilin.ledger import log


def steps(matter):
    return [r.body["step"] for r in log.of_matter(LOG, matter.pk)]


def test_a_topic_goes_the_whole_way_round_and_is_closed_by_who_raised_it(world):
    m, p = world.delivered()
    assert (m.state, p.state) == ("delivered", "accepted")
    m = world.take("resident", m, "confirm", rating=5)
    p.refresh_from_db()
    assert (m.state, m.closed_how, m.holder_title) == ("closed", "confirmed", "")
    assert (p.state, p.closed_how) == ("closed", "confirmed")


def test_an_outcome_across_the_border_concerns_both_sides(world):
    m, p = world.converted()
    assert (m.sides, p.sides) == ("ab", "ab")


def test_a_project_knows_the_outcome_it_came_from(world):
    m, p = world.converted()
    assert (p.source_id, p.outcome, p.holder_org_id) == (m.pk, 1, world["左镇"])


def test_the_source_is_done_only_when_every_project_is_accepted(world):
    m, first = world.converted()
    world.take(
        "host",
        m,
        "convert",
        outcome=2,
        title="定期检查",
        lead=world["右镇"],
        category="民生",
        finish="2099-03-01",
    )
    for step, data in (
        ("approve", {"words": "x"}),
        ("start", {"start": "2026-04-01"}),
        ("deliver", {"words": "x"}),
    ):
        world.take("lead", first, step, **data)
    world.take("host", first, "accept", words="x")
    m.refresh_from_db()
    assert m.state == "under_way"


def test_a_dispute_reopens_the_matter_and_its_projects(world):
    m, p = world.delivered()
    m = world.take("resident", m, "dispute", reason="还是黑的")
    p.refresh_from_db()
    assert (m.state, m.holder_role, p.state) == ("disputed", "host", "under_way")
    assert steps(p)[-1] == "reopen"


def test_a_matter_is_not_reported_done_while_a_project_runs(world):
    m, _ = world.converted()
    with pytest.raises(Refused):
        world.take("host", m, "deliver", words="好了")


def test_a_station_passes_up_and_the_hall_passes_down_the_same_matter(world):
    m = world.raised()
    world.take("host", m, "accept", reason="x")
    m = world.take("host", m, "escalate", reason="超出本村权限")
    assert (m.org_id, m.state, m.holder_role) == (world["左镇议事堂"], "raised", "clerk")
    m = world.take("clerk", m, "delegate", reason="村里能办", station=world["左村驿站"])
    assert (m.org_id, m.state, m.holder_role) == (world["左村驿站"], "screened", "host")
    assert steps(m) == ["raise", "accept", "escalate", "delegate"]


def test_whoever_was_merged_stays_part_of_what_it_was_merged_into(world):
    first = world.raised()
    second = world.raised("neighbour", title="村口的路灯坏了很久")
    second = world.take("host", second, "merge", into=first.pk, reason="同一件事")
    assert second.state == "merged"
    assert first.parties.filter(person="p-neighbour", role="raiser").exists()


def test_one_cannot_merge_into_something_unlike(world):
    first = world.raised(title="秸秆焚烧没人管")
    second = world.raised("neighbour", title="公交末班车太早")
    with pytest.raises(Refused) as info:
        world.take("host", second, "merge", into=first.pk, reason="x")
    assert "into" in info.value.errors


def test_a_declined_matter_can_be_taken_to_the_hall(world):
    m = world.raised()
    world.take("host", m, "decline", reason="不属于协商范围")
    m = world.take("resident", m, "appeal", reason="我们不同意")
    assert (m.state, m.org_id) == ("raised", world["左镇议事堂"])


def test_supporters_rate_but_do_not_close(world):
    m = world.raised()
    world.take("neighbour", m, "support")
    with pytest.raises(Refused):
        world.take("neighbour", m, "support")
    Matter.objects.get(pk=m.pk)
    done, _ = world.delivered()
    world.take("resident", done, "confirm", rating=4)
    assert list(Rating.objects.values_list("score", flat=True)) == [4]


def test_a_registered_project_goes_its_way_alone(world):
    p = world.take(
        "lead-county",
        "project",
        "register",
        title="公交衔接",
        lead=world["左镇"],
        partners=[world["右镇"]],
        category="交通",
        finish="2099-01-01",
        budget="3万元",
    )
    assert p.project.planned["value"] == "30000"
    for login, step, data in (
        ("lead", "approve", {"words": "x"}),
        ("lead", "start", {"start": "2026-04-01"}),
        ("lead", "report", {"percent": 50, "words": "x"}),
        ("lead", "deliver", {"words": "x"}),
        ("lead", "accept", {"words": "x"}),
        ("lead-county", "confirm", {"words": "x"}),
    ):
        p = world.take(login, p, step, **data)
    assert (p.state, p.closed_how) == ("closed", "confirmed")
