"""Equal shares and the greedy rule: against plain counts in exact fractions, and worked examples."""

from fractions import Fraction
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.deciding import equal_shares as counting
from pilin.deciding import purses
from pilin.deciding.budget import SATISFACTIONS, Election
from pilin.deciding.equal_shares import COMPLETIONS, equal_shares
from pilin.deciding.greedy import greedy
from tests.examples import examples


def election(budget, costs, *ballots):
    """Ballots are lists of names (approvals) or mappings from name to points."""
    points = [b if isinstance(b, dict) else dict.fromkeys(b, 1) for b in ballots]
    return Election.of(Fraction(budget), {n: Fraction(c) for n, c in costs.items()}, points)


class Plainly:
    """The rules as they are defined, slowly, voter by voter and in exact fractions."""

    def __init__(self, e, satisfaction):
        self.costs, self.budget = dict(zip(e.names, e.costs, strict=True)), e.budget
        self.voters = [
            {p: self.satisfied(p, x, satisfaction) for p, x in ballot.items()}
            for weight, ballot in e.ballots()
            for _ in range(weight)
        ]
        wanted = [p for p in self.costs if any(v.get(p, 0) > 0 for v in self.voters)]
        self.gifts = [p for p in wanted if not self.costs[p]]
        self.wanted = [p for p in wanted if self.costs[p]]

    def satisfied(self, p, points, satisfaction):
        return {"cost": self.costs[p], "cardinality": 1, "points": points}[satisfaction]

    def spend(self, share):
        """(project, price, what each voter pays) for each purchase."""
        money, bought, rest = [share] * len(self.voters), [], list(self.wanted)
        while True:
            offers = []
            for p in rest:
                want = {i: v[p] for i, v in enumerate(self.voters) if v.get(p, 0) > 0}
                if sum(money[i] for i in want) >= self.costs[p]:
                    cost, left = self.costs[p], dict(want)
                    for i in sorted(want, key=lambda i: money[i] / want[i]):
                        if cost / sum(left.values()) * want[i] <= money[i]:
                            break
                        cost -= money[i]
                        del left[i]
                    offers.append((cost / sum(left.values()), p, want))
            if not offers:
                return bought
            price, p, want = min(offers, key=lambda o: o[:2])
            paid = {i: min(money[i], price * x) for i, x in want.items()}
            for i, amount in paid.items():
                money[i] -= amount
            bought.append((p, price, paid))
            rest.remove(p)

    def cost(self, names):
        return sum(self.costs[p] for p in names)

    def equal_shares(self, completion):
        if not self.voters:
            return []
        share = self.budget / len(self.voters)
        found = [p for p, _, _ in self.spend(share)]
        while completion == "add1" and any(
            self.cost([p, *found]) <= self.budget for p in self.wanted if p not in found
        ):
            share += 1
            more = [p for p, _, _ in self.spend(share)]
            if self.cost(more) > self.budget:
                break
            found = more
        found = self.gifts + found
        return found + (self.greedy(found) if completion == "greedy" else [])

    def greedy(self, already=()):
        def worth(p):
            total = sum(v.get(p, 0) for v in self.voters)
            return 0 if total <= 0 else total / self.costs[p] if self.costs[p] else inf

        found = []
        for p in sorted(self.costs, key=lambda p: (-worth(p), p)):
            if p not in already and self.cost([p, *found, *already]) <= self.budget:
                found.append(p)
        return found


NAMES = [f"p{n}" for n in range(6)]
POINTS = st.sampled_from([1, 1, 1, 2, 3, 0, -1, Fraction(1, 2), Fraction(1, 3)])


def elections(cost, most_voters=9):
    return st.builds(
        lambda budget, costs, ballots: election(
            budget, dict(zip(NAMES, costs, strict=True)), *ballots
        ),
        st.integers(1, 60),
        st.lists(cost, min_size=6, max_size=6),
        st.lists(
            st.one_of(
                st.sets(st.sampled_from(NAMES)).map(sorted),
                st.dictionaries(st.sampled_from(NAMES), POINTS, max_size=6),
            ),
            max_size=most_voters,
        ),
    )


# Few different costs, so that ties abound; costs that differ in the thirteenth digit only; any.
TIES = elections(st.sampled_from([0, 6, 6, 12, 12, 18]))
CLOSE = elections(st.sampled_from([6, 6 + Fraction(1, 10**12), 12, 12 - Fraction(1, 10**12), 4]))
ANY = elections(st.fractions(0, 30, max_denominator=100))


@pytest.mark.parametrize("satisfaction", SATISFACTIONS)
@pytest.mark.parametrize("completion", COMPLETIONS)
@given(e=st.one_of(TIES, CLOSE, ANY))
@examples(150)
def test_it_buys_what_the_definition_buys(satisfaction, completion, e):
    plainly = Plainly(e, satisfaction)
    assert equal_shares(e, satisfaction, completion).winners == plainly.equal_shares(completion)
    assert greedy(e, satisfaction) == plainly.greedy()


