"""Answers to any step's form, made from the form itself: a way to drive every procedure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone

from pilin.loop.act import act, check
from pilin.loop.fields import Lines, Milestones, Money
from pilin.loop.models import Matter
from pilin.loop.procedure import Procedure, Step, registry
from pilin.loop.refused import Refused
from pilin.loop.situation import Situation
from pilin.people.actor import Actor
from tests.world import PHOTO, World


def situation(actor: Actor, matter: Matter | None) -> Situation:
    now = timezone.now()
    return Situation(actor, matter, now, timezone.localtime(now).date())


def answers(step: Step, here: Situation, prefer: dict[str, Any] | None = None) -> dict[str, Any]:
    """Valid answers to what a step asks; `prefer` gives some by field."""
    if step.asks is None:
        return {}
    form = step.asks(situation=here)
    given = prefer or {}
    return {
        n: given.get(n, _answer(n, f)) for n, f in form.fields.items() if n in given or f.required
    }


def _answer(name: str, field: forms.Field) -> Any:
    match field:
        case forms.ModelMultipleChoiceField():
            return []
        case forms.ModelChoiceField():
            return field.queryset.values_list("pk", flat=True).first()
        case forms.ChoiceField():
            return field.choices[0][0] if field.choices else ""
        case Milestones() | Lines():
            return "一行"
        case forms.DateTimeField():
            return "2099-01-05T19:00"
        case forms.DateField():
            return "2099-01-05"
        case forms.IntegerField():
            return field.min_value or 1
        case Money():
            return "3万元"
        case forms.JSONField():
            return {}
    return "村口的路灯坏了"


def find(matter: Matter) -> Matter:
    return Matter.objects.select_related("org", "place", "holder_org", "source").get(pk=matter.pk)


def who_may(world: World, rules: Procedure, step: Step, matter: Matter | None) -> set[str]:
    """Logins of everyone the house would let take the step now."""
    found = set()
    for login in world.people:
        try:
            check(rules, step, situation(world.actor(login), matter))
        except Refused:
            continue
        found.add(login)
    return found


def take(world: World, matter: Matter | None, rules: Procedure, step: Step) -> Matter | None:
    """Take a step as whoever may; None where nobody may or the form has no answer."""
    prefer = {"forum": world["左村驿站"], "lead": world["左镇"], "station": world["左村驿站"]}
    for login in sorted(who_may(world, rules, step, matter)):
        actor = world.actor(login)
        try:
            record = act(
                actor,
                matter or rules.kind,
                step.name,
                answers(step, situation(actor, matter), prefer),
                files=[PHOTO],
            )
        except Refused:
            continue
        return Matter.objects.select_related("org", "place", "holder_org", "source").get(
            pk=record.body["matter"]
        )
    return None


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
        matter = take(world, None, rules, first)
        if matter is None:
            return None
        for n, step in enumerate(way, 1):
            moved = take(world, matter, rules, step)
            if moved is None:
                closed.append(names[:n])
                break
            matter = moved
        else:
            return matter
    return None


def _ways(rules: Procedure, start: str, goal: str) -> Iterator[list[Step]]:
    """Every way without a detour, shortest first."""
    ways: list[tuple[str, list[Step], frozenset[str]]] = [(start, [], frozenset({start}))]
    while ways:
        state, steps, seen = ways.pop(0)
        if state == goal:
            yield steps
            continue
        ways += [
            (s.to, [*steps, s], seen | {s.to})
            for s in rules.steps_from(state)
            if s.to != "=" and s.to not in seen
        ]
