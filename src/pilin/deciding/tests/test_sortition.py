"""Lots: every panel meets the quotas, nobody could be likelier, anyone can draw again."""

import hashlib
import itertools
from collections import Counter
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from pilin.deciding import sortition
from pilin.deciding import sortition_files as files
from pilin.deciding.drawing import Numbers, commitment, draw, fingerprint
from pilin.deciding.quotas import Quota, Unmet, implied_size, pool
from pilin.deciding.sortition import TICKETS, Lottery, lottery
from pilin.deciding.tables import Malformed
from tests.examples import examples

VALUES = {"age": ("young", "old"), "side": ("a", "b"), "work": ("field", "shop", "home")}
FEW = examples(25)


@st.composite
def pools(draw):
    """A few people and quotas that one panel of them, drawn at random, meets."""
    person = st.tuples(*(st.sampled_from(v) for v in VALUES.values()))
    everybody = draw(st.lists(person, min_size=4, max_size=9))
    size = draw(st.integers(2, min(4, len(everybody) - 1)))
    people = {f"p{n}": dict(zip(VALUES, p, strict=True)) for n, p in enumerate(everybody)}
    quotas = []
    for feature, values in VALUES.items():
        for value in values:
            n = sum(p[feature] == value for p in list(people.values())[:size])
            less, more = draw(st.integers(0, 1)), draw(st.integers(0, 1))
            quotas.append(Quota(feature, value, max(0, n - less), n + more))
    return people, quotas, size


def panels_of(people, quotas, size):
    """Every set of people that meets the quotas, one by one."""
    for ids in itertools.combinations(sorted(people), size):
        counts = Counter((f, people[i][f]) for i in ids for f in VALUES)
        if all(q.least <= counts[q.feature, q.value] <= q.most for q in quotas):
            yield ids


def fairest(people, quotas, size):
    """Probability of each person under leximin: a linear programme over all panels for each level,
    and one for each person still free that asks whether they could have more."""
    ids = sorted(people)
    panels = list(panels_of(people, quotas, size))
    on = np.array([[i in p for p in panels] for i in ids], dtype=float)
    fixed = {n: 0.0 for n in range(len(ids)) if not on[n].any()}

    def at_most(free, also, level):
        """Greatest z such that `free` have z (or `also` has, when all others have `level`)."""
        rows, right = [], []
        for n in range(len(ids)):
            z = float(n in free if also is None else n == also)
            floor = fixed.get(n, 0.0 if also is None or n == also else level)
            rows.append([*-on[n], z])
            right.append(-floor + 1e-10)
        ones = [[*np.ones(len(panels)), 0.0]]
        goal = [*np.zeros(len(panels)), -1.0]
        return -linprog(goal, A_ub=rows, b_ub=right, A_eq=ones, b_eq=[1]).fun

    while len(fixed) < len(ids):
        free = set(range(len(ids))) - set(fixed)
        level = at_most(free, None, 0.0)
        stuck = [n for n in free if at_most(free, n, level) < level + 1e-7]
        fixed |= dict.fromkeys(stuck, level)
    return {i: fixed[n] for n, i in enumerate(ids)}


def chances(found, made):
    each = made.probabilities(found)
    return {i: c for ids, c in zip(found.members, each, strict=True) for i in ids}


@FEW
@given(pools(), st.sampled_from(["maximin", "leximin"]))
def test_every_panel_meets_the_quotas_and_probabilities_sum_to_the_size(case, fairness):
    people, quotas, size = case
    found = pool(people, quotas, size)
    made = lottery(found, fairness)
    assert all(found.met_by(panel) for panel in made.panels)
    assert made.tickets.sum() == TICKETS and (made.tickets > 0).all()
    assert sum(chances(found, made).values()) == size
    assert tuple(draw(found, made, "x")) in set(panels_of(people, quotas, size))


@pytest.mark.parametrize("turns", [0, 8])
@FEW
@given(case=pools())
def test_nobody_could_be_likelier_without_another_being_less_so(turns, case):
    """Also where no turn takes the fractions apart, and only the panels' prices lead on."""
    people, quotas, size = case
    best = fairest(people, quotas, size)
    found = pool(people, quotas, size)
    with patch.object(sortition, "TURNS", turns):
        leximin, maximin = lottery(found, "leximin"), lottery(found, "maximin")
    given_ = {i: float(c) for i, c in chances(found, leximin).items()}
    assert given_ == pytest.approx(best, abs=2e-5)
    least = min(c for c in best.values() if c > 0)
    reached = chances(found, maximin)
    assert min(reached[i] for i, c in best.items() if c > 0) == pytest.approx(least, abs=2e-5)
    assert leximin.most == pytest.approx(least, abs=1e-6)
    assert maximin.most == pytest.approx(least, abs=1e-6)


