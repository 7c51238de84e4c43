"""Before something is raised, what is there already and may be the same is offered."""

from __future__ import annotations

import pytest

from pilin.engine.programme import registry
from pilin.forms.similar import Other, most_alike
from pilin.programmes.budget.tests.town import announce
from tests.answers import situation

HERE, BESIDE, ELSEWHERE = "30.68000, 121.02000", "30.68030, 121.02000", "30.75000, 121.02000"


def offered(world, login, kind, step, *, matter=None, **data):
    asks = registry.latest(kind).step(step).asks
    form = asks(data, situation=situation(world.actor(login), matter))
    assert form.is_valid(), form.errors
    return [one if isinstance(one, Other) else one.title for one in form.alike()]


def asked(world, title, **more):
    data = {"title": title, "text": "晚上很黑", "desk": world["左服务中心"], **more}
    return world.take("resident", "service", "ask", **data)


def test_a_like_request_of_the_same_desk_is_offered_until_it_is_answered(world):
    m = asked(world, "渡口的路灯坏了")
    data = {"title": "渡口路灯不亮了", "text": "看不见", "desk": world["左服务中心"]}
    assert offered(world, "neighbour", "service", "ask", **data) == ["渡口的路灯坏了"]
    world.take("desk", m, "answer", answer="修好了")
    assert offered(world, "neighbour", "service", "ask", **data) == []


def test_what_lies_at_the_same_spot_is_offered_and_what_lies_far_off_is_not(world):
    asked(world, "桥头黑漆漆的", point=HERE)
    asked(world, "渡口的路灯坏了", point=ELSEWHERE)
    data = {"title": "渡口的路灯坏了", "text": "看不见", "desk": world["左服务中心"]}
    assert offered(world, "neighbour", "service", "ask", point=BESIDE, **data) == ["桥头黑漆漆的"]
    assert offered(world, "neighbour", "service", "ask", **data) == ["渡口的路灯坏了"]


def test_a_like_suggestion_and_a_like_project_are_offered(world):
    said = {
        "title": "给渡口装路灯",
        "type": "opinion",
        "studio": world["左工作室"],
        "to": world["左镇议事堂"],
        "situation_text": "晚上很黑",
        "proposal": "装灯",
    }
    world.take("delegate", "suggestion", "write", **said)
    again = {**said, "title": "渡口要装路灯"}
    assert offered(world, "delegate-2", "suggestion", "write", **again) == ["给渡口装路灯"]
    planned = {"title": "渡口路灯工程", "lead": world["左镇"], "category": "民生"}
    planned["finish"] = "2099-01-01"
    world.take("lead", "project", "register", **planned)
    again = {**planned, "title": "渡口路灯改造工程", "lead": world["右镇"]}
    assert offered(world, "lead-right", "project", "register", **again) == []  # another town
    again["partners"] = [world["左镇"]]
    assert offered(world, "lead-right", "project", "register", **again) == ["渡口路灯工程"]


def test_a_like_idea_is_offered_with_the_way_to_read_it(world):
    m = announce(world)
    idea = {"title": "渡口装路灯", "text": "晚上很黑", "where": "渡口", "estimate": "3000"}
    world.take("resident", m, "idea", **idea)
    (found,) = offered(
        world, "host", "budget", "idea", matter=m, **{**idea, "title": "给渡口装路灯"}
    )
    assert found.title == "1. 渡口装路灯" and found.url == f"/budgets/{m.pk}/ideas/#idea-1"


@pytest.mark.parametrize(("there", "score"), [(HERE, 1), (BESIDE, 1), (ELSEWHERE, 0), ("", 0)])
def test_whatever_it_is_called_the_same_spot_is_the_same_spot(there, score):
    rows = [("井盖没了", there)]
    assert len(most_alike("路面有个洞", HERE, rows, lambda row: row)) == score
