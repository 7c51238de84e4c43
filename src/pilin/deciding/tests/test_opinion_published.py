"""A real conversation comes out in the groups that were published."""

import csv
from pathlib import Path

import numpy as np

from pilin.deciding.opinion import opinion_map
from pilin.deciding.opinion_files import read_votes

FOLDER = Path(__file__).parent / "data" / "canadian-electoral-reform"


def test_everybody_is_in_the_group_that_was_published():
    votes, people = read_votes(FOLDER / "votes.csv", FOLDER / "comments.csv")
    found = opinion_map(votes).group
    with (FOLDER / "participants-votes.csv").open() as text:
        published = {int(r["participant"]): r["group-id"] for r in csv.DictReader(text)}
    told = np.array([published[p] for p in people])
    assert np.array_equal(found >= 0, told != "")
    assert {*zip(found.tolist(), told.tolist(), strict=True)} == {(0, "1"), (1, "0"), (-1, "")}
