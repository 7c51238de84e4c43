"""Whoever may be chosen to have a matter next is there: nothing is handed to an empty desk."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

from pilin.engine.procedure import HolderRule, Procedure, Step
from pilin.engine.programme import registry
from pilin.engine.rules import in_charge, post
from pilin.forms.across import AbroadChoice
from pilin.forms.registers import OrganisationChoice, OrganisationsChoice, PlaceChoice, PlacesChoice

#: What an organisation in charge has after a step, by itself or at another of its posts.
HAS_IT = {in_charge.give.__code__, post("treasurer").give.__code__}


def choosing(step: Step) -> dict[str, Any]:
    """The fields of a step in which organisations are chosen, those in rows of a table as well."""
    fields = asked(step)
    kinds, places = (OrganisationChoice, OrganisationsChoice), (PlaceChoice, PlacesChoice)
    return {n: f for n, f in fields.items() if isinstance(f, kinds) and not isinstance(f, places)}


def asked(step: Step) -> dict[str, Any]:
    fields = dict(step.asks.base_fields) if step.asks else {}
    for field in [f for f in fields.values() if hasattr(f, "columns")]:
        fields |= field.columns
    return fields


class Answers(dict[str, Any]):
    """Something for whatever is asked for; for each field of an organisation, one of its own."""

    def __missing__(self, name: str) -> Any:
        return MagicMock()

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]


def put_in_charge(step: Step) -> str:
    """The field whose organisation is in charge from this step on; "" where it stays who it was."""
    fields = choosing(step)
    if (
        step.asks is None
        or not fields
        or any(isinstance(f, AbroadChoice) for f in asked(step).values())
    ):
        return ""  # over there they know who is there
    orgs = {n: SimpleNamespace(pk=k, place_id=1, sides="a") for k, n in enumerate(fields, 1001)}
    several = {n: [org] for n, org in orgs.items() if isinstance(fields[n], OrganisationsChoice)}
    seen = type("Seen", (step.asks,), {"__getattr__": lambda self, name: MagicMock()})
    form: Any = seen.__new__(seen)
    form.situation, form.cleaned_data, form.data = MagicMock(), Answers(orgs | several), {}
    form.situation.the_matter = SimpleNamespace(pk=1, org_id=1, orgs=[1], state="", place_id=1)
    try:
        made = form.matter_fields().get("org")
    except KeyError:  # it reads what is no form's: then the field goes by its name
        return "org" if "org" in orgs else ""
    return next((name for name, org in orgs.items() if org.pk == made), "")


def rules_of(step: Step) -> Iterator[HolderRule]:
    yield from (held for _to, held, _due, _how in step.ends() if held)
    if step.holder:
        yield step.holder


def takers(procedure: Procedure, step: Step) -> Iterator[tuple[str, str]]:
    """(step, field) whose organisation has a matter after this step, or later on by what it said."""
    named = {name for s in procedure.steps for rule in rules_of(s) for name in rule.named}
    yield from ((step.name, name) for name in named & set(choosing(step)))
    if any(rule.give.__code__ in HAS_IT for rule in rules_of(step)) and (
        own := put_in_charge(step)
    ):
        yield step.name, own
    target = registry.latest(step.opens.kind) if step.opens else None
    opening = target.step(step.opens.step) if target and step.opens else None
    if target and opening:
        there = {name for _step, name in takers(target, opening)}
        yield from ((step.name, name) for name in there & set(choosing(step)))


def everywhere() -> Iterator[tuple[str, str, str]]:
    for kind in registry.kinds():
        procedure = registry.latest(kind)
        assert procedure
        for step in procedure.steps:
            yield from ((kind, *taker) for taker in takers(procedure, step))


def test_whoever_is_chosen_to_have_it_next_is_somewhere_somebody_holds_the_office():
    empty = [
        f"{kind}.{step}: {name}"
        for kind, step, name in dict.fromkeys(everywhere())
        if not choosing(registry.latest(kind).step(step))[name].takes_it_on  # type: ignore[union-attr]
    ]
    assert not empty


def test_that_is_found_of_a_step_of_an_opened_matter_and_of_a_later_holder():
    found = set(everywhere())
    assert {
        ("wish", "submit", "through"),
        ("suggestion", "deliberate", "forum"),
        ("agreement", "draft", "parties"),
        ("agreement", "lead_project", "lead"),
        ("budget", "convert", "lead"),
        ("renovation", "ask", "org"),
        ("drive", "open", "recipient"),
        ("session", "demand", "lead"),
    } <= found


#: Rules of programmes that give it to somebody whom no form names.
NOBODY_CHOSE = {
    *("suggestion.procedure._higher", "honour.judging._above", "benefit.procedure._above"),
    *("fund.procedure._next_approver", "budget.conditions._first_author"),
    *("chain.holding._from", "wish.procedure._claimant", "benefit.procedure._receiver"),
}


def test_a_rule_of_its_own_says_in_which_answers_that_organisation_was_chosen():
    """What a function looks up, nobody could tell from outside."""
    unsaid = set()
    for kind in registry.kinds():
        for step in registry.latest(kind).steps:  # type: ignore[union-attr]
            for rule in rules_of(step):
                where = rule.give.__module__.removeprefix("pilin.programmes.")
                if where.startswith("pilin.engine") or rule.named:
                    continue
                unsaid.add(f"{where}.{rule.give.__name__}")
    assert unsaid - {"pilin.neighbours.procedure._operator"} == NOBODY_CHOSE
