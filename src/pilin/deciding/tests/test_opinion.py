"""The opinion map: planted camps are found, and each rule does what the method says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilin.deciding.kmeans import silhouette
from pilin.deciding.opinion import Votes, latest, opinion_map, priorities
from pilin.deciding.opinion_files import opinion_json, read_votes
from pilin.deciding.tables import Malformed


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


def test_many_people_are_gathered_in_a_grid_and_found_all_the_same(monkeypatch):
    votes, camp = camps((600, 400))
    monkeypatch.setattr("pilin.deciding.opinion.MANY", 500)
    assert (opinion_map(votes).group == camp).mean() > 0.99


def test_many_statements_are_decomposed_step_by_step_to_the_same_axes(monkeypatch):
    votes, _camp = camps((60, 40))
    exact = opinion_map(votes).positions
    monkeypatch.setattr("pilin.deciding.opinion.DENSE", 0)
    assert np.allclose(opinion_map(votes).positions, exact, atol=1e-2)


def test_the_same_seed_gives_the_same_map():
    votes, _camp = camps((60, 40), noise=0.3)
    first, second = opinion_map(votes, seed=5), opinion_map(votes, seed=5)
    assert np.array_equal(first.group, second.group)
    assert first.representative == second.representative


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
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
    assert silhouette(points, np.array([0, 0, 1, 1])) == pytest.approx((b - 1) / b)


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
