"""Conditions as people write them, a line each: 员工数 不超过 1000 或 营业收入 ≤ 4亿.

All lines must hold; alternatives of a line stand apart by 或 (or). A comparison is a fact by any of its
names, how it is compared in a sign or in words, and a value; where it is one of several, apart by 、 or
commas. A fact that is a yes or no may stand alone, or after 非 (not). Of a day may be said for how many
years it has been: 成立日期 满 2 年 (founded on for 2 years). A tree as JSON is taken as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal

from pilin.wording.identity import identity
from pilin.wording.saying import in_chinese_now, say
from pilin.wording.values import in_yuan

from .conditions import (
    All,
    Any_,
    Compare,
    Misshapen,
    Not,
    Tree,
    YearsBefore,
    as_json,
    comparisons,
    read,
)
from .facts import CODE, DAY, FLAG, NUMBER, PATH, TEXT, Fact, Facts, Unfit

_LINES = re.compile(r"[\n；;]+")
_OR = re.compile(r"\s*或者\s*|\s*或\s*|\s+or\s+|\s*\|\|\s*", re.IGNORECASE)
_AND = re.compile(r"\s+且\s+|\s+and\s+|\s*&&\s*", re.IGNORECASE)
_APART = re.compile(r"\s*[、，,]\s*")
_NOT = re.compile(r"^(?:不是|并非|非|not\s+|!)\s*", re.IGNORECASE)
_YEARS = re.compile(
    r"^(?:已?满|至少|for(?: at least)?|≥|>=)\s*(\d{1,3})\s*(?:年|years?)(?:以上)?$", re.IGNORECASE
)
#: Longer words first: 不超过 before 不, >= before >.
_WORDS = {
    ">=": ("≥", ">=", "＞=", "不少于", "不低于", "不小于", "不早于", "至少", "at least"),
    "<=": ("≤", "<=", "不超过", "不多于", "不高于", "不大于", "不晚于", "至多", "at most"),
    "!=": ("≠", "!=", "不等于", "不为", "不属于", "不在", "is not", "not in", "not within"),
    ">": (">", "大于", "多于", "超过", "高于", "晚于", "more than", "after"),
    "<": ("<", "小于", "少于", "低于", "不足", "不到", "早于", "less than", "before"),
    "=": ("==", "=", "等于", "属于", "为", "是", "在", "is", "in", "within", "starts", ":"),
}  # fmt: skip
_SIGNS = sorted(
    ((identity(word), op) for op, words in _WORDS.items() for word in words),
    key=lambda p: -len(p[0]),
)


def tree_of(text: str, facts: Facts) -> Tree:
    """The conditions of a text. Raises Misshapen, whose `at` says the line."""
    if text.strip().startswith(("{", "[")):
        try:
            return read(json.loads(text), facts)
        except (json.JSONDecodeError, RecursionError) as fault:
            raise Misshapen("needs", say("this is no JSON")) from fault
    lines = [line.strip() for line in _LINES.split(text) if line.strip()]
    if not lines:
        raise Misshapen("needs", say("a value is missing"))
    parts = []
    for n, line in enumerate(lines, 1):
        at = say("line {n}", n=n)
        if _AND.search(line):
            raise Misshapen(at, say("what must hold together stands on lines of its own"))
        several = [_comparison(one, facts, at) for one in _OR.split(line)]
        parts.append({"any": several} if len(several) > 1 else several[0])
    return read({"all": parts} if len(parts) > 1 else parts[0], facts)


def _comparison(text: str, facts: Facts, at: str) -> object:
    """As JSON."""
    said = _one(text, facts, at)
    try:
        read(said, facts)
    except Misshapen as fault:
        raise Misshapen(at, fault.why) from fault
    return said


def _one(text: str, facts: Facts, at: str) -> object:
    bare, negated = _NOT.sub("", text), bool(_NOT.match(text))
    found = _fact(bare, facts)
    if found is None:
        raise Misshapen(at, say("“{text}” begins with no fact that is known", text=text[:40]))
    fact, rest = found
    if fact.kind == FLAG:
        try:
            yes = not rest or fact.value(_sign(rest)[1] or rest)
        except Unfit as why:
            raise Misshapen(at, str(why)) from why
        return [fact.name, "=", bool(yes) is not negated]
    if negated:
        raise Misshapen(at, say("only what is a yes or no can be turned round so"))
    if fact.kind == DAY and (years := _YEARS.match(rest)):
        return [fact.name, "<=", {"years_before": int(years[1])}]
    op, value = _sign(rest)
    if not op:
        raise Misshapen(at, say("“{text}” says of no value how it is compared", text=text[:40]))
    if fact.kind in (NUMBER, DAY):
        return [fact.name, op, value]
    if op not in ("=", "!="):
        raise Misshapen(at, say("“{text}” says of no value how it is compared", text=text[:40]))
    word = {CODE: "starts", PATH: "within", TEXT: "in"}[fact.kind]
    return [fact.name, word if op == "=" else f"not {word}", _APART.split(value)]


def _fact(text: str, facts: Facts) -> tuple[Fact, str] | None:
    """The fact whose name a text begins with, the longest of them, and what follows."""
    for length in range(len(text), 0, -1):
        if fact := facts.called(text[:length]):
            return fact, text[length:].strip()
    return None


def _sign(text: str) -> tuple[str, str]:
    """How it is compared, and with what."""
    for length in range(min(len(text), 14), 0, -1):
        head = identity(text[:length])
        for word, op in _SIGNS:
            if head == word:
                return op, text[length:].strip()
    return "", ""


def words_of(tree: Tree) -> list[tuple[int, str]]:
    """A tree in the reader's language: how far a line stands in, and its words."""
    return list(_lines(tree, 0))


