"""Entries of funds and payments → the books."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F

from pilin.engine.entry import Handlers
from pilin.engine.models import Matter
from pilin.ledger.log import Record

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


@FUND.every
def apply_fund(record: Record, matter: Matter) -> None:
    data, key = record.body["data"], matter.pk
    match record.body["step"]:
        case "open":
            Fund.objects.create(matter=matter, purpose=data["purpose"])
            _purposes(key, data["purposes"])
        case "record":
            _record(data["row"], record, matter)
        case "amend":
            Fund.objects.filter(pk=key).update(source_row=data["row"]["source_row"])
        case "receive":
            _post(record, key, (CASH, None), (UNALLOCATED, None), data["amount"], data["source"])
        case "allocate":
            purpose = (PURPOSE, data["purpose"])
            _post(record, key, (UNALLOCATED, None), purpose, data["amount"], "")
        case "wind_up":
            Fund.objects.filter(pk=key).update(
                left_to=data["left_to"], closing_by=record.body["actor"]
            )
        case "keep_open":
            Fund.objects.filter(pk=key).update(left_to="", closing_by="")
        case "agree":
            _wind_up(record, key, Fund.objects.get(pk=key).left_to)


PAYMENT = Handlers("payment")


@PAYMENT.every
def apply_payment(record: Record, matter: Matter) -> list[str] | None:
    body = record.body
    data, own = body["data"], Payment.objects.filter(pk=matter.pk)
    match body["step"]:
        case "request":
            Payment.objects.create(
                matter=matter,
                fund_id=matter.source_id,
                purpose=data["purpose"],
                amount=data["amount"],
                payee=data["payee"],
            )
        case "approve":
            Approval.objects.create(payment_id=matter.pk, person=body["actor"], entry=record.number)
        case "pay":
            p = own.get()
            _post(record, p.fund_id, source_of(p), (CASH, None), p.amount, p.payee)
        case "refund":
            p = own.get()
            _post(record, p.fund_id, (CASH, None), source_of(p), data["amount"], p.payee)
            own.update(refunded=F("refunded") + Decimal(data["amount"]))
        case _:
            return None
    return ["kind:fund"]


def _post(
    record: Record,
    fund: int,
    debit: Account,
    credit: Account,
    amount: Any,
    words: str,
    line: int = 1,
) -> None:
    """The two postings of one movement of money."""
    shared = {
        "fund_id": fund,
        "entry": record.number,
        "day": date.fromisoformat(record.body["day"]),
        "words": words[:200],
    }
    value = Decimal(str(amount))
    Posting.objects.bulk_create(
        [
            Posting(line=line, account=debit[0], purpose=debit[1], debit=value, **shared),
            Posting(line=line + 1, account=credit[0], purpose=credit[1], credit=value, **shared),
        ]
    )


def _purposes(fund: int, names: list[str]) -> None:
    Purpose.objects.bulk_create(
        Purpose(fund_id=fund, number=n, name=name) for n, name in enumerate(names, 1)
    )


def _wind_up(record: Record, fund: int, to: str) -> None:
    """What is left on every account goes out, so that the books end with nought."""
    rows = Balance.objects.filter(fund_id=fund).exclude(account=CASH)
    line = 1
    for row in rows.order_by("account", "purpose"):
        if row.amount > 0:
            debit = (row.account, row.purpose or None)
            _post(record, fund, debit, (CASH, None), row.amount, to, line)
            line += 2


def _record(row: dict[str, Any], record: Record, matter: Matter) -> None:
    """Money as a register says it came in and was spent."""
    Fund.objects.create(matter=matter, purpose=row["purpose"], source_row=row["source_row"])
    _purposes(matter.pk, [row["purpose"][:80]])
    amount, key = (row["amount"] or {}).get("value"), matter.pk
    if not amount:
        return
    _post(record, key, (CASH, None), (UNALLOCATED, None), amount, row["from"], 1)
    _post(record, key, (UNALLOCATED, None), (PURPOSE, 1), amount, "", 3)
    if row["spent"]:
        _post(record, key, (PURPOSE, 1), (CASH, None), amount, row["purpose"], 5)