@FEW
@given(pools(), st.randoms(use_true_random=False), st.text(max_size=5))
def test_the_order_of_rows_changes_nothing(case, random, seed):
    people, quotas, size = case
    rows, turned = list(people.items()), list(quotas)
    random.shuffle(rows)
    random.shuffle(turned)
    one = files.lots(people, quotas, size, seed, "leximin")
    two = files.lots(dict(rows), turned, size, seed, "leximin")
    assert one == two


PEOPLE = {f"p{n}": {"side": "ab"[n % 2], "age": "yo"[n > 5]} for n in range(8)}
QUOTAS = [
    Quota("side", "a", 1, 2),
    Quota("side", "b", 1, 2),
    Quota("age", "y", 2, 2),
    Quota("age", "o", 1, 1),
]


def test_people_are_drawn_as_often_as_their_probabilities_say():
    found = pool(PEOPLE, QUOTAS, 3)
    made = lottery(found, "leximin")
    drawn = Counter(i for n in range(4000) for i in draw(found, made, f"seed {n}"))
    for person, chance in chances(found, made).items():
        spread = (4000 * chance * (1 - chance)) ** 0.5
        assert abs(drawn[person] - 4000 * chance) < 4.5 * spread


def test_where_fractions_promise_more_than_whole_panels_give_the_panels_count():
    """Half a person of each of p0, p1, p2 and of one of the rest would meet the quotas."""
    people = {"p0": {"f": "1", "g": "1", "h": "0"}, "p1": {"f": "1", "g": "0", "h": "1"}}
    people |= {"p2": {"f": "0", "g": "1", "h": "1"}, "p3": {"f": "1", "g": "1", "h": "1"}}
    people |= {f"q{n}": {"f": "0", "g": "0", "h": "0"} for n in range(3)}
    quotas = [Quota(f, "1", 1, 1) for f in "fgh"] + [Quota(f, "0", 0, 9) for f in "fgh"]
    made = files.lots(people, quotas, 2, "s", "leximin")
    assert made["never"] == ["p0", "p1", "p2"]
    assert made["probabilities"]["p3"] == 1
    assert made["minimum"] == pytest.approx(1 / 3, abs=1e-5)


def test_tickets_are_as_they_stand_in_the_lottery():
    found = pool(PEOPLE, QUOTAS, 3)
    made = lottery(found, "maximin")
    first = Lottery(made.panels[:1], np.array([TICKETS]), made.most)
    assert all(
        Counter(_types(found, draw(found, first, f"{n}"))) == _counts(found, made.panels[0])
        for n in range(20)
    )


def _types(found, ids):
    return [
        t
        for i in ids
        for t, members in zip(found.types, found.members, strict=True)
        if i in members
    ]


def _counts(found, panel):
    return Counter({t: int(n) for t, n in zip(found.types, panel, strict=True) if n})


def test_numbers_are_those_of_sha256():
    hashed = int(hashlib.sha256("毗邻,0".encode()).hexdigest(), 16)
    second = int(hashlib.sha256("毗邻,1".encode()).hexdigest(), 16)
    numbers = Numbers("毗邻")
    assert (numbers.below(1000), numbers.below(7)) == (hashed % 1000, second % 7)


def test_a_number_in_the_last_broken_multiple_is_passed_over():
    first, second = (int(hashlib.sha256(f"s,{n}".encode()).hexdigest(), 16) for n in (0, 1))
    m = max(first, second)  # only what is below m is taken
    assert first >= m or second >= m
    taken = min(first, second)
    assert Numbers("s").below(m) == (taken if first != taken or first < m else second)


def test_the_commitment_is_the_digest_of_the_text_that_is_documented():
    people = {"2": {"side": "甲"}, "1": {"side": "乙"}}
    quotas = [Quota("side", "甲", 0, 1), Quota("side", "乙", 0, 1)]
    text = (
        '["pilin lots 1","s",1,"leximin",["side"],[["1","乙"],["2","甲"]],'
        '[["side","乙",0,1],["side","甲",0,1]]]'
    )
    expected = hashlib.sha256(text.encode()).hexdigest()
    assert commitment("s", people, quotas, 1, "leximin") == expected


@pytest.mark.parametrize("changed", ["seed", "people", "quotas", "size", "fairness"])
def test_the_commitment_binds_everything(changed):
    parts = {"seed": "s", "people": PEOPLE, "quotas": QUOTAS, "size": 3, "fairness": "leximin"}
    other = {
        "seed": "t",
        "people": {**PEOPLE, "p0": {"side": "b", "age": "y"}},
        "quotas": [Quota("side", "a", 0, 2), *QUOTAS[1:]],
        "size": 2,
        "fairness": "maximin",
    }
    assert commitment(**parts) != commitment(**{**parts, changed: other[changed]})


