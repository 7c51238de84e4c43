"""Where somebody has to say who should look at it, what is nearest is chosen already."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from pilin.engine.programme import registry
from tests.answers import situation


def chosen(world, login, kind, step, field, *, home=None, matter=None):
    account = world.people[login]
    account.home = world[home] if home else None
    form = registry.latest(kind).step(step).asks(situation=situation(world.actor(login), matter))
    return form.initial.get(field)


@pytest.mark.parametrize(
    ("login", "home", "kind", "step", "field", "nearest"),
    [
        ("resident", "左村", "consultation", "raise", "forum", "左村驿站"),
        ("resident", "右镇", "consultation", "raise", "forum", "右镇议事堂"),
        ("resident", "左村", "service", "ask", "desk", "左服务中心"),
        ("resident", "右村", "service", "ask", "desk", "左服务中心"),  # it serves both towns
        ("resident", "左村", "nomination", "nominate", "org", "左镇"),
        ("delegate", None, "suggestion", "write", "to", "左镇"),
        ("coordinator", None, "wish", "submit", "through", "左村驿站"),
        ("host-right", None, "wish", "submit", "through", "右村驿站"),
        ("lead-right", None, "project", "register", "lead", "右镇"),
        ("host", "右村", "consultation", "raise", "forum", "左村驿站"),  # whoever works somewhere
    ],
)
def test_whoever_asks_finds_their_own_village_or_body_chosen(
    world, login, home, kind, step, field, nearest
):
    assert chosen(world, login, kind, step, field, home=home) == world[nearest]


def test_a_suggestion_is_deliberated_at_the_hall_of_whoever_answers_it(world):
    matter = SimpleNamespace(rules=registry.latest("suggestion"))
    found = chosen(world, "clerk-right", "suggestion", "deliberate", "forum", matter=matter)
    assert found == world["右镇议事堂"]


def test_nothing_is_chosen_for_whoever_has_neither_home_nor_office(world):
    assert chosen(world, "stranger", "service", "ask", "desk") is None
