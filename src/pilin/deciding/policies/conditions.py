"""Conditions as data: a tree of all, any and not over comparisons, decided as yes, no or unknown.

A tree is JSON: {"all": [TREE, …]}, {"any": [TREE, …]}, {"not": TREE}, or a comparison [FACT, OP, VALUE].
A day may be said as {"years_before": N}: that many years before the day it is decided on (29 February
becomes the 28th). What is missing is unknown, and stays so unless the rest decides alone (Kleene's strong
three-valued logic): so unknown is never told as no. There are no loops and no names to call: it ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pilin.wording.saying import say

from .facts import DAY, MANY, OPS, Fact, Facts, Unfit, Value

#: How deep a tree may be, how many comparisons it may have, and values each.
DEEPEST, MOST, VALUES = 32, 500, 200
Profile = Mapping[str, Value | None]
Verdict = bool | None


class Misshapen(ValueError):
    """A condition that is none: `at` is where in the tree, as "needs.all.0"."""

    def __init__(self, at: str, why: str) -> None:
        super().__init__(f"{at}: {why}")
        self.at, self.why = at, why


@dataclass(frozen=True)
class YearsBefore:
    """The day so many years before the day it is decided on."""

    years: int

    def on(self, day: date) -> str:
        try:
            return day.replace(year=day.year - self.years).isoformat()
        except ValueError:  # 29 February
            return day.replace(year=day.year - self.years, day=28).isoformat()


@dataclass(frozen=True)
class Compare:
    """A comparison. `value` is a tuple where the operation takes several."""

    fact: Fact
    op: str
    value: Value | YearsBefore | tuple[Value, ...]


@dataclass(frozen=True)
class All:
    parts: tuple[Tree, ...]


@dataclass(frozen=True)
class Any_:
    parts: tuple[Tree, ...]


@dataclass(frozen=True)
class Not:
    part: Tree


Tree = Compare | All | Any_ | Not


@dataclass(frozen=True)
class Reason:
    """What one comparison came to: where it stands, what the profile says, and the verdict."""

    at: str
    compare: Compare
    given: Value | None
    verdict: Verdict


def read(data: Any, facts: Facts, at: str = "needs") -> Tree:
    """A tree from JSON. Raises Misshapen."""
    return _Reading(facts).tree(data, at, 1)


class _Reading:
    def __init__(self, facts: Facts) -> None:
        self._facts, self._left = facts, MOST

    def tree(self, data: Any, at: str, depth: int) -> Tree:
        if depth > DEEPEST:
            raise Misshapen(at, say("conditions stand more than {n} deep in each other", n=DEEPEST))
        if isinstance(data, list):
            return self._compare(data, at)
        if not isinstance(data, dict) or len(data) != 1:
            raise Misshapen(at, say("a condition is all, any, not, or [fact, comparison, value]"))
        ((word, inner),) = data.items()
        if word == "not":
            return Not(self.tree(inner, f"{at}.not", depth + 1))
        if word not in ("all", "any"):
            raise Misshapen(at, say("“{word}” is none of all, any and not", word=str(word)[:40]))
        if not isinstance(inner, list) or not inner:
            raise Misshapen(
                at, say("{word} wants a list of conditions that is not empty", word=word)
            )
        parts = tuple(self.tree(one, f"{at}.{word}.{n}", depth + 1) for n, one in enumerate(inner))
        return All(parts) if word == "all" else Any_(parts)

    def _compare(self, data: list[Any], at: str) -> Compare:
        self._left -= 1
        if self._left < 0:
            raise Misshapen(at, say("there are more than {n} comparisons", n=MOST))
        if len(data) != 3 or not isinstance(data[0], str) or not isinstance(data[1], str):
            raise Misshapen(at, say("a condition is all, any, not, or [fact, comparison, value]"))
        name, op, raw = data
        if name not in self._facts:
            raise Misshapen(at, say("there is no fact called “{name}”", name=name[:40]))
        fact = self._facts[name]
        if op not in OPS[fact.kind]:
            known = " ".join(OPS[fact.kind])
            raise Misshapen(at, say("“{op}” is none of {known}", op=op[:20], known=known))
        try:
            return Compare(fact, op, _value(fact, op, raw))
        except Unfit as why:
            raise Misshapen(at, str(why)) from why


def _value(fact: Fact, op: str, raw: Any) -> Value | YearsBefore | tuple[Value, ...]:
    if op in MANY:
        if not isinstance(raw, list) or not 0 < len(raw) <= VALUES:
            raise Unfit(say("a list of values is expected, at most {n}", n=VALUES))
        return tuple(dict.fromkeys(_one(fact, item) for item in raw))
    if fact.kind == DAY and isinstance(raw, dict):
        years = raw.get("years_before")
        if raw.keys() != {"years_before"} or type(years) is not int or not 0 <= years <= 150:
            raise Unfit(say("a day, or the years before, is expected"))
        return YearsBefore(years)
    return _one(fact, raw)


def _one(fact: Fact, raw: Any) -> Value:
    if isinstance(raw, list | dict):
        raise Unfit(say("one value is expected"))
    found = fact.value(raw)
    if found is None:
        raise Unfit(say("a value is missing"))
    return found


def evaluate(tree: Tree, profile: Profile, on: date) -> Verdict:
    """True, False, or None where facts that decide it are missing."""
    if isinstance(tree, Compare):
        return _compared(tree, profile.get(tree.fact.name), on)
    if isinstance(tree, Not):
        inner = evaluate(tree.part, profile, on)
        return None if inner is None else not inner
    found = [evaluate(part, profile, on) for part in tree.parts]
    decides = isinstance(tree, Any_)
    if decides in found:
        return decides
    return None if None in found else not decides


def reasons(tree: Tree, profile: Profile, on: date, at: str = "needs") -> Iterator[Reason]:
    """What each comparison came to, in the order of the tree."""
    if isinstance(tree, Compare):
        given = profile.get(tree.fact.name)
        yield Reason(at, tree, given, _compared(tree, given, on))
    elif isinstance(tree, Not):
        yield from reasons(tree.part, profile, on, f"{at}.not")
    else:
        word = "all" if isinstance(tree, All) else "any"
        for n, part in enumerate(tree.parts):
            yield from reasons(part, profile, on, f"{at}.{word}.{n}")


def failing(tree: Tree, profile: Profile, on: date) -> Iterator[Compare | Not]:
    """What does not hold, comparison by comparison (or "not" one), where the verdict is no: of what must
    hold together whatever fails, of alternatives all."""
    return _by(tree, profile, on, False)


def _by(tree: Tree, profile: Profile, on: date, verdict: bool) -> Iterator[Compare | Not]:
    """The comparisons by which a tree is decided as `verdict`, said so that each is false."""
    if evaluate(tree, profile, on) is not verdict:
        return
    if isinstance(tree, Compare):
        yield Not(tree) if verdict else tree
    elif isinstance(tree, Not):
        yield from _by(tree.part, profile, on, not verdict)
    else:
        for part in tree.parts:
            yield from _by(part, profile, on, verdict)


def missing(tree: Tree, profile: Profile, on: date) -> list[str]:
    """The facts to ask for: those that are missing where the verdict still hangs on them."""
    return list(dict.fromkeys(_missing(tree, profile, on)))


def _missing(tree: Tree, profile: Profile, on: date) -> Iterator[str]:
    if evaluate(tree, profile, on) is not None:
        return
    if isinstance(tree, Compare):
        yield tree.fact.name
    else:
        for part in (tree.part,) if isinstance(tree, Not) else tree.parts:
            yield from _missing(part, profile, on)


def comparisons(tree: Tree) -> Iterator[Compare]:
    if isinstance(tree, Compare):
        yield tree
    else:
        for part in (tree.part,) if isinstance(tree, Not) else tree.parts:
            yield from comparisons(part)


def compare(op: str, given: Value, wanted: Any) -> bool:
    """A comparison of a value that is there, with what it is compared to."""
    if op in MANY:
        found = any(_MEANS[op.removeprefix("not ")](given, one) for one in wanted)
        return found is not op.startswith("not ")
    return bool(_MEANS[op](given, wanted))


def wanted(tree: Compare, on: date) -> Any:
    return tree.value.on(on) if isinstance(tree.value, YearsBefore) else tree.value


def _compared(tree: Compare, given: Value | None, on: date) -> Verdict:
    return None if given is None else compare(tree.op, given, wanted(tree, on))


_MEANS: dict[str, Any] = {
    "=": lambda given, one: given == one,
    "!=": lambda given, one: given != one,
    "<": lambda given, one: given < one,
    "<=": lambda given, one: given <= one,
    ">": lambda given, one: given > one,
    ">=": lambda given, one: given >= one,
    "in": lambda given, one: given == one,
    "starts": lambda given, one: given.startswith(one),
    "within": lambda given, one: given == one or given.startswith(f"{one}/"),
}


def as_json(tree: Tree) -> Any:
    """The tree as it is read."""
    if isinstance(tree, Compare):
        value: Any = tree.value
        if isinstance(value, YearsBefore):
            value = {"years_before": value.years}
        elif isinstance(value, tuple):
            value = list(value)
        return [tree.fact.name, tree.op, value]
    if isinstance(tree, Not):
        return {"not": as_json(tree.part)}
    return {"all" if isinstance(tree, All) else "any": [as_json(part) for part in tree.parts]}
