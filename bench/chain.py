"""A million moves of lots: what came of a seed lot, who holds it, and the way back of a bag."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from bench.installations import Installations, measured
from bench.table import Table

#: Seed lots; each is raised, planted on fields, harvested, dried, milled, packed; bags go to shops.
SEEDS, FIELDS, PACKS, SHOPS = 500, 25, 12, 2
ASKED, LIMIT = 200, 100.0


def run(installations: Installations) -> Table:
    """Rows are written as `apply` would, in bulk; the questions are those the pages and a recall ask."""
    table = Table(("Question", "moves", "median, ms", "longest, ms", "limit, ms", "lots"))
    for row in json.loads(measured("chain", installations.fresh("chain")).splitlines()[-1]):
        table.add(*row)
    return table


def main() -> None:
    """Prints the rows of the table."""
    from pilin.run import environment

    environment.setup()
    from django.db import connection, transaction

    from pilin.programmes.chain import tracing

    rows = []
    with transaction.atomic():
        moves, seeds, bags = _fill(connection)
        pick = random.Random(3)
        asked: tuple[tuple[str, list[int], Callable[[int], Any]], ...] = (
            ("all that came of a seed lot", seeds, tracing.forth),
            ("and who holds it: a recall", seeds, lambda lot: tracing.held(tracing.forth(lot))),
            ("the way back of a bag", bags, tracing.back),
        )
        for words, among, question in asked:
            took, found = [], 0
            for lot in pick.sample(among, ASKED):
                start = time.perf_counter()
                found = max(found, len(question(lot)))
                took.append((time.perf_counter() - start) * 1e3)
            took.sort()
            rows.append((words, f"{moves:,}", took[len(took) // 2], took[-1], LIMIT, found))
        transaction.set_rollback(True)
    print(json.dumps(rows))


def _fill(connection: Any) -> tuple[int, list[int], list[int]]:
    """Gives how many moves there are, and the numbers of seed lots and of lots in bags."""
    lots: list[tuple[int, str, str]] = []
    moves: list[tuple[Any, ...]] = []
    seeds, bags = [], []
    mass = Decimal(1_000)

    def made(good: str, act: str, *sources: int) -> int:
        key = len(lots) + 1
        lots.append((key, good, act))
        for source in sources:
            moves.append((source, 1, key, "into", Decimal(0), Decimal(1), key))
        moves.append((key, 1, key, "made", mass, Decimal(0), None))
        return key

    for _n in range(SEEDS):
        seed = made("seed", "enter")
        seeds.append(seed)
        trays = made("seedling", "sow", seed)
        for _field in range(FIELDS):
            crop = made("crop", "plant", trays)
            grain = made("grain", "dry", made("paddy", "harvest", crop))
            rice = made("rice", "mill", grain)
            for _pack in range(PACKS):
                bag = made("bags", "pack", rice)
                bags.append(bag)
                for shop in range(SHOPS):
                    moves.append((bag, 1, bag, "sent", Decimal(0), Decimal(10), None))
                    moves.append((bag, 2 + shop, bag, "received", Decimal(10), Decimal(0), None))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers, no references
        _copy(cursor, "chain_lot", _LOT, (_lot(*lot) for lot in lots))
        _copy(cursor, "chain_move", _MOVE, moves)
        cursor.execute(
            "INSERT INTO chain_stock (lot_id, org_id, came, went)"
            " SELECT lot_id, org_id, sum(came), sum(went) FROM chain_move GROUP BY 1, 2"
        )
        cursor.execute("ANALYZE chain_lot, chain_move, chain_stock")
    return len(moves), seeds, bags


_LOT = [
    "matter_id",
    "org_id",
    "code",
    "good",
    "act",
    "day",
    "amount",
    "taken",
    "beside",
    "gtin",
    "variety",
    "words",
    "void",
    "source_row",
]
_MOVE = ["lot_id", "org_id", "entry", "why", "came", "went", "into_id"]


def _lot(key: int, good: str, act: str) -> tuple[Any, ...]:
    mass = Decimal(1_000)
    return (key, 1, f"L{key}", good, act, "2026-10-01", mass, mass, 0, "", "", "", False, "{}")


def _copy(cursor: Any, table: str, columns: list[str], rows: Any) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


if __name__ == "__main__":
    main()