def test_the_fingerprint_binds_the_lottery():
    found = pool(PEOPLE, QUOTAS, 3)
    made = lottery(found)
    tickets = made.tickets.copy()
    tickets[0] += 1
    tickets[-1] -= 1
    other = Lottery(made.panels, tickets, made.most)
    assert fingerprint(PEOPLE, QUOTAS, made) != fingerprint(PEOPLE, QUOTAS, other)


def test_whoever_can_be_on_no_panel_is_named_and_the_others_are_treated_fairly():
    quotas = [*QUOTAS[:2], Quota("age", "y", 3, 3), Quota("age", "o", 0, 0)]
    found = files.lots(PEOPLE, quotas, 3, "s", "maximin")
    assert found["never"] == ["p6", "p7"]
    assert found["minimum"] == pytest.approx(0.5, abs=1e-5)


def test_as_few_quotas_as_can_be_are_moved():
    """From 900 to 3 and the other side's from 1 to 0 would come to the same number of places."""
    with pytest.raises(Unmet, match=r"from 900 to 2 \(the pool has 4\)$"):
        lottery(pool(PEOPLE, [Quota("side", "a", 900, 999), *QUOTAS[1:]], 3))


def test_quotas_that_cannot_be_met_are_told_with_the_smallest_change():
    quotas = [*QUOTAS[:2], Quota("age", "y", 0, 1), Quota("age", "o", 3, 3)]
    with pytest.raises(Unmet) as fault:
        lottery(pool(PEOPLE, quotas, 3))
    assert "minimum of age “o” from 3 to 2 (the pool has 2)" in str(fault.value)
    assert fault.value.changes == (Quota("age", "o", 2, 3),)


@FEW
@given(pools(), st.data())
def test_with_the_change_named_some_panel_meets_the_quotas(case, data):
    people, quotas, size = case
    at = data.draw(st.integers(0, len(quotas) - 1))
    q = quotas[at]
    broken = [*quotas[:at], Quota(q.feature, q.value, size, size), *quotas[at + 1 :]]
    assume(not any(panels_of(people, broken, size)))
    with pytest.raises(Unmet) as fault:
        lottery(pool(people, broken, size))
    new = {(c.feature, c.value): c for c in fault.value.changes}
    mended = [new.get((b.feature, b.value), b) for b in broken]
    assert any(panels_of(people, mended, size))


def test_more_places_than_people_are_refused():
    with pytest.raises(Unmet, match="9 places cannot be filled from 8 people"):
        pool(PEOPLE, QUOTAS, 9)


@pytest.mark.parametrize(
    ("limits", "size"),
    [
        ([("f", 2, 2), ("f", 1, 1)], 3),
        ([("f", 0, 2), ("f", 1, 1), ("g", 3, 9)], 3),
        ([("f", 0, 2), ("f", 1, 1)], None),
        ([("f", 2, 2), ("g", 3, 3)], None),
    ],
)
def test_the_size_is_implied_where_the_quotas_leave_only_one(limits, size):
    assert implied_size([Quota(f, str(n), *mm) for n, (f, *mm) in enumerate(limits)]) == size


def file_of(tmp_path, head, *rows):
    path = tmp_path / "file.csv"
    path.write_text("".join(f"{row}\n" for row in (head, *rows)))
    return path


@pytest.mark.parametrize(
    ("rows", "line", "column"),
    [
        (["p1,-,a,y", "p1,-,a,y"], 3, 1),
        ([",-,a,y"], 2, 1),
        (["p1,-,c,y"], 2, 3),
        (["p1,-,a"], 2, 4),
        ([], 2, 1),
    ],
)
def test_malformed_people_get_their_line_and_column(tmp_path, rows, line, column):
    with pytest.raises(Malformed) as fault:
        files.read_people(file_of(tmp_path, "id,name,side,age", *rows), QUOTAS)
    assert (fault.value.line, fault.value.column) == (line, column)


@pytest.mark.parametrize(
    ("rows", "line", "column"),
    [
        (["side,a,1,0"], 2, 4),
        (["side,a,one,1"], 2, 3),
        (["side,a,-1,1"], 2, 3),
        (["side,a,0,1", "side,a,0,2"], 3, 2),
        ([",a,0,1"], 2, 1),
        ([], 2, 1),
    ],
)
def test_malformed_quotas_get_their_line_and_column(tmp_path, rows, line, column):
    with pytest.raises(Malformed) as fault:
        files.read_quotas(file_of(tmp_path, "feature,value,min,max", *rows))
    assert (fault.value.line, fault.value.column) == (line, column)


@pytest.mark.parametrize(("head", "column"), [("id,town", 2), ("id,side,side", 3), ("", 1)])
def test_a_feature_has_one_column(tmp_path, head, column):
    with pytest.raises(Malformed) as fault:
        files.read_people(file_of(tmp_path, head, "1,a"), [Quota("side", "a", 0, 1)])
    assert (fault.value.line, fault.value.column) == (1, column)
