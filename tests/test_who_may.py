"""Who may take which step: read from the procedures, checked against what they declare."""

import pytest

from pilin.engine.at_hand import looked_at
from pilin.engine.programme import registry
from tests.answers import situation, who_may
from tests.meaning import known, meanings, posts_of
from tests.over_http import assert_over_http
from tests.reaching import reached

CASES = [(p.kind, s.name) for p in registry.procedures for s in p.steps if p.listed]
#: States a matter is in only as a register says so: nobody leads one there.
REGISTERED = {"summary", "recorded"}
#: What the words of the declarations mean.
MEANING = meanings()


def means(kind, matter, actor):
    if kind.startswith("verified-"):
        return known(matter, actor) and means(kind.removeprefix("verified-"), matter, actor)
    word, _colon, roles = kind.partition(":")
    if word == "office":
        return any(role in roles.split("/") for _, role in posts_of(actor))
    if word == "at":
        return any((matter.org_id, role) in posts_of(actor) for role in roles.split("/"))
    return MEANING[kind](matter, actor)


def named(world, step, matter) -> set[str]:
    """Those whom the step names, whatever else it asks for."""
    with looked_at(None):  # their offices are known without a question for each
        actors = {login: world.actor(login) for login in world.people}
    kinds = step.by.kind.split("|")
    return {login for login, a in actors.items() if any(means(k, matter, a) for k in kinds)}


def declared(world, step, matter) -> set[str]:
    return {
        login
        for login in named(world, step, matter)
        if not step.only_if or step.only_if(situation(world.actor(login), matter))
    }


@pytest.mark.parametrize(("kind", "name"), CASES, ids=str)
def test_a_step_is_open_to_those_it_names_and_to_nobody_else(world, kind, name):
    rules = registry.latest(kind)
    step = rules.step(name)
    if step.source is None:
        may = declared(world, step, None)
        assert who_may(world, rules, step, None) == may
        assert_over_http(world, rules, step, None, may, named(world, step, None))
        return
    ways = [(opening.name, state) for state in step.source for opening in rules.openings()]
    found = False
    for opening, state in reversed(ways):
        with reached(world, kind, opening, state) as matter:
            if matter is None:
                continue
            may = declared(world, step, matter)
            assert who_may(world, rules, step, matter) == may
            if not found:
                assert_over_http(world, rules, step, matter, may, named(world, step, matter))
            found = True
    assert found or REGISTERED & set(step.source), "no way leads to where this step begins"


#: Somewhere an open matter rests with a post, and somewhere with a person.
RESTS = [
    ("consultation", "raise", "raised"),
    ("consultation", "raise", "delivered"),
    ("suggestion", "write", "submitted"),
    ("service", "ask", "asked"),
    ("project", "register", "registered"),
]


@pytest.mark.parametrize("name", sorted(registry.built_in))
@pytest.mark.parametrize(("kind", "opening", "state"), RESTS, ids=str)
def test_a_step_every_procedure_has_is_open_to_those_it_names(world, kind, opening, state, name):
    step = registry.built_in[name]
    with reached(world, kind, opening, state) as m:
        assert who_may(world, m.rules, step, m) == declared(world, step, m)


@pytest.mark.parametrize(
    ("kind", "opening", "state", "step"),
    [
        ("consultation", "raise", "delivered", "confirm"),
        ("agreement", "draft", "in_force", "review"),
        ("pairing", "propose", "active", "report"),
        ("suggestion", "write", "answered", "satisfied"),
        ("wish", "submit", "delivered", "confirm"),
        ("drive", "open", "finished", "confirm"),
        ("fund", "open", "accounts", "confirm"),
        ("payment", "request", "paid", "confirm"),
        ("event", "announce", "held", "confirm"),
        ("service", "ask", "answered", "confirm"),
        ("renovation", "propose", "voting", "enter"),
        ("renovation", "propose", "approving", "grant"),
        ("renovation", "propose", "accepting", "confirm"),
        ("budget", "announce", "vetting", "admit"),
        ("budget", "announce", "voting", "close_vote"),
        ("budget", "announce", "counted", "convert"),
        ("budget", "announce", "under_way", "deliver"),
        ("budget", "announce", "delivered", "confirm"),
    ],
)
def test_some_steps_are_open_to_somebody(world, kind, opening, state, step):
    """The test above would pass where nobody may do anything."""
    with reached(world, kind, opening, state) as m:
        assert who_may(world, m.rules, m.rules.step(step), m)
