"""The sheet 企业名册: firms with their facts, from an office's list. It goes beside the record, not into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.deciding.policies.credit_code import code_of
from pilin.deciding.policies.facts import FLAG, Fact, Unfit
from pilin.wording.values import Unclear, parse_day
from pilin.workbook.sheets import Book, Change, Column, Row, Sheet, cell, source_row

from .models import FACTS, Firm

#: The facts a list has columns for, with their headers.
ASKED = {
    "industry": "行业代码",
    "registered": "注册地",
    "operates": "经营地",
    "founded": "成立日期",
    "size": "企业规模",
    "staff": "员工数",
    "revenue": "年营业收入",
    "research": "年研发费用",
    "exports": "年出口额",
    "invested": "设备投资",
    "high_tech": "高新技术企业",
    "specialised": "专精特新",
    "defaulter": "失信被执行人",
}
COLUMNS = (
    Column("企业名称", "title", ("名称", "单位名称"), required=True, width=30),
    Column("统一社会信用代码", "code", ("信用代码", "代码"), required=True, width=22),
    *(Column(header, name, FACTS[name].also, width=14) for name, header in ASKED.items()),
    Column("资料来源", "from", ("来源",), required=True, width=20),
    Column("截至日期", "as_of", ("截至", "统计日期"), required=True, width=12),
    Column("企业同意匹配", "agreed", ("企业同意", "同意"), required=True, width=10),
)
AGREED = Fact("agreed", FLAG, "")


def load(book: Book) -> None:
    for n, firm in enumerate(Firm.objects.order_by("code")):
        # Any number says that it is there already: firms go by their codes.
        book.learn("firm", firm.code, {"source_row": firm.source_row}, n)


def understand(row: Row, book: Book) -> Iterable[Change]:
    if row.lacks(COLUMNS):
        return
    code = code_of(row.text("code"))
    if not code:
        row.doubt("code", _("this is no credit code: its last character does not fit; left out"))
        return
    try:
        as_of = parse_day(row.values.get("as_of"))
    except Unclear as why:
        row.doubt("as_of", why.why)
        return
    try:
        agreed = bool(AGREED.value(row.text("agreed")))
    except Unfit as why:
        row.doubt("agreed", str(why))
        return
    facts = {
        name: {"value": value, "as_of": as_of, "from": row.text("from")[:80]}
        for name in ASKED
        if (value := _value(row, name)) is not None
    }
    known = {"title": row.text("title")[:80], "agreed": agreed, "facts": facts}
    yield Change("firm", code, {**known, "source_row": source_row(row, COLUMNS)})


def _value(row: Row, name: str) -> Any:
    """What a cell says of a fact; what cannot be read is doubted, and not known."""
    raw = row.values.get(name)
    if raw is None or not row.text(name):
        return None
    try:
        return FACTS[name].value(raw)
    except Unfit as why:
        row.doubt(name, str(why))
        return None


def carry(change: Change, session: Any) -> None:
    said = change.fields
    Firm.objects.update_or_create(
        code=change.key,
        defaults={
            "name": said["title"],
            "facts": said["facts"],
            "agreed": said["agreed"],
            "source_row": said["source_row"],
        },
    )


def export() -> Iterator[Sequence[Any]]:
    for firm in Firm.objects.order_by("code"):
        yield tuple(cell(firm.source_row.get(c.field, "")) for c in COLUMNS)


FIRMS_SHEET = Sheet(
    name="企业名册",
    title="企业名册",
    also=("企业名录", "企业清单", "企业库"),
    columns=COLUMNS,
    load=load,
    understand=understand,
    carry={"firm": carry},
    export=export,
    order=84,
)
