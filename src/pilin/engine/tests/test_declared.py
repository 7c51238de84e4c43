"""What a step declares the kernel goes by: it knows no programme's words."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from pilin.engine import clock
from pilin.engine.act import _others, act
from pilin.engine.audiences import ALL
from pilin.engine.checks import procedures, silent
from pilin.engine.models import Matter
from pilin.engine.payload import Untyped
from pilin.engine.procedure import Conversion, Entering, Procedure, Step, states
from pilin.engine.programme import Programme, Registry, registry
from pilin.engine.rules import clock as calendar
from pilin.engine.rules import holder, house, member, nothing_running, to_actor, workdays
from pilin.engine.situation import Situation
from pilin.forms.shared import ReasonForm

OPEN = Step("open", None, "here", by=member, title="t", done="d", holder=to_actor, due=workdays(1))
CLOSE = {"source": ("here",), "to": "gone", "title": "t", "done": "d", "closes": "x"}


def errand(*steps, kind="errand", **more):
    rows = states(("here", "Here", "raised"), ("gone.", "Gone", "confirmed"))
    return Procedure(kind, 1, "Errand", rows, (OPEN, *steps), **more)


def test_a_matter_named_in_an_answer_is_locked_only_where_the_step_says_so():
    steps = {s.name: s for s in registry.get("consultation", 1).steps}
    assert _others(steps["merge"], {"into": "5"}) == {5}
    assert _others(steps["merge_statement"], {"into": "5"}) == set()
    for odd in ("", None, "x", "²", "9" * 30, ["5"]):
        assert _others(steps["merge"], {"into": odd}) == set()


def test_the_calendar_is_found_among_several_who_may(world):
    both = Step("end", by=holder | calendar, **CLOSE)
    with registry.extended(Programme("errand", procedures=(errand(both),))):
        number = act(world.actor("resident"), "errand", "open").number
        assert clock.tick(timezone.now() + timedelta(days=30)) == 1
        assert Matter.objects.get(pk=number).state == "gone"


def test_a_closed_matter_is_left_by_a_link_alone():
    for who, found in ((calendar, True), (holder | calendar, True)):
        again = Step(
            "again",
            ("gone",),
            "here",
            by=who,
            title="t",
            done="d",
            holder=to_actor,
            due=workdays(1),
        )
        faults = errand(Step("end", by=holder, **CLOSE), again).faults()
        assert any("can be left by a person" in f for f in faults) == found


def knowing(procedure):
    known = Registry()
    known.add(Programme("errand", procedures=(procedure,)))
    return known


def handing_over(**changes):
    made = {"kind": "errand", "step": "open", "opening": dict, "back": {}, "forth": {}, **changes}
    return Step("go", by=holder, opens=Conversion(**made), **CLOSE)


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        (handing_over(kind="nothing"), "no kind of matter"),
        (handing_over(step="nothing"), "opens no errand"),
        (handing_over(step="end"), "opens no errand"),
        (handing_over(back={"nowhere": "go"}), "nowhere, which is no state"),
        (handing_over(back={"gone": "nothing"}), "nothing, which is no step"),
        (handing_over(forth={"nowhere": "end"}), "nowhere, which is no state"),
        (handing_over(forth={"gone": "nothing"}), "nothing, which is no step"),
        (Step("go", by=holder, asks=ReasonForm, locks=("into",), **CLOSE), "'into'"),
        (Step("go", by=holder, asks=ReasonForm, rates="rating", **CLOSE), "'rating'"),
        (Step("go", by=holder, ends_vote=True, **CLOSE), "the house may not"),
    ],
)
def test_a_declaration_that_names_what_is_not_there_is_refused(step, fault):
    known = knowing(errand(Step("end", by=holder, **CLOSE)))
    assert any(fault in f for f in errand(step, kind="trip").faults(known))


def test_what_is_declared_well_has_no_faults():
    known = knowing(errand(Step("end", by=holder, **CLOSE)))
    go = handing_over(back={"gone": "go"}, forth={"gone": "end"})
    assert errand(go, kind="trip").faults(known) == []
    fine = Step("go", by=holder | house, ends_vote=True, **CLOSE)
    assert errand(fine).faults(known) == []
    assert "no step 'record'" in errand(fine, entering=Entering("open", "record", "go")).faults()[0]


def test_rows_are_entered_where_a_procedure_says_so():
    assert registry.entering() == ("register", Entering("open", "record", "close"))
    with pytest.raises(LookupError):
        Registry().entering()


def test_a_project_that_came_as_far_as_is_waited_for_runs_no_more(world):
    def running(matter):
        now = timezone.now()
        return not nothing_running(Situation(world.actor("host"), matter, now, now.date()))

    m, p = world.converted()
    assert running(m)
    for login, step, data in (
        ("lead", "approve", {"words": "x"}),
        ("lead", "start", {"start": "2026-04-01"}),
        ("lead", "deliver", {"words": "x"}),
        ("host", "accept", {"words": "x"}),
    ):
        world.take(login, p, step, **data)
    assert not running(m)


def test_a_step_that_changes_who_has_it_or_by_when_tells_somebody_who_waits():
    later = Step(
        "later", ("here",), "=", holder, "t", "d", holder=to_actor, due=workdays(9), side=True
    )
    close = Step("end", by=holder, **CLOSE)
    (fault,) = silent(errand(later, close))
    assert fault.startswith("errand.later: changes who has it or by when")
    assert list(silent(errand(replace(later, tells=ALL), close))) == []


def test_a_step_every_procedure_has_says_what_its_entry_is(monkeypatch):
    odd = Step("odd", ("here",), "=", member, "t", "d", asks=ReasonForm, payload=Untyped)
    assert procedures(None) == []
    monkeypatch.setitem(registry._built_in, "odd", odd)
    assert "odd: a step every procedure has" in procedures(None)[-1].msg
