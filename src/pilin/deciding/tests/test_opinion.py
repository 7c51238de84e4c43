"""The opinion map: planted camps are found, and each rule does what the method says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.deciding.kmeans import lloyd, silhouettes
from pilin.deciding.opinion import Votes, latest, opinion_map, priorities
from pilin.deciding.opinion_files import opinion_json, read_votes
from pilin.deciding.opinion_groups import find_groups
from pilin.deciding.opinion_statements import Sides, tally
from pilin.deciding.tables import Malformed
from tests.examples import examples


def camps(sizes, statements=20, share=0.7, noise=0.05, seed=1):
    """People in camps that agree on their own statements and disagree on the others'."""
    random = np.random.default_rng(seed)
    camp = np.repeat(np.arange(len(sizes)), sizes)
    side = np.arange(statements) % len(sizes)
    votes = np.where(camp[:, None] == side[None], 1, -1)
    votes = np.where(random.random(votes.shape) < noise, -votes, votes)
    cast = random.random(votes.shape) < share
    person, statement = np.nonzero(cast)
    value = votes[person, statement].astype(np.int8)
    return Votes(person, statement, value, len(camp), statements), camp


def same_partition(a, b):
    return len({*zip(a, b, strict=True)}) == len(set(a)) == len(set(b))


@pytest.mark.parametrize(
    ("sizes", "polis"), [((60, 40), False), ((50, 40, 30), False), ((60, 40), True)]
)
def test_planted_camps_are_found(sizes, polis):
    votes, camp = camps(sizes)
    assert same_partition(opinion_map(votes, polis=polis).group, camp)


def test_the_largest_group_is_the_first():
    votes, camp = camps((30, 70))
    assert set(opinion_map(votes).group[camp == 1]) == {0}


@pytest.mark.parametrize("limit", ["SILHOUETTE_PEOPLE", "KMEANS_PEOPLE"])
def test_many_people_are_gathered_in_a_grid_and_found_all_the_same(monkeypatch, limit):
    votes, camp = camps((600, 400))
    monkeypatch.setattr(f"pilin.deciding.opinion_groups.{limit}", 500)
    assert (opinion_map(votes).group == camp).mean() > 0.99


def test_many_statements_are_decomposed_step_by_step_to_the_same_axes(monkeypatch):
    votes, _camp = camps((60, 40))
    exact = opinion_map(votes).positions
    monkeypatch.setattr("pilin.deciding.opinion.SMALL", 0)
    assert np.allclose(opinion_map(votes).positions, exact)
    monkeypatch.setattr("pilin.deciding.opinion.DENSE", 0)
    assert np.allclose(opinion_map(votes).positions, exact, atol=1e-2)


def test_the_same_seed_gives_the_same_map():
    votes, _camp = camps((60, 40), noise=0.3)
    first, second = opinion_map(votes, seed=5), opinion_map(votes, seed=5)
    assert np.array_equal(first.group, second.group)
    assert first.representative == second.representative


@given(st.integers(0, 2**32 - 1))
@examples(20)
def test_whatever_was_voted_everybody_in_the_map_has_one_group(seed):
    random = np.random.default_rng(seed)
    n, m = int(random.integers(2, 40)), int(random.integers(1, 12))
    cast = random.random((n, m)) < 0.6
    cast[:2, 0] = True
    person, statement = np.nonzero(cast)
    value = random.integers(-1, 2, len(person)).astype(np.int8)
    found = opinion_map(Votes(person, statement, value, n, m))
    assert found.group.shape == (n,) and np.isfinite(found.positions).all()
    assert set(found.group[found.group >= 0]) == set(range(len(found.representative)))
    enough = np.bincount(person, minlength=n) >= min(7, m)
    assert (found.group[enough] >= 0).all()


def test_a_later_vote_replaces_the_earlier_one():
    person, statement = np.array([0, 1, 0, 0]), np.array([2, 2, 2, 1])
    value = np.array([1, 1, -1, 0], dtype=np.int8)
    kept = latest(person, statement, value)
    assert [list(x) for x in kept] == [[1, 0, 0], [2, 2, 1], [1, -1, 0]]


