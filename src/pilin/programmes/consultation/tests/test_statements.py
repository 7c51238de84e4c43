"""A vote on statements: asked, voted on, added to, looked at, mapped, closed."""

import io
import re
from datetime import timedelta
from urllib.parse import urlencode

import pypdf
import pytest
from django.test import Client
from django.utils import timezone

from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.engine.refused import Refused
from pilin.intake import polls, pseudonyms
from pilin.intake.casting import Ballot, cast
from pilin.intake.jobs import close_overdue
from pilin.intake.models import Poll
from pilin.ledger import log
from pilin.people.read_model import applying
from pilin.programmes.consultation.models import Opinions, Statement
from pilin.programmes.consultation.statements import lists, opinions
from pilin.programmes.consultation.statements.pages import following

LINES = "路灯应该整夜亮着\n路灯十点以后关一半\n先修最暗的那段路"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def asked(world):
    m = world.raised()
    world.take("host", m, "accept", reason="好")
    return world.take(
        "host",
        m,
        "ask",
        question="路灯怎么办？",
        statements=LINES,
        until=timezone.localdate() + timedelta(days=20),
    )


def signed_in(world, login):
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.people[login], BACKEND)
    return client


def page(world, login, matter, name="vote", **query):
    answer = signed_in(world, login).get(f"/consultations/{matter.pk}/{name}/", query)
    return answer, answer.content.decode()


def press(world, login, html, choice, accept="text/html"):
    """Press a button of the page of the vote."""
    fields = dict(re.findall(r'name="(token|item|back)" value="([^"]+)"', html))
    action = re.search(r'action="(/ballots/\d+/)"', html)[1]
    return signed_in(world, login).post(
        action,
        urlencode({**fields, "choice": choice}),
        content_type="application/x-www-form-urlencoded",
        headers={"accept": accept},
    )


def test_one_statement_at_a_time_until_all_are_answered(world, asked):
    poll = lists.latest(asked.pk)
    for n in range(3):
        _answer, html = page(world, "resident", asked)
        assert f"Answered: {n} of 3" in html
        answer = press(world, "resident", html, "1")
        assert answer.status_code == 303
        assert f"/consultations/{asked.pk}/vote/?counted={n}" == answer["location"]
    _answer, html = page(world, "resident", asked, counted=2)
    assert "You have answered every statement" in html and "Your answer is counted." in html
    assert polls.counts(poll.pk).voters == 1
    assert log.get(poll.log, 0).body["voter"] == pseudonyms.of(
        poll, world.people["resident"].person
    )


def test_voting_again_replaces_and_the_same_page_twice_does_not_count(world, asked):
    _answer, html = page(world, "resident", asked, statement=1)
    press(world, "resident", html, "1")
    twice = press(world, "resident", html, "-1")
    assert twice.status_code == 409 and "counted already" in twice.content.decode()
    _answer, html = page(world, "resident", asked, statement=1)
    assert "your answer so far" in html
    press(world, "resident", html, "-1")
    by_item = polls.counts(lists.latest(asked.pk).pk).by_item
    assert {k: n for k, n in by_item[1].items() if n} == {"-1": 1}


def test_a_statement_of_ones_own_is_sealed_until_the_host_puts_it_to_the_vote(world, asked):
    world.take("neighbour", asked, "state", text="路灯改用太阳能")
    added = Statement.objects.get(status="waiting")
    assert added.text == "" and "太阳能" not in log.get("main", added.entry).body.__str__()
    _answer, html = page(world, "host", asked, "statements")
    assert "路灯改用太阳能" in html
    assert page(world, "resident", asked, "statements")[0].status_code == 404
    world.take("host", asked, "accept_statement", statement=added.number)
    assert Statement.objects.get(number=added.number).text == "路灯改用太阳能"
    assert lists.latest(asked.pk).items == [1, 2, 3, 4]
    # What was put to the vote is no secret any more: it can be an outcome's words.
    act(world.actor("neighbour"), asked, "state", {"text": "说到路灯改用太阳能的事"})


