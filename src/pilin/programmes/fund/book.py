"""The books as a plain-text ledger that beancount reads and checks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

from .models import CASH, UNALLOCATED, Balance, Posting

HEAD = 'option "title" "毗邻 专款"\noption "operating_currency" "CNY"\n'


def account(fund: int, name: str, purpose: int | None) -> str:
    if name == CASH:
        return f"Assets:F{fund}:Cash"
    return f"Liabilities:F{fund}:" + ("Unallocated" if name == UNALLOCATED else f"P{purpose}")


def beancount() -> str:
    """Every posting, and a balance assertion (exact: "~ 0") for every account.

    Debit is positive, credit negative, as beancount has it.
    """
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEAD
    rows = list(Posting.objects.order_by("entry", "fund_id", "line"))
    opened: dict[str, None] = {}
    for p in rows:
        opened.setdefault(account(p.fund_id, p.account, p.purpose))
    first = min((p.day for p in rows), default=None)
    yield from (f"{first} open {name} CNY" for name in opened)
    for (entry, _fund), group in groupby(rows, key=lambda p: (p.entry, p.fund_id)):
        lines = list(group)
        words = next((p.words for p in lines if p.words), "")
        yield f"\n{lines[0].day} * {json.dumps(words, ensure_ascii=False)}"
        yield f'  entry: "{entry}"'
        for p in lines:
            yield f"  {account(p.fund_id, p.account, p.purpose)}  {p.debit - p.credit:.2f} CNY"
    last = max((p.day for p in rows), default=None)
    if last is None:
        return
    yield ""
    for b in Balance.objects.order_by("fund_id", "account", "purpose"):
        name = account(b.fund_id, b.account, b.purpose or None)
        yield f"{last + timedelta(days=1)} balance {name}  {b.debit - b.credit:.2f} ~ 0 CNY"
