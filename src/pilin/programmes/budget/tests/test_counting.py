"""How ballots are counted, what a voter is told of it, and the file of it all."""

import hashlib
import json
import re
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import pytest
from django.test import Client

from pilin.deciding.equal_shares import equal_shares
from pilin.deciding.pabulib import read_file
from pilin.intake import pseudonyms
from pilin.intake.casting import Ballot, cast
from pilin.intake.models import Ballot as Kept
from pilin.people.read_model import applying
from pilin.programmes.budget import counting, lists
from pilin.programmes.budget.models import Budget

from .town import VOTES, announce, close, counted, opened, signed_in, text, visitor, voted


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
    cast(poll.pk, [Ballot(poll.pk, pseudonyms.of(poll, person), 0, ("1", "2"), 99)])
    close(m)
    html = text(signed_in(world, "resident"), m, "result")
    assert (
        "Your vote decided on 9,166.67 yuan of public money" in html and "you paid nothing" in html
    )
    for told in ("凉亭", "4,444.44 yuan", "3,750 yuan", "Left over"):
        assert told in html
    assert "You did not vote here" in text(signed_in(world, "host"), m, "result")
    assert "Sign in to see what your vote decided on" in text(visitor(), m, "result")


def test_what_one_voter_is_told_is_what_the_rule_says(world, tmp_path):
    m = counted(world)
    budget = Budget.objects.get(pk=m.pk)
    whole = lists.count(budget, lists.poll_of(m.pk))
    outcome = equal_shares(whole.election, "cost", "greedy")
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
    where = f"/budgets/{m.pk}/election.pb"
    answer = Client().get(where)
    file = answer.content
    for asked in ("{0}", "W/{0}", '"other", W/{0}'):
        known = {"if-none-match": asked.format(answer["ETag"])}
        assert Client().get(where, headers=known).status_code == 304
    assert hashlib.sha256(file).hexdigest() == result["file"]["sha256"]
    path = tmp_path / "budget.pb"
    path.write_bytes(file)
    html = text(visitor(), m, "result")
    words = re.search(r"<pre>(pilin decide .*)</pre>", html)[1].split()
    words[words.index(f"budget-{m.pk}.pb")] = str(path)
    told = subprocess.run([sys.executable, "-m", *words], capture_output=True, check=True)
    said = json.loads(told.stdout)
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


def test_a_result_is_counted_again_from_the_log_and_one_that_differs_is_named(world):
    few = counted(world, announce(world, title="人太少", least=200))
    m = counted(world)
    assert list(lists.recounts()) == []
    budget = Budget.objects.get(pk=m.pk)
    with applying():
        Kept.objects.filter(poll=lists.poll_of(m.pk).pk).delete()
        assert list(lists.recounts()) == [], "tables of ballots are not asked"
        Budget.objects.filter(pk=m.pk).update(amount=budget.amount + 30_000)
        assert list(lists.recounts()) == [budget.counted_by]
        Budget.objects.filter(pk=m.pk).update(amount=budget.amount)
        Budget.objects.filter(pk=few.pk).update(least=2)
        assert list(lists.recounts()) == [Budget.objects.get(pk=few.pk).counted_by]
