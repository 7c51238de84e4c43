"""The picture of an opinion map: few marks, nobody left out."""

import numpy as np
import pytest

from pilin.deciding.opinion import Votes, opinion_map
from pilin.deciding.opinion_picture import picture

from .test_opinion import camps


def test_few_people_have_a_mark_each():
    votes, _camp = camps((30, 20))
    found = opinion_map(votes)
    drawn = picture(found)
    assert np.array_equal(drawn.marks, found.positions) and set(drawn.people) == {1}
    assert np.array_equal(drawn.group, found.group)


@pytest.mark.parametrize("most", [2, 10, 200])
def test_many_people_share_marks_and_nobody_is_left_out(most):
    votes, _camp = camps((300, 200))
    found = opinion_map(votes)
    drawn = picture(found, most)
    assert len(drawn.marks) <= most and drawn.people.sum() == 500
    for g in (0, 1):
        mine = drawn.group == g
        assert drawn.people[mine].sum() == (found.group == g).sum()
        mean = np.average(drawn.marks[mine], axis=0, weights=drawn.people[mine])
        assert np.allclose(mean, found.positions[found.group == g].mean(0))


def test_an_outline_holds_everybody_of_its_group():
    votes, _camp = camps((60, 40), noise=0.2)
    found = opinion_map(votes)
    for g, corners in enumerate(picture(found, 50).outlines):
        edges = np.roll(corners, -1, axis=0) - corners
        towards = found.positions[found.group == g][:, None] - corners[None]
        cross = edges[None, :, 0] * towards[:, :, 1] - edges[None, :, 1] * towards[:, :, 0]
        assert (cross >= -1e-9).all()


def test_the_outline_of_people_in_a_line_is_its_ends():
    votes = Votes(
        np.arange(20), np.zeros(20, dtype=int), np.tile([1, 1, 0, -1], 5).astype(np.int8), 20, 1
    )
    for corners in picture(opinion_map(votes)).outlines:
        assert len(corners) <= 2