def test_what_was_taken_out_moves_nobody_apart_and_stands_for_nobody():
    votes, _camp = camps((60, 40))
    loud = Votes(votes.person, votes.statement, votes.value, votes.people, votes.statements, (0, 1))
    found = opinion_map(loud)
    named = {r.statement for group in found.representative for r in group}
    assert not named & {0, 1} and not {c.statement for c in found.consensus} & {0, 1}
    assert list(found.group_aware[:2]) == [0, 0]


def test_a_group_is_represented_by_its_own_statements():
    votes, camp = camps((60, 40))
    found = opinion_map(votes)
    for n, statements in enumerate(found.representative):
        own = camp[found.group == n][0]
        assert statements and all(r.agrees == (r.statement % 2 == own) for r in statements)
        assert [r.agrees for r in statements] == sorted(
            (r.agrees for r in statements), reverse=True
        )


def test_what_everybody_agrees_on_is_consensus():
    votes, _camp = camps((60, 40), statements=10)
    extra = np.arange(votes.people)
    everybody = Votes(
        np.concatenate([votes.person, extra]),
        np.concatenate([votes.statement, np.full(len(extra), 10)]),
        np.concatenate([votes.value, np.ones(len(extra), dtype=np.int8)]),
        votes.people,
        11,
    )
    found = opinion_map(everybody)
    assert found.consensus[0].statement == 10 and found.consensus[0].agrees
    assert int(found.group_aware.argmax()) == 10


def test_one_voter_alone_makes_no_map():
    votes = Votes(np.array([0]), np.array([0]), np.array([1], dtype=np.int8), 5, 3)
    with pytest.raises(ValueError, match="two people"):
        opinion_map(votes)


def test_the_priority_of_a_statement_nobody_has_seen_is_that_of_the_formula():
    """S = 0, so a = p = ½, E = 0: (½ · 1 · ½ · 9)²; one taken out is never shown."""
    votes, _camp = camps((6, 4), statements=6)
    keep = votes.statement != 3
    fewer = Votes(votes.person[keep], votes.statement[keep], votes.value[keep], 10, 6, (5,))
    found = priorities(fewer)
    assert found[3] == pytest.approx(2.25**2) and found[5] == 0


def test_silhouette_of_a_worked_example():
    """Two pairs a unit apart inside and ten apart: a = 1, b = mean of 10 and √101."""
    points = np.array([[0.0, 0], [0, 1], [10, 0], [10, 1]])
    b = (10 + np.sqrt(101)) / 2
    scores = silhouettes(points, np.ones(4), np.array([[0, 0, 1, 1], [0] * 4]))
    assert scores == pytest.approx([(b - 1) / b, 0])


def test_a_heavy_point_counts_as_its_people():
    """The first place has three people: twice a = (0 + 0 + 1)/3 … as if each stood there."""
    points = np.array([[0.0, 0], [0, 1], [10, 0], [10, 2]])
    labels = np.array([[0, 0, 1, 1]])
    heavy = silhouettes(points, np.array([3.0, 1, 1, 1]), labels)
    each = points[[0, 0, 0, 1, 2, 3]]
    alike = silhouettes(each, np.ones(6), labels[:, [0, 0, 0, 1, 2, 3]])
    assert heavy == pytest.approx(alike)


def test_k_means_of_a_worked_example():
    """From 0 and 1 on the line 0, 1, 9, 10 the centres go to ½ and 9½; inertia 4·¼."""
    points = np.array([[0.0, 0], [1, 0], [9, 0], [10, 0]])
    runs = lloyd(points, np.ones(4), points[None, [0, 1]])
    assert runs.labels.tolist() == [[0, 0, 1, 1]]
    assert runs.centres[0, :, 0].tolist() == [0.5, 9.5]
    assert runs.inertia[0] == pytest.approx(1)


# What does not matter ----------------------------------------------------------------------------

planted = st.builds(
    lambda sizes, seed: camps(sizes, share=0.8, noise=0.1, seed=seed),
    st.sampled_from([(30, 20), (25, 25), (30, 20, 15)]),
    st.integers(0, 2**32 - 1),
)


@given(planted, st.randoms(use_true_random=False))
@examples(25)
def test_the_order_people_and_statements_come_in_does_not_matter(made, random):
    votes, _camp = made
    people, statements = list(range(votes.people)), list(range(votes.statements))
    random.shuffle(people)
    random.shuffle(statements)
    shuffled = Votes(
        np.array(people)[votes.person],
        np.array(statements)[votes.statement],
        votes.value,
        votes.people,
        votes.statements,
    )
    assert same_partition(opinion_map(votes).group, opinion_map(shuffled).group[people])


