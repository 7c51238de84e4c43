"""Ballots are counted once, the later replaces the earlier, and each answer says which."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from pilin.engine.rebuild import _after
from pilin.intake import apply as opening
from pilin.intake import polls, shapes
from pilin.intake.casting import Ballot, Counted, asked, cast, decide, guess
from pilin.intake.models import Ballot as Kept
from pilin.intake.models import Count, Poll
from pilin.ledger import asking, log, receipt, verify, words
from pilin.ledger.log import Record
from pilin.ledger.tree import Frontier
from pilin.people.read_model import applying
from tests.examples import examples


def poll_of(shape=shapes.STANCE, items=(1, 2, 3), most=1, hours=24, number=7):
    record = Record("main", number, {"matter": number}, b"")
    with applying():
        return opening.opened(record, shape, timezone.now() + timedelta(hours=hours), items, most)


def one(voter="v", item=1, said=("1",), serial=100, poll=7):
    return Ballot(poll, voter, item, said, serial)


def codes(answers):
    return ["counted" if isinstance(a, Counted) else a.code for a in answers]


pytestmark = pytest.mark.django_db


def test_ballots_are_counted_in_order_and_replace_each_other():
    poll_of()
    first, second = cast(7, [one(), one("w", said=("-1",))])
    assert (first.number, second.number) == (0, 1)
    (later,) = cast(7, [one(said=("0",), serial=101)])
    assert later == Counted("ballots-7", 2, True)
    counts = polls.counts(7)
    assert counts.voters == 2
    assert {k: n for k, n in counts.by_item[1].items() if n} == {"0": 1, "-1": 1}


def test_a_ballot_sent_twice_counts_once():
    poll_of()
    first, twice = cast(7, [one(), one()])
    (again,) = cast(7, [one()])
    assert first == twice == again == Counted("ballots-7", 0, False)
    assert log.size("ballots-7") == 1 and polls.counts(7).voters == 1


def test_another_answer_from_the_same_page_is_not_taken_for_the_first():
    poll_of()
    assert codes(cast(7, [one(), one(said=("-1",))])) == ["counted", "duplicate"]
    assert polls.counts(7).by_item == {1: {"1": 1}}


def test_an_older_page_does_not_undo_a_newer_one():
    poll_of()
    cast(7, [one(serial=200)])
    assert codes(cast(7, [one(said=("-1",), serial=150)])) == ["replayed"]
    assert polls.counts(7).by_item == {1: {"1": 1}}


@pytest.mark.parametrize(
    ("ballot", "code"),
    [
        (one(item=9), "item"),
        (one(item=0), "item"),
        (one(said=("2",)), "choice"),
        (one(said=("1", "0")), "choice"),
        (one(said=()), "choice"),
    ],
)
def test_what_is_not_on_offer_is_not_counted(ballot, code):
    poll_of()
    assert codes(cast(7, [ballot])) == [code]
    assert log.size("ballots-7") == 0 and not Kept.objects.exists() and not Count.objects.exists()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (("1", "3"), "counted"),
        ((), "counted"),
        (("1", "2", "3"), "many"),
        (("4",), "item"),
        (("1", "1"), "choice"),
        (("x",), "choice"),
    ],
)
def test_an_approval_names_so_many_and_each_once(said, code):
    poll_of(shapes.APPROVAL, most=2)
    assert codes(cast(7, [one(item=0, said=said)])) == [code]


def test_nothing_is_counted_once_the_vote_is_over_closed_or_not_there():
    poll_of(hours=-1)
    poll = poll_of(number=8)
    with applying():
        opening.closed(poll, Record("main", 99, {}, b""))
    assert codes(cast(7, [one()])) == ["closed"]
    assert codes(cast(8, [one(poll=8)])) == ["closed"]
    assert codes(cast(99, [one(poll=99)])) == ["no-poll"]


def test_a_receipt_proves_that_the_ballot_is_in_the_log():
    poll_of()
    cast(7, [one(f"v{n}") for n in range(300)])
    found = receipt.make("ballots-7", 42)
    assert receipt.check(found.as_json()) == 42
    assert found.record.body["voter"] == "v42"
    assert verify.check_database("ballots-7").problems == []


def test_an_entry_is_canonical_json_and_names_who_entered_a_slip():
    from pilin.ledger.log import canonical
    from pilin.ledger.tiles import bodies

    poll_of()
    cast(7, [one(), one("slip-3")._replace(by=("p-Ab_9", "p-b"))])
    for number in (0, 1):
        record = log.get("ballots-7", number)
        (salt, choice), text = (
            words.row_of("ballots-7", number)["choice"],
            bodies("ballots-7", number, number + 1)[0],
        )
        hidden = {**record.body, "choice": {"~": words.hash_of(salt, choice)}}
        assert canonical(hidden) == text and choice == record.body["choice"] == "1"
        assert (record.body["log"], record.body["number"]) == ("ballots-7", number)
    assert record.body["by"] == ["p-Ab_9", "p-b"]


ballots = st.builds(
    one,
    voter=st.sampled_from("abc"),
    item=st.integers(0, 4),
    said=st.lists(st.sampled_from(["1", "0", "-1", "7"]), max_size=2).map(tuple),
    serial=st.integers(1, 6),
)


@examples(60)
@given(st.lists(st.lists(ballots, max_size=6), max_size=5), st.data())
def test_counts_are_those_of_the_newest_ballots_and_made_again_from_the_log(batches, data):
    with transaction.atomic():
        poll_of()
        told = [a for batch in batches for a in (cast(7, batch) if batch else [])]
        entered = [r.body for r in log.read("ballots-7")]
        # One that is sent again is answered with the entry it has.
        assert len(entered) == len({a.number for a in told if isinstance(a, Counted)})
        newest = {(b["voter"], b["item"]): (b["serial"], b["choice"]) for b in entered}
        for body in entered:  # serials only grow: nothing older ever replaced a newer one
            assert newest[body["voter"], body["item"]][0] >= body["serial"]
        expected = {}
        for (_voter, item), (_serial, choice) in newest.items():
            expected[item, choice] = expected.get((item, choice), 0) + 1
        kept = {(c.item, c.choice): c.n for c in Count.objects.exclude(item=0) if c.n}
        assert kept == expected
        assert polls.counts(7).voters == len({voter for voter, _item in newest})
        before = sorted(Kept.objects.values_list("voter", "item", "choice", "serial", "number"))
        with applying():
            Kept.objects.all().delete()
            Count.objects.all().delete()
            for further in _after:
                further()
        assert before == sorted(
            Kept.objects.values_list("voter", "item", "choice", "serial", "number")
        )
        assert kept == {(c.item, c.choice): c.n for c in Count.objects.exclude(item=0) if c.n}
        transaction.set_rollback(True)


def written_unasked(poll, batch, known):
    """As the fast lane's writer does it: as if all were first, else asked about."""
    now = timezone.now()
    if known:
        end = Frontier.from_bytes(known.head.size, known.head.frontier.to_bytes())
        try:
            with transaction.atomic():
                done = guess(poll, batch, known.rules, replace(known.head, frontier=end), now)
                for each in done.asks:
                    asking.ask(each)
            return done
        except (DataError, IntegrityError):
            pass
    with transaction.atomic():
        found = [asking.ask(each) for each in asked(poll, batch)]
        done = decide(poll, batch, found, None, now)
        for each in done.asks:
            asking.ask(each)
    return done


