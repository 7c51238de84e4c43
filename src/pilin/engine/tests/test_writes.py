"""What many steps write waits, and nobody who looks can tell."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from pilin.engine.act import LOG, act
from pilin.engine.models import Evidence, Matter, Notice, Party
from pilin.engine.writes import ROWS, Writes, together
from pilin.ledger import log
from pilin.people.actor import HOUSE
from pilin.programmes.consultation.models import Meeting


@pytest.fixture
def many(world):
    """Steps taken together, as an import takes them."""
    with transaction.atomic(), log.held(LOG), together():
        yield world


def test_who_reads_a_table_sees_what_waits_for_it(many):
    m = many.raised()
    many.take("neighbour", m, "support")
    assert Party.objects.filter(matter=m).count() == 2
    assert Matter.objects.get(pk=m.pk).last == log.size(LOG) - 1
    assert [r.body["step"] for r in log.of_matter(LOG, m.pk)] == ["raise", "support"]


def test_a_programmes_rows_are_there_when_they_are_read(many):
    m = many.decided()
    assert Meeting.objects.get(matter=m).attendance == 9


def test_those_concerned_are_told_among_many_steps_as_of_one(many):
    m = many.raised()
    many.take("neighbour", m, "support")
    many.take("host", m, "accept", reason="公共事务")
    many.take("host", m, "convene", time="2099-01-05T19:00", where="驿站", invitees="村民")
    many.take("host", m, "hold", attendance=9, statements="要修", minutes="同意修")
    many.take("host", m, "decide", outcomes="换新灯")
    told = Notice.objects.filter(matter=m.pk, reason="news").values_list("person", flat=True)
    assert sorted(told) == ["p-neighbour"] * 4 + ["p-resident"] * 4


def test_an_organisation_recorded_a_moment_ago_may_be_in_charge(many):
    book = act(HOUSE, "register", "open", {"title": "登记"}).number
    row = {"name": "新驿站", "category": "station", "sides": "b", "places": [many["右村"]]}
    station = act(HOUSE, book, "record", {"type": "organisation", "row": row}).number
    person = many.people["host-right"].person
    office = {"role": "host", "organisation": station, "person": person, "since": "2020-01-01"}
    act(HOUSE, book, "record", {"type": "office", "row": office})
    assert many.raised(forum=station).sides == "b"


def test_a_step_writes_in_one_trip(world):
    m = world.raised()
    with CaptureQueriesContext(connection) as asked:
        world.take("neighbour", m, "support")
    verbs = [q["sql"].split()[0] for q in asked.captured_queries]
    assert not {"INSERT", "UPDATE", "DELETE"} & set(verbs)


def test_what_waits_is_written_before_it_is_too_much(db):
    found, written = Writes(), []
    found.flush = lambda: written.append(len(found.matters))
    found.matters = {n: Matter(id=n) for n in range(ROWS)}
    found.settle()
    assert written == [ROWS]


def test_evidence_of_a_step_is_listed_with_its_entry(world):
    _, p = world.delivered()
    assert Evidence.objects.filter(matter=p).exists()
