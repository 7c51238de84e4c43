"""A participatory budget: ideas, vetted, voted on, counted, turned into projects, confirmed."""

import io
import re
from datetime import timedelta
from urllib.parse import urlencode

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from pilin.engine import clock
from pilin.engine.act import act, foresee
from pilin.engine.models import Matter
from pilin.intake import polls
from pilin.intake.casting import Ballot, cast
from pilin.intake.check import check
from pilin.intake.jobs import close_overdue
from pilin.intake.models import Poll
from pilin.ledger.verify import Report
from pilin.people.read_model import applying
from pilin.programmes.budget import lists
from pilin.programmes.budget.models import Budget, Idea
from tests.test_replay import assert_rebuilding_changes_nothing
from tests.world import PHOTO, build

from .town import announce, counted, opened, refused, signed_in, text, visitor, voted, with_ideas


def test_an_idea_is_public_at_once_and_costs_no_more_than_there_is(world, announced):
    idea = {"title": "凉亭", "text": "老人歇脚", "where": "村口"}
    world.take("resident", announced, "idea", **idea, estimate="4万")
    assert "老人歇脚" in text(Client(), announced, "ideas")
    for change in ({"estimate": "12万", "title": "大桥"}, {"estimate": "1万"}):
        refused(world, "neighbour", announced, "idea", "form", **{**idea, **change})


def test_nobody_floods_the_clerk_with_ideas(world, announced):
    idea = {"text": "x", "where": "y", "estimate": "1万"}
    for n in range(5):
        world.take("resident", announced, "idea", title=f"第{n}个", **idea)
    refused(world, "resident", announced, "idea", "form", title="再来", **idea)


def test_the_last_day_for_ideas_ends_them(world, announced):
    later = timezone.now() + timedelta(days=11)
    refused(world, "resident", announced, "idea", "state", at=later, title="晚了")
    clock.tick(later)
    assert Matter.objects.get(pk=announced.pk).state == "vetting"


def test_ending_ideas_earlier_needs_a_reason(world, announced):
    refused(world, "clerk", announced, "end_ideas", "form")
    later = timezone.now() + timedelta(days=11)
    act(world.actor("clerk"), announced, "end_ideas", {}, at=later)


def test_an_idea_that_is_not_admitted_says_why_and_can_be_after_all(world, announced):
    world.take("resident", announced, "idea", title="凉亭", text="x", where="y", estimate="1万")
    world.take("clerk", announced, "refuse", idea=1, reason="地块属于水利部门")
    assert "地块属于水利部门" in text(Client(), announced, "ideas")
    world.take("clerk", announced, "admit", idea=1, cost="1.2万", words="含基础")
    assert Idea.objects.get().cost == 12000


def test_a_merged_idea_takes_along_what_was_merged_into_it(world, announced):
    for title in ("凉亭", "亭子", "小亭"):
        world.take("resident", announced, "idea", title=title, text="x", where="y", estimate="1万")
    world.take("clerk", announced, "merge_idea", idea=3, like=2)
    world.take("clerk", announced, "merge_idea", idea=2, like=1)
    assert set(Idea.objects.filter(status="merged").values_list("into", flat=True)) == {1}
    refused(world, "clerk", announced, "merge_idea", "state", idea=1, like=1)


def test_the_vote_opens_when_every_idea_was_vetted(world, announced):
    world.take("resident", announced, "idea", title="凉亭", text="x", where="y", estimate="1万")
    m = world.take("clerk", announced, "end_ideas", reason="够了")
    until = timezone.localdate() + timedelta(days=5)
    refused(world, "clerk", m, "open_vote", "state", until=until)
    world.take("clerk", m, "refuse", idea=1, reason="不行")
    assert world.take("clerk", m, "nothing", words="没有可办的").state == "none"


def press(world, login, html, marks):
    fields = dict(re.findall(r'name="(token|item|back)" value="([^"]+)"', html))
    action = re.search(r'action="(/ballots/\d+/)"', html)[1]
    return signed_in(world, login).post(
        action,
        urlencode({**fields, "choice": marks}, doseq=True),
        content_type="application/x-www-form-urlencoded",
        headers={"accept": "text/html"},
    )


