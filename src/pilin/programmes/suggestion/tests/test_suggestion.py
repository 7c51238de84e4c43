"""Suggestions: co-signed, reviewed, assigned, answered, rated; reopened once, a level higher."""

import pytest

from pilin.engine.models import Matter, Party
from pilin.engine.refused import Refused


@pytest.fixture
def written(world):
    return world.take(
        "delegate",
        "suggestion",
        "write",
        title="增设收储点",
        type="opinion",
        studio=world["左工作室"],
        to=world["左镇议事堂"],
        situation_text="运不出去",
        proposal="设两个点",
    )


@pytest.fixture
def answered(world, written):
    world.take("clerk", written, "accept", reason="属实")
    world.take("clerk", written, "assign", lead=world["左镇"], answer_by="2099-01-05")
    return world.take("lead", written, "answer", answer="已设")


def test_another_delegate_co_signs_once(world, written):
    world.take("delegate-2", written, "cosign")
    assert Party.objects.filter(matter=written).count() == 2
    for login in ("delegate-2", "delegate", "resident"):
        with pytest.raises(Refused):
            world.take(login, written, "cosign")


def test_it_is_turned_down_only_with_a_reason(world, written):
    with pytest.raises(Refused) as refusal:
        world.take("clerk", written, "reject")
    assert "reason" in refusal.value.errors
    assert world.take("clerk", written, "reject", reason="已有").closed_how == "declined"


def test_the_lead_department_has_it_until_the_day_given(world, written):
    world.take("clerk", written, "accept", reason="属实")
    found = world.take("clerk", written, "assign", lead=world["左镇"], answer_by="2099-01-05")
    assert (found.holder_org_id, found.due.isoformat()) == (world["左镇"], "2099-01-05")


def test_its_author_is_satisfied_and_it_is_confirmed(world, answered):
    with pytest.raises(Refused):
        world.take("delegate-2", answered, "satisfied", rating=5)
    assert world.take("delegate", answered, "satisfied", rating=5).closed_how == "confirmed"


def test_an_unsatisfied_author_takes_it_one_level_up_and_only_once(world, answered):
    higher = world.take("delegate", answered, "unsatisfied", reason="没有用")
    assert (higher.state, higher.holder_org_id) == ("reopened", world["左县"])
    world.take("lead-county", answered, "answer", answer="县里补办")
    with pytest.raises(Refused):
        world.take("delegate", answered, "unsatisfied", reason="还是不行")
    end = world.take("delegate", answered, "still_unsatisfied", reason="还是不行")
    assert (end.is_open, end.closed_how) == (False, "disputed")


def test_the_reviewer_gives_it_to_another_department(world, written):
    world.take("clerk", written, "accept", reason="属实")
    world.take("clerk", written, "assign", lead=world["左县"], answer_by="2099-01-05")
    found = world.take("clerk", written, "reassign", lead=world["左镇"], answer_by="2099-02-05")
    assert found.holder_org_id == world["左镇"]


def test_a_studio_with_summaries_counts_only_what_was_written_here(world, answered, client):
    from pilin.programmes.suggestion.figures import figures

    assert {f.key: f.value for f in figures()}["suggestions_here"] == 1
    page = client.get(f"/studios/{world['左工作室']}/", headers={"accept-language": "zh-hans"})
    assert "据台账" not in page.content.decode()


def test_it_leads_into_a_consultation(world, written):
    world.take("clerk", written, "accept", reason="属实")
    world.take("clerk", written, "deliberate", reason="先听意见", forum=world["左村驿站"])
    talk = Matter.objects.get(source=written)
    assert (talk.kind, talk.state, talk.org_id) == ("consultation", "raised", world["左村驿站"])


def test_a_consultations_outcome_becomes_one(world):
    m = world.decided()
    world.take("host", m, "suggest", outcome=1, title="请镇里统一换灯", to=world["左镇议事堂"])
    found = Matter.objects.get(source=m)
    assert (found.kind, found.outcome, found.state) == ("suggestion", 1, "submitted")


def test_a_studios_page_shows_its_work(world, answered, client):
    page = client.get(f"/studios/{world['左工作室']}/").content.decode()
    assert "增设收储点" in page
