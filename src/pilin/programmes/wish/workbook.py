"""The sheet 微心愿: wishes with the code of the child, their school, and how they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from pilin.forms.validators import names_a_child
from pilin.workbook.sheets import (
    Book,
    Change,
    Column,
    Row,
    column,
    in_chinese,
    matter_sheet,
    source_row,
)

from .forms import CODE
from .models import Wish

DELIVERED = re.compile("(?<![未待尚拟将])已?(送达|交付|完成|实现|确认)")
UNSAID = re.compile(r"[(（]?未列明[)）]?")
COLUMNS = (
    Column("编号", "serial", ("序号",), required=True, width=8),
    Column("心愿", "title", ("心愿内容",), required=True, width=28),
    column(Wish, "code"),
    column(Wish, "school_words"),
    column(Wish, "status"),
)


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
            "source_row": source_row(row, COLUMNS),
        },
    )


def _as_row(w: Wish) -> dict[str, str]:
    """What Pilin writes into the register."""
    return {
        "serial": str(w.pk),
        "title": w.matter.title,
        "code": w.code,
        "school": w.school_words,
        "status": in_chinese(w.matter.state_title),
    }


WISHES = matter_sheet(
    Wish,
    "微心愿",
    "微心愿认领表",
    COLUMNS,
    also=("心愿", "心愿清单", "微心愿认领"),
    understand=understand,
    key=lambda row: f"{row['school']}/{row['serial']}",
    as_row=_as_row,
    order=55,
)