@given(planted)
@examples(15)
def test_turning_every_vote_round_does_not_change_the_groups(made):
    votes, _camp = made
    turned = Votes(votes.person, votes.statement, -votes.value, votes.people, votes.statements)
    assert same_partition(opinion_map(votes).group, opinion_map(turned).group)


@given(planted)
@examples(15)
def test_a_statement_everybody_passes_on_does_not_change_the_groups(made):
    votes, _camp = made
    passed = Votes(
        np.concatenate([votes.person, np.arange(votes.people)]),
        np.concatenate([votes.statement, np.full(votes.people, votes.statements)]),
        np.concatenate([votes.value, np.zeros(votes.people, dtype=np.int8)]),
        votes.people,
        votes.statements + 1,
    )
    assert same_partition(opinion_map(votes).group, opinion_map(passed).group)


@given(planted, st.integers(1, 9), st.booleans())
@examples(15)
def test_a_statement_nobody_voted_on_does_not_change_the_map(made, more, out):
    """Taken out or not: a server knows statements by their votes alone."""
    votes, _camp = made
    statements = votes.statements + more
    fresh = tuple(range(votes.statements, statements)) if out else ()
    wider = Votes(votes.person, votes.statement, votes.value, votes.people, statements, fresh)
    plain, found = opinion_map(votes), opinion_map(wider)
    assert np.array_equal(plain.group, found.group)
    assert np.allclose(plain.positions, found.positions)


@given(planted, st.data())
@examples(15)
def test_only_the_last_of_several_votes_counts(made, data):
    votes, _camp = made
    again = data.draw(st.lists(st.integers(0, len(votes.person) - 1), max_size=30, unique=True))
    before = [np.concatenate([a[again], a]) for a in (votes.person, votes.statement)]
    changed = np.concatenate([-votes.value[again], votes.value])
    kept = Votes(*latest(*before, changed), votes.people, votes.statements)
    assert np.array_equal(opinion_map(kept).group, opinion_map(votes).group)
    assert np.allclose(opinion_map(kept).positions, opinion_map(votes).positions)


def test_people_all_in_one_place_are_one_group():
    one = np.full((20, 2), 3.0)
    assert find_groups(one).label.tolist() == [0] * 20
    one[:10] = np.nextafter(3.0, 4.0)  # apart by rounding
    assert find_groups(one).label.tolist() == [0] * 20


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=2, max_size=60))
def test_everybody_belongs_to_the_nearest_centre_and_no_group_is_empty(places):
    points = np.array(places, dtype=np.float64)
    found = find_groups(points)
    away = ((points[:, None] - found.centres[None]) ** 2).sum(2)
    own = away[np.arange(len(points)), found.label]
    assert np.allclose(own, away.min(1))
    assert set(found.label) == set(range(len(found.centres)))


# The published formulas, by hand -----------------------------------------------------------------


def test_shares_and_tests_of_a_worked_example():
    """Eight of ten agree here, three of twenty elsewhere; the figures are worked out by hand.

    p = 9/12; z = 2√11·(9/11 − ½); ratio = (9/12)/(4/22); pooled 13/32 gives
    (9/11 − 4/21)/√(13/32 · 19/32 · (1/11 + 1/21)).
    """
    own = Sides(np.array([[8.0], [1.0]]), np.array([10.0]))
    rest = Sides(np.array([[3.0], [15.0]]), np.array([20.0]))
    assert own.share[0] == pytest.approx(0.75)
    assert own.share_test[0] == pytest.approx(2.1106, abs=1e-4)
    assert (own.share / rest.share)[0] == pytest.approx(4.125)
    assert own.ratio_test(rest)[0] == pytest.approx(3.4339, abs=1e-4)


def test_group_aware_consensus_of_a_worked_example():
    """Two groups of eight on one statement: all of one and half of the other agree."""
    votes, camp = camps((8, 8), statements=10, share=1.0, noise=0.0)
    keep = votes.statement != 9
    agree = np.r_[np.ones(8), np.ones(4), -np.ones(4)].astype(np.int8)
    judged = Votes(
        np.r_[votes.person[keep], np.arange(16)],
        np.r_[votes.statement[keep], np.full(16, 9)],
        np.r_[votes.value[keep], agree],
        16,
        10,
    )
    found = opinion_map(judged)
    assert same_partition(found.group, camp)
    assert found.group_aware[9] == pytest.approx(9 / 10 * 5 / 10)


