"""A record of a release as files: written once, restored by every release that follows."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from pilin.engine import evidence
from pilin.engine.rebuild import read_models
from pilin.ledger import keys, note
from pilin.ledger.tree import leaf_hash

FOLDER = Path(__file__).parent
#: Whose texts read the same whatever the server was told.
PLAIN = "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL bytea_output = 'hex'"


def found() -> list[Path]:
    """The folder of every record, oldest release first."""
    return sorted(path.parent for path in FOLDER.glob("*/*/record.json"))


def name_of(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


# Writing ------------------------------------------------------------------------------------------


def write(folder: Path, release: str) -> None:
    """Keep this installation's record in `folder`, which must not be there yet."""
    folder.mkdir(parents=True)
    logs = _rows(
        "SELECT name, size, encode(frontier, 'hex'), checkpoint FROM ledger_log ORDER BY 1"
    )
    nodes = _rows(
        "SELECT log, level, index, encode(hash, 'hex') FROM ledger_node ORDER BY log, level, index"
    )
    sealed = _rows(
        "SELECT log, number, encode(salt, 'hex'), data FROM ledger_sealed ORDER BY log, number"
    )
    files: set[str] = set()
    entries: dict[str, int] = {}
    for log, *_rest in logs:
        texts = [
            text
            for (text,) in _rows(
                "SELECT body FROM ledger_entry WHERE log = %s ORDER BY number", log
            )
        ]
        entries[log] = len(texts)
        files |= {f["sha256"] for text in texts for f in json.loads(text).get("files") or ()}
        _write_lines(folder / "entries" / f"{log}.jsonl", texts)
    # Made-up matters name photos that never were.
    kept = sorted(sha256 for sha256 in files if evidence.path_of(sha256).exists())
    for sha256 in kept:
        (folder / "files").mkdir(exist_ok=True)
        shutil.copyfile(evidence.path_of(sha256), folder / "files" / sha256)
    _write_rows(folder / "logs.jsonl", ("name", "size", "frontier", "checkpoint"), logs)
    _write_rows(folder / "nodes.jsonl", ("log", "level", "index", "hash"), nodes)
    _write_rows(folder / "sealed.jsonl", ("log", "number", "salt", "data"), sealed)
    said = {
        "release": release,
        "vkeys": {log: keys.verifier(log).vkey for log in entries},
        "migrations": last_migrations(),
        "entries": entries,
        "sealed": len(sealed),
        "nodes": len(nodes),
        "files": kept,
        "tables": {table: digest(table, columns) for table, columns in sorted(tables().items())},
    }
    text = json.dumps(said, ensure_ascii=False, indent=1)
    (folder / "record.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def last_migrations() -> dict[str, str]:
    """The newest migration of each of the project's own apps."""
    graph = MigrationLoader(connection).graph
    own = {app.label for app in apps.get_app_configs() if app.name.startswith("pilin.")}
    return {app: name for app, name in sorted(graph.leaf_nodes()) if app in own}


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        return cursor.execute(sql, values or None).fetchall()


def _write_rows(path: Path, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    objects = (dict(zip(columns, row, strict=True)) for row in rows)
    _write_lines(path, [json.dumps(each, ensure_ascii=False) for each in objects])


def _write_lines(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


# Reading ------------------------------------------------------------------------------------------


def read(folder: Path) -> dict[str, Any]:
    """What the record says of itself."""
    said: dict[str, Any] = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    return said


def verifiers(said: dict[str, Any]) -> dict[str, note.Verifier]:
    """Whose signature each log's checkpoint bears; its name is the log's origin."""
    return {log: note.Verifier.from_vkey(vkey) for log, vkey in said["vkeys"].items()}


def restore(folder: Path) -> None:
    """Bring an empty database to the tables of the release, and lay its ledger in them."""
    said = read(folder)
    MigrationExecutor(connection).migrate(list(said["migrations"].items()))
    bytes_of = bytes.fromhex
    logs = [
        (r["name"], r["size"], bytes_of(r["frontier"]), r["checkpoint"])
        for r in _read_rows(folder / "logs.jsonl")
    ]
    nodes = (
        (r["log"], r["level"], r["index"], bytes_of(r["hash"]))
        for r in _read_rows(folder / "nodes.jsonl")
    )
    sealed = (
        (r["log"], r["number"], bytes_of(r["salt"]), r["data"])
        for r in _read_rows(folder / "sealed.jsonl")
    )
    with transaction.atomic():
        _load("ledger_log (name, size, frontier, checkpoint)", logs)
        for log, *_rest in logs:
            texts = enumerate(_read_lines(folder / "entries" / f"{log}.jsonl"))
            rows = ((log, number, text, leaf_hash(text.encode())) for number, text in texts)
            _load("ledger_entry (log, number, body, leaf)", rows)
        _load("ledger_node (log, level, index, hash)", nodes)
        _load("ledger_sealed (log, number, salt, data)", sealed)


def counts() -> dict[str, Any]:
    """How much lies in the ledger, as a record says it."""
    logs = [name for (name,) in _rows("SELECT name FROM ledger_log")]
    entries = Counter(dict.fromkeys(logs, 0))
    entries.update(dict(_rows("SELECT log, count(*) FROM ledger_entry GROUP BY 1")))
    ((sealed, nodes),) = _rows(
        "SELECT (SELECT count(*) FROM ledger_sealed), (SELECT count(*) FROM ledger_node)"
    )
    return {"entries": dict(entries), "sealed": sealed, "nodes": nodes}


def _load(into: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _read_rows(path: Path) -> Iterator[dict[str, Any]]:
    return map(json.loads, _read_lines(path))


def _read_lines(path: Path) -> list[str]:
    # Not `splitlines`: a text may hold other characters that some take for the end of a line.
    return path.read_bytes().decode().split("\n")[:-1]


# Digests ------------------------------------------------------------------------------------------


def tables() -> dict[str, list[str]]:
    """Every derived table with its columns; numbers the database hands out itself left aside."""
    wanted = {}
    for model in read_models():
        key = model._meta.pk
        own = key.get_internal_type() == "BigAutoField"
        columns = [f.column for f in model._meta.concrete_fields if not (f is key and own)]
        wanted[model._meta.db_table] = sorted(columns)
    return wanted


def digest(table: str, columns: list[str]) -> dict[str, Any]:
    """The columns, the number of rows, and the SHA-256 over the rows' texts in order."""
    quote = connection.ops.quote_name
    asked = ", ".join(f"{quote(column)}::text" for column in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLAIN)
        rows = cursor.execute(f"SELECT {asked} FROM {quote(table)}").fetchall()
    texts = sorted(json.dumps(row, ensure_ascii=False) for row in rows)
    sha256 = hashlib.sha256("\n".join(texts).encode()).hexdigest()
    return {"columns": columns, "rows": len(rows), "sha256": sha256}
