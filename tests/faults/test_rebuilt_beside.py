"""While the tables are made again, others read and take steps; nothing of theirs is missed."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation

from pilin.engine import beside, rebuild
from pilin.engine.apply import apply
from pilin.engine.models import Matter
from pilin.engine.rebuild import read_models
from pilin.intake import polls
from pilin.intake.casting import Ballot, cast
from pilin.intake.models import Poll
from pilin.ledger import log, verify
from pilin.ledger.asking import snapshot
from tests.test_replay import tables
from tests.world import build


@pytest.fixture
def city(own_database):
    return build()


def voted_on(city):
    """A poll that is open, and something in it to vote on."""
    m = city.raised()
    city.take("host", m, "accept", reason="属于本站职责")
    until = timezone.now() + timedelta(days=3)
    city.take("host", m, "ask", question="先做什么？", statements="修桥\n修路", until=until)
    poll = Poll.objects.get()
    return poll.pk, poll.items[0]


class Rebuilding:
    """A rebuild in a thread of its own that waits in the middle until it is let go on."""

    def __init__(self, patched, at: int = 3) -> None:
        self.reached, self.go, self.result = threading.Event(), threading.Event(), None

        def wait(record):
            if record.number == at and not self.reached.is_set():
                self.reached.set()
                assert self.go.wait(60)
            return apply(record)

        patched.setattr("pilin.engine.rebuild.apply", wait)
        patched.setattr(beside, "PAUSE", 0.05)
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        assert self.reached.wait(60)

    def run(self):
        try:
            self.result = rebuild.rebuild()
        except Exception as fault:
            self.result = fault
        finally:
            connection.close()

    def finishes(self):
        self.go.set()
        self.thread.join(60)
        assert not self.thread.is_alive()
        return self.result


def test_steps_taken_meanwhile_are_acknowledged_at_once_and_stand_in_the_new_tables(
    city, monkeypatch
):
    first = city.raised(title="重建以前")
    rebuilding = Rebuilding(monkeypatch)
    second = city.raised(title="重建之时")
    city.take("host", first, "accept", reason="归我们管")
    assert {m.title for m in Matter.objects.all()} >= {"重建以前", "重建之时"}
    before = tables()
    assert rebuilding.finishes() == log.size(log.MAIN)
    assert tables() == before
    assert Matter.objects.get(pk=first.pk).state != "raised"
    city.take("host", Matter.objects.get(pk=second.pk), "accept", reason="归我们管")
    assert verify.check_database(log.MAIN).problems == []


def test_ballots_cast_meanwhile_are_counted_in_the_new_tables(city, monkeypatch):
    poll, item = voted_on(city)
    cast(poll, [Ballot(poll, "a" * 20, item, ("1",), 1)])
    rebuilding = Rebuilding(monkeypatch)
    cast(poll, [Ballot(poll, "b" * 20, item, ("-1",), 2)])
    before = tables()
    rebuilding.finishes()
    assert tables() == before and polls.counts(poll).voters == 2


def test_who_reads_one_moment_never_finds_the_tables_empty(city, monkeypatch):
    city.raised()
    rebuilding = Rebuilding(monkeypatch)
    rows = Matter.objects.count()
    with snapshot():
        assert log.size(log.MAIN) > 0  # the moment is chosen before the tables are exchanged
        rebuilding.go.set()
        rebuilding.thread.join(1.5)
        assert rebuilding.thread.is_alive()  # it waits for whoever reads
        assert Matter.objects.count() == rows
    rebuilding.finishes()
    assert Matter.objects.count() == rows


def test_a_rebuild_that_fails_leaves_the_tables_as_they_were(city, monkeypatch):
    city.raised()
    before = tables()

    def fail(record):
        raise ZeroDivisionError

    monkeypatch.setattr("pilin.engine.rebuild.apply", fail)
    with pytest.raises(ZeroDivisionError):
        rebuild.rebuild()
    assert tables() == before
    monkeypatch.undo()
    rebuild.rebuild()
    assert tables() == before


def test_tables_that_are_read_all_the_time_are_left_in_place_and_that_is_said(city, monkeypatch):
    city.raised()
    monkeypatch.setattr(beside, "TRIES", 2)
    rebuilding = Rebuilding(monkeypatch)
    with snapshot():
        Matter.objects.count()
        result = rebuilding.finishes()
    assert isinstance(result, beside.StillRead)
    with translation.override("en"):
        assert "export" in str(result)
    assert Matter.objects.exists()


def test_new_tables_have_every_right_constraint_and_trigger_of_the_old(city):
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE IF EXISTS reader_of_tables")
        cursor.execute("CREATE ROLE reader_of_tables")
        cursor.execute("GRANT SELECT, INSERT ON loop_matter, fund_posting TO reader_of_tables")
        cursor.execute("GRANT USAGE ON SEQUENCE fund_posting_id_seq TO reader_of_tables")
    before = said_of_tables()
    rebuild.rebuild()
    for was, is_now in zip(before, said_of_tables(), strict=True):
        assert [row for row in was if row not in is_now] == []
        assert [row for row in is_now if row not in was] == []
    with connection.cursor() as cursor:
        cursor.execute("DROP OWNED BY reader_of_tables")
        cursor.execute("DROP ROLE reader_of_tables")


def said_of_tables():
    """All that the catalogue says of the tables, but the numbers it gives them."""
    with connection.cursor() as cursor:
        names = [[model._meta.db_table for model in read_models()]]
        return [cursor.execute(asked, names).fetchall() for asked in _SAID]


_SAID = (
    "SELECT conrelid::regclass::text, conname, contype, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE conrelid::regclass::text = ANY(%s) ORDER BY 1, 2",
    "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger"
    " WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(%s) ORDER BY 1, 2",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) ORDER BY 1, 2",
    "SELECT attrelid::regclass::text, attnum, attname, format_type(atttypid, atttypmod), attnotnull,"
    " attidentity, attgenerated, attstorage, pg_get_expr(adbin, adrelid)"
    " FROM pg_attribute a LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum"
    " WHERE attnum > 0 AND NOT attisdropped AND attrelid::regclass::text = ANY(%s) ORDER BY 1, 3",
    "SELECT c.relname, c.relkind, a.grantee::regrole::text, a.privilege_type"
    " FROM pg_class c, aclexplode(relacl) a WHERE relkind IN ('r', 'S')"
    " AND regexp_replace(relname, '_[a-z]+_seq$', '') = ANY(%s) AND a.grantee <> relowner"
    " ORDER BY 1, 2, 3, 4",
)
