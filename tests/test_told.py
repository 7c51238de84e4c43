"""Who is told of each step, why, and in which words: as it stands in `told.txt`, one line a step.

Each matter has somebody who raised it, the neighbour who supports it, and the stranger who follows it.
Where a line is to change, PILIN_TELL=anew writes the file, and whoever changes it reads what it says.
"""

from __future__ import annotations

import os
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from django.utils import timezone, translation

from pilin.engine.act import LOG, act
from pilin.engine.models import Matter, Notice, Party
from pilin.engine.procedure import Procedure, Step
from pilin.engine.programme import registry
from pilin.engine.refused import Refused
from pilin.engine.sentence import sentence
from pilin.ledger import log
from pilin.ledger.log import Record
from pilin.people.actor import CLOCK, HOUSE, LINK
from pilin.people.hearing import Following
from pilin.people.read_model import applying
from pilin.telling import following
from tests.answers import find
from tests.reaching import go, reach
from tests.taking import take
from tests.told_ways import WAYS
from tests.two import two_schemas  # noqa: F401 (a fixture)
from tests.world import World

FILE = Path(__file__).with_name("told.txt")
ANEW = os.environ.get("PILIN_TELL") == "anew"
#: A step only of Pilin itself that enters a register tells nobody and is left out.
CASES = [
    (p.kind, s.name)
    for p in registry.procedures
    if p.listed
    for s in p.steps
    if s.by.kinds != {"house"}
]


#: What is done first, so that there is something to look at or to give back.
EARLIER = {
    "agreement.charge": ("lead_project",),
    "consultation.state": ("ask",),
    "consultation.accept_statement": ("ask", "state"),
    "consultation.reject_statement": ("ask", "state"),
    "consultation.merge_statement": ("ask", "state"),
    "consultation.take_out_statement": ("ask",),
    "consultation.close_vote": ("ask",),
    "drive.ship": ("receive",),
    "drive.hand_over": ("receive", "ship"),
    "drive.withdraw_promise": ("promise",),
    "event.cancel_registration": ("register",),
    "fund.allocate": ("receive",),
    "fund.request": ("receive", "allocate"),
    "fund.give_back": ("receive",),
    "nomination.answer": ("object",),
    "panel.draw": ("word",),
    "placement.object_days": ("work",),
    "pairing.write": ("pair",),
    "pairing.pass_on": ("pair", "write"),
    "wish.accept_giver": ("offer",),
    "wish.refuse_giver": ("offer",),
}


#: Matters that only a step in another opens.
HANDED_OVER = {
    "lead.charge": ("agreement", "charge"),
    "payment.request": ("fund", "request"),
    "project.commission": ("consultation", "convert"),
    "task.demand": ("session", "demand"),
    "suggestion.from_outcome": ("consultation", "suggest"),
    "consultation.refer": ("suggestion", "deliberate"),
}


@cache
def written() -> dict[str, str]:
    if not FILE.exists():
        return {}
    lines = FILE.read_text().splitlines()
    return {line.partition(" | ")[0]: line for line in lines if " | " in line}


def joined(world: World, matter: Matter) -> Matter:
    """The neighbour supports it, the stranger follows it."""
    following.spread()
    with applying():
        Party.objects.get_or_create(
            matter=matter, person="p-neighbour", defaults={"role": "supporter"}
        )
    Following.objects.get_or_create(person="p-stranger", scope=f"matter:{matter.pk}")
    return matter


def taken(world: World, rules: Procedure, step: Step) -> Record | None:
    """The entry of this step, taken by whoever may from wherever it leads on."""
    if way := WAYS.get(f"{rules.kind}.{step.name}"):
        return way(world, joined)
    if f"{rules.kind}.{step.name}" in HANDED_OVER:
        Following.objects.get_or_create(person="p-stranger", scope=f"kind:{rules.kind}")
        kind, name = HANDED_OVER[f"{rules.kind}.{step.name}"]
        giving = registry.latest(kind)
        assert giving is not None
        given = taken(world, giving, giving.step(name))
        opened = Matter.objects.filter(kind=rules.kind, source=given.body["matter"])
        return log.get(LOG, opened.latest("pk").pk)
    if step.source is None:
        Following.objects.get_or_create(person="p-stranger", scope=f"kind:{rules.kind}")
        return entry(world, None, rules, step)
    for state in step.source:
        for opening in rules.openings():
            matter = reach(world, rules.kind, opening.name, state)
            for name in EARLIER.get(f"{rules.kind}.{step.name}", ()) if matter else ():
                matter = take(world, matter, rules, rules.step(name), {"text": name * 2}) or matter
            if matter and (found := entry(world, joined(world, matter), rules, step)):
                return found
    return None


def entry(world: World, matter: Matter | None, rules: Procedure, step: Step) -> Record | None:
    by = {"clock": CLOCK, "link": LINK, "house": HOUSE}
    for kind in sorted(step.by.kinds & by.keys()):
        late = timezone.now() + timedelta(days=4000) if kind == "clock" else None
        try:
            return act(by[kind], matter or rules.kind, step.name, {}, at=late)
        except (Refused, KeyError):
            continue
    done = go(world, matter, rules, step)
    if done is None:
        return None
    found = [r for r in log.of_matter(LOG, done.pk) if r.body["step"] == step.name]
    return found[-1] if found else None


def line(world: World, kind: str, name: str) -> str:
    rules = registry.latest(kind)
    assert rules is not None
    step = rules.step(name)
    assert step is not None
    following.spread()
    record = taken(world, rules, step)
    assert record is not None, "nobody could take it"
    following.spread()
    login = {account.person: login for login, account in world.people.items()}
    rows = Notice.objects.filter(entry=record.number).values_list("person", "reason")
    told = ", ".join(sorted(f"{login[person]} ({reason})" for person, reason in rows))
    with translation.override("zh-hans"):
        words = sentence(find(Matter.objects.get(pk=record.body["matter"])), record)
    return f"{kind}.{name} | {told or 'nobody'} | {words}"


@pytest.mark.usefixtures("two_schemas")  # one of the steps hands a matter to a neighbour
@pytest.mark.parametrize(("kind", "name"), CASES, ids=str)
def test_a_step_tells_whom_it_concerns_what_happened(world, kind, name):
    found = line(world, kind, name)
    if ANEW:
        with FILE.open("a") as file:
            file.write(found + "\n")
    else:
        assert found == written()[f"{kind}.{name}"]