def test_a_ballot_is_handed_in_and_changed_without_javascript(world, announced):
    m = opened(world, announced)
    client = signed_in(world, "resident")
    answer = press(world, "resident", text(client, m, "vote"), [1, 2])
    assert answer.status_code == 303
    html = client.get(answer["location"]).content.decode()
    assert "Your ballot is counted." in html and len(re.findall(r"checked\s+data-cost", html)) == 2
    press(world, "resident", html, [4])
    assert polls.ballots_of(lists.poll_of(m.pk))[0][1] == [4]
    too_many = press(world, "resident", text(client, m, "vote"), [1, 2, 3, 4])
    html = too_many.content.decode()
    assert too_many.status_code == 422 and "take some marks away" in html
    kept = re.findall(r'name="choice" value="(\d+)"', html)
    back = client.post(
        re.search(r'<form method="post" action="([^"]+)"', html)[1], {"choice": kept}
    )
    html = back.content.decode()
    assert (
        back.status_code == 422
        and "Please mend this" in html
        and len(re.findall(r"<input[^>]* checked", html)) == 4
    )
    assert polls.ballots_of(lists.poll_of(m.pk))[0][1] == [4]  # what was counted stays counted


def test_a_slip_is_read_by_two_on_the_page(world, announced):
    m = opened(world, announced)
    world.take("clerk", m, "slips-issue", n=9)
    clerk, host = signed_in(world, "clerk"), signed_in(world, "host")
    where = f"/budgets/{m.pk}/slips/"
    assert "read once" in clerk.post(where, {"slip": 7, "choice": [2]}).content.decode()
    assert "is counted" in host.post(where, {"slip": 7, "choice": [2]}).content.decode()
    poll = lists.poll_of(m.pk)
    assert polls.ballots_of(poll) == [("slip-7", [2])]
    assert clerk.post(where, {"slip": "x"}).status_code == 422
    back = clerk.post(where, {"slip": 8, "choice": [1, 2, 3, 4]})
    assert back.status_code == 422 and back.content.decode().count(" checked") == 4
    assert signed_in(world, "resident").get(where).status_code == 404


def test_nobody_closes_the_vote_before_its_last_day_is_over(world, announced):
    m = opened(world, announced)
    voted(m)
    refused(world, "clerk", m, "close_vote", "state")
    assert close_overdue() == 0
    later = timezone.now() + timedelta(days=6)
    assert world.take("clerk", m, "close_vote", words="谢谢大家", at=later).state == "counted"


def test_the_house_closes_it_once_the_last_day_is_over(world, announced):
    m = opened(world, announced)
    voted(m)
    with applying():
        Poll.objects.update(until=timezone.now() - timedelta(minutes=1))
    assert close_overdue() == 1 and close_overdue() == 0
    assert Matter.objects.get(pk=m.pk).state == "counted"


@pytest.mark.parametrize(("votes", "why"), [((((1,), 1),), "few"), ((((), 3),), "blank")])
def test_too_few_ballots_or_empty_ones_choose_nothing(world, votes, why):
    m = counted(world, votes=votes)
    assert (m.state, m.closed_how) == ("none", "nothing")
    assert Budget.objects.get(pk=m.pk).result["none"] == why
    assert "The money stays where it is" in text(visitor(), m, "result")
    assert Client().get(f"/budgets/{m.pk}/election.pb").status_code == 404
    assert_rebuilding_changes_nothing()


def test_calling_it_off_ends_the_vote_uncounted(world, announced):
    m = opened(world, announced)
    poll = voted(m)
    assert world.take("clerk", m, "stop", reason="资金另有安排").state == "stopped"
    assert Poll.objects.get(pk=poll.pk).closed
    (told,) = cast(poll.pk, [Ballot(poll.pk, "late", 0, ("1",), 1)])
    assert told.code == "closed"
    report = Report()
    assert check(report) == 11 and report.problems == []