@examples(60)
@given(st.lists(st.tuples(st.lists(ballots, min_size=1, max_size=6), st.booleans()), max_size=6))
def test_written_unasked_is_what_asking_first_comes_to(batches):
    with transaction.atomic():
        poll_of()
        poll_of(number=8)
        known = None
        for batch, slip_came in batches:
            if slip_came:  # by another process: the log does not end where it was thought to
                slip = one("slip-1", serial=log.size("ballots-7") + 100)
                assert codes(cast(7, [slip])) == codes(cast(8, [slip._replace(poll=8)]))
            plain = cast(7, batch)
            other = [ballot._replace(poll=8) for ballot in batch]
            done = written_unasked(8, other, known)
            known = done if done.head else known
            assert [getattr(a, "number", None) for a in plain] == [
                getattr(a, "number", None) for a in done.answers
            ]
            assert codes(plain) == codes(done.answers)
        assert polls.counts(7) == polls.counts(8)
        if log.size("ballots-8"):
            assert verify.check_database("ballots-8").problems == []
        assert log.size("ballots-7") == log.size("ballots-8")
        transaction.set_rollback(True)


def test_polls_say_what_is_offered():
    poll = poll_of()
    with applying():
        opening.offered(poll, [3, 1])
    assert Poll.objects.get(pk=7).items == [1, 3]
    assert codes(cast(7, [one(item=2)])) == ["item"]
