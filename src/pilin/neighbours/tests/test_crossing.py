"""What one side asks for is done on the other, once; what is handed over comes back."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from pilin.database import elsewhere
from pilin.demo.picture import river
from pilin.demo.rewriting import resigned
from pilin.engine import evidence, striking
from pilin.engine.act import act
from pilin.engine.builtin import STRIKE
from pilin.engine.models import Matter
from pilin.engine.refused import Refused
from pilin.ledger import log
from pilin.ledger.verify import Report
from pilin.neighbours import asking, checked, twins
from pilin.neighbours.answering import answer
from pilin.neighbours.models import Copy, Handover
from pilin.people.actor import HOUSE
from pilin.people.models import Office
from pilin.people.neighbour_models import JOINED, Neighbour
from tests.pictures import png
from tests.two import Server, Two

OFFER = {
    "outcome": 1,
    "title": "联合清淤",
    "category": "环境",
    "finish": "2099-02-01",
    "text": "清理三公里河道。",
}


def picture(name: str = "a.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, river(clear=True), "image/png")


def asks(two: Two, server: Server, login: str, matter: int, name: str, **data: object) -> None:
    with two.at(server) as world:
        there = Neighbour.objects.get(pk=server.neighbour).there
        with elsewhere.reading(there, only=False):
            found = Matter.objects.get(pk=matter)
            step = found.rules.step(name)
            asking.ask(there, world.people[login], found, step, data)


def state(two: Two, server: Server, matter: int) -> str:
    with two.at(server):
        return Matter.objects.get(pk=matter).state


def handed(two: Two) -> tuple[int, int, int, int]:
    """Numbers: the matter and what stands for it on the left, and on the right; and the project there."""
    with two.at(two.left) as world:
        m = world.decided()
        lead = f"{two.left.neighbour}:{two.right.world['右镇']}"
        world.take("host", m, "hand_over", lead=lead, **OFFER)
        given = Handover.objects.get(gives=True).pk
    two.settle()
    with two.at(two.right):
        taken = Handover.objects.get(gives=False).pk
        project = Matter.objects.get(kind="project").pk
    return m.pk, given, taken, project


def test_each_has_joined_the_other_and_holds_its_record(two):
    for server, other in two.both:
        with two.at(server):
            assert Neighbour.objects.get(pk=server.neighbour).state == JOINED
        copy = two.copy(server)
        assert copy.fault == copy.parked == copy.fork == ""
        assert copy.size == copy.applied == two.size(other)
        with two.theirs(server):
            assert log.size(log.MAIN) == copy.size


def test_a_matter_reads_the_same_in_the_copy(two):
    with two.at(two.left) as world:
        m = world.raised()
        was = [r.body for r in log.of_matter(log.MAIN, m.pk)]
    two.settle()
    with two.theirs(two.right):
        found = Matter.objects.get(pk=m.pk)
        assert (found.title, found.state, found.raiser) == (m.title, m.state, m.raiser)
        assert [r.body for r in log.of_matter(log.MAIN, m.pk)] == was
    with two.at(two.right):
        assert not Matter.objects.filter(title=m.title).exists()


def test_somebody_joins_a_matter_on_the_other_side(two):
    with two.at(two.left) as world:
        m = world.raised()
    two.settle()
    asks(two, two.right, "neighbour", m.pk, "support")
    two.settle()
    with two.at(two.left):
        assert f"p-neighbour@{two.left.neighbour}" in m.parties.values_list("person", flat=True)
        entry = log.of_matter(log.MAIN, m.pk)[-1].body
        assert entry["step"] == "support"
        asked = entry["cause"]
        assert asked["log"] == "right.example/main"
    with two.at(two.right):
        there = Neighbour.objects.get(pk=two.right.neighbour).there
        sent = asking.sent(there, m.pk)
        assert [(one.number, one.taken, one.refused) for one in sent] == [
            (asked["number"], entry["number"], "")
        ]


def test_what_may_not_be_done_is_refused_and_told_in_the_readers_language(two):
    with two.at(two.left) as world:
        m = world.raised()
    two.settle()
    asks(two, two.right, "stranger", m.pk, "support")  # nobody checked where they live
    asks(two, two.right, "host-right", m.pk, "accept", reason="我来办")  # not theirs to take up
    two.settle()
    assert state(two, two.left, m.pk) == "raised"
    with two.at(two.right):
        there = Neighbour.objects.get(pk=two.right.neighbour).there
        reasons = [one.refused for one in asking.sent(there, m.pk)]
        assert len(reasons) == 2
        assert all(reasons)
    with two.at(two.left):
        refusals = [r.body for r in log.of_matter(log.MAIN, two.left.neighbour)][-2:]
        assert {b["step"] for b in refusals} == {"refuse"}
        assert all(set(b["data"]["reason_words"]) == {"zh-hans", "en"} for b in refusals)


def test_an_office_holds_on_both_sides_for_as_long_as_its_own_record_says(two):
    _m, _given, _taken, project = handed(two)
    with two.at(two.right) as world:
        world.take("lead-right", project, "approve", words="同意")
        world.take("lead-right", project, "start", start="2026-03-20")
        world.take("lead-right", project, "deliver", words="清好了")
    two.settle()
    with two.at(two.left) as world:  # the host leaves, and asks all the same
        office = Office.objects.get(person="p-host")
        act(HOUSE, "manage", "end", {"office": office.pk, "reason": "换届"})
    two.settle()
    asks(two, two.left, "host", project, "accept", words="看过了")
    two.settle()
    assert state(two, two.right, project) == "delivered"


def test_what_is_handed_over_is_done_there_and_confirmed_here(two):
    m, given, taken, project = handed(two)
    assert (state(two, two.left, given), state(two, two.right, taken)) == ("taken", "under_way")
    with two.at(two.right) as world:
        world.take("lead-right", project, "approve", words="同意")
        world.take("lead-right", project, "start", start="2026-03-20")
        world.take("lead-right", project, "deliver", words="清好了")
        assert Matter.objects.get(pk=project).holder_org_id == world["左村驿站"]
    two.settle()
    asks(two, two.left, "host", project, "accept", words="看过了")
    two.settle()
    assert state(two, two.left, m) == "delivered"
    with two.at(two.left) as world:
        world.take("resident", m, "confirm", rating=5)
    two.settle()
    assert state(two, two.left, given) == state(two, two.right, taken) == "closed"
    assert state(two, two.right, project) == "closed"


def test_a_dispute_reopens_it_on_the_other_side(two):
    m, given, taken, project = handed(two)
    with two.at(two.right) as world:
        for step, said in (
            ("approve", {"words": "同意"}),
            ("start", {"start": "2026-03-20"}),
            ("deliver", {"words": "清好了"}),
        ):
            world.take("lead-right", project, step, **said)
    two.settle()
    asks(two, two.left, "host", project, "accept", words="看过了")
    two.settle()
    with two.at(two.left) as world:
        world.take("resident", m, "dispute", reason="又堵了")
    two.settle()
    assert state(two, two.left, given) == "taken"
    assert state(two, two.right, taken) == "disputed"
    assert state(two, two.right, project) == "under_way"


def test_while_the_other_side_has_paused_it_stays_with_the_giver(two):
    with two.at(two.left) as world:
        m = world.decided()
        lead = f"{two.left.neighbour}:{two.right.world['右镇']}"
        with pytest.raises(Refused):  # which is no organisation of theirs
            world.take("host", m, "hand_over", lead=f"{two.left.neighbour}:1", **OFFER)
        world.take("host", m, "hand_over", lead=lead, **OFFER)
        given = Handover.objects.get(gives=True).pk
    with two.at(two.right):
        act(HOUSE, two.right.neighbour, "pause", {"reason": "盘点"})
    two.settle()
    assert state(two, two.left, given) == "offered"
    with two.at(two.right):
        act(HOUSE, two.right.neighbour, "resume")
    two.settle()
    assert state(two, two.left, given) == "taken"


def test_a_copy_that_is_gone_is_taken_anew_and_nothing_is_answered_twice(two):
    """As after a restore from a backup without it."""
    _m, _given, taken, _project = handed(two)
    with two.at(two.right):
        before = log.size(log.MAIN)
        row = Neighbour.objects.get(pk=two.right.neighbour)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"DROP SCHEMA {row.there.schema} CASCADE")
        twins.make(row)
        assert Copy.objects.get(pk=row.pk).size == 0
    two.settle()
    assert two.copy(two.right).applied == two.size(two.left)
    with two.at(two.right):
        assert log.size(log.MAIN) == before
        assert Handover.objects.get().pk == taken


def test_tables_that_a_release_changed_are_made_anew_with_the_record_carried_over(two):
    m, *_rest = handed(two)
    with two.at(two.right):
        row = Neighbour.objects.get(pk=two.right.neighbour)
        size = Copy.objects.get(pk=row.pk).size
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"COMMENT ON SCHEMA {row.there.schema} IS 'as it was once'")
        twins.make(row)
        assert (Copy.objects.get(pk=row.pk).size, Copy.objects.get(pk=row.pk).applied) == (size, 0)
    two.line.carries = lambda url, body: (
        b"" if "tile" in url else body
    )  # nothing need be taken again
    two.settle()
    with two.theirs(two.right):
        assert log.size(log.MAIN) == size
        assert Matter.objects.get(pk=m).title == "村口的路灯坏了"
    with two.at(two.right):
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        twins.outdated()  # the tables look the same, and the program is another
        twins.make(row)
        assert (Copy.objects.get(pk=row.pk).size, Copy.objects.get(pk=row.pk).applied) == (size, 0)


def test_what_is_struck_at_home_is_struck_in_the_copy(two):
    with two.at(two.left) as world:
        m = world.raised(title="张三家门口的灯坏了")
    two.settle()
    with two.at(two.left):
        standing = striking.standing(log.of_matter(log.MAIN, m.pk))
        place = next(place for place, text, _record in standing if "张三" in text)
        said = {"which": [f"{place[0]}:{place[1]}"], "reason": "提到了别人的姓名"}
        world.take("host", m, STRIKE, **said)
    two.settle()
    with two.theirs(two.right), connection.cursor() as cursor:
        assert Matter.objects.get(pk=m.pk).title == "■■■■"
        rows = cursor.execute("SELECT data FROM ledger_words").fetchall()
        assert not any("张三" in data for (data,) in rows)


def test_a_quiet_neighbour_costs_one_question(two):
    two.line.asked.clear()
    two.follow(two.right)
    assert [url.rpartition("/")[2] for url in two.line.asked] == ["checkpoint"]


def test_who_has_an_office_on_our_side_is_for_our_record_to_say(two):
    """The other side's operator makes somebody host of our station, in their own record."""
    with two.at(two.left) as world:
        m = world.raised()
    with two.at(two.right) as world:
        said = {
            "organisation": world["左村驿站"],
            "role": "host",
            "person": "p-stranger",
            "since": "2026-01-01",
        }
        act(HOUSE, "manage", "appoint", said)
    two.settle()
    asks(two, two.right, "stranger", m.pk, "accept", reason="我来办")
    two.settle()
    assert state(two, two.left, m.pk) == "raised"


