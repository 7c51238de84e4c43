"""What lies beside the entries of a release's record: words, and the keys of sealed parts.

`tests/records/record.py` is frozen with the records of 0.3.1, which had neither.
"""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from tests.records.record import _load, _read_rows, _rows, _write_rows


def write(folder: Path) -> None:
    """Keep them in the folder of a record that `record.write` has made."""
    words = _rows("SELECT log, number, data FROM ledger_words ORDER BY log, number")
    keys = _rows("SELECT log, number, encode(key, 'hex') FROM ledger_key ORDER BY log, number")
    _write_rows(folder / "words.jsonl", ("log", "number", "data"), words)
    _write_rows(folder / "keys.jsonl", ("log", "number", "key"), keys)


def restore(folder: Path) -> None:
    """Lay them beside the entries that `record.restore` has laid in the tables."""
    words = ((r["log"], r["number"], r["data"]) for r in _read_rows(folder / "words.jsonl"))
    keys = (
        (r["log"], r["number"], bytes.fromhex(r["key"])) for r in _read_rows(folder / "keys.jsonl")
    )
    with transaction.atomic():
        _load("ledger_words (log, number, data)", words)
        _load("ledger_key (log, number, key)", keys)
