"""Vectors that others published: proofs of transparency-dev/merkle (Apache-2.0), and requests to a witness of
FiloSottile/torchwood (ISC). They are no part of this project: PILIN_VECTORS names a folder with `merkle/testdata`
and `litewitness.txt` (`cmd/litewitness/testdata` there)."""

import base64
import json
import os
import re
from pathlib import Path

import pytest

from pilin.ledger import tree
from pilin.ledger.note import Verifier
from pilin.ledger.witness import Witness

FOLDER = Path(os.environ.get("PILIN_VECTORS") or "nowhere")
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="PILIN_VECTORS names no folder with published vectors"
)


def read(kind):
    return [
        json.loads(file.read_bytes())
        for file in (FOLDER / "merkle/testdata" / kind).rglob("*.json")
    ]


def raw(text):
    return base64.b64decode(text or "")


def holds(check, *args):
    try:
        check(*args)
    except tree.ProofFault:
        return False
    return True


def test_proofs_of_inclusion():
    cases = read("inclusion")
    for one in cases:
        proof = [raw(h) for h in one["proof"] or []]
        said = holds(
            tree.check_inclusion,
            raw(one["leafHash"]),
            one["leafIdx"],
            one["treeSize"],
            proof,
            raw(one["root"]),
        )
        assert said != one["wantErr"], one
    assert len(cases) > 90


def test_proofs_of_consistency():
    cases = read("consistency")
    for one in cases:
        proof = [raw(h) for h in one["proof"] or []]
        said = holds(
            tree.check_consistency,
            one["size1"],
            one["size2"],
            raw(one["root1"]),
            raw(one["root2"]),
            proof,
        )
        # tlog-witness has whoever knows nothing yet begin with 0, and no proof; they call that useless.
        begins = (one["size1"], one["size2"] > 0, proof, raw(one["root1"])) == (
            0,
            True,
            [],
            tree.EMPTY_ROOT,
        )
        assert said != one["wantErr"] or begins, one
    assert len(cases) > 90


#: Where the specification says something else now than their requests, by the words they then look for.
SINCE = {"unknown log": 404}


def test_requests_to_a_witness(tmp_path):
    text = (FOLDER / "litewitness.txt").read_text()
    requests = re.findall(
        r"```\n(.*?)```\nHTTP (\d+)\n(?:\[Asserts\]\nbody contains \"(.*?)\")?", text, re.DOTALL
    )
    name = re.search(r"^(sigsum\.org/v1/tree/\S+2)$", text, re.MULTILINE).group(1)
    key = bytes.fromhex(re.search(r"add-sigsum-log -key=(\w+)", text).group(1))
    ours = Witness(tmp_path / "w", "example.com/witness", [Verifier(name, key)])
    differing = []
    for body, status, words in requests:
        answer = ours.add(body.encode())
        wanted = SINCE.get(words, int(status))
        if answer.status != wanted:
            differing.append((wanted, answer.status, answer.body, words))
    assert len(requests) == 9
    # "invalid signature": the bit they flipped makes base64 that is not the one way to write its bytes.
    assert [(wanted, status) for wanted, status, *_ in differing] == [(403, 400)], differing
