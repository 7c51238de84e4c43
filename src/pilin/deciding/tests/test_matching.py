"""Matching: nobody has a place they would leave for one that would take them; costs are least."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pilin.deciding.matching import cheapest, stable


def lists(of, others):
    order = st.permutations(range(others))
    short = st.builds(lambda p, n: list(p)[:n], order, st.integers(0, others))
    return st.lists(short, min_size=of, max_size=of)


@st.composite
def sides(draw, most=5):
    n, m = draw(st.integers(1, most)), draw(st.integers(1, most))
    return (
        draw(lists(n, m)),
        draw(lists(m, n)),
        draw(st.lists(st.integers(0, 2), min_size=m, max_size=m)),
    )


def blocking(seekers, places, rooms, found):
    """Pairs that would rather have one another than what they have, and places over full."""
    for p, wanted in enumerate(places):
        held = [s for s, q in enumerate(found) if q == p]
        if len(held) > rooms[p] or any(s not in wanted for s in held):
            yield p, held
            continue
        for s in wanted:
            likes = p in seekers[s] and (
                found[s] < 0 or seekers[s].index(p) < seekers[s].index(found[s])
            )
            takes = len(held) < rooms[p] or any(wanted.index(h) > wanted.index(s) for h in held)
            if likes and takes and rooms[p]:
                yield s, p


@given(sides())
def test_nobody_would_leave_for_a_place_that_would_take_them(case):
    assert not list(blocking(*case, stable(*case)))


@given(sides(most=3))
def test_no_other_stable_matching_is_better_for_any_seeker(case):
    seekers, places, _rooms = case
    found = stable(*case)
    for other in itertools.product(range(-1, len(places)), repeat=len(seekers)):
        fits = all(p < 0 or p in seekers[s] for s, p in enumerate(other))
        if fits and not list(blocking(*case, other)):
            for s, p in enumerate(other):
                assert (p < 0) == (found[s] < 0)
                assert p < 0 or seekers[s].index(found[s]) <= seekers[s].index(p)


def test_many_seekers_who_all_ask_alike():
    n = 300
    found = stable([range(n)] * n, [range(n)] * n)
    assert found.tolist() == list(range(n))


@pytest.mark.parametrize(
    ("seekers", "places", "rooms"),
    [([[0, 0]], [[0]], None), ([[1]], [[0]], None), ([[0]], [[0]], [-1]), ([[0]], [[0]], [])],
)
def test_lists_that_make_no_sense_are_refused(seekers, places, rooms):
    with pytest.raises(ValueError):
        stable(seekers, places, rooms)


@given(
    st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
        lambda shape: arrays(np.float64, shape, elements=st.integers(-9, 9).map(float))
    )
)
def test_the_sum_of_costs_is_the_least_there_is(costs):
    n, m = costs.shape
    found = cheapest(costs)
    used = found[found >= 0]
    assert len(set(used)) == len(used) == min(n, m)
    wide = costs if n <= m else costs.T
    least = min(
        sum(wide[i, j] for i, j in enumerate(p))
        for p in itertools.permutations(range(max(n, m)), min(n, m))
    )
    assert sum(costs[i, j] for i, j in enumerate(found) if j >= 0) == least


def test_a_pair_that_cannot_be_is_not_made():
    assert cheapest(np.array([[1.0, 2.0], [1.0, np.inf]])).tolist() == [1, 0]
    with pytest.raises(ValueError):
        cheapest(np.array([[np.inf, np.inf], [1.0, np.inf]]))
    for wrong in (np.array([1.0]), np.array([[np.nan]]), np.array([[-np.inf]])):
        with pytest.raises(ValueError):
            cheapest(wrong)
