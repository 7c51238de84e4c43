"""The owners' vote: thresholds to the last square metre, owners counted as the court says."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.deciding.owners import Law, SplitVote, Threshold, count, exact
from pilin.deciding.owners_files import read_owners
from pilin.deciding.tables import Malformed


def vote(*units, item=5):
    """(area, owner, vote) each."""
    areas, owners, votes = zip(*units, strict=True)
    return count([Fraction(a) for a in areas], owners, votes, item)


def even(yes, no, absent, area=100):
    ways = ["yes"] * yes + ["no"] * no + [""] * absent
    return [(area, f"o{n}", way) for n, way in enumerate(ways)]


@pytest.mark.parametrize(
    ("yes", "no", "absent", "item", "valid", "passed"),
    [
        (4, 2, 3, 5, True, True),  # 6 of 9 take part: two thirds are enough
        (5, 0, 4, 5, False, False),  # 5 of 9 are not
        (3, 3, 3, 5, True, False),  # half of those who took part is not more than half
        (4, 4, 1, 1, True, False),
        (6, 2, 1, 7, True, True),  # three quarters are three quarters
        (5, 2, 1, 7, True, False),  # five of seven are less
        (5, 2, 1, 5, True, True),  # and enough for an ordinary matter
        (6, 2, 0, 6, True, True),
        (0, 0, 9, 5, False, False),
    ],
)
def test_the_thresholds_of_article_278(yes, no, absent, item, valid, passed):
    found = vote(*even(yes, no, absent), item=item)
    assert (found.valid, found.passed) == (valid, passed)


def test_area_and_number_must_both_be_reached():
    large = vote((1000, "one", "yes"), (10, "two", "no"), (10, "three", "no"))
    assert large.valid and not large.passed
    many = vote((10, "one", "yes"), (10, "two", "yes"), (1000, "three", "no"))
    assert many.valid and not many.passed


def test_an_owner_of_several_units_is_one_owner_with_all_their_area():
    found = vote((80, "firm", "yes"), (80, "firm", "yes"), (90, "a", "no"))
    assert (found.agreed.area, found.agreed.owners, found.whole.owners) == (160, 1, 2)


def test_an_owner_votes_one_way():
    with pytest.raises(SplitVote) as fault:
        vote((80, "firm", "yes"), (80, "a", "no"), (80, "firm", "no"))
    assert fault.value.unit == 2


def test_whoever_abstains_takes_part():
    found = vote((50, "a", "yes"), (50, "b", "abstain"))
    assert found.took_part.owners == 2 and not found.passed


def test_a_hair_less_than_three_quarters_is_less():
    areas = [Fraction(3, 4) - Fraction(1, 10**18), Fraction(1, 4) + Fraction(1, 10**18)]
    assert not count(areas, ["a", "b"], ["yes", "no"], 6).passed


UNITS = st.lists(
    st.tuples(st.integers(1, 500), st.sampled_from(["yes", "no", "abstain", ""])), min_size=1
)


@given(UNITS, st.integers(1, 9))
def test_the_parts_make_up_the_whole(units, item):
    found = vote(*[(a, f"o{n}", v) for n, (a, v) in enumerate(units)], item=item)
    parts = (found.agreed, found.against, found.abstained)
    assert sum(p.area for p in parts) == found.took_part.area <= found.whole.area
    assert sum(p.owners for p in parts) == found.took_part.owners <= found.whole.owners
    assert not found.passed or found.valid


@given(UNITS, st.data())
def test_one_more_who_agrees_never_turns_a_passed_vote(units, data):
    rows = [(a, f"o{n}", v) for n, (a, v) in enumerate(units)]
    if vote(*rows).passed:
        n = data.draw(st.integers(0, len(rows) - 1))
        rows[n] = (*rows[n][:2], "yes")
        assert vote(*rows).passed


def file_of(tmp_path, *rows):
    path = tmp_path / "owners.csv"
    path.write_text("unit,area,owner,vote\n" + "".join(f"{r}\n" for r in rows))
    return path


def test_a_file_is_counted(tmp_path):
    found = read_owners(file_of(tmp_path, "1,80.5,甲,同意", "2,79.5,乙,yes", "3,70,丙,"), 5)
    assert found.passed and found.agreed.area == 160


@pytest.mark.parametrize(
    ("rows", "line", "column"),
    [
        (["1,80,甲,好"], 2, 4),
        (["1,0,甲,yes"], 2, 2),
        (["1,1/0,甲,yes"], 2, 2),
        (["1,80,,yes"], 2, 3),
        (["1,80,甲,yes", "1,80,乙,yes"], 3, 1),
        (["1,80,甲,yes", "2,80,甲,no"], 3, 4),
        (["1,80,甲"], 2, 4),
        ([], 2, 1),
    ],
)
def test_a_malformed_file_gets_its_line_and_column(tmp_path, rows, line, column):
    with pytest.raises(Malformed) as fault:
        read_owners(file_of(tmp_path, *rows), 5)
    assert (fault.value.line, fault.value.column) == (line, column)


def test_those_who_own_a_unit_together_are_one_owner(tmp_path):
    rows = ["1,80,A-1;B-1,yes", "2,70,B-1；A-1,yes", "3,60,A-1,no", "4,50,C-1,"]
    found = read_owners(file_of(tmp_path, *rows), 5)
    # Both units of the two are one owner; one of them alone, with a unit of their own, is another.
    assert (found.agreed.area, found.agreed.owners) == (150, 1)
    assert (found.against.owners, found.whole.owners) == (1, 3)


def test_a_ballot_through_somebody_else_counts_as_any_other(tmp_path):
    path = tmp_path / "owners.csv"
    path.write_text(
        "unit,area,owner,vote,proxy\n1,80,A-1,yes,yes\n2,80,A-1,yes,yes\n3,80,B-1,no,\n4,9,C-1,,yes\n"
    )
    found = read_owners(path, 5)
    assert (found.took_part.area, found.by_proxy.area, found.by_proxy.owners) == (240, 160, 1)
    path.write_text("unit,area,owner,vote,proxy\n1,80,A-1,yes,maybe\n")
    with pytest.raises(Malformed, match="neither yes nor no"):
        read_owners(path, 5)


def test_abstaining_is_taking_part():
    found = vote((50, "a", "yes"), (50, "b", "abstain"), (50, "c", "abstain"))
    assert found.valid and not found.passed and found.took_part.owners == 3


def test_the_arithmetic_is_exact():
    said = vote((100, "a", "yes"), (100, "b", "yes"), (100, "c", ""), item=7).as_json()
    area, owners = said["arithmetic"]["took_part"]
    assert (area["part"], area["needed"], area["share"]) == ("200", "200", "2/3")
    assert area["reached"] and owners["reached"] and "278 (2)" in area["article"]
    assert said["arithmetic"]["agreed"][0]["needed"] == "150"
    assert vote(("0.1", "a", "yes"), ("0.2", "b", "yes")).as_json()["passed"]


@pytest.mark.parametrize(
    ("value", "words"),
    [("1/2", "0.5"), ("1000/3", "1000/3"), ("24310.50", "24310.5"), ("7", "7"), ("-1/8", "-0.125")],
)
def test_a_number_is_said_without_loss(value, words):
    assert exact(Fraction(value)) == words


def test_another_law_counts_by_its_own_thresholds():
    half = Threshold(Fraction(1, 2), True, "§ 1")
    other = Law(half, half, half, items=(1,), weighty_items=())
    rows = ([Fraction(1)] * 3, ["a", "b", "c"], ["yes", "yes", ""])
    assert count(*rows, 1, law=other).passed
    with pytest.raises(ValueError, match="no item 7"):
        count(*rows, 7, law=other)