def test_evidence_goes_along_and_one_that_is_gone_is_refused(two):
    with two.at(two.left) as world:
        m = world.raised("host", forum=world["右村驿站"])
    two.settle()
    with two.at(two.right) as world:
        there = Neighbour.objects.get(pk=two.right.neighbour).there
        with elsewhere.reading(there, only=False):
            found = Matter.objects.get(pk=m.pk)
            step = found.rules.step("accept")
            asking.ask(
                there, world.people["host-right"], found, step, {"reason": "好"}, [picture()]
            )
    two.settle()
    with two.at(two.left):
        entry = log.of_matter(log.MAIN, m.pk)[-1].body
        assert entry["step"] == "accept" and len(entry["files"]) == 1
        assert evidence.path_of(entry["files"][0]["sha256"]).exists()
    two.line.carries = lambda url, body: b"another" if "/files/" in url and body else body
    with two.at(two.right) as world, elsewhere.reading(there, only=False):
        found = Matter.objects.get(pk=m.pk)
        step = found.rules.step("decline")
        said = {"reason": "不归我们"}
        asking.ask(there, world.people["host-right"], found, step, said, [picture("b.png")])
    two.settle()
    assert state(two, two.left, m.pk) == "screened"


def test_what_stands_here_because_of_them_is_held_to_what_they_say(two):
    with two.at(two.left) as world:
        m = world.raised("host", forum=world["右村驿站"])
    two.settle()
    asks(two, two.right, "host-right", m.pk, "accept", reason="好")
    two.settle()
    with two.at(two.left):
        report = Report()
        checked.check(report)
        assert report.ok
        number = log.of_matter(log.MAIN, m.pk)[-1].number
        for old, new in (
            ('"role":"host"', '"role":"lead"'),
            ('"actor":"p-host-right@', '"actor":"p-lead-right@'),
            ('"step":"accept"', '"step":"decline"'),
            ('"log":"right.example/main"', '"log":"nobody.example/main"'),
        ):
            for one, other in ((old, new), (new, old)):
                resigned(number, one, other)
                report = Report()
                checked.check(report)
                assert report.ok is (one == new), (old, new)


