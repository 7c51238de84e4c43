"""The demo's record holds, as any other: what its story tells afterwards and what the server adds to it."""

import pytest

from pilin.demo.play import play
from pilin.publishing import whole


@pytest.mark.slow
def test_the_record_of_the_demo_holds(own_database):
    play(lambda line: None)
    report, ballots = whole.check()
    assert (report.problems, ballots > 0) == ([], True)