def test_a_rejected_statement_never_becomes_public_and_says_why(world, asked):
    world.take("neighbour", asked, "state", text="某人太懒不修路灯")
    number = Statement.objects.get(status="waiting").number
    world.take("host", asked, "reject_statement", statement=number, reason="请不要说人")
    row = Statement.objects.get(number=number)
    assert (row.status, row.text, row.reason) == ("rejected", "", "请不要说人")
    assert not any("太懒" in str(r.body) for r in log.read("main"))


def test_like_statements_are_offered_for_merging(world, asked):
    world.take("neighbour", asked, "state", text="路灯应该整夜都亮着")
    row, text = lists.waiting(asked.pk)[0]
    assert [s.number for s in lists.alike(text, lists.shown(asked.pk))][:1] == [1]
    world.take("host", asked, "merge_statement", statement=row.number, into=1)
    assert Statement.objects.get(number=row.number).into == 1
    assert lists.latest(asked.pk).items == [1, 2, 3]


def test_nobody_floods_the_host_and_nothing_is_said_twice(world, asked):
    neighbour = world.actor("neighbour")
    with pytest.raises(Refused) as said:
        act(neighbour, asked, "state", {"text": "路灯应该整夜亮着"})
    assert "text" in said.value.errors
    for n in range(5):
        act(neighbour, asked, "state", {"text": f"第{n}条不同的看法"})
    with pytest.raises(Refused) as said:
        act(neighbour, asked, "state", {"text": "再来一条看法"})
    assert "text" in said.value.errors


def test_a_statement_taken_out_can_no_longer_be_voted_on(world, asked):
    _answer, html = page(world, "resident", asked, statement=2)
    world.take("host", asked, "take_out_statement", statement=2, reason="说不清")
    answer = press(world, "resident", html, "1", accept="application/json")
    assert answer.status_code == 422 and answer.json()["error"] == "item"


def test_a_paper_slip_is_read_by_two_and_counts_once(world, asked):
    world.take("host", asked, "slips-issue", n=9)
    host, clerk = signed_in(world, "host"), signed_in(world, "clerk")
    where, marks = (
        f"/consultations/{asked.pk}/slips/",
        {"slip": "3", "s1": "1", "s2": "-1", "s3": ""},
    )
    assert "Slip 3 is read once." in host.post(where, marks).content.decode()
    assert "Slip 3 is counted" in clerk.post(where, marks).content.decode()
    assert host.post(where, {"slip": "3", "s1": "0"}).status_code == 422
    poll = lists.latest(asked.pk)
    assert polls.counts(poll.pk).voters == 1 and polls.counts(poll.pk).ballots == 2
    assert host.post(where, {"slip": "x", "s1": "1"}).status_code == 422
    assert host.post(where, {"slip": "4"}).status_code == 422
    assert signed_in(world, "resident").get(where).status_code == 404


def planted(poll, people=60):
    """Two groups that vote oppositely on the first two statements and alike on the third."""
    assert pseudonyms.of(poll, "p-0")  # the first who asks for a ballot has the key made
    rows = []
    for n in range(people):
        for item, side in ((1, 1), (2, -1), (3, 0)):
            camp = 1 if n % 2 else -1
            stance = str(side * camp) if side else "1"
            rows.append(Ballot(poll.pk, f"p{n}", item, (stance,), n))
    cast(poll.pk, rows)


def test_the_map_finds_the_groups_and_what_all_agree_on(world, asked):
    poll = lists.latest(asked.pk)
    assert opinions.compute(poll.pk) is None
    planted(poll)
    kept = opinions.compute(poll.pk)
    assert [g["size"] for g in kept.found["groups"]] == [30, 30]
    answer, html = page(world, "resident", asked, "opinions")
    assert answer.status_code == 200
    common = html[html.index("What all groups agree on") : html.index("Who thinks alike")]
    assert "先修最暗的那段路" in common and "整夜" not in common
    assert html.count("<polygon") == 2 and common.count("100 % agree, 0 % do not") == 2


def test_the_next_statement_is_one_not_voted_on_and_the_newest_has_its_chance(world, asked):
    poll = lists.latest(asked.pk)
    planted(poll)
    opinions.compute(poll.pk)
    statements = dict.fromkeys((1, 2, 3, 4))
    drawn = {following(poll, statements, {1: "1"}) for _ in range(200)}
    assert drawn == {2, 3, 4}
    assert following(poll, {1: None}, {1: "0"}) is None


