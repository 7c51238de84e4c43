"""A participatory budget: ideas, vetted, voted on, counted, turned into projects, confirmed."""

import hashlib
import json
import re
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone

from pilin.cli.decide import decide
from pilin.deciding.equal_shares import equal_shares
from pilin.deciding.pabulib import read_file
from pilin.intake import polls, token
from pilin.intake.casting import Ballot, cast
from pilin.intake.check import check
from pilin.intake.jobs import close_overdue
from pilin.intake.models import Poll
from pilin.ledger import log
from pilin.ledger.verify import Report
from pilin.loop import clock
from pilin.loop.act import act
from pilin.loop.models import Matter
from pilin.loop.refused import Refused
from pilin.people.actor import HOUSE
from pilin.people.read_model import applying
from pilin.programmes.budget import counting, lists
from pilin.programmes.budget.models import Budget, Idea
from tests.test_replay import assert_rebuilding_changes_nothing
from tests.world import PHOTO

BACKEND = "django.contrib.auth.backends.ModelBackend"
#: Ideas by who raises them, with what they cost as vetted.
IDEAS = (
    ("resident", "凉亭", "4万"),
    ("neighbour", "路灯", "3万"),
    ("neighbour", "健身角", "2万"),
    ("delegate", "长廊", "8万"),
)
#: Ballots: how many name what.
VOTES = (((1, 2), 6), ((1,), 2), ((2, 4), 1), ((3,), 1), ((), 1))


@pytest.fixture
def announced(world):
    return announce(world)


def announce(world, **more):
    answers = {
        "title": "村口这笔钱怎么花",
        "org": world["左镇议事堂"],
        "text": "村里的公共设施",
        "amount": "11万",
        "most": 3,
        "least": 2,
        "ideas_until": timezone.localdate() + timedelta(days=10),
        "rule": "equal-shares",
    }
    return world.take("clerk", "budget", "announce", **{**answers, **more})


def with_ideas(world, m):
    for login, title, cost in IDEAS:
        world.take(login, m, "idea", title=title, text="好事", where="村口", estimate=cost)
    for number, (_login, _title, cost) in enumerate(IDEAS, 1):
        world.take("clerk", m, "admit", idea=number, cost=cost)
    return world.take("clerk", m, "end_ideas", reason="都提完了")


def opened(world, m):
    until = timezone.localdate() + timedelta(days=5)
    return world.take("clerk", with_ideas(world, m), "open_vote", until=until)


def voted(m, votes=VOTES):
    poll = lists.under_way(m.pk)
    names = (choice for choice, times in votes for _ in range(times))
    rows = [
        Ballot(poll.pk, token.voter_of(poll.pk, f"v{n}"), 0, tuple(map(str, choice)), n)
        for n, choice in enumerate(names)
    ]
    assert all(hasattr(told, "number") for told in cast(poll.pk, rows))
    return poll


def close(m):
    """The house closes the vote, the day after its last."""
    act(HOUSE, m, "close_vote", at=timezone.now() + timedelta(days=6))
    return Matter.objects.get(pk=m.pk)


def counted(world, m=None, votes=VOTES):
    m = opened(world, m or announce(world))
    voted(m, votes)
    return close(m)


def refused(world, login, m, step, code, at=None, **data):
    with pytest.raises(Refused) as why:
        act(world.actor(login), m, step, data, at=at)
    assert why.value.code == code


def signed_in(world, login):
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.people[login], BACKEND)
    return client


def visitor():
    return Client(headers={"accept-language": "en"})


def text(client, m, name):
    answer = client.get(f"/budgets/{m.pk}/{name}/")
    assert answer.status_code == 200
    return answer.content.decode()


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
    assert "Your ballot is counted." in html and html.count(" checked") == 2
    press(world, "resident", html, [4])
    assert polls.ballots_of(lists.poll_of(m.pk))[0][1] == [4]
    too_many = press(world, "resident", text(client, m, "vote"), [1, 2, 3, 4])
    assert too_many.status_code == 422 and "take some marks away" in too_many.content.decode()


def test_a_slip_counts_once_and_bears_who_entered_it(world, announced):
    m = opened(world, announced)
    clerk, where = signed_in(world, "clerk"), f"/budgets/{m.pk}/slips/"
    assert "The slip is counted" in clerk.post(where, {"slip": 7, "choice": [1]}).content.decode()
    assert "It replaces" in clerk.post(where, {"slip": 7, "choice": [2]}).content.decode()
    poll = lists.poll_of(m.pk)
    assert polls.ballots_of(poll) == [("slip-7", [2])]
    assert log.get(poll.log, 1).body["by"] == world.people["clerk"].person
    assert clerk.post(where, {"slip": "x"}).status_code == 422
    assert clerk.post(where, {"slip": 8, "choice": [1, 2, 3, 4]}).status_code == 422
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


