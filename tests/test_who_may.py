"""Who may take which step: read from the procedures, checked against what they declare."""

import pytest

from pilin.loop.models import Party
from pilin.loop.procedure import registry
from tests.answers import reach, situation, who_may

CASES = [(p.kind, s.name) for p in registry for s in p.steps if p.listed]


def declared(world, step, matter) -> set[str]:
    """What the step's declaration means, worked out from the tables alone."""
    found: set[str] = set()
    for kind in step.by.kind.split("|"):
        for login in world.people:
            actor = world.actor(login)
            posts = {(o.organisation_id, o.role) for o in actor.offices}
            person = actor.person
            if kind.startswith("office:"):
                right = any(role in kind[7:].split("/") for _, role in posts)
            elif kind == "member":
                right = True
            elif kind == "holder":
                right = (
                    matter.holder_person == person
                    or (matter.holder_org_id, matter.holder_role) in posts
                )
            elif kind in ("raiser", "party"):
                roles = {"raiser"} if kind == "raiser" else {"raiser", "supporter"}
                right = Party.objects.filter(matter=matter, person=person, role__in=roles).exists()
            elif kind == "steward":
                right = (matter.org_id, matter.org.steward) in posts
            elif kind == "orderer":
                org = matter.source.org if matter.source else matter.org
                right = (org.pk, org.steward) in posts
            else:
                assert kind in ("clock", "link", "house"), f"say here what {kind} means"
                right = False
            if right and (not step.only_if or step.only_if(situation(actor, matter))):
                found.add(login)
    return found


@pytest.mark.parametrize(("kind", "name"), CASES, ids=str)
def test_a_step_is_open_to_those_it_names_and_to_nobody_else(world, kind, name):
    rules = registry.latest(kind)
    step = rules.step(name)
    if step.source is None:
        assert who_may(world, rules, step, None) == declared(world, step, None)
        return
    matters = [
        m
        for state in step.source
        for opening in rules.openings()
        if (m := reach(world, kind, opening.name, state))
    ]
    assert matters or "summary" in step.source, "no way leads to where this step begins"
    for matter in matters:
        assert who_may(world, rules, step, matter) == declared(world, step, matter)


def test_some_steps_are_open_to_somebody(world):
    """The test above would pass where nobody may do anything."""
    m = reach(world, "consultation", "raise", "delivered")
    assert who_may(world, m.rules, m.rules.step("confirm"), m)
