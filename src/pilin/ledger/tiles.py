"""C2SP tlog-tiles: the log as static files of 256 hashes or entries each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from pilin.wording.saying import say

from .tree import WIDTH, Frontier


@dataclass(frozen=True)
class Tile:
    """Which tile: `level` None is an entry bundle; `width` 256 is a full one."""

    level: int | None
    index: int
    width: int = WIDTH


def encode_index(index: int) -> str:
    """1234067 → "x001/x234/067"."""
    pieces = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        pieces.insert(0, f"x{index % 1000:03d}")
    return "/".join(pieces)


def path_of(tile: Tile) -> str:
    """Below the log's address: "tile/0/x001/067", "tile/entries/000.p/12"."""
    level = "entries" if tile.level is None else str(tile.level)
    partial = "" if tile.width == WIDTH else f".p/{tile.width}"
    return f"tile/{level}/{encode_index(tile.index)}{partial}"


def parse(level: str, rest: str) -> Tile | None:
    """The tile a path names; None where it is not written in the one way allowed."""
    match = re.fullmatch(r"((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?", rest)
    if not match or not (level == "entries" or re.fullmatch(r"\d|[1-5]\d|6[0-3]", level)):
        return None
    index = int(match.group(1).replace("x", "").replace("/", ""))
    width = int(match.group(2) or WIDTH)
    if encode_index(index) != match.group(1) or (match.group(2) and width >= WIDTH):
        return None
    return Tile(None if level == "entries" else int(level), index, width)


def needed(size: int) -> list[Tile]:
    """Every tile of a log of this size: full ones, and the partial one at each level's end."""
    found = _level(None, size)
    level, nodes = 0, size
    while nodes:
        found += _level(level, nodes)
        level, nodes = level + 1, nodes // WIDTH
    return found


def _level(level: int | None, nodes: int) -> list[Tile]:
    full, rest = divmod(nodes, WIDTH)
    return [Tile(level, i) for i in range(full)] + ([Tile(level, full, rest)] if rest else [])


def hashes(log: str, level: int, start: int, stop: int) -> list[bytes]:
    """Hashes of complete subtrees of 256**level leaves, from index `start` up to `stop`."""
    table, column, extra = (
        ("ledger_entry", "number", "") if level == 0 else ("ledger_node", "index", "AND level = %s")
    )
    value = "leaf" if level == 0 else "hash"
    with connection.cursor() as cursor:
        rows = cursor.execute(
            f"SELECT {value} FROM {table} WHERE log = %s AND {column} >= %s AND {column} < %s"
            f" {extra} ORDER BY {column}",
            [log, start, stop, *([level] if level else [])],
        ).fetchall()
    return [bytes(row[0]) for row in rows]


def content(log: str, tile: Tile, size: int) -> bytes | None:
    """A tile's bytes; None where the log (of `size`) is not that long yet."""
    start = tile.index * WIDTH
    stop = start + tile.width
    if stop * WIDTH ** (tile.level or 0) > size:
        return None
    if tile.level is None:
        return bundle(bodies(log, start, stop))
    return b"".join(hashes(log, tile.level, start, stop))


def bodies(log: str, start: int, stop: int) -> list[bytes]:
    """The entries from `start` up to `stop`, byte for byte as entered."""
    with connection.cursor() as cursor:
        rows = cursor.execute(
            "SELECT body FROM ledger_entry WHERE log = %s AND number >= %s AND number < %s"
            " ORDER BY number",
            [log, start, stop],
        ).fetchall()
    return [row[0].encode() for row in rows]


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries, each after its length as a big-endian uint16."""
    return b"".join(len(e).to_bytes(2, "big") + e for e in entries)


def unbundle(data: bytes) -> list[bytes]:
    """The entries of a bundle. Raises ValueError where it is cut short."""
    found, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if len(entry) != length or at + 2 > len(data):
            raise ValueError(say("the bundle is cut short"))
        found.append(entry)
        at += 2 + length
    return found


class Nodes:
    """Hashes of perfect subtrees for proofs, read from leaves and stored nodes as needed.

    A subtree of 2**k leaves is made of at most 128 stored hashes of the level below, so a proof
    costs a query for each of its hashes and never a walk over the log.
    """

    def __init__(self, log: str) -> None:
        self.log = log

    def __call__(self, level: int, index: int) -> bytes:
        stored, up = divmod(level, 8)
        width = 1 << up
        found = hashes(self.log, stored, index * width, (index + 1) * width)
        frontier = Frontier()
        for value in found:
            frontier.add(value)
        if frontier.size != width:
            raise LookupError(say("the log has lost part of itself; see `pilin verify`"))
        return frontier.root()
