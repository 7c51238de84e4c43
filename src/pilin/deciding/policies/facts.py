"""Facts of firms and people that conditions speak of: what they are called, and how their values are read.

Values are plain: a number (float, of at most 15 digits, so that no two of them are taken for one), a day
(ISO 8601, which sorts as text), a flag, a text as `identity` writes it, a code (letters and digits, meant
by its beginning, as GB/T 4754 has industries), a path (a place with those above it, from the largest).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pilin.wording.identity import identity
from pilin.wording.saying import gettext_noop, in_chinese, say
from pilin.wording.values import Unclear, parse_day, parse_quantity

NUMBER, DAY, FLAG, TEXT, CODE, PATH = "number", "day", "flag", "text", "code", "path"
#: What conditions may say of each kind of fact.
OPS = {
    NUMBER: ("=", "!=", "<", "<=", ">", ">="),
    DAY: ("=", "!=", "<", "<=", ">", ">="),
    FLAG: ("=",),
    TEXT: ("=", "!=", "in", "not in"),
    CODE: ("starts", "not starts"),
    PATH: ("within", "not within"),
}
#: Those that take a list of values.
MANY = frozenset({"in", "not in", "starts", "not starts", "within", "not within"})
DIGITS = 15
YES = frozenset(map(identity, ("yes", "true", "是", "有", "√", "1")))
NO = frozenset(map(identity, ("no", "false", "否", "无", "×", "0")))
Value = float | str | bool


class Unfit(ValueError):
    """A value that a fact cannot have, and why."""


@dataclass(frozen=True)
class Fact:
    """`name` stands in rules; `title` is what people call it, `also` in other words."""

    name: str
    kind: str
    title: str
    also: tuple[str, ...] = ()
    unit: str = ""
    #: What it can be, of a text: values, with what people call them.
    choices: tuple[tuple[str, str], ...] = ()

    def value(self, raw: Any) -> Value | None:
        """A value as this kind of fact has it; None for nothing. Raises Unfit."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        try:
            read: Value = _READ[self.kind](raw)
        except Unclear as why:
            raise Unfit(str(why)) from why
        return read


def _number(raw: Any) -> float:
    if isinstance(raw, bool):
        raise Unfit(say("a number is expected"))
    found = parse_quantity(raw)
    if found is None or found.at_least or found.about:
        raise Unfit(say("a number is expected that says how many, and not about how many"))
    if len(found.value.normalize().as_tuple().digits) > DIGITS:
        raise Unfit(say("this number has more than {n} digits", n=DIGITS))
    return float(found.value)


def _day(raw: Any) -> str:
    return raw.isoformat() if isinstance(raw, date) else parse_day(raw)


def _flag(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    said = identity(str(raw))
    if said not in YES | NO:
        raise Unfit(say("“{text}” is neither yes nor no", text=str(raw)[:40]))
    return said in YES


def _text(raw: Any) -> str:
    if not isinstance(raw, str) or not identity(raw):
        raise Unfit(say("a word is expected"))
    return identity(raw)


def _code(raw: Any) -> str:
    said = _text(str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw)
    if not (said.isascii() and said.isalnum()):
        raise Unfit(say("a code has letters and digits"))
    return said.upper()


def _path(raw: Any) -> str:
    steps = [identity(step) for step in _text(raw).split("/")]
    if not all(steps):
        raise Unfit(say("places are written from the largest, apart by slashes"))
    return "/".join(steps)


_READ: dict[str, Callable[[Any], Value]] = {
    NUMBER: _number,
    DAY: _day,
    FLAG: _flag,
    TEXT: _text,
    CODE: _code,
    PATH: _path,
}

#: As the statistical office sorts firms (统计上大中小微型企业划分办法).
SIZES = (
    ("大型", gettext_noop("Large")),
    ("中型", gettext_noop("Medium")),
    ("小型", gettext_noop("Small")),
    ("微型", gettext_noop("Micro")),
)
#: What conditions may speak of everywhere. GB/T 4754 is 国民经济行业分类: a letter and two to four digits.
KNOWN = (
    Fact("industry", CODE, gettext_noop("Industry (GB/T 4754)"), ("行业", "行业代码", "国民经济行业")),
    Fact("registered", PATH, gettext_noop("Where it is registered"), ("注册地", "注册地址")),
    Fact("operates", PATH, gettext_noop("Where it works"), ("经营地", "生产经营地")),
    Fact("founded", DAY, gettext_noop("Founded on"), ("成立日期", "成立时间", "注册日期")),
    Fact("size", TEXT, gettext_noop("Size"), ("企业规模", "规模"), "", SIZES),
    Fact("staff", NUMBER, gettext_noop("Employees"), ("员工数", "从业人员", "职工人数"), "人"),
    Fact("revenue", NUMBER, gettext_noop("Revenue in a year"), ("营业收入", "年营业收入"), "元"),
    Fact("research", NUMBER, gettext_noop("Research costs in a year"), ("研发费用", "研发投入"), "元"),
    Fact("exports", NUMBER, gettext_noop("Exports in a year"), ("出口额",), "元"),
    Fact("invested", NUMBER, gettext_noop("Invested in equipment"), ("设备投资", "技改投资"), "元"),
    Fact("high_tech", FLAG, gettext_noop("High-tech enterprise"), ("高新技术企业", "高企")),
    Fact("specialised", FLAG, gettext_noop("Specialised enterprise"), ("专精特新",)),
    Fact("defaulter", FLAG, gettext_noop("On the list of defaulters"), ("失信被执行人", "失信")),
    Fact("age", NUMBER, gettext_noop("Age"), ("年龄",), "岁"),
    Fact("home", PATH, gettext_noop("Where they live"), ("居住地", "户籍地")),
    Fact("income", NUMBER, gettext_noop("Income of a head in a year"), ("人均年收入",), "元"),
    Fact("disabled", FLAG, gettext_noop("Has a disability"), ("残疾",)),
    Fact("studies", FLAG, gettext_noop("Is at school"), ("在校学生", "在读")),
)  # fmt: skip


class Facts(Mapping[str, Fact]):
    """The facts that may be spoken of, by name; found by what people call them, too."""

    def __init__(self, facts: Iterable[Fact] = KNOWN) -> None:
        self._facts = {one.name: one for one in facts}
        self._called = {
            identity(word): one
            for one in self._facts.values()
            for word in (one.name, one.title, in_chinese(one.title), *one.also)
        }

    def __getitem__(self, name: str) -> Fact:
        return self._facts[name]

    def __iter__(self) -> Any:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def called(self, words: str) -> Fact | None:
        return self._called.get(identity(words))