def test_the_files_give_the_same_groups(world, asked, tmp_path):
    from pilin.deciding.opinion import opinion_map
    from pilin.deciding.opinion_files import opinion_json, read_votes

    poll = lists.latest(asked.pk)
    planted(poll)
    world.take("host", asked, "take_out_statement", statement=2, reason="说不清")
    kept = opinions.compute(poll.pk)
    client = Client()
    assert client.get(f"/consultations/{asked.pk}/votes.csv").status_code == 404
    world.take("host", asked, "close_vote")
    for name in ("votes", "statements"):
        answer = client.get(f"/consultations/{asked.pk}/{name}.csv")
        (tmp_path / f"{name}.csv").write_bytes(answer.content)
    votes, people = read_votes(tmp_path / "votes.csv", tmp_path / "statements.csv")
    found = opinion_json(opinion_map(votes), people)
    assert [g["size"] for g in found["groups"]] == [g["size"] for g in kept.found["groups"]]


def test_closing_enters_the_last_checkpoint_and_nothing_is_counted_after(world, asked):
    poll = lists.latest(asked.pk)
    planted(poll, 10)
    _answer, html = page(world, "resident", asked)
    with pytest.raises(Refused):
        act(world.actor("host"), asked, "merge", {"into": asked.pk, "reason": "x"})
    world.take("host", asked, "close_vote")
    entry = log.get("main", Matter.objects.get(pk=asked.pk).last).body["data"]["ballots"]
    assert (entry["size"], entry["voters"], entry["log"]) == (30, 10, poll.log)
    assert entry["root"] in log.checkpoint(poll.log)
    assert press(world, "resident", html, "1").status_code == 410
    answer, _html = page(world, "resident", asked)
    assert answer.status_code == 302


def test_time_that_is_up_closes_the_vote(world, asked):
    with applying():
        Poll.objects.update(until=timezone.now() - timedelta(minutes=1))
    assert close_overdue() == 1 and close_overdue() == 0
    assert Poll.objects.get().closed
    world.take(
        "host",
        asked,
        "ask",
        question="再问一次",
        statements="换一条看法",
        until=timezone.localdate() + timedelta(days=3),
    )
    assert lists.latest(asked.pk).items == [4]


def test_opinions_are_computed_again_from_scratch_with_the_same_result(world, asked):
    poll = lists.latest(asked.pk)
    planted(poll)
    first = opinions.compute(poll.pk).found
    assert opinions.compute(poll.pk).found == first
    assert Opinions.objects.count() == 1


def test_the_ballots_are_checked_against_the_entry_that_closed_them(world, asked):
    from django.db import connection

    from pilin.intake.check import check
    from pilin.ledger.verify import Report

    poll = lists.latest(asked.pk)
    planted(poll, 10)
    world.take("host", asked, "close_vote")
    report = Report()
    assert check(report) == 30 and report.ok
    with connection.cursor() as cursor:  # somebody adds a ballot behind its back
        cursor.execute("UPDATE intake_poll SET closed = false")
    cast(poll.pk, [Ballot(poll.pk, "late", 1, ("1",), 1)])
    check(report)
    assert any("closed it with other ballots" in what for _where, what in report.problems)


def test_ballots_and_statements_are_made_again_from_the_record(world, asked):
    from tests.test_replay import assert_rebuilding_changes_nothing

    poll = lists.latest(asked.pk)
    world.take("neighbour", asked, "state", text="路灯改用太阳能")
    number = Statement.objects.get(status="waiting").number
    world.take("host", asked, "accept_statement", statement=number)
    planted(poll, 10)
    cast(poll.pk, [Ballot(poll.pk, "p1", 1, ("0",), 50)])
    assert_rebuilding_changes_nothing()
    world.take("host", asked, "close_vote")
    assert_rebuilding_changes_nothing()


def test_blank_slips_bear_every_statement_and_their_numbers(world, asked):
    world.take("host", asked, "slips-issue", n=32)
    answer = signed_in(world, "host").get(f"/consultations/{asked.pk}/slips.pdf?from=31&n=2")
    said = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    for words in ("31", "32", "路灯怎么办？", *LINES.split("\n")):
        assert words in said
