"""A receipt: an entry, its place in the tree, and the signed checkpoint it stands under."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import segno

from pilin.wording.saying import say

from . import keys, log, note, tree, witnessed, words
from .tiles import Nodes, bodies

FORMAT = "pilin-receipt-v1"
#: Each says of an entry whether what lies beside it is kept back from receipts: a ballot's choice.
KEPT_BACK: list[Callable[[log.Record], bool]] = []


@dataclass(frozen=True)
class Answering:
    """An entry in another record that an entry of ours answers (`answers`), or that answers it."""

    name: str
    number: int
    url: str
    answers: bool


#: Each gives of an entry of the main log those it belongs with in other records.
ELSEWHERE: list[Callable[[log.Record], Iterable[Answering]]] = []


@dataclass(frozen=True)
class Receipt:
    """What somebody can keep and check years later, without asking the server."""

    record: log.Record
    text: str
    checkpoint: str
    size: int
    proof: list[bytes]
    vkey: str
    words: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """`entry` is the canonical JSON as entered, in base64, so that it hashes to its leaf; `words`
        what stands beside it, salt and text by where it stands, null where it was struck."""
        return {
            "format": FORMAT,
            "log": self.record.log,
            "number": self.record.number,
            "entry": base64.b64encode(self.text.encode()).decode(),
            **({"words": self.words} if self.words else {}),
            "size": self.size,
            "proof": [base64.b64encode(h).decode() for h in self.proof],
            "checkpoint": self.checkpoint,
            "key": self.vkey,
        }


def _standing(name: str, number: int, verifier: note.Verifier) -> tuple[str, int]:
    """The checkpoint an entry stands under, and its size: the newest of those that hold it which all who
    must have witnessed; else which anybody has; else the newest."""
    for signed in (*witnessed.best(name), log.checkpoint(name)):
        if signed:
            with suppress(note.NoteFault):  # of the key before, say
                size = note.open_checkpoint(signed, verifier).size
                if number < size:
                    return signed, size
    raise note.NoteFault(say("the checkpoint cannot be read"))


def make(name: str, number: int) -> Receipt | None:
    """The receipt of an entry under the log's present checkpoint; None without such an entry."""
    record = log.get(name, number)
    if record is None:
        return None
    verifier = keys.verifier(name)
    signed, size = _standing(name, number, verifier)
    proof = tree.inclusion_proof(number, size, Nodes(name))
    text = bodies(name, number, number + 1)[0].decode()
    beside = words.row_of(name, number)
    if any(is_kept(record) for is_kept in KEPT_BACK):
        record, beside = replace(record, body=json.loads(text)), {}
    return Receipt(record, text, signed, size, proof, verifier.vkey, beside)


def check(data: dict[str, Any]) -> int:
    """Check a receipt by itself; gives the entry's number. Raises NoteFault, ProofFault or ValueError."""
    try:
        return _checked(data)
    except (KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise ValueError(say("this is no receipt")) from fault


def _checked(data: dict[str, Any]) -> int:
    point = note.open_checkpoint(data["checkpoint"], note.Verifier.from_vkey(data["key"]))
    leaf = tree.leaf_hash(base64.b64decode(data["entry"]))
    proof = [base64.b64decode(h) for h in data["proof"]]
    tree.check_inclusion(leaf, data["number"], point.size, proof, point.root)
    entry = json.loads(base64.b64decode(data["entry"]))
    for path, said in data.get("words", {}).items():
        if said is not None and words.at(entry, path) != {words.MARK: words.hash_of(*said)}:
            raise ValueError(f"the words at {path} are not those of the entry")
    return int(data["number"])


def qr_svg(link: str) -> bytes:
    """A QR code of a receipt's address, as SVG."""
    out = io.BytesIO()
    segno.make(link, error="m").save(out, kind="svg", scale=4, border=2, xmldecl=False)
    return out.getvalue()