@given(st.one_of(TIES, CLOSE, ANY), st.sampled_from(SATISFACTIONS))
@examples(150)
def test_prices_and_payments_are_exact(e, satisfaction):
    found, voters = equal_shares(e, satisfaction), e.voters
    if not voters:
        return
    plainly = Plainly(e, satisfaction)
    spent = plainly.spend(found.share)
    assert [(b.name, b.price) for b in found.purchases if b.price] == [s[:2] for s in spent]
    paid = [found.paid(ballot) for weight, ballot in e.ballots() for _ in range(weight)]
    for name, _, by in spent:
        assert [p.get(name, 0) for p in paid] == [by.get(i, 0) for i in range(voters)]
        assert sum(p.get(name, 0) for p in paid) == e.cost_of([name])
    assert all(sum(p.values()) <= found.share for p in paid)


@given(st.one_of(TIES, CLOSE, ANY), st.sampled_from(SATISFACTIONS), st.sampled_from([10, 30]))
@examples(150)
def test_floats_only_look(e, satisfaction, bits):
    """With floats as coarse as one part in a thousand (or 2³⁰) fractions decide more, and the same."""
    fine = equal_shares(e, satisfaction).purchases
    with pytest.MonkeyPatch.context() as coarse:
        coarse.setattr(purses, "ROUNDING", 2.0**-bits)
        coarse.setattr(counting, "ROUNDING", 2.0**-bits)
        assert equal_shares(e, satisfaction).purchases == fine


@given(ANY, st.integers(2, 5))
@examples(50)
def test_alike_ballots_count_as_often_as_they_are_cast(e, times):
    ballots = [ballot for _, ballot in e.ballots()]
    weights = [weight * times for weight, _ in e.ballots()]
    costs = {n: c * times for n, c in zip(e.names, e.costs, strict=True)}
    more = Election.of(e.budget * times, costs, ballots, weights)
    assert equal_shares(more).winners == equal_shares(e).winners
    one_by_one = [b for b, w in zip(ballots, weights, strict=True) for _ in range(w)]
    apart = Election.of(e.budget * times, costs, one_by_one)
    assert len(apart.weight) == len(e.weight) and apart.ballots() == more.ballots()


def test_a_minority_gets_its_share():
    """Six want the left bank, four the right: four tenths of the money belong to those four."""
    costs = {"left1": 30, "left2": 30, "left3": 30, "right1": 20, "right2": 20}
    left, right = ["left1", "left2", "left3"], ["right1", "right2"]
    e = election(100, costs, *[left] * 6, *[right] * 4)
    assert greedy(e, "cost")[:3] == left
    assert set(equal_shares(e).winners) == {"left1", "left2", "right1", "right2"}


def test_a_voter_sees_where_the_share_went():
    e = election(90, {"bench": 15, "lamp": 30, "road": 80}, ["bench", "lamp"], ["lamp"], ["road"])
    found = equal_shares(e)
    assert (found.share, found.cost, found.winners) == (30, 45, ["lamp", "bench"])
    assert found.paid({"bench": 1, "lamp": 1}) == {"lamp": 15, "bench": 15}
    assert found.paid({"lamp": 1}) == {"lamp": 15} and found.paid({"road": 1}) == {}


def test_what_the_greedy_completion_buys_nobody_paid_from_a_share():
    e = election(90, {"lamp": 30, "road": 60}, ["lamp"], ["lamp", "road"], [])
    found = equal_shares(e, completion="greedy")
    assert [(b.name, b.price) for b in found.purchases] == [
        ("lamp", Fraction(1, 2)),
        ("road", None),
    ]
    assert found.paid({"lamp": 1, "road": 1}) == {"lamp": 15}


def test_shares_grow_by_the_step_asked_for():
    e = election(100, {"a": 90, "b": 10}, ["a"], ["b"])
    assert equal_shares(e).winners == ["b"]
    grown = equal_shares(e, completion="add1", step=25)
    assert (grown.winners, grown.share) == (["a", "b"], 100)


def test_a_tie_goes_to_the_smaller_name():
    e = election(10, {"b": 10, "a": 10}, ["a", "b"], ["a", "b"])
    assert equal_shares(e).winners == greedy(e) == ["a"]


def test_a_difference_floats_cannot_see_decides():
    a, less = Fraction(10**20), Fraction(10**20 - 1)
    e = election(a, {"a": a, "b": less}, ["a", "b"])
    assert equal_shares(e, "cardinality").winners == ["b"]
    assert equal_shares(e, "cost").winners == ["a"]
    assert equal_shares(election(a - Fraction(1, 10**9), {"a": a}, ["a"])).winners == []


def test_nobody_votes_and_nothing_is_bought():
    assert equal_shares(election(10, {"a": 1})).winners == []


@pytest.mark.parametrize(
    "words", [{"satisfaction": "love"}, {"completion": "magic"}, {"step": 0}, {"step": -1}]
)
def test_an_unknown_rule_is_refused(words):
    with pytest.raises(ValueError):
        equal_shares(election(10, {"a": 1}, ["a"]), **words)


@pytest.mark.parametrize(
    ("budget", "costs", "ballots", "weights"),
    [
        (-1, {"a": 1}, [{"a": 1}], [1]),
        (1, {"a": -1}, [{"a": 1}], [1]),
        (1, {"a": 1}, [{"b": 1}], [1]),
        (1, {"a": 1}, [{"a": 1}], [0]),
        (1, {"a": 1}, [{"a": 2**53}, {"a": 1}], [1, 1]),
        (1, {"a": 1}, [{"a": 1}], [1, 1]),
    ],
)
def test_what_cannot_be_counted_is_refused(budget, costs, ballots, weights):
    with pytest.raises(ValueError):
        Election.of(budget, costs, ballots, weights)