def test_a_file_that_is_not_the_one_their_entry_names_is_refused(two):
    """Another picture, as good as the first, that somebody on the way has put in its place."""
    with two.at(two.left) as world:
        m = world.raised("host", forum=world["右村驿站"])
    two.settle()
    another = png()
    assert len(another) < len(river(clear=True))
    two.line.carries = lambda url, body: another if "/files/" in url and body else body
    with two.at(two.right) as world:
        there = Neighbour.objects.get(pk=two.right.neighbour).there
        with elsewhere.reading(there, only=False):
            found = Matter.objects.get(pk=m.pk)
            step = found.rules.step("accept")
            asking.ask(
                there, world.people["host-right"], found, step, {"reason": "好"}, [picture()]
            )
    two.settle()
    assert state(two, two.left, m.pk) == "raised"


def test_entries_that_want_nothing_of_anybody_cost_nothing_each(two, django_assert_max_num_queries):
    """A long record is looked through at once: only what may be meant for us is looked at by itself."""
    with two.at(two.left):
        for n in range(30):
            act(HOUSE, "register", "open", {"title": f"登记{n}"})
    two.follow(two.right)
    with two.at(two.right):
        neighbour = Neighbour.objects.get(pk=two.right.neighbour)
        Copy.objects.filter(pk=neighbour.pk).update(answered=two.copy(two.right).applied - 30)
        with django_assert_max_num_queries(40):
            assert answer(neighbour) == 0
        assert Copy.objects.get(pk=neighbour.pk).answered == two.copy(two.right).applied
