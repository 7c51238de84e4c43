"""Answers to any step's form, made from the form itself: a way to drive every procedure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from pilin.engine.act import check
from pilin.engine.at_hand import looked_at
from pilin.engine.models import Matter
from pilin.engine.procedure import Procedure, Step
from pilin.engine.refused import Refused
from pilin.engine.situation import Situation
from pilin.forms.fields import Lines, Milestones, Money
from pilin.people.actor import Actor
from pilin.programmes.benefit.forms import Conditions
from pilin.programmes.chain.fields import Measure
from pilin.programmes.drive.forms import Goods
from pilin.programmes.panel.forms import Quotas
from pilin.programmes.renovation.fields import Amounts, Counts, Grid, Units
from tests.world import PHOTO, World

#: What is said where somebody is to write.
SAID = "村口的路灯坏了"


def situation(actor: Actor, matter: Matter | None, later: int = 0) -> Situation:
    """As it is now, or so many days from now."""
    now = timezone.now() + timedelta(days=later)
    return Situation(actor, matter, now, timezone.localtime(now).date())


def answers(step: Step, here: Situation, prefer: dict[str, Any] | None = None) -> dict[str, Any]:
    """Valid answers to what a step asks; `prefer` gives some by field."""
    if step.asks is None:
        return {}
    form = step.asks(situation=here)
    given = prefer or {}
    found = {}
    for name, field in form.fields.items():
        if name in given and _fits(field, given[name]):
            found[name] = given[name]
        elif field.required:
            said = _answer(name, field)
            # What is kept sealed is not said in public by the next step.
            found[name] = f"{said}（密）" if name in form.sealed and said == SAID else said
    return found


def _fits(field: forms.Field, value: Any) -> bool:
    """Whether a preferred answer is one of those the field offers."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        return isinstance(value, list)
    if isinstance(field, forms.ModelChoiceField):
        return value in [key for key, _words in field.choices]
    if isinstance(field, forms.ChoiceField):
        return value in [key for key, _words in field.choices]
    try:
        field.clean(value)
    except forms.ValidationError:
        return False
    return True


def _answer(name: str, field: forms.Field) -> Any:
    match field:
        case forms.ModelMultipleChoiceField():
            return []
        case Goods():
            return "校服 10 套"
        case Conditions():
            return "员工数 不超过 1000"
        case Counts():
            return "加装电梯 1"
        case Amounts():
            return "政府补助 3万元"
        case Units():
            return "A-101,80,A-1\nA-102,80,A-2"
        case Grid():
            columns = {k: _answer(k, f) for k, f in field.columns.items()}
            lines = field.lines if name == "ballots" else field.lines[:1]
            return [{"row": line.key, **columns} for line in lines]
        case forms.ModelChoiceField():
            return next((key for key, _words in field.choices if key != ""), None)
        case forms.MultipleChoiceField():
            return [key for key, _words in field.choices][:1]
        case forms.ChoiceField():
            return next((key for key, _words in field.choices if key != ""), "")
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
        case Measure():
            return "100"
        case Quotas():
            return "性别 女 0-3\n性别 男 0-3"
        case forms.JSONField():
            return {}
    return SAID


def find(matter: Matter | int) -> Matter:
    """As it is now, with the names of those it is with."""
    with looked_at(matter if isinstance(matter, int) else matter.pk) as found:
        assert found is not None
        return found


def who_may(
    world: World, rules: Procedure, step: Step, matter: Matter | None, later: int = 0
) -> set[str]:
    """Logins of everyone the rules would let take the step now, or so many days from now."""
    found = set()
    with looked_at(None):  # their offices are known without a question for each
        for login in world.people:
            try:
                check(rules, step, situation(world.actor(login), matter, later))
            except Refused:
                continue
            found.add(login)
    return found


def days_away(n: int) -> str:
    """A time so many days from now, as a form takes it."""
    return (timezone.localtime() + timedelta(days=n)).strftime("%Y-%m-%dT%H:%M")


def preferences(world: World) -> dict[str, Any]:
    """Answers by field that lead somewhere, whatever the form."""
    return {
        "forum": world["左村驿站"],
        "lead": world["左镇"],
        "station": world["左村驿站"],
        "partner": world["右镇"],
        "parties": [world["右镇"]],
        "to": world["左镇"],
        "through": world["左镇议事堂"],
        "recipient": world["右小学"],
        "desk": world["左服务中心"],
        "code": "学生01",
        "left_code": "学生01",
        "right_code": "学生02",
        "price": "100",
        "amount": "100",
        "goods": "校服 10 套",
        "count": "10",
        "offices": [world["左镇"]],
        "halls": [world["左镇议事堂"], world["右镇议事堂"]],
        "start": days_away(-1),
        "end": days_away(20),
        "type": "penpals",
        "files": [PHOTO],
        "remainder": "0",
        "first": "2026-03-09",
    }