def text_of(tree: Tree) -> str:
    """A tree as it can be written: in lines, where these can hold it; else as JSON."""
    parts = tree.parts if isinstance(tree, All) else (tree,)
    flat = all(isinstance(p, Compare) or (isinstance(p, Any_) and _flat(p)) for p in parts)
    if flat and all(map(_writable, comparisons(tree))):
        return "\n".join(_line(part) for part in parts)
    return json.dumps(as_json(tree), ensure_ascii=False)


def _writable(tree: Compare) -> bool:
    return not isinstance(tree.value, YearsBefore) or tree.op == "<="


def _flat(tree: Any_) -> bool:
    return all(isinstance(part, Compare) for part in tree.parts)


def _line(tree: Tree) -> str:
    if isinstance(tree, Any_):
        sign = say("or")
        return f" {sign} ".join(_line(part) for part in tree.parts)
    assert isinstance(tree, Compare)
    return phrase(tree)


def _lines(tree: Tree, depth: int) -> Iterator[tuple[int, str]]:
    if isinstance(tree, Compare):
        yield depth, phrase(tree)
    elif isinstance(tree, Any_) and _flat(tree):
        yield depth, _line(tree)
    elif isinstance(tree, Not):
        yield depth, say("none of this:")
        yield from _lines(tree.part, depth + 1)
    else:
        if depth or isinstance(tree, Any_):
            yield depth, say("all of this:") if isinstance(tree, All) else say("any of this:")
            depth += 1
        for part in tree.parts:
            yield from _lines(part, depth)


_SAID = {
    "<": lambda: say("less than"),
    "<=": lambda: say("at most"),
    ">": lambda: say("more than"),
    ">=": lambda: say("at least"),
    "=": lambda: say("is"),
    "!=": lambda: say("is not"),
}


def phrase(tree: Compare | Not) -> str:
    """A comparison in the reader's language, as it can be written again."""
    if isinstance(tree, Not):
        assert isinstance(tree.part, Compare)
        return say("not {fact}", fact=phrase(tree.part))
    fact, value = tree.fact, tree.value
    title = say(fact.title)
    if fact.kind == FLAG:
        return title if value else say("not {fact}", fact=title)
    if isinstance(value, YearsBefore):
        if tree.op == "<=":
            return say("{fact} for {n} years", fact=title, n=value.years)
        years = say("{n} years before", n=value.years)
        return f"{title} {_SAID[tree.op]()} {years}"
    if isinstance(value, tuple):
        positive = not tree.op.startswith("not ")
        said = _SAID["=" if positive else "!="]()
        return f"{title} {said} {', '.join(map(str, value))}"
    return f"{title} {_SAID[tree.op]()} {number(value, fact.unit)}"


def number(value: object, unit: str = "") -> str:
    """A value as people write it: an amount in 万 or 亿, in Chinese."""
    if unit == "元" and isinstance(value, float) and value >= 0 and in_chinese_now():
        return in_yuan(Decimal(repr(value)))
    return f"{value:.15g}" if isinstance(value, float) else str(value)
