"""Where the ledger stood when something last changed: what caching asks, by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from pilin.people import known


@dataclass(frozen=True)
class Positions:
    """Of the scopes asked for, as text and each with its writing transaction; of the registers."""

    text: str
    stand: known.Stand
    registers: known.Stand


def positions(scopes: Sequence[str]) -> Positions:
    """Where the ledger stood when what these scopes show last changed. One query, by key."""
    wanted = list(dict.fromkeys((*scopes, *known.SCOPES)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT scope, number, xmin::text FROM loop_position WHERE scope = ANY(%s)"
            " ORDER BY scope",
            [wanted],
        )
        rows = cursor.fetchall()
    text = ",".join(f"{scope}={number}" for scope, number, _ in rows if scope in scopes)
    return Positions(text, tuple(rows), tuple(row for row in rows if row[0] in known.SCOPES))


def registers() -> known.Known:
    """The registers as of this page; as they stand now, where it has not asked yet."""
    return known.here() or known.at(positions(()).registers)