def test_equal_shares_say_what_every_supporter_paid(world):
    m = counted(world)
    result = Budget.objects.get(pk=m.pk).result
    # 11 voters have 10,000 each. 8 want the pavilion: 5,000 each. 7 want the lamps: 30,000/7 each,
    # no more than any of them has left.
    assert result["share"] == "10000"
    first, second, third = result["winners"]
    assert (first["title"], first["each"], first["full"], first["part"]) == ("凉亭", "5000", 8, 0)
    assert (second["title"], second["each"], second["full"]) == ("路灯", "30000/7", 7)
    # 40,000 of all shares are left: enough for the corner, whose one voter could not pay for it,
    # and not for the gallery.
    assert (third["title"], third["each"]) == ("健身角", None)
    assert [(row["title"], row["had"]) for row in result["others"]] == [("长廊", "40000/7")]
    assert result["left"] == "20000"


def test_every_purchase_is_paid_to_the_last_fen(world):
    result = Budget.objects.get(pk=counted(world).pk).result
    for row in result["winners"]:
        if row["each"] is not None:
            paid = row["full"] * Fraction(row["each"]) + Fraction(row["rest"])
            assert paid == Fraction(row["cost"])


def test_a_voter_reads_where_the_share_went(world, announced):
    m = opened(world, announced)
    poll = voted(m)
    person = world.people["resident"].person
    cast(poll.pk, [Ballot(poll.pk, token.voter_of(poll.pk, person), 0, ("1", "2"), 99)])
    close(m)
    html = text(signed_in(world, "resident"), m, "result")
    assert "Your 9,166.67 yuan went to" in html
    for told in ("凉亭", "4,444.44 yuan", "3,750 yuan", "Left over"):
        assert told in html
    assert "You did not vote here" in text(signed_in(world, "host"), m, "result")
    assert "Sign in to see" in text(visitor(), m, "result")


def test_what_one_voter_is_told_is_what_the_rule_says(world, tmp_path):
    m = counted(world)
    budget = Budget.objects.get(pk=m.pk)
    whole = lists.count(budget, lists.poll_of(m.pk))
    outcome = equal_shares(whole._election(), "cost", "greedy")
    for ballot, _times in VOTES:
        paid, left = counting.own(budget.result, ballot)
        assert {str(w["idea"]): gave for w, gave in paid} == outcome.paid(
            {str(n): 1 for n in ballot}
        )
        assert left + sum(gave for _w, gave in paid) == outcome.share


@pytest.mark.parametrize("rule", ["equal-shares", "greedy"])
def test_whoever_has_the_file_gets_the_same_winners(world, tmp_path, rule):
    m = counted(world, announce(world, rule=rule))
    result = Budget.objects.get(pk=m.pk).result
    file = Client().get(f"/budgets/{m.pk}/election.pb").content
    assert hashlib.sha256(file).hexdigest() == result["file"]["sha256"]
    path = tmp_path / "budget.pb"
    path.write_bytes(file)
    html = text(visitor(), m, "result")
    words = re.search(r"<pre>pilin decide (.*)</pre>", html)[1].split()
    words[1] = str(path)
    said = json.loads(CliRunner().invoke(decide, words, catch_exceptions=False).output)
    assert said["winners"] == [str(w["idea"]) for w in result["winners"]]
    assert sum(Decimal(w["cost"]) for w in result["winners"]) == Decimal(str(said["cost"]))
    read = read_file(path)
    assert sorted(read.selected) == sorted(said["winners"])
    assert read.meta["max_length"] == "3" and read.election.voters == 11


OLD = """META
key;value
description;村口这笔钱
rule;equal-shares
num_projects;2
num_votes;4
budget;45000
vote_type;approval
PROJECTS
project_id;cost;votes;name;selected
1;40000;2;"凉亭；带座椅; 和灯";0
2;12000.5;2;路灯;1
VOTES
voter_id;vote
1;1,2
2;2
3;
4;1
"""


def test_the_file_of_a_vote_counted_long_ago_stays_the_same():
    cost = {1: Decimal("40000"), 2: Decimal("12000.50")}
    titles = {1: "凉亭；带座椅; 和灯", 2: "路灯"}
    old = counting.Count(Decimal("45000"), "equal-shares", cost, titles, [[1, 2], [2], [], [1]])
    file = old.file({"description": "村口这笔钱", "rule": "equal-shares"}, [2])
    assert file.decode() == OLD


def test_a_tie_goes_to_the_idea_raised_first():
    cost = dict.fromkeys((2, 10), Decimal(100))
    tied = counting.Count(Decimal(100), "greedy", cost, {2: "b", 10: "a"}, [[2], [10]])
    assert [w["idea"] for w in tied.result()["winners"]] == [2]


def test_what_nobody_named_is_not_bought_with_what_is_left():
    cost = {1: Decimal(60), 2: Decimal(10)}
    for rule in ("greedy", "equal-shares"):
        one = counting.Count(Decimal(100), rule, cost, {1: "a", 2: "b"}, [[1]])
        result = one.result()
        assert [w["idea"] for w in result["winners"]] == [1]
        assert result["others"][0]["votes"] == 0 and result["left"] == "40"


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
    assert "每人出5000元" in client.get(f"/budgets/{m.pk}/result/").content.decode()
