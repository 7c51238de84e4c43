"""Budgets: against a plain count in exact fractions, and on worked examples."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilin.deciding.budget import Election, cost_of, equal_shares, greedy
from pilin.deciding.pabulib import read_election
from pilin.deciding.tables import Malformed


def election(budget, costs, *ballots):
    """Ballots are lists of names (approvals) or mappings from name to points."""
    points = [b if isinstance(b, dict) else dict.fromkeys(b, 1) for b in ballots]
    return Election(
        Fraction(budget),
        {n: Fraction(c) for n, c in costs.items()},
        [{n: Fraction(x) for n, x in b.items()} for b in points],
    )


def exactly(e, satisfaction):
    """The method of equal shares as it is defined, slowly and in exact fractions."""
    money = [e.budget / len(e.ballots)] * len(e.ballots)
    bought, rest = [], sorted(p for p in e.costs if e.costs[p] > 0)
    while True:
        offers = []
        for p in rest:
            want = {
                i: x * (e.costs[p] if satisfaction == "cost" else 1)
                for i, b in enumerate(e.ballots)
                if (x := b.get(p, 0)) > 0
            }
            if want and sum(money[i] for i in want) >= e.costs[p]:
                cost, left = e.costs[p], dict(want)
                for i in sorted(want, key=lambda i: money[i] / want[i]):
                    price = cost / sum(left.values())
                    if price * want[i] <= money[i]:
                        break
                    cost -= money[i]
                    del left[i]
                offers.append((cost / sum(left.values()) if left else Fraction(0), p, want))
        if not offers:
            return bought
        price, p, want = min(offers, key=lambda o: o[:2])
        for i, x in want.items():
            money[i] -= min(money[i], price * x)
        bought.append(p)
        rest.remove(p)


NAMES = [f"p{n}" for n in range(6)]
ELECTIONS = st.builds(
    lambda budget, costs, ballots: election(budget, dict(zip(NAMES, costs, strict=True)), *ballots),
    st.integers(1, 60),
    st.lists(st.integers(1, 30), min_size=6, max_size=6),
    st.lists(
        st.dictionaries(st.sampled_from(NAMES), st.integers(1, 4), max_size=6),
        min_size=1,
        max_size=8,
    ),
)


@given(ELECTIONS, st.sampled_from(["cost", "cardinality"]))
@settings(max_examples=300, deadline=None)
def test_it_buys_what_the_definition_buys(e, satisfaction):
    assert equal_shares(e, satisfaction) == exactly(e, satisfaction)


@given(ELECTIONS, st.sampled_from(["none", "add1", "greedy"]))
@settings(max_examples=100, deadline=None)
def test_no_completion_spends_more_than_there_is(e, completion):
    plain, found = equal_shares(e), equal_shares(e, completion=completion)
    assert cost_of(e, found) <= e.budget and len(set(found)) == len(found)
    if completion == "greedy":
        assert found[: len(plain)] == plain
        left = e.budget - cost_of(e, found)
        wanted = {p for b in e.ballots for p in b}
        assert all(e.costs[p] > left for p in wanted - set(found))


@given(ELECTIONS)
@settings(max_examples=50, deadline=None)
def test_alike_ballots_count_as_often_as_they_are_cast(e):
    twice = Election(e.budget * 2, {n: c * 2 for n, c in e.costs.items()}, [*e.ballots, *e.ballots])
    assert equal_shares(twice) == equal_shares(e)


def test_a_minority_gets_its_share():
    """Six want the left bank, four the right: four tenths of the money belong to those four."""
    costs = {"left1": 30, "left2": 30, "left3": 30, "right1": 20, "right2": 20}
    left, right = ["left1", "left2", "left3"], ["right1", "right2"]
    e = election(100, costs, *[left] * 6, *[right] * 4)
    assert greedy(e, "cost")[:3] == left
    assert set(equal_shares(e)) == {"left1", "left2", "right1", "right2"}


def test_a_tie_goes_to_the_smaller_name():
    e = election(10, {"b": 10, "a": 10}, ["a", "b"], ["a", "b"])
    assert equal_shares(e) == greedy(e) == ["a"]


def test_nobody_votes_and_nothing_is_bought():
    assert equal_shares(election(10, {"a": 1})) == []


@pytest.mark.parametrize("words", [{"satisfaction": "love"}, {"completion": "magic"}])
def test_an_unknown_rule_is_refused(words):
    with pytest.raises(ValueError):
        equal_shares(election(10, {"a": 1}, ["a"]), **words)


def file_of(tmp_path, votes, head="voter_id;vote", budget="100"):
    path = tmp_path / "x.pb"
    path.write_text(
        f"META\nkey;value\nbudget;{budget}\nPROJECTS\nproject_id;cost\n1;60\n2;50,5\nVOTES\n"
        + "\n".join([head, *votes, ""])
    )
    return path


def test_a_pabulib_file_is_read(tmp_path):
    e = read_election(file_of(tmp_path, ["a;1,2", "b;2"]))
    assert (e.budget, e.costs["2"]) == (100, Fraction("50.5"))
    assert e.ballots == [{"1": 1, "2": 1}, {"2": 1}]


def test_points_are_read(tmp_path):
    e = read_election(file_of(tmp_path, ["a;1,2;3,1"], "voter_id;vote;points"))
    assert e.ballots == [{"1": 3, "2": 1}]


@pytest.mark.parametrize(
    ("votes", "head", "budget", "line", "column"),
    [
        (["a;9"], "voter_id;vote", "100", 10, 2),
        (["a;1;2"], "voter_id;choice", "100", 10, 1),
        (["a;1,2;1"], "voter_id;vote;points", "100", 10, 3),
        (["a;1;x"], "voter_id;vote;points", "100", 10, 3),
        (["a"], "voter_id;vote", "100", 10, 2),
        (["a;1"], "voter_id;vote", "much", 1, 1),
    ],
)
def test_a_malformed_file_gets_its_line_and_column(tmp_path, votes, head, budget, line, column):
    with pytest.raises(Malformed) as fault:
        read_election(file_of(tmp_path, votes, head, budget))
    assert (fault.value.line, fault.value.column) == (line, column)
