"""What was cast in a running vote stands in the record a minute later, and can be exchanged no more."""

import pytest
from django.db import connection

from pilin.engine.models import Matter
from pilin.intake import jobs, marking, replay
from pilin.intake.casting import Ballot, cast
from pilin.intake.models import Mark
from pilin.ledger import ends, keys, log, note
from pilin.ledger.refusing import Shorter
from pilin.ledger.tree import Frontier
from pilin.people.read_model import applying
from pilin.publishing import whole
from tests.faults.test_rebuilt_beside import voted_on
from tests.test_replay import assert_rebuilding_changes_nothing
from tests.world import build


@pytest.fixture
def vote(own_database, settings, tmp_path):
    settings.DATA = tmp_path
    world = build()
    poll, item = voted_on(world)

    def votes(*names):
        for name in names:
            cast(poll, [Ballot(poll, name, item, ("1",), log.size(f"ballots-{poll}"))])
        return poll

    return votes


def test_what_grew_is_entered_once_and_nothing_where_nobody_voted(vote):
    poll = vote("v1", "v2")
    assert jobs.mark(0) == 1 and jobs.mark(0) == 0
    vote("v3")
    assert jobs.mark(0) == 1
    assert list(Mark.objects.order_by("size").values_list("poll", "size")) == [(poll, 2), (poll, 3)]
    found = Matter.objects.filter(kind="manage").latest("pk")
    assert not found.is_open
    assert_rebuilding_changes_nothing()
    assert whole.check()[0].problems == []


def test_whoever_holds_the_key_can_exchange_no_ballot_that_was_marked(vote):
    poll = vote("v1", "v2", "v3")
    jobs.mark(0)
    last = log.size("main") - 1
    _without_the_last(f"ballots-{poll}")
    vote("v9")  # every hash and signature fits, and so do the tables
    assert log.size(f"ballots-{poll}") == 3
    ((where, what),) = whole.check()[0].problems
    assert where == f"ballots-{poll}" and str(last) in what


def test_a_ballot_that_was_marked_cannot_be_left_out(vote):
    poll = vote("v1", "v2", "v3")
    jobs.mark(0)
    _without_the_last(f"ballots-{poll}")
    assert [where for where, _what in whole.check()[0].problems] == [f"ballots-{poll}"]


def test_a_vote_whose_marked_ballots_are_missing_takes_no_more(vote):
    """As after a refill of the record from a neighbour, who holds no ballots."""
    poll = vote("v1", "v2", "v3")
    jobs.mark(0)
    assert marking.held_back() == 0
    _without_the_last(f"ballots-{poll}")
    assert marking.held_back() == 1
    ends.forget()  # as in another process
    with pytest.raises(Shorter):
        vote("v9")


def _without_the_last(name):
    """The log as an operator who has the key writes it anew, without its newest entry; the end kept
    outside is the operator's, too."""
    leaves = [record.leaf for record in log.read(name)][:-1]
    frontier, verifier = Frontier(), keys.verifier(name)
    for leaf in leaves:
        frontier.add(leaf)
    point = note.Checkpoint(verifier.name, len(leaves), frontier.root())
    signed = note.sign(point, keys.signing_key(), verifier)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table in ("ledger_entry", "ledger_words"):
            cursor.execute(
                f"DELETE FROM {table} WHERE log = %s AND number = %s", [name, len(leaves)]
            )
        cursor.execute(
            "UPDATE ledger_log SET size = %s, frontier = %s, checkpoint = %s WHERE name = %s",
            [len(leaves), frontier.to_bytes(), signed, name],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    ends.forget()
    ends.path(name).unlink()
    with applying():
        replay.ballots()
