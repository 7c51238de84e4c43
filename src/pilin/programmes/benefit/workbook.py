"""The sheet 政策条款: clauses of policies. New ones come in as drafts: the office publishes them itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.deciding.policies.conditions import Misshapen, as_json
from pilin.deciding.policies.facts import NUMBER
from pilin.deciding.policies.phrases import text_of, tree_of
from pilin.wording.identity import identity
from pilin.wording.values import Unclear, in_yuan, parse_day, parse_quantity, plain
from pilin.workbook.sheets import (
    Book,
    Change,
    Column,
    Row,
    in_chinese,
    known_parties,
    matter_sheet,
    source_row,
)

from .models import FACTS, FIRMS, FOR, PEOPLE, WAYS, Clause

COLUMNS = (
    Column("条款名称", "title", ("名称", "政策条款"), required=True, width=30),
    Column("责任单位", "org", ("单位", "牵头单位"), required=True, width=16),
    Column("文件与条款", "source", ("依据", "文件"), required=True, width=28),
    Column("通俗说明", "text", ("说明", "内容"), required=True, width=40),
    Column("面向", "audience", ("对象",), required=True, width=8),
    Column("条件", "needs", ("申报条件", "享受条件"), required=True, width=48),
    Column("固定金额(元)", "fixed", ("补助金额",), width=12),
    Column("补助比例(%)", "rate", ("比例",), width=10),
    Column("补助基数", "of", ("基数",), width=12),
    Column("最高(元)", "cap", ("上限", "封顶"), width=12),
    Column("预算(元)", "budget", ("预算总额",), width=12),
    Column("起始日", "first", ("开始日期",), width=12),
    Column("截止日", "ends", ("截止日期",), required=True, width=12),
    Column("兑现方式", "way", ("方式",), required=True, width=12),
    Column("答复工作日", "days", ("时限",), required=True, width=10),
    Column("咨询电话", "phone", ("电话",), width=16),
    Column("享受次数", "once", ("次数", "每家一次"), width=12),
    Column("办理顺序", "order", ("顺序",), width=12),
)
AUDIENCES = {"企业": FIRMS, "单位": FIRMS, "个人": PEOPLE, "居民": PEOPLE, "群众": PEOPLE}
TIMES = {"不限": "", "每家一次": "profile", "每人一次": "profile", "每年一次": "year"}
ORDERED = {"不限": "", "先到先办": "came"}
CALLED = {"auto": "免申即享", "fast": "快申快享", "apply": "申请审核"}
WAYS_CALLED = {words: key for key, words in CALLED.items()} | {"申请": "apply", "审核": "apply"}


class _Left(Exception):
    """The row is left out; why is a doubt on it."""


def understand(row: Row, book: Book) -> Iterable[Change]:
    try:
        fields = _fields(row)
    except _Left:
        return
    title = fields["title"]
    source = source_row(row, COLUMNS)
    known = book.current("clause", title)
    if known and known["source_row"] != source and _is_out(title):
        row.doubt("title", _("it can be applied for already: change it on its page; left out"))
        return
    named = {"org": [row.text("org")]}
    yield from known_parties(row, book, named)
    yield Change("clause", title, {**fields, "parties": named["org"], "source_row": source})


def _is_out(title: str) -> bool:
    """Whether it is no draft any more: people rely on what it says."""
    return Clause.objects.filter(matter__title=title).exclude(matter__state="draft").exists()


def _fields(row: Row) -> dict[str, Any]:
    if row.lacks(COLUMNS):
        raise _Left
    rate = _read(row, "rate", _percent)
    fields = {
        "title": row.text("title")[:80],
        "source": row.text("source")[:160],
        "text": row.text("text")[:1500],
        "phone": row.text("phone")[:60],
        "audience": _one_of(row, "audience", AUDIENCES),
        "way": _one_of(row, "way", WAYS_CALLED),
        "once": _one_of(row, "once", TIMES) if row.text("once") else "",
        "order": _one_of(row, "order", ORDERED) if row.text("order") else "",
        "needs": _read(row, "needs", _tree),
        "fixed": _read(row, "fixed", _yuan),
        "cap": _read(row, "cap", _yuan),
        "budget": _read(row, "budget", _yuan),
        "rate": rate or "",
        "of": _read(row, "of", _base) or "",
        "first": _read(row, "first", parse_day),
        "ends": _read(row, "ends", parse_day),
        "days": _read(row, "days", _days),
    }
    if bool(fields["rate"]) != bool(fields["of"]) or (rate and fields["fixed"]):
        row.doubt("rate", _("it is a fixed sum, or a share of something; the row was left out"))
        raise _Left
    return {name: value for name, value in fields.items() if value is not None}


def _read(row: Row, name: str, reader: Callable[[Any], Any]) -> Any:
    """What a cell says; None for an empty one. What cannot be read leaves the row out."""
    raw = row.values.get(name)
    if raw is None or not row.text(name):
        return None
    try:
        return reader(raw)
    except (Unclear, Misshapen) as why:
        row.doubt(name, str(why))
    except ValueError:
        row.doubt(name, _("this cannot be read; the row was left out"))
    raise _Left


def _one_of(row: Row, name: str, known: dict[str, str]) -> str:
    said = identity(row.text(name))
    found = next((v for k, v in known.items() if identity(k) in said), None)
    if found is None:
        row.doubt(name, _("this is none of: %(known)s") % {"known": "、".join(known)})
        raise _Left
    return found


def _tree(raw: Any) -> str:
    return json.dumps(as_json(tree_of(str(raw), FACTS)), ensure_ascii=False)


def _yuan(raw: Any) -> str:
    found = parse_quantity(raw, unit="元")
    if found is None or found.at_least or found.about or found.unit != "元" or found.value <= 0:
        raise ValueError(raw)
    return plain(found.value)


def _percent(raw: Any) -> str:
    try:
        value = Decimal(identity(str(raw)).removesuffix("%"))
    except InvalidOperation:
        raise ValueError(raw) from None
    if not 0 < value <= 100:
        raise ValueError(raw)
    return plain(value / 100)


def _base(raw: Any) -> str:
    fact = FACTS.called(str(raw))
    if fact is None or fact.kind != NUMBER:
        raise ValueError(raw)
    return fact.name


def _days(raw: Any) -> int:
    found = parse_quantity(raw)
    if found is None or not 1 <= found.value <= 90 or found.value % 1:
        raise ValueError(raw)
    return int(found.value)


def _as_row(clause: Clause) -> dict[str, str]:
    """What Pilin writes into the register."""
    org = clause.matter.org
    return {
        "title": clause.matter.title,
        "org": org.name if org else "",
        "source": clause.source,
        "text": " ".join(clause.text.split()),
        "audience": in_chinese(FOR[clause.audience]),
        "needs": text_of(clause.tree).replace("\n", "；"),
        "fixed": in_yuan(clause.fixed) if clause.fixed is not None else "",
        "rate": plain(Decimal(clause.rate) * 100) if clause.rate else "",
        "of": FACTS[clause.of].also[0] if clause.of else "",
        "cap": in_yuan(clause.cap) if clause.cap is not None else "",
        "budget": in_yuan(clause.budget) if clause.budget is not None else "",
        "first": clause.first.isoformat() if clause.first else "",
        "ends": clause.ends.isoformat(),
        "way": CALLED[clause.way],
        "days": str(clause.days),
        "phone": clause.phone,
        "once": {"profile": "每家一次", "year": "每年一次"}.get(clause.once, ""),
        "order": {"came": "先到先办"}.get(clause.order, ""),
    }


assert set(CALLED) == set(WAYS)
CLAUSES = matter_sheet(
    Clause,
    "政策条款",
    "政策条款与申领",
    COLUMNS,
    also=("惠企政策", "惠民政策", "政策清单明细"),
    understand=understand,
    key=lambda row: row["title"][:80],
    as_row=_as_row,
    only=lambda rows: rows.select_related("matter__org"),
    order=85,
)