def test_votes_are_counted_in_parts_as_in_one_go(monkeypatch):
    votes, camp = camps((30, 20))
    group = np.where(np.arange(50) < 5, -1, camp)
    whole = tally(votes.person, votes.statement, votes.value, group, votes.statements)
    monkeypatch.setattr("pilin.deciding.opinion_statements.AT_ONCE", 37)
    parts = tally(votes.person, votes.statement, votes.value, group, votes.statements)
    assert np.array_equal(whole, parts) and whole.sum() == len(votes.value)
    mine = (votes.person < 5) & (votes.statement == 3) & (votes.value == 1)
    assert whole[-1, 3, 2] == mine.sum()


def test_a_group_that_nothing_tells_apart_still_has_a_statement():
    """Positions alone make two groups here: tests on three people each are never enough."""
    votes, _camp = camps((3, 3), statements=7, share=1.0, noise=0.0)
    assert all(opinion_map(votes).representative)


def test_the_priority_of_a_statement_of_a_worked_example():
    """Two statements, axes as they are: S = 4, A = 3, P = 1, mean ¾, E = √2·1¾."""
    person, statement = np.array([0, 1, 2, 3, 0, 1]), np.array([0, 0, 0, 0, 1, 1])
    votes = Votes(person, statement, np.array([1, 1, 1, 0, 1, -1], dtype=np.int8), 4, 2)
    extremity = np.sqrt(2) * 1.75
    weight = ((1 - 2 / 6) * (extremity + 1) * (4 / 6) * (1 + 8 * 2 ** (-4 / 5))) ** 2
    assert priorities(votes)[0] == pytest.approx(weight)


# Files -------------------------------------------------------------------------------------------

HEAD = "timestamp,datetime,comment-id,voter-id,vote\n"


def csv_of(tmp_path, *rows, head=HEAD):
    path = tmp_path / "votes.csv"
    path.write_text(head + "".join(f"{row}\n" for row in rows))
    return path


def test_votes_are_read_in_order_of_time(tmp_path):
    path = csv_of(tmp_path, "2,x,0,7,-1", "1,x,0,7,1", "1,x,1,9,0")
    votes, people = read_votes(path)
    assert people == [7, 9] and votes.statements == 2
    assert dict(zip(votes.person.tolist(), votes.value.tolist(), strict=True)) == {0: -1, 1: 0}


@pytest.mark.parametrize(
    ("rows", "line", "column"),
    [
        (["1,x,0,0,2"], 2, 5),
        (["1,x,0,0,1", "1,x,zero,0,1"], 3, 3),
        (["1,x,0,0"], 2, 5),
        (["1,x,0,-1,1"], 2, 4),
        (["now,x,0,0,1"], 2, 1),
        ([], 2, 1),
    ],
)
def test_a_malformed_file_gets_its_line_and_column(tmp_path, rows, line, column):
    with pytest.raises(Malformed) as fault:
        read_votes(csv_of(tmp_path, *rows))
    assert (fault.value.line, fault.value.column) == (line, column)


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(Malformed, match="voter-id"):
        read_votes(csv_of(tmp_path, "1,0,1", head="timestamp,comment-id,vote\n"))


def test_the_answer_names_every_participant_once(tmp_path):
    votes, _camp = camps((20, 20))
    found = opinion_json(opinion_map(votes), list(range(100, 140)))
    assert set(found["participants"]) == {str(n) for n in range(100, 140)}
    assert sum(g["size"] for g in found["groups"]) == 40


@given(seed=st.integers(0, 50), out=st.sampled_from([(), (0,), (2, 5)]))
@examples(10)
def test_a_voter_is_placed_where_the_map_has_them(seed, out):
    votes, _camp = camps((20, 15), statements=9, seed=seed)
    votes = Votes(votes.person, votes.statement, votes.value, votes.people, 9, out)
    found = opinion_map(votes)
    for person in range(votes.people):
        own = np.flatnonzero(votes.person == person)
        said = {int(votes.statement[n]): int(votes.value[n]) for n in own}
        said = {s: v for s, v in said.items() if s not in out}
        assert np.allclose(found.axes.place(said), found.positions[person])
