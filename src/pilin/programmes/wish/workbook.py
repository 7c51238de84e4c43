"""The sheet 微心愿: wishes with the code of the child, their school, and how they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.forms.validators import names_a_child
from pilin.workbook.sheets import (
    Book,
    Change,
    Column,
    Row,
    Sheet,
    carry_matter,
    cell,
    in_chinese,
)

from .forms import CODE
from .models import Wish

DELIVERED = re.compile("(?<![未待尚拟将])已?(送达|交付|完成|实现|确认)")
UNSAID = re.compile(r"[(（]?未列明[)）]?")
COLUMNS = (
    Column("编号", "serial", ("序号",), required=True, width=8),
    Column("心愿", "title", ("心愿内容",), required=True, width=28),
    Column("心愿人(隐去姓名)", "code", ("心愿人", "学生"), required=True, width=20),
    Column("学校", "school", required=True, width=24),
    Column("状态", "status", width=12),
)


def load(book: Book) -> None:
    for w in Wish.objects.select_related("matter").order_by("pk"):
        row = _as_row(w)
        book.learn("wish", f"{row['school']}/{row['serial']}", {"source_row": row}, w.pk)


def understand(row: Row, book: Book) -> Iterable[Change]:
    serial, title, who, school = (row.text(n) for n in ("serial", "title", "code", "school"))
    if not (serial and school):
        row.doubt("serial", _("a wish needs a number and a school; the row was left out"))
        return
    if not re.fullmatch(CODE, who):
        row.values["code"] = ""  # what may be a name is not repeated, not even as a doubt
        row.doubt("code", _("this is no code; the row was left out, so that no child is named"))
        return
    if names_a_child(title):
        row.values["title"] = ""
        row.doubt("title", _("this may name a child; the row was left out"))
        return
    if not DELIVERED.search(row.text("status")):
        row.doubt("status", _("wishes not delivered yet are handed in by the school, not imported"))
        return
    known = book.organisation_called(school)
    if known is None:
        row.doubt("school", _("in no register of organisations; it is kept in words"))
    shown = f"{serial}号微心愿（未列明）" if UNSAID.fullmatch(title) else title
    yield Change(
        "wish",
        f"{school}/{serial}",
        {
            "title": shown[:200],
            "code": who,
            "school_words": school,
            "status": row.text("status")[:20],
            "parties": [known] if known else [],
            "source_row": {c.field: row.text(c.field) for c in COLUMNS},
        },
    )


def export() -> Iterator[Sequence[Any]]:
    for w in Wish.objects.select_related("matter").order_by("pk"):
        row = _as_row(w)
        yield tuple(cell(row[c.field]) for c in COLUMNS)


def _as_row(w: Wish) -> dict[str, str]:
    """The register's own words, or what Pilin writes into it."""
    return w.source_row or {
        "serial": str(w.pk),
        "title": w.matter.title,
        "code": w.code,
        "school": w.school_words,
        "status": in_chinese(w.matter.state_title),
    }


WISHES = Sheet(
    name="微心愿",
    title="微心愿认领表",
    columns=COLUMNS,
    load=load,
    understand=understand,
    carry={"wish": carry_matter("wish", lambda f: "record")},
    export=export,
    order=55,
    required=False,
)
