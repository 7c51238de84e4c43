"""What somebody with root and the key can do to a record, and what no check of that record alone shows.

Only for the demo's own data folder: it shows what a neighbour is good for.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction

from pilin.ledger import ends, keys, log, note
from pilin.ledger.tree import Frontier, leaf_hash


def rewrite(number: int, old: str, new: str) -> str:
    """Change a text of an entry of the main log, and hash and sign all of it anew; gives the checkpoint."""
    assert settings.DEMO
    signed = resigned(number, old, new)
    ends.forget()
    for path in settings.ENDS.glob("*"):
        path.unlink()
    ends.keep(log.MAIN, signed)
    return signed


def resigned(number: int, old: str, new: str) -> str:
    """The same, without what lies outside the database."""
    frontier = Frontier()
    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("ledger_entry", "ledger_node"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        rows = cursor.execute(
            "SELECT number, body FROM ledger_entry WHERE log = %s ORDER BY number", [log.MAIN]
        ).fetchall()
        nodes = []
        for n, body in rows:
            changed = body.replace(old, new) if n == number else body
            leaf = leaf_hash(changed.encode())
            if changed != body:
                cursor.execute(
                    "UPDATE ledger_entry SET body = %s, leaf = %s WHERE log = %s AND number = %s",
                    [changed, leaf, log.MAIN, n],
                )
            nodes += [node for node in frontier.add(leaf) if node[0] % 8 == 0]
        for level, index, value in nodes:
            cursor.execute(
                "UPDATE ledger_node SET hash = %s WHERE log = %s AND level = %s AND index = %s",
                [value, log.MAIN, level // 8, index],
            )
        verifier = keys.verifier(log.MAIN)
        point = note.Checkpoint(verifier.name, frontier.size, frontier.root())
        signed = note.sign(point, keys.signing_key(), verifier)
        cursor.execute(
            "UPDATE ledger_log SET frontier = %s, checkpoint = %s WHERE name = %s",
            [frontier.to_bytes(), signed, log.MAIN],
        )
        for table in ("ledger_entry", "ledger_node"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return signed