def commissioned(world, m):
    """Every winner a project, in order; gives the projects."""
    for idea in Idea.objects.filter(matter=m, rank__isnull=False).order_by("rank"):
        answers = {"lead": world["左镇"], "category": "民生", "finish": "2099-02-01"}
        m = world.take("clerk", m, "convert", winner=idea.number, **answers)
    return list(Matter.objects.filter(source=m).order_by("pk"))


def accepted(world, projects):
    for p in projects:
        world.take("lead", p, "approve", words="同意")
        world.take("lead", p, "start", start="2026-03-20")
        world.take("lead", p, "deliver", words="做好了")
        world.take("clerk", p, "accept", words="看过了")


def test_each_winner_becomes_a_project_with_the_money_voted(world):
    m = counted(world)
    projects = commissioned(world, m)
    assert [(p.title, p.project.planned["value"]) for p in projects] == [
        ("凉亭", "40000"),
        ("路灯", "30000"),
        ("健身角", "20000"),
    ]
    assert Matter.objects.get(pk=m.pk).state == "under_way"
    refused(world, "clerk", m, "convert", "state")


def test_those_whose_ideas_were_chosen_confirm_it(world):
    m = counted(world)
    accepted(world, commissioned(world, m))
    m = Matter.objects.get(pk=m.pk)
    assert (m.state, m.holder_person) == ("delivered", "p-resident")
    refused(world, "delegate", m, "confirm", "forbidden", rating=5)
    assert world.take("neighbour", m, "confirm", rating=5).closed_how == "confirmed"
    assert set(Matter.objects.filter(source=m).values_list("state", flat=True)) == {"closed"}
    assert_rebuilding_changes_nothing()


def test_a_dispute_reopens_its_projects(world):
    m = counted(world)
    projects = commissioned(world, m)
    accepted(world, projects)
    assert world.take("resident", m, "dispute", reason="顶漏雨").state == "disputed"
    assert {p.state for p in Matter.objects.filter(source=m)} == {"under_way"}


def test_silence_closes_it(world):
    m = counted(world)
    accepted(world, commissioned(world, m))
    clock.tick(timezone.now() + timedelta(days=60))
    assert Matter.objects.get(pk=m.pk).closed_how == "silence"


def test_what_could_not_be_built_is_reported_by_the_clerk(world):
    m = counted(world)
    for p in commissioned(world, m):
        act(world.actor("clerk"), p, "stop", {"reason": "征地未成"})
    done = act(world.actor("clerk"), m, "deliver", {"words": "见说明"}, files=[PHOTO])
    assert done.body["to"] == "delivered"


def test_a_replay_gives_the_same_budget_ideas_and_result(world):
    commissioned(world, counted(world))
    assert_rebuilding_changes_nothing()


def test_every_page_of_a_counted_budget_opens_in_chinese(world):
    m = counted(world)
    client = Client(headers={"accept-language": "zh-hans"})
    for path in ("/budgets/", m.url, f"/budgets/{m.pk}/ideas/", f"/budgets/{m.pk}/result/"):
        assert "凉亭" in client.get(path).content.decode() or path == "/budgets/"
    assert "每人名下的公共资金出5000元" in client.get(f"/budgets/{m.pk}/result/").content.decode()


def test_blank_ballots_bear_every_project_with_its_cost(world, announced):
    opened(world, announced)
    world.take("clerk", announced, "slips-issue", n=1)
    answer = signed_in(world, "clerk").get(f"/budgets/{announced.pk}/slips.pdf?n=1")
    said = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    for idea in lists.ideas(announced.pk, "admitted"):
        assert idea.title in said


def test_a_vote_is_looked_over_outside_a_transaction_and_nothing_is_held(own_database):
    """Tests run inside one, pages do not: the second look must need none."""
    world = build()
    m = with_ideas(world, announce(world))
    until = (timezone.localdate() + timedelta(days=5)).isoformat()
    seen = foresee(world.actor("clerk"), m, "open_vote", {"until": until})
    roll = seen.body["data"]["roll"]
    assert roll["size"] > 0 and len(roll["hash"]) == 64
    assert not connection.in_atomic_block
