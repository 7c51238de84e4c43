"""What came of a lot, what it came of, and who holds it: questions of the moves alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, Sum

from .models import Lot, Move, Stock

#: Lots that a page draws of one way back at most; the rest is told as a number.
DRAWN = 200


def forth(lot: int) -> list[int]:
    """The lot and all that was made with any of it, by number. One question."""
    return _walk(
        "WITH RECURSIVE down (id) AS (VALUES (%s::bigint) UNION SELECT m.into_id FROM chain_move m"
        " JOIN down ON m.lot_id = down.id WHERE m.into_id IS NOT NULL) SELECT id FROM down",
        lot,
    )


def back(lot: int) -> list[int]:
    """The lot and all that went into it."""
    return _walk(
        "WITH RECURSIVE up (id) AS (VALUES (%s::bigint) UNION SELECT m.lot_id FROM chain_move m"
        " JOIN up ON m.into_id = up.id) SELECT id FROM up",
        lot,
    )


def _walk(statement: str, lot: int) -> list[int]:
    with connection.cursor() as cursor:
        rows = cursor.execute(statement, [lot]).fetchall()
    return sorted(row[0] for row in rows)


@dataclass(frozen=True)
class Held:
    """So much of a lot lies at an organisation or is on its way to it."""

    lot: int
    org: int
    amount: Decimal


_HELD = (
    "SELECT lot_id, org_id, sum(amount) FROM (SELECT lot_id, org_id, came - went AS amount"
    " FROM chain_stock WHERE lot_id = ANY(%(lots)s) AND came > went UNION ALL"
    " SELECT lot_id, bound_id, amount FROM chain_shipment"
    " WHERE lot_id = ANY(%(lots)s) AND bound_id IS NOT NULL) there GROUP BY 1, 2 ORDER BY 1, 2"
)


def held(lots: Sequence[int]) -> list[Held]:
    """Who holds how much of these lots now, what is on its way to them included; by lot and holder."""
    with connection.cursor() as cursor:
        rows = cursor.execute(_HELD, {"lots": list(lots)}).fetchall()
    return [Held(*row) for row in rows]


def went_into(lots: Iterable[int]) -> dict[int, list[tuple[int, Decimal]]]:
    """By lot, of which lots it was made and how much of each."""
    rows = Move.objects.filter(into__in=lots).order_by("into", "lot")
    found: dict[int, list[tuple[int, Decimal]]] = {}
    for row in rows.values("into", "lot").annotate(went=Sum("went")):
        found.setdefault(row["into"], []).append((row["lot"], row["went"]))
    return found


def way(lot: Lot) -> list[Lot]:
    """What it came of and the lot itself, the oldest first."""
    rows = Lot.objects.filter(pk__in=back(lot.pk)).select_related("org", "place", "matter")
    return sorted(rows, key=lambda one: (one.day, one.pk))


def here_of(lot: int, org: int | None) -> Decimal:
    """How much of it lies at an organisation."""
    row = Stock.objects.filter(lot=lot, org=org).first()
    return row.left if row else Decimal(0)


def offered(orgs: Iterable[int], goods: Iterable[str] = ()) -> Any:
    """What lies at these organisations and may be used: stocks, the newest lot first."""
    rows = Stock.objects.filter(org__in=list(orgs), came__gt=F("went"), lot__recall=None)
    rows = rows.filter(lot__good__in=list(goods)) if goods else rows
    return rows.select_related("lot", "org").order_by("-lot")


def next_of(lot: int) -> list[int]:
    """The lots that some of it went into, at once."""
    rows = Move.objects.filter(lot=lot, into__isnull=False).values_list("into", flat=True)
    return sorted(set(rows.distinct()))
