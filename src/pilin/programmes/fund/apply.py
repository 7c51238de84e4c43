"""Entries of funds and payments → the books."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import F

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.payload import Payload

from . import entries
from .models import (
    CASH,
    PURPOSE,
    UNALLOCATED,
    Approval,
    Balance,
    Fund,
    Payment,
    Posting,
    Purpose,
    source_of,
)

Account = tuple[str, int | None]

FUND = Handlers("fund")
FUND.corrects(Fund, "purpose", "pay")
FUND.sets("giving", Fund, "pay")


@FUND.on("open")
def open_fund(entry: Entry[entries.Open], matter: Matter) -> None:
    Fund.objects.create(matter=matter, purpose=entry.data.purpose, pay=entry.data.pay)
    _purposes(matter.pk, entry.data.purposes)


@FUND.on("record")
def record(entry: Entry[entries.Record], matter: Matter) -> None:
    """Money as a register says it came in and was spent."""
    row, key = entry.data.row, matter.pk
    Fund.objects.create(matter=matter, purpose=row.purpose, source_row=row.source_row)
    _purposes(key, [row.purpose[:80]])
    value = (row.amount or {}).get("value")
    if not value:
        return
    amount = Decimal(value)
    _post(entry, key, (CASH, None), (UNALLOCATED, None), amount, row.came_from, 1)
    _post(entry, key, (UNALLOCATED, None), (PURPOSE, 1), amount, "", 3)
    if row.spent:
        _post(entry, key, (PURPOSE, 1), (CASH, None), amount, row.purpose, 5)


@FUND.on("amend")
def amend(entry: Entry[entries.Record], matter: Matter) -> None:
    """The register's words; money in the books is not changed by a register."""
    Fund.objects.filter(pk=matter.pk).update(source_row=entry.data.row.source_row)


@FUND.on("receive")
def receive(entry: Entry[entries.Receive], matter: Matter) -> None:
    said = entry.data
    _post(entry, matter.pk, (CASH, None), (UNALLOCATED, None), said.amount, said.source)


@FUND.on("allocate")
def allocate(entry: Entry[entries.Allocate], matter: Matter) -> None:
    purpose = (PURPOSE, entry.data.purpose)
    _post(entry, matter.pk, (UNALLOCATED, None), purpose, entry.data.amount, "")


@FUND.on("wind_up")
def wind_up(entry: Entry[entries.WindUp], matter: Matter) -> None:
    own = Fund.objects.filter(pk=matter.pk)
    own.update(left_to=entry.data.left_to, closing_by=entry.actor)


@FUND.on("keep_open")
def keep_open(entry: Entry[Payload], matter: Matter) -> None:
    Fund.objects.filter(pk=matter.pk).update(left_to="", closing_by="")


@FUND.on("agree")
def agree(entry: Entry[Payload], matter: Matter) -> None:
    """What is left on every account goes out, so that the books end with nought."""
    to = Fund.objects.get(pk=matter.pk).left_to
    rows = Balance.objects.filter(fund_id=matter.pk).exclude(account=CASH)
    line = 1
    for row in rows.order_by("account", "purpose"):
        if row.amount > 0:
            debit = (row.account, row.purpose or None)
            _post(entry, matter.pk, debit, (CASH, None), row.amount, to, line)
            line += 2


PAYMENT = Handlers("payment")
#: Pages of funds show what payments do.
FUNDS = ["kind:fund"]


@PAYMENT.on("request")
def request(entry: Entry[entries.Payment], matter: Matter) -> list[str]:
    said = entry.data
    Payment.objects.create(
        matter=matter,
        fund_id=said.fund,  # what asked for it may be the fund itself, or what it pays for
        purpose=said.purpose,
        amount=said.amount,
        payee=said.payee,
    )
    return FUNDS


@PAYMENT.on("approve")
def approve(entry: Entry[Payload], matter: Matter) -> list[str]:
    Approval.objects.create(payment_id=matter.pk, person=entry.actor, entry=entry.number)
    return FUNDS


@PAYMENT.on("pay")
def pay(entry: Entry[Payload], matter: Matter) -> list[str]:
    p = Payment.objects.get(pk=matter.pk)
    _post(entry, p.fund_id, source_of(p), (CASH, None), p.amount, p.payee)
    return FUNDS


@PAYMENT.on("refund")
def refund(entry: Entry[entries.Refund], matter: Matter) -> list[str]:
    p, amount = Payment.objects.get(pk=matter.pk), entry.data.amount
    _post(entry, p.fund_id, (CASH, None), source_of(p), amount, p.payee)
    Payment.objects.filter(pk=p.pk).update(refunded=F("refunded") + amount)
    return FUNDS


def _post(
    entry: Entry[Any],
    fund: int,
    debit: Account,
    credit: Account,
    amount: Decimal,
    words: str,
    line: int = 1,
) -> None:
    """The two postings of one movement of money."""
    shared = {"fund_id": fund, "entry": entry.number, "day": entry.day, "words": words[:200]}
    Posting.objects.bulk_create(
        [
            Posting(line=line, account=debit[0], purpose=debit[1], debit=amount, **shared),
            Posting(line=line + 1, account=credit[0], purpose=credit[1], credit=amount, **shared),
        ]
    )


def _purposes(fund: int, names: Iterable[str]) -> None:
    Purpose.objects.bulk_create(
        Purpose(fund_id=fund, number=n, name=name) for n, name in enumerate(names, 1)
    )
