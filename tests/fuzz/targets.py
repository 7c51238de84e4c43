"""Readers of what strangers send, each as a function of bytes that may refuse and must not fail.

`tests/fuzz/test_targets.py` tries them with Hypothesis; `make fuzz` with atheris, which watches which
lines are reached. A target raises nothing: what a reader documents that it raises is caught here.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pilin.deciding import opinion_files, owners_files, pabulib, sortition_files
from pilin.deciding.tables import Malformed
from pilin.engine.kinds import kind_of
from pilin.intake import casting, reading
from pilin.ledger import note, receipt, tiles, tree, verify
from pilin.ledger.canonical import canonical
from pilin.people import geometry
from pilin.wording import decoding, identity, text, values
from pilin.workbook import errors, reader
from pilin.workbook.naming import Naming
from pilin.workbook.sheets import Book, Column, Sheet

PARTS = ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml")
SPEC = Sheet(
    name="组织",
    title="组织登记表",
    columns=(
        Column("名称", "name", ("组织名称",), required=True),
        Column("类别", "category", required=True),
        Column("备注", "note"),
    ),
    load=lambda book: None,
    understand=lambda row, book: (),
    carry={},
    export=lambda: iter(()),
)


@dataclass(frozen=True)
class Target:
    """`run` takes anything; `seeds` are inputs that are taken, to begin with."""

    name: str
    run: Callable[[bytes], None]
    seeds: Sequence[bytes]


# Workbooks -------------------------------------------------------------------------------------


def a_workbook() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    page.title = "组织"
    for row in (
        ["组织登记表"],
        ["名称", "类别", "备注"],
        ["左村驿站", "协商驿站", 3],
        ["x", "其他", ""],
    ):
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


WORKBOOK = a_workbook()


def workbook(data: bytes) -> None:
    try:
        with reader.open_workbook(
            data, limit=2**21, unpacked_limit=2**23, most_cells=100_000
        ) as book:
            naming = Naming(Book(), {})
            naming.sheets(book, [SPEC])
            for title in book.titles:
                book.heads(title)
                book.survey(title)
                naming.columns(SPEC, book.sheet(title, ["名称", "类别"]).header)
    except errors.WorkbookError:
        pass


def workbook_part(data: bytes) -> None:
    """A part of a workbook that is whole otherwise: its check sums would stop a change of bytes."""
    changed = PARTS[data[0] % len(PARTS)] if data else PARTS[0]
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, data[1:] if info.filename == changed else old.read(info))
    workbook(out.getvalue())


def parts() -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as book:
        return [bytes([n]) + book.read(name) for n, name in enumerate(PARTS)]


# Files that are counted ------------------------------------------------------------------------


def _in_file(data: bytes, name: str, read: Callable[[Path], Any]) -> None:
    with tempfile.TemporaryDirectory(dir=RAM) as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        with contextlib.suppress(Malformed):
            read(path)


RAM = "/dev/shm" if Path("/dev/shm").is_dir() else None


def election(data: bytes) -> None:
    _in_file(data, "e.pb", pabulib.read_file)


def packed_election(data: bytes) -> None:
    _in_file(data, "e.pb.gz", pabulib.read_file)


def owners(data: bytes) -> None:
    _in_file(data, "o.csv", lambda path: owners_files.read_owners(path, 6))


def lots(data: bytes) -> None:
    _in_file(data, "q.csv", sortition_files.read_quotas)
    quotas = [sortition_files.Quota("性别", "女", 1, 2), sortition_files.Quota("性别", "男", 1, 2)]
    _in_file(data, "p.csv", lambda path: sortition_files.read_people(path, quotas))


def opinions(data: bytes) -> None:
    _in_file(data, "v.csv", opinion_files.read_votes)


# Ballots and the ledger ------------------------------------------------------------------------


def ballot(data: bytes) -> None:
    kind = reading.FORM if data[:1] == b"f" else reading.JSON
    with contextlib.suppress(casting.NotCounted):
        reading.read(1, kind, data[1:])


KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
VERIFIER = note.verifier_of("fuzz.example", KEY)


def checkpoint(data: bytes) -> None:
    words = data.decode("utf-8", "replace")
    for read in (note.parse, note.Verifier.from_vkey, lambda t: note.open_checkpoint(t, VERIFIER)):
        with contextlib.suppress(note.NoteFault):
            read(words)


def record(data: bytes) -> None:
    """A record whose checkpoint is rightly signed and whose entries may be anything."""
    entries = data.split(b"\xff")[:5]
    frontier = tree.Frontier()
    for entry in entries:
        frontier.add(tree.leaf_hash(entry))
    point = note.Checkpoint("fuzz.example", len(entries), frontier.root())
    files = {
        "checkpoint": note.sign(point, KEY, VERIFIER).encode(),
        tiles.path_of(tiles.Tile(None, 0, len(entries))): tiles.bundle(entries),
        tiles.path_of(tiles.Tile(0, 0, len(entries))): b"".join(map(tree.leaf_hash, entries)),
    }

    def get(name: str) -> bytes:
        if name not in files:
            raise FileNotFoundError(name)
        return files[name]

    verify._check(get, VERIFIER.vkey, None)


def bundle(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert tiles.bundle(tiles.unbundle(data)) == data


def a_receipt() -> bytes:
    entry = canonical({"number": 0, "log": "main"})
    root = tree.leaf_hash(entry)
    said = {
        "checkpoint": note.sign(note.Checkpoint("fuzz.example", 1, root), KEY, VERIFIER),
        "key": VERIFIER.vkey,
        "entry": base64.b64encode(entry).decode(),
        "number": 0,
        "proof": [],
    }
    return json.dumps(said).encode()


def a_receipt_of(data: bytes) -> None:
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return
    with contextlib.suppress(note.NoteFault, tree.ProofFault, ValueError):
        receipt.check(said)


# Words -----------------------------------------------------------------------------------------


def words(data: bytes) -> None:
    try:
        said = decoding.decode(data)
    except decoding.Undecodable:
        return
    key = identity.identity(said)
    assert identity.identity(key) == key
    assert text.lines_alike(text.lines_alike(said)) == text.lines_alike(said)
    text.bad_character(said)


def amounts(data: bytes) -> None:
    said = data.decode("utf-8", "replace")
    for read in (values.parse_quantity, values.parse_moment, values.parse_day, values.unit_hint):
        with contextlib.suppress(values.Unclear):
            read(said)


def shapes(data: bytes) -> None:
    said = data.decode("utf-8", "replace")
    for read in (geometry.read_point, geometry.read_shape):
        with contextlib.suppress(geometry.Misshapen):
            read(said)


def kinds(data: bytes) -> None:
    kind_of(io.BytesIO(data))


ELECTION = (
    b"META\nkey;value\nbudget;100\nnum_projects;2\nnum_votes;2\nvote_type;cumulative\n"
    b'PROJECTS\nproject_id;cost;name\n1;50;"a;b"\n2;40;Lights\n'
    b"VOTES\nvoter_id;vote;points\n1;1,2;3,1\n2;2;1.5\n"
)
SHAPE = b'{"type":"Polygon","coordinates":[[[121,30],[122,30],[122,31],[121,30]]]}'
TARGETS = {
    target.name: target
    for target in (
        Target("workbook", workbook, [WORKBOOK]),
        Target("workbook_part", workbook_part, parts()),
        Target("election", election, [ELECTION]),
        Target("packed_election", packed_election, [gzip.compress(ELECTION, mtime=0)]),
        Target("owners", owners, ["房号,面积,业主,表决\n1-1,80,甲;乙,同意\n".encode()]),
        Target(
            "lots",
            lots,
            ["特征,取值,最少,最多\n性别,女,1,2\n".encode(), "id,性别\na,女\n".encode()],
        ),
        Target("opinions", opinions, [b"timestamp,voter-id,comment-id,vote\n1,2,3,-1\n2,2,4,1\n"]),
        Target(
            "ballot", ballot, [b'{"token":"1.a.9.9.f","choice":[1]}', b"ftoken=1.a.9.9.f&choice=1"]
        ),
        Target("checkpoint", checkpoint, [a_receipt(), VERIFIER.vkey.encode()]),
        Target("record", record, [b'{"number":0}\xff{"number":1}', canonical({"number": 0})]),
        Target("bundle", bundle, [tiles.bundle([b"a", b""])]),
        Target("receipt", a_receipt_of, [a_receipt()]),
        Target("words", words, ["张　三\r\n".encode(), "张三".encode("gb18030")]),
        Target(
            "amounts",
            amounts,
            ["超200亿元".encode(), "2026年11月26日 星期四".encode(), b"Thu 26 Nov 2026"],
        ),
        Target("shapes", shapes, [SHAPE, b"30.69, 121.12"]),
        Target("kinds", kinds, [WORKBOOK, b"%PDF-1.7", b"\xff\xd8\xff\xe0"]),
    )
}
