"""What a committee's sheet comes to, and what is no sheet."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.deciding.award import Ballot, Misread, ranked, read, result, written

WEIGHTS = {"危险程度": 40, "救助效果": 30, "示范作用": 30}
scores = st.fixed_dictionaries({name: st.integers(0, 100) for name in WEIGHTS})
sheets = st.lists(st.tuples(st.booleans(), scores), max_size=9).map(
    lambda rows: [Ballot(str(n), yes, by) for n, (yes, by) in enumerate(rows)]
)


@given(sheets, st.integers(0, 4))
def test_a_sheet_written_and_read_again_comes_to_the_same(sheet, absent):
    entitled = len(sheet) + absent
    found = read(written(WEIGHTS, sheet, entitled, Fraction(3, 4)))
    weights, again = found.weights, found.ballots
    assert (found.entitled, found.quorum) == (entitled, Fraction(3, 4))
    assert (weights, again) == (WEIGHTS, sheet)
    found = result(WEIGHTS, sheet, entitled)
    assert found == result(weights, again, entitled)
    assert found.yes + found.no == found.voted == len(sheet)
    assert not (found.tie and found.carried)
    if sheet:
        whole = sum(b.scores[n] * w for b in sheet for n, w in WEIGHTS.items())
        assert found.score == Fraction(whole, 100 * len(sheet))


@given(sheets.filter(bool), st.randoms())
def test_the_order_of_members_changes_nothing(sheet, random):
    mixed = sheet[:]
    random.shuffle(mixed)
    assert result(WEIGHTS, mixed, len(sheet)).score == result(WEIGHTS, sheet, len(sheet)).score


@given(st.lists(st.tuples(st.text(min_size=1), st.fractions(0, 100)), unique_by=lambda row: row[0]))
def test_places_are_shared_by_those_with_the_same_score_and_by_nobody_else(rows):
    by = dict(rows)
    for place, name, shared in ranked(rows):
        better = sum(score > by[name] for _n, score in rows)
        assert place == better + 1
        assert shared == (sum(score == by[name] for _n, score in rows) > 1)


def voted(*yes):
    return [Ballot(str(n), y, dict.fromkeys(WEIGHTS, 50)) for n, y in enumerate(yes)]


@pytest.mark.parametrize(
    ("yes", "entitled", "carried", "tie", "quorate"),
    [
        ((True, True, False), 3, True, False, True),
        ((True, False), 2, False, True, True),
        ((True, True), 4, False, False, False),  # half of them voted: too few
        ((True, True, False), 4, False, False, True),  # half of those entitled are no majority
        ((), 3, False, False, False),
        ((), 0, False, False, False),
    ],
)
def test_more_than_half_of_those_entitled_carry_it(yes, entitled, carried, tie, quorate):
    found = result(WEIGHTS, voted(*yes), entitled)
    assert (found.carried, found.tie, found.quorate) == (carried, tie, quorate)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "member,carried,危险程度\n1,yes,5",
        "member,carried,危险程度(40)\n1,maybe,5",
        "member,carried,危险程度(40)\n1,yes,五",
        "member,carried,危险程度(40)\n1,yes",
        "member,carried,危险程度(40)\n1,yes,101",
        "member,carried,危险程度(40)\n1,yes,5\n1,no,5",
        "member,carried,危险程度(0)\n1,yes,5",
        "entitled,5",
        "entitled,some\nmember,carried,危险程度(40)\n1,yes,5",
        "entitled,0\nmember,carried,危险程度(40)\n1,yes,5",
        "quorum,3/2\nmember,carried,危险程度(40)\n1,yes,5",
        "quorum,1/0\nmember,carried,危险程度(40)\n1,yes,5",
    ],
)
def test_what_is_no_sheet_is_told_so(text):
    with pytest.raises(Misread):
        read(text).result()


def test_a_sheet_that_says_who_may_vote_and_how_many_must_needs_nothing_by_hand():
    sheet = "可表决人数,4\n法定人数,3/4\nmember,carried,危险程度(40)\n1,yes,5\n2,yes,6\n"
    assert (read(sheet).result().quorate, read(sheet).result().entitled) == (False, 4)
    assert read(sheet).result(entitled=2).carried
