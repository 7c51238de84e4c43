"""The basket of a ballot, the cards of its ideas, and the picture of where the money went."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.programmes.budget import drawing, shares
from pilin.programmes.budget.counting import Count
from pilin.programmes.budget.models import EQUAL_SHARES, GREEDY
from tests.examples import examples
from tests.world import PHOTO

from .town import counted, opened, signed_in, text, visitor


def added_up(world, m, marks):
    """The page of the vote as it comes back with these marks, by somebody without JavaScript."""
    return signed_in(world, "resident").post(f"/budgets/{m.pk}/vote/", {"choice": marks})


@pytest.mark.parametrize(
    ("marks", "n", "cost", "status"),
    [([], 0, "0", 200), ([1, 3], 2, "60,000", 200), ([1, 2, 3, 4], 4, "170,000", 422)],
)
def test_marks_are_added_up_by_the_server(world, announced, marks, n, cost, status):
    answer = added_up(world, opened(world, announced), marks)
    html = answer.content.decode()
    assert answer.status_code == status and len(re.findall(r"checked\s+data-cost", html)) == n
    assert f"data-basket-marks>{n}<" in html and f"data-basket-cost>{cost}<" in html
    assert "of 3 at most" in html and "of 110,000 yuan" in html


def test_adding_up_counts_nothing(world, announced):
    m = opened(world, announced)
    added_up(world, m, [1])
    assert "You have voted" not in text(signed_in(world, "resident"), m, "vote")


@pytest.mark.parametrize("mark", ["x", "-1", "99", "9" * 30, "¹"])
def test_a_mark_that_names_no_idea_is_left_out(world, announced, mark):
    answer = added_up(world, opened(world, announced), [mark, 1])
    assert answer.status_code == 200 and b"data-basket-marks>1<" in answer.content


def test_more_than_there_is_may_be_marked_and_is_said(world, announced):
    html = added_up(world, opened(world, announced), [1, 4]).content.decode()
    assert '<p class="hint" data-basket-beyond>' in html
    assert '<p class="error" data-basket-many hidden>' in html


def test_a_picture_that_came_with_an_idea_stands_on_its_card(world, announced):
    idea = {"title": "凉亭", "text": "歇脚", "where": "村口", "estimate": "4万"}
    world.take("resident", announced, "idea", **idea, files=[PHOTO])
    world.take("resident", announced, "idea", **{**idea, "title": "长廊"}, files=[])
    html = text(visitor(), announced, "ideas")
    assert html.count('class="idea-photo"') == 1 and "Picture: 凉亭" in html
    assert f"/files/{PHOTO['sha256']}/" in html


BALLOTS = st.lists(st.sets(st.integers(1, 6)), min_size=1, max_size=40)
COSTS = st.lists(st.integers(1, 120_000), min_size=6, max_size=6)


@given(ballots=BALLOTS, costs=COSTS, rule=st.sampled_from([EQUAL_SHARES, GREEDY]))
@examples(60)
def test_every_idea_is_paid_to_the_last_fen_and_all_of_it_is_the_amount(ballots, costs, rule):
    priced = {n: Decimal(cost) for n, cost in enumerate(costs, 1)}
    titles = {n: f"点子{n}" for n in priced}
    money = shares.money(Count(Decimal(100_000), rule, priced, titles, ballots).result())
    for row in money.paid:
        assert sum(part.yuan for part in row.parts) == row.cost
    assert sum(row.cost for row in money.paid) + money.left == money.amount == 100_000
    if rule == EQUAL_SHARES:
        assert money.share * len(ballots) == money.amount
        assert all(
            part.yuan <= money.share * part.voters
            for r in money.paid
            for part in r.parts
            if part.voters
        )


@given(ballots=BALLOTS, costs=COSTS)
@examples(20)
def test_the_bars_are_as_long_as_what_they_stand_for(ballots, costs):
    priced = {n: Decimal(cost) for n, cost in enumerate(costs, 1)}
    titles = {n: f"点子{n}" for n in priced}
    money = shares.money(Count(Decimal(100_000), EQUAL_SHARES, priced, titles, ballots).result())
    drawn = drawing.draw(money)
    whole = sum(piece.width for strip in drawn["strips"] for piece in strip.pieces)
    assert whole == pytest.approx(drawing.WIDTH, abs=0.2)
    for strip in drawn["strips"]:
        ends = [piece.x + piece.width for piece in strip.pieces]
        assert all(0 <= end <= drawing.WIDTH + 0.1 for end in ends)


def test_picture_and_table_say_what_was_counted(world):
    html = text(visitor(), counted(world), "result")
    assert "凉亭: 40,000 yuan." in html and "Left over: 20,000 yuan." in html
    assert "8 voters × 5,000.00" in html and "7 voters × 4,285.71" in html
    assert "Each vote decided on one such part, 10,000 yuan" in " ".join(html.split())
    assert 'class="went-left"' in html and 'class="went-less"' not in html


def test_a_long_name_is_cut_in_the_picture_alone():
    assert drawing.short("小" * 30) == "小" * 16 + "…" and drawing.short("a path") == "a path"


def test_under_most_votes_first_no_part_is_told(world):
    from .town import announce

    html = text(visitor(), counted(world, announce(world, rule="greedy")), "result")
    assert "From the whole sum" in html and "such part" not in html


def test_nothing_left_draws_nothing_left():
    paid = shares.Paid("灯", Fraction(5), None, (shares.Part(shares.WHOLE, Fraction(5)),))
    drawn = drawing.draw(shares.Money(Fraction(5), None, (paid,), Fraction(0)))
    assert len(drawn["strips"]) == 1 and drawn["strips"][0].pieces[0].width == drawing.WIDTH
