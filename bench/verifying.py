"""What does checking a whole record cost, beside hashing the same bytes?"""

from __future__ import annotations

import hashlib
import os
import time

from bench.installations import Installations, measured
from bench.table import Table


def run(installations: Installations) -> Table:
    """`pilin verify` on the largest installation, against SHA-256 of each entry's bytes, in RAM."""
    folder = installations.filled(installations.sizes()[-1])
    printed = measured("verifying", folder)
    size, megabytes, bare, ours = map(float, printed.split()[-4:])
    table = Table(("Entries", "MB", "verify, s", "bare SHA-256, s", "ratio", "aim"))
    table.add(f"{size:,.0f}", megabytes, ours, bare, ours / bare, "< 3")
    return table


def measure() -> None:
    from pilin.run import environment

    environment.setup()
    from django.db import connection

    from pilin.ledger.verify import check_database

    bare, size, length, sha256 = 0.0, 0, 0, hashlib.sha256
    with connection.chunked_cursor() as cursor:
        cursor.execute("SELECT body FROM ledger_entry WHERE log = 'main' ORDER BY number")
        while rows := cursor.fetchmany(5000):
            texts = [body.encode() for (body,) in rows]
            start = time.perf_counter()
            for text in texts:
                sha256(text).digest()
            bare += time.perf_counter() - start
            size += len(texts)
            length += sum(map(len, texts))
    start = time.perf_counter()
    report = check_database("main")
    ours = time.perf_counter() - start
    if not report.ok or report.size != size:
        raise SystemExit(f"the record does not hold: {report.problems[:3]}")
    print(size, length / 1e6, bare, ours)


if __name__ == "__main__":
    os.environ.setdefault("PILIN_LANG", "en")
    measure()
