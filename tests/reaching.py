"""Bringing a matter to any state of its procedure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from pilin.engine.models import Matter
from pilin.engine.procedure import Procedure, Step
from pilin.engine.programme import registry
from pilin.people.models import Account
from tests.answers import find
from tests.databases import Changes, changes, copy_in, numbers, rows
from tests.taking import AFTER, AS_IT_IS, BEFORE, START, enter_twice, take
from tests.world import World


def reach(world: World, kind: str, opening: str, state: str) -> Matter | None:
    """A matter opened by `opening` and brought to `state` along any way that works."""
    rules = registry.latest(kind)
    assert rules is not None
    first = rules.step(opening)
    assert first is not None
    closed: list[list[str]] = []  # beginnings of ways that lead nowhere
    for way in _ways(rules, first.to, state):
        names = [s.name for s in way]
        if any(names[: len(c)] == c for c in closed):
            continue
        start = START.get((kind, opening))
        matter = start(world) if start else take(world, None, rules, first)
        if matter is None:
            return None
        for n, step in enumerate(way, 1):
            moved = go(world, matter, rules, step, state)
            if moved is None:
                closed.append(names[:n])
                break
            matter = moved
        else:
            return matter
    return None


@dataclass
class Reached:
    """A matter brought to a state in a world in which nothing else has happened: what that changed."""

    number: int | None
    changed: Changes
    numbers: dict[str, int]
    people: dict[str, int]


#: By kind, opening, state and day.
_reached: dict[tuple[str, str, str, date], Reached] = {}


@contextmanager
def reached(world: World, kind: str, opening: str, state: str) -> Iterator[Matter | None]:
    """As `reach`, in a world in which nothing else has happened, and within: afterwards it has not.

    The way is walked once in a process, and what it changed is copied where it is wanted again.
    """
    people = dict(world.people)
    try:
        with transaction.atomic():
            key = (kind, opening, state, timezone.localdate())
            first = _reached.get(key)
            if first is None:
                before = rows("public")
                matter = reach(world, kind, opening, state)
                new = {n: a.pk for n, a in world.people.items() if n not in people}
                there = changes(before, rows("public")) if matter else {}
                number = matter.pk if matter else None
                _reached[key] = Reached(number, there, numbers("public") if matter else {}, new)
            elif first.number is None:
                matter = None
            else:
                copy_in(first.changed, first.numbers)
                accounts = Account.objects.in_bulk(first.people.values())
                world.people |= {n: accounts[pk] for n, pk in first.people.items()}
                matter = find(first.number)
            yield matter
            raise _Back
    except _Back:
        world.people.clear()
        world.people.update(people)


class _Back(Exception):
    """What happened within is taken back."""


def go(
    world: World, matter: Matter | None, rules: Procedure, step: Step, state: str = ""
) -> Matter | None:
    """Take a step on the way to `state`, as often as it wants several to take it, after what it
    needs beforehand."""
    if matter and step.by.kinds <= {"link", "house"} and matter.state == step.to:
        return matter  # what it is linked to, or the house, has brought it there
    if matter and (rules.kind, step.name) == ("renovation", "count"):
        enter_twice(world, matter, "no" if state in ("not_carried", "declined") else "yes")
    for name in BEFORE.get((rules.kind, step.name), ()):
        earlier = rules.step(name)
        if earlier:
            matter = take(world, matter, rules, earlier) or matter
    moved = take(world, matter, rules, step)
    if moved and (rules.kind, step.name) in AFTER and (rules.kind, state) not in AS_IT_IS:
        AFTER[rules.kind, step.name](world, moved)
        moved = find(moved)
    goal = step.gather.to if step.gather else ""
    for _again in range(4):
        if moved is None or not goal or moved.state in (goal, step.to):
            return moved
        moved = take(world, moved, rules, step)
    return moved


def _ways(rules: Procedure, start: str, goal: str) -> Iterator[list[Step]]:
    """Every way without a detour, shortest first."""
    ways: list[tuple[str, list[Step], frozenset[str]]] = [(start, [], frozenset({start}))]
    while ways:
        state, steps, seen = ways.pop(0)
        if state == goal:
            yield steps
            continue
        ways += [
            (to, [*steps, s], seen | {to})
            for s in rules.steps_from(state)
            for to in sorted(s.targets(state))
            if to not in seen
        ]
