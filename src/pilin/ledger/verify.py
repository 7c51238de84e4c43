"""Checking a log from end to end: in the database, at an address, or in a downloaded folder."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from pilin.wording.saying import say

from . import followed, keys, note, sealing, succession, tiles, walk, words
from .asking import snapshot
from .canonical import canonical, seal_of
from .followed import Seen
from .tree import EMPTY_ROOT, WIDTH, Frontier, leaf_hash

Progress = Callable[[int, int], None]
#: After so many faults the rest is not listed: the log is broken, and where has been said.
MOST = 50


@dataclass
class Report:
    """What was found. `problems` name the entry or tile and what is wrong with it."""

    size: int = 0
    root: bytes = EMPTY_ROOT
    seen: Seen | None = None  # of a record elsewhere, what is to be remembered of it
    problems: list[tuple[str, str]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems

    def fault(self, where: str, what: str) -> None:
        if len(self.problems) < MOST:
            self.problems.append((where, what))


@dataclass(frozen=True)
class Copied:
    """A copy of somebody else's log: the vkey that signs it, and where in an entry's body words begin that are
    never told to others."""

    vkey: str
    kept_back: Callable[[dict[str, Any]], tuple[str, ...]]


def check_database(
    log: str, progress: Progress | None = None, copied: Copied | None = None
) -> Report:
    """Recompute every leaf, node and the root from the entries as they lie in the database.

    The log is ours, unless it is `copied`.

    In one read-only snapshot, so that steps taken meanwhile do not disturb it.
    """
    report = Report()
    with snapshot():
        with connection.cursor() as cursor:
            row = cursor.execute(
                "SELECT size, frontier, checkpoint, vkey FROM ledger_log WHERE name = %s", [log]
            ).fetchone()
        if row is None:
            return report
        size, frontier, checkpoint = row[0], bytes(row[1]), row[2]
        found = _entries(log, size, report, progress)
        _seals(log, report)
        _words(log, report, copied)
        for number, what in (
            () if copied else succession.faults(log, succession.changes(log), row[3] or "")
        ):
            report.fault(walk.entry(number), what)
    report.size, report.root = found.size, found.root()
    if found.size != size:
        report.fault(
            say("log"),
            say("the log says it has {n} entries, but {there} are there", n=size, there=found.size),
        )
    elif found.to_bytes() != frontier:
        report.fault(say("log"), say("the stored tree is not the tree of the entries"))
    _compare(report, checkpoint, _signer(log, copied))
    return report


def _entries(log: str, size: int, report: Report, progress: Progress | None) -> Frontier:
    """Walk all entries in order; gives the tree they make.

    The tree is built of the stored leaves: what was changed is named once, as the entry it is.
    """
    connection.ensure_connection()
    params = connection.get_connection_params()
    address = {k: v for k, v in params.items() if k not in ("cursor_factory", "context")}
    with connection.cursor() as cursor:  # whoever walks beside reads the record that is read here
        (path,) = cursor.execute("SELECT current_setting('search_path')").fetchone()
    escaped = path.replace(" ", "\\ ")
    address["options"] = f"{address.get('options') or ''} -c search_path={escaped}".strip()
    above, rest, gaps = Frontier(), [], False  # `above` is the tree over the full tiles
    nodes = _stored_nodes(log)
    for found in walk.walks(connection.connection, address, log, size):
        for where, what in found.faults:
            report.fault(where, what)
        gaps = gaps or found.gaps
        for value in found.tiles:
            made = [(1, above.size, value)]
            made += [(1 + n // 8, i, v) for n, i, v in above.add(value) if not n % 8]
            for level, index, hash_ in made:
                if nodes.pop((level, index), None) != hash_ and not gaps:
                    upto = (index + 1) * WIDTH**level - 1
                    report.fault(
                        say("entries up to {n}", n=upto), say("a stored node of the tree is wrong")
                    )
        rest = found.rest
        if progress:
            progress(min(above.size * WIDTH + len(rest), size), size)
    for level, index in nodes:
        report.fault(f"tile {level}/{index // WIDTH}", say("there is a node too many"))
    frontier = Frontier(above.size * WIDTH, above.hashes)
    for leaf in rest:
        frontier.add(leaf)
    return frontier


def _stored_nodes(log: str) -> dict[tuple[int, int], bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT level, index, hash FROM ledger_node WHERE log = %s", [log])
        return {(level, index): bytes(value) for level, index, value in cursor.fetchall()}


def _seals(log: str, report: Report) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.number, s.salt, s.data, k.key, e.body::json ->> 'seal' FROM ledger_sealed s"
            " LEFT JOIN ledger_key k USING (log, number)"
            " LEFT JOIN ledger_entry e USING (log, number) WHERE s.log = %s ORDER BY 1",
            [log],
        )
        for number, salt, data, key, seal in cursor.fetchall():
            if key is None and not sealing.is_open(data):
                continue  # its key is gone: it was erased
            found = sealing.opened(log, number, (salt, data, key))
            if found is None or seal_of(*found) != seal:
                report.fault(walk.entry(number), say("its sealed part was changed"))


def _signer(log: str, copied: Copied | None) -> note.Verifier:
    return note.Verifier.from_vkey(copied.vkey) if copied else keys.verifier(log)


def _words(log: str, report: Report, copied: Copied | None) -> None:
    """Words beside entries have their hashes there; those that are gone were struck by an entry."""
    with connection.cursor() as cursor:
        cursor.execute(_STRUCK, [log])
        struck: dict[int, set[str]] = {}
        for (body,) in cursor.fetchall():
            for number, path in json.loads(body)["data"]["struck"]:
                struck.setdefault(number, set()).add(path)
        start, rows = -1, [()]
        while rows:
            rows = cursor.execute(_BESIDE, [log, start]).fetchall()
            for number, text, beside in rows:
                body, gone = json.loads(text), struck.get(number, set())
                if copied and (back := copied.kept_back(body)):
                    gone = gone | {p for p in words.missing(body) if p.startswith(back)}
                for what in words.faults(body, beside, frozenset(gone)):
                    report.fault(walk.entry(number), what)
                start = number


#: Entries that strike words name them so: an answer of this name is never changed.
_STRUCK = "SELECT body FROM ledger_entry WHERE log = %s AND body LIKE '%%\"struck\":[[%%'"
_BESIDE = (
    "SELECT e.number, e.body, w.data FROM ledger_entry e LEFT JOIN ledger_words w USING (log, number)"
    " WHERE e.log = %s AND e.number > %s AND (w.number IS NOT NULL OR e.body LIKE '%%{\"~\":%%')"
    " ORDER BY 1 LIMIT 10000"
)


def _compare(report: Report, checkpoint: str, verifier: note.Verifier) -> None:
    try:
        point = note.open_checkpoint(checkpoint, verifier)
    except note.NoteFault as fault:
        report.fault(say("checkpoint"), str(fault))
        return
    if (point.size, point.root) != (report.size, report.root):
        report.fault(say("checkpoint"), say("the signed checkpoint is not that of the entries"))
    if point.origin != verifier.name:
        report.fault(
            say("checkpoint"),
            say("the checkpoint is that of another log, {name}", name=point.origin),
        )


# Over the network, or in a folder ---------------------------------------------------------------

Source = Callable[[str], bytes]


def check_url(
    url: str, vkey: str = "", progress: Progress | None = None, before: Seen | None = None
) -> Report:
    """Check a log served as tlog-tiles at `url` (…/ledger/main). `vkey`, where it is known, is that of its
    key; `before` is what was found there before."""
    return _check(_web(url), vkey, progress, before)


def check_folder(
    folder: Path, vkey: str = "", progress: Progress | None = None, before: Seen | None = None
) -> Report:
    """Check a folder made by `download`."""
    return _check(_folder(folder), vkey, progress, before)


def download(url: str, folder: Path, progress: Progress | None = None) -> int:
    """Copy a log as static files; gives its size. A full tile that is there is not asked again."""
    get = _web(url)
    checkpoint, key = get("checkpoint"), get("key")
    size = note.parse(checkpoint.decode().partition("\n\n")[0]).size
    wanted = tiles.needed(size)
    for done, tile in enumerate(wanted, 1):
        target = folder / tiles.path_of(tile)
        if not target.exists():
            data = get(tiles.path_of(tile))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        if progress:
            progress(done, len(wanted))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "key").write_bytes(key)
    (folder / "checkpoint").write_bytes(checkpoint)
    return size


def entries(where: str | Path) -> Iterator[dict[str, Any]]:
    """The entries of a log at an address (…/ledger/main), in a folder made by `download`, or in a
    file with an entry a line, in their order. That they hold is not checked here.

    Raises ValueError, OSError.
    """
    if isinstance(where, Path) and where.is_file():
        # Not `splitlines`: a text may hold other characters that some take for the end of a line.
        yield from (json.loads(line) for line in where.read_bytes().split(b"\n") if line)
        return
    get = _folder(where) if isinstance(where, Path) else _web(where)
    size = note.parse(get("checkpoint").decode().partition("\n\n")[0]).size
    for tile in (t for t in tiles.needed(size) if t.level is None):
        yield from map(json.loads, tiles.unbundle(get(tiles.path_of(tile))))


def _folder(folder: Path) -> Source:
    return lambda name: (folder / name).read_bytes()


def _web(url: str) -> Source:
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(say("{url} is no web address", url=url))

    def get(name: str) -> bytes:
        with urllib.request.urlopen(f"{url.rstrip('/')}/{name}", timeout=30) as answer:
            data: bytes = answer.read()
            return data

    return get


def _check(get: Source, vkey: str, progress: Progress | None, before: Seen | None = None) -> Report:
    report, turns = Report(), []
    try:
        verifier = note.Verifier.from_vkey(get("key").decode())
        point = note.open_checkpoint(get("checkpoint").decode(), verifier)
    except (OSError, ValueError) as fault:
        report.fault(say("checkpoint"), str(fault))
        return report
    frontier, then = Frontier(), None
    levels: dict[tuple[int, int], bytes] = {}
    for tile in (t for t in tiles.needed(point.size) if t.level is None):
        try:
            for body in _check_bundle(get, tile, frontier, levels, report):
                if before and frontier.size == before.size:
                    then = frontier.root().hex()
                if body.get("kind") == "manage" and body.get("step") in ("change_key", "succeed"):
                    turns.append(body)
        except (OSError, ValueError) as fault:
            report.fault(tiles.path_of(tile), say("cannot be read: {why}", why=fault))
            return report
        if progress:
            progress(frontier.size, point.size)
    for tile in (t for t in tiles.needed(point.size) if t.level):
        _check_upper(get, tile, levels, report)
    report.size, report.root = frontier.size, frontier.root()
    if (point.size, point.root) != (report.size, report.root):
        report.fault(say("checkpoint"), say("the signed checkpoint is not that of the entries"))
    report.seen = Seen(point.origin, verifier.vkey, point.size, point.root.hex())
    if vkey and (what := followed.not_the_one(vkey, report.seen, turns)):
        report.fault(say("checkpoint"), what)
    if before and (what := followed.fault(before, report.seen, then, turns)):
        report.fault(say("log"), what)
    return report


def _check_bundle(
    get: Source,
    tile: tiles.Tile,
    frontier: Frontier,
    levels: dict[tuple[int, int], bytes],
    report: Report,
) -> Iterator[dict[str, Any]]:
    """Adds each of its entries to the tree, and gives it then; {} for what is none."""
    stored = get(tiles.path_of(tiles.Tile(0, tile.index, tile.width)))
    entries = tiles.unbundle(get(tiles.path_of(tile)))
    if len(entries) != tile.width or len(stored) != 32 * tile.width:
        raise ValueError(
            say("holds {there} entries instead of {n}", there=len(entries), n=tile.width)
        )
    for at, entry in enumerate(entries):
        number = tile.index * WIDTH + at
        leaf, body = leaf_hash(entry), {}
        if leaf != stored[32 * at : 32 * at + 32]:
            report.fault(walk.entry(number), say(walk.CHANGED))
        elif not (body := _entry(entry, number)):
            report.fault(walk.entry(number), say(walk.ANOTHER))
        for level, index, value in frontier.add(leaf):
            if not level % 8:
                levels[level // 8, index] = value
        yield body


def _entry(text: bytes, number: int) -> dict[str, Any]:
    """What the canonical JSON of an entry of this number says; {} where it is none."""
    try:
        body = json.loads(text)
        fits = isinstance(body, dict) and body.get("number") == number and canonical(body) == text
        return body if fits else {}
    except (ValueError, RecursionError):
        return {}


def _check_upper(
    get: Source, tile: tiles.Tile, levels: dict[tuple[int, int], bytes], report: Report
) -> None:
    assert tile.level is not None
    start = tile.index * WIDTH
    expected = b"".join(levels[tile.level, i] for i in range(start, start + tile.width))
    try:
        if get(tiles.path_of(tile)) != expected:
            report.fault(tiles.path_of(tile), say("is not the tile of the entries below it"))
    except OSError as fault:
        report.fault(tiles.path_of(tile), say("cannot be read: {why}", why=fault))
