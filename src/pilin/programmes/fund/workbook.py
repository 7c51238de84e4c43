"""The sheet 资金: funds that were collected for a purpose and spent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pilin.wording.values import in_yuan, parse_quantity
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

from .models import CASH, Fund

SPENT = re.compile("(?<![未待尚拟将])已?(支出|支付|使用|拨付|用完)")
COLUMNS = (
    Column("事项", "title", ("资金名称", "名称"), required=True, width=24),
    Column("来源", "source", ("资金来源",), width=36),
    Column("金额", "amount", required=True),
    column(Fund, "purpose"),
    Column("状态", "status", width=12),
)


def understand(row: Row, book: Book) -> Iterable[Change]:
    title, purpose = row.text("title"), row.text("purpose")
    if not (title and purpose):
        row.doubt("title", _("a fund needs a name and a purpose; the row was left out"))
        return
    known = book.current("fund", title[:200])
    source = source_row(row, COLUMNS)
    if known and known["source_row"].get("amount") != source["amount"]:
        row.doubt(
            "amount", _("money in the books is not changed by a workbook; the row was left out")
        )
        return
    amount = row.read("amount", lambda v: parse_quantity(v, unit="元"))
    if (
        not amount
        or not amount.get("value")
        or amount["unit"] != "元"
        or Decimal(amount["value"]) <= 0
    ):
        row.doubt("amount", _("this is no amount in yuan; the row was left out"))
        return
    if not SPENT.search(row.text("status")):
        row.doubt("status", _("money still there is entered in Pilin, not imported; left out"))
        return
    if amount["at_least"] or amount["about"]:
        row.doubt("amount", _("books are exact: the amount was taken as it is written"))
    yield Change(
        "fund",
        title[:200],
        {
            "title": title[:200],
            "from": row.text("source"),
            "amount": amount,
            "purpose": purpose,
            "spent": bool(SPENT.search(row.text("status"))),
            "source_row": source,
        },
    )


def _as_row(f: Fund) -> dict[str, str]:
    """What Pilin writes into the register."""
    cash = next((b for b in f.balances.all() if b.account == CASH), None)
    return {
        "title": f.matter.title,
        "source": "",
        "amount": in_yuan(cash.debit) if cash else "",
        "purpose": " ".join(f.purpose.split()),
        "status": in_chinese(f.matter.state_title),
    }


FUNDS = matter_sheet(
    Fund,
    "资金",
    "专项资金",
    COLUMNS,
    also=("专项资金", "资金台账", "资金清单"),
    understand=understand,
    key=lambda row: row["title"][:200],
    as_row=_as_row,
    only=lambda rows: rows.prefetch_related("balances"),
    order=65,
)
