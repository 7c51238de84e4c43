"""The desk shows what waits, what can be done to it, and nothing else."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pilin.demo.cast import cast
from pilin.demo.play import play
from pilin.engine.act import available
from pilin.engine.builtin import ASSIGN, NUDGE
from pilin.engine.erase import erase_person
from pilin.engine.models import Matter
from pilin.kit.asking import Question
from pilin.kit.offered import Offered
from pilin.kit.programme import waiting_for
from pilin.people.models import DeskView, Office
from pilin.site import worklist as reading
from pilin.site.worklist import OTHERS, Chosen, worklist
from tests.over_http import signed

NONE = Question("", ())


def on_the_desk(actor, show="", after=""):
    return worklist(actor, Chosen(show), after, NONE)


def page(client, path="/desk/"):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def host(world):
    return signed(world.people["host"])


@pytest.mark.slow
def test_each_role_of_the_demo_is_shown_exactly_what_it_can_do(db):
    play(lambda _words: None)
    shown = 0
    for actor in cast().people.values():
        lines = {line.row.id: line for line in on_the_desk(actor).lines}
        for key, line in lines.items():
            matter = Matter.objects.get(pk=key)
            can = available(actor, matter)
            first = Offered.of(matter.rules, can).first
            assert line.verb == (first.name if first else ""), (actor, matter)
            nudge = NUDGE in [step.name for step in can]
            assert line.nudge == (line.group == OTHERS and first is None and nudge)
            shown += bool(line.verb)
        turns = {key for rows in waiting_for(actor.offices) for key in rows}
        for matter in Matter.objects.filter(is_open=True).defer("search"):
            its_turn = matter.pk in turns or matter.holder_person == actor.person
            if its_turn or matter.held_by(actor):
                assert lines[matter.pk].group != OTHERS
    assert shown > 30


def test_what_i_have_what_is_late_and_what_waits_on_others_stand_apart(world):
    late = world.raised(at=timezone.now() - timedelta(days=20))
    m, project = world.converted()
    found = {line.row.id: line for line in on_the_desk(world.actor("host")).lines}
    assert (found[late.pk].group, found[late.pk].verb) == ("late", "accept")
    assert found[m.pk].group != OTHERS
    raised = {line.row.id: line for line in on_the_desk(world.actor("resident")).lines}
    assert {line.group for line in raised.values()} == {OTHERS}
    assert raised[late.pk].nudge and not raised[late.pk].verb
    ahead = {line.row.id: line.group for line in on_the_desk(world.actor("lead")).lines}
    assert project.pk in ahead


def test_a_row_has_its_step_as_a_button_and_nobody_elses(world, host):
    m = world.raised()
    assert f'href="{m.url}accept/?then=/desk/"' in page(host)
    other = page(signed(world.people["resident"]))
    assert f"{m.url}accept/" not in other and f'formaction="{m.url}{NUDGE}/"' in other


def test_a_bare_step_is_taken_from_the_desk_and_leads_back_to_it(world):
    m = world.raised()
    client = signed(world.people["resident"])
    answer = client.post(f"{m.url}{NUDGE}/", {"seen": m.last, "then": "/desk/"})
    assert answer["Location"] == "/desk/"
    assert f"{m.url}{NUDGE}/" not in page(client)


def test_the_desk_is_read_in_as_many_trips_however_many_rows(world, host):
    def trips():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(host)
        return len(asked)

    world.raised()
    page(host)
    before = trips()
    for n in range(8):
        world.raised("delegate", title=f"第{n}件")
    page(host)
    assert trips() == before


def test_a_long_desk_is_read_a_page_at_a_time_and_counted_whole(world, host, monkeypatch):
    monkeypatch.setattr(reading, "SIZE", 3)
    for n in range(7):
        world.raised("delegate", title=f"第{n}件")
    seen, after = [], ""
    while True:
        found = on_the_desk(world.actor("host"), after=after)
        assert sum(found.counts.values()) == 7
        seen += [line.row.title for line in found.lines]
        if not (after := found.after):
            break
    assert seen == [f"第{n}件" for n in range(7)]
    first = page(host)
    assert '<span class="count">7</span>' in first and "?after=" in first


@pytest.mark.parametrize("size", [2, 30])
def test_the_desk_can_be_narrowed_down(world, monkeypatch, size):
    monkeypatch.setattr(reading, "SIZE", size)
    late = world.raised(at=timezone.now() - timedelta(days=20))
    rest = [world.raised(title=f"第{n}件").pk for n in range(2)]
    actor = world.actor("host")
    keys = [line.row.id for line in on_the_desk(actor, "late").lines]
    assert keys == [late.pk]
    other = worklist(actor, Chosen(kind="consultation", org=world["左村驿站"]), "", NONE)
    assert {line.row.id for line in other.lines} <= {late.pk, *rest} and other.lines
    assert worklist(actor, Chosen(kind="wish"), "", NONE).lines == ()
    assert on_the_desk(actor, OTHERS).lines == ()


def test_what_a_colleague_gave_me_is_mine_and_theirs_is_told_apart(world):
    project = world.converted()[1]
    treasurer = Office.objects.get(person="p-treasurer")
    world.take("lead", project, ASSIGN, to=str(treasurer.pk))
    mine = on_the_desk(world.actor("treasurer"), "mine").lines
    assert [(line.row.id, line.given, line.verb) for line in mine] == [(project.pk, True, "")]
    assert "→ 您" in page(signed(world.people["treasurer"]))
    assert "→ 专款管理员" in page(signed(world.people["lead"]))


def test_two_who_hold_the_same_office_are_told_apart_by_a_number(world):
    from pilin.engine.positions import registers

    both = Office.objects.filter(role="delegate").order_by("id")
    assert [registers().called(o)[-2:] for o in both] == [" 1", " 2"]


# Views -------------------------------------------------------------------------------------------


def test_a_view_is_kept_for_its_owner_alone_and_forgotten(world, host):
    world.raised(at=timezone.now() - timedelta(days=20))
    host.post("/desk/views/", {"show": "late", "kind": "consultation", "name": "要赶的"})
    assert "★ 要赶的" in page(host)
    assert "★ 要赶的" not in page(signed(world.people["clerk"]))
    view = DeskView.objects.get()
    assert view.query == "?show=late&kind=consultation"
    signed(world.people["clerk"]).post("/desk/views/", {"forget": view.pk})
    assert "★ 要赶的" in page(host)
    host.post("/desk/views/", {"forget": view.pk})
    assert "★ 要赶的" not in page(host)


def test_there_is_room_for_ten_views(world, host):
    for n in range(12):
        host.post("/desk/views/", {"show": "late", "name": f"第{n}种"})
    assert DeskView.objects.count() == 10


@pytest.mark.parametrize("name", ["", " ", "\0"])
def test_a_view_without_a_name_is_not_kept(host, name):
    host.post("/desk/views/", {"show": "late", "name": name})
    assert not DeskView.objects.exists()


def test_whoever_is_erased_leaves_no_view(world, host):
    host.post("/desk/views/", {"show": "late", "name": "我的"})
    erase_person("p-host")
    assert not DeskView.objects.exists()


# Several at once ---------------------------------------------------------------------------------


def ticked(*matters):
    return [f"{m.pk}.{m.last}" for m in matters]


@pytest.fixture
def slips(world):
    return [world.raised(title=f"第{n}件") for n in range(3)]


def states(matters):
    return [Matter.objects.get(pk=m.pk).state for m in matters]


def test_several_are_accepted_with_one_answer_each_in_an_entry_of_its_own(host, slips):
    shown = page(host)
    assert len(re.findall(r'type="checkbox" form="many"', shown)) == 3
    asked = {"step": "consultation.accept", "m": ticked(*slips)}
    assert "第2件" in host.get("/desk/together/", asked).content.decode()
    checked = host.post("/desk/together/", {**asked, "reason": "公共设施"}).content.decode()
    assert "公共设施" in checked and states(slips) == ["raised"] * 3
    host.post("/desk/together/", {**asked, "reason": "公共设施", "sure": "yes"})
    assert states(slips) == ["screened"] * 3
    assert len({Matter.objects.get(pk=m.pk).last for m in slips}) == 3


def test_one_that_has_moved_on_is_told_apart_and_the_others_are_done(world, host, slips):
    tickets = ticked(*slips)
    world.take("neighbour", slips[1], "support")
    posted = {"step": "consultation.accept", "m": tickets, "reason": "好", "sure": "yes"}
    said = host.post("/desk/together/", posted).content.decode()
    assert states(slips) == ["screened", "raised", "screened"]
    assert "第1件" in said[said.index('class="refused"') : said.index('class="links"')]


def test_an_answer_that_is_missing_is_asked_for_and_nothing_is_done(host, slips):
    posted = {"step": "consultation.accept", "m": ticked(*slips), "sure": "yes"}
    answer = host.post("/desk/together/", posted)
    assert answer.status_code == 422 and states(slips) == ["raised"] * 3


def test_nobody_does_together_what_they_may_not_do_alone(world, slips):
    client = signed(world.people["neighbour"])
    posted = {"step": "consultation.accept", "m": ticked(*slips), "reason": "好", "sure": "yes"}
    said = client.post("/desk/together/", posted).content.decode()
    assert 'class="refused"' in said and states(slips) == ["raised"] * 3


@pytest.mark.parametrize("step", ["consultation.convene", "consultation.nothing", "none.x", ""])
def test_only_what_is_declared_fit_is_done_together(host, step):
    assert host.get("/desk/together/", {"step": step}).status_code == 404


@pytest.mark.parametrize("m", ["x", "1", "1.2.3", "99999999999999999999.1", "٣.1", ""])
def test_ticks_that_are_none_are_left_out(host, m):
    asked = {"step": "consultation.accept", "m": m}
    assert host.get("/desk/together/", asked).status_code == 200
