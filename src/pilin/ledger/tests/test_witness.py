"""A witness signs what was only ever added to, once it is on its disk, and refuses everything else."""

import base64
import hashlib
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from pilin.ledger import note
from pilin.ledger.cosigning import Note, cosign
from pilin.ledger.note import COSIGNATURE, Checkpoint, Verifier, verifier_of
from pilin.ledger.tree import Frontier, consistency_proof, leaf_hash, node_hash
from pilin.ledger.witness import Witness

ORIGIN, NAME = "pinghu.example/main", "jinshan.example/witness"
LOG_KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
LOG = verifier_of(ORIGIN, LOG_KEY)
#: Worked by hand from the specification, and taken by programs nobody here wrote.
EXAMPLE = """pinghu.example/main
2
O63IBTfwKeG7dygNyFIDzy7ZdI3I9XEjD8ulwybJEGg=

— pinghu.example/main Z3bKJtUoPQHqufGUv7gEPQmK1Nc+gIbSpACDdhRXHrpGgewi+nGxWNos2WLrPM0ns5PlsOGmKt7QwuZfyRxnPprA/gU=
— jinshan.example/witness fXq3kgAAAABlU/EA28nnfjHzWA68zT+tgGbmImkdTBBZIC9B4IxunUtmIIeY94q/u7csIcrqrW2TqwF0gxRMO6Nb3ENPGRiwXi7vDg==
"""


class Log:
    """A log of so many entries, with whatever it is asked to sign."""

    def __init__(self, n, salt=""):
        self.leaves = [leaf_hash(f'{{"n":{i}}}{salt if i else ""}'.encode()) for i in range(n)]

    def _node(self, level, index):
        if level == 0:
            return self.leaves[index]
        return node_hash(self._node(level - 1, 2 * index), self._node(level - 1, 2 * index + 1))

    def signed(self, size, key=LOG_KEY, verifier=LOG):
        frontier = Frontier()
        for leaf in self.leaves[:size]:
            frontier.add(leaf)
        return note.sign(Checkpoint(verifier.name, size, frontier.root()), key, verifier)

    def asks(self, old, size, **more):
        proof = consistency_proof(old, size, self._node)
        hashes = "".join(base64.b64encode(one).decode() + "\n" for one in proof)
        return f"old {old}\n{hashes}\n{self.signed(size, **more)}".encode()


@pytest.fixture
def witness(tmp_path):
    return Witness(tmp_path / "witness", NAME, [LOG], clock=lambda: 1_700_000_000)


def test_a_cosignature_is_that_of_the_specification_byte_for_byte():
    key = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
    ours = verifier_of(NAME, key, COSIGNATURE)
    assert ours.vkey == f"{NAME}+7d7ab792+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU"
    assert LOG.vkey == f"{ORIGIN}+6776ca26+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
    signed = Log(2).signed(2)
    text = Note.read(signed).text
    assert signed + cosign(text, key, ours, 1_700_000_000) == EXAMPLE
    read = Note.read(EXAMPLE)
    assert read.is_signed_by(LOG) and read.cosigned_by(ours) == 1_700_000_000
    assert note.open_checkpoint(EXAMPLE, LOG).size == 2
    with pytest.raises(note.NoteFault):
        Verifier.from_vkey(ours.vkey)  # a witness's key is no log's


def test_what_is_added_is_signed_and_kept(witness):
    log = Log(40)
    for old, size in ((0, 1), (1, 1), (1, 7), (7, 40)):
        answer = witness.add(log.asks(old, size))
        assert answer.status == 200
        note_ = Note.read(log.signed(size) + answer.body)
        assert note_.cosigned_by(witness.verifier) == 1_700_000_000
    digest = hashlib.sha256(ORIGIN.encode()).hexdigest()
    assert Note.read(witness.latest(digest)).checkpoint().size == 40
    again = Witness(witness.folder, NAME, [LOG])
    assert again.verifier == witness.verifier and again.add(log.asks(7, 40)).status == 409


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (lambda: b"", 400),
        (lambda: b"old 0\n", 400),
        (lambda: Log(3).asks(0, 3).replace(b"old 0", b"old 00"), 400),
        (lambda: Log(3).asks(0, 3).replace(b"old 0", b"old -1"), 400),
        (lambda: Log(3).asks(0, 3).replace(b"old 0", b"old 0\nAA==", 1), 400),
        (lambda: b"old 0\n" + b"A" * 70_000, 400),
        (lambda: Log(3).asks(0, 3) + b"trailing", 400),
        (lambda: Log(9).asks(3, 9).replace(b"old 3", b"old 12"), 400),
        (lambda: Log(3).asks(0, 3).replace(ORIGIN.encode(), b"nobody.example/main"), 404),
        (lambda: Log(3).asks(0, 3, key=Ed25519PrivateKey.generate()), 403),
        (lambda: Log(3).asks(0, 3).replace(b"\n3\n", b"\n4\n"), 403),
        (lambda: Log(9).asks(3, 9).replace(b"old 3", b"old 2"), 409),
        (lambda: Log(9, "!").asks(3, 9), 422),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(witness, body, status):
    assert witness.add(Log(3).asks(0, 3)).status == 200
    before = {p: p.read_bytes() for p in (witness.folder / "seen").iterdir()}
    answer = witness.add(body())
    assert answer.status == status
    assert {p: p.read_bytes() for p in (witness.folder / "seen").iterdir()} == before
    assert answer.body == "3\n" if status == 409 else "—" not in answer.body


def test_a_second_record_of_one_size_is_refused_and_kept_as_evidence(witness):
    assert witness.add(Log(3).asks(0, 3)).status == 200 and witness.evidence() == 0
    assert witness.add(Log(3, "!").asks(3, 3)).status == 422
    assert witness.add(Log(8, "!").asks(3, 8)).status == 422
    assert witness.evidence() == 2
    (one, two) = sorted((witness.folder / "refused").glob("*/*"))
    for file in (one, two):
        kept = file.read_text()
        assert kept.count(f"— {ORIGIN} ") == 2, "both notes, each with the log's own signature"
    assert witness.add(Log(8).asks(3, 8)).status == 200


def test_of_two_at_once_one_is_told_of_the_other(witness):
    log, answers = Log(60), []
    asked = [log.asks(0, size) for size in range(1, 30)]
    threads = [
        threading.Thread(target=lambda body=body: answers.append(witness.add(body).status))
        for body in asked
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(200) == 1 and answers.count(409) == len(asked) - 1


def test_time_never_goes_back(tmp_path):
    now = [1_700_000_000.0]
    witness = Witness(tmp_path, NAME, [LOG], clock=lambda: now[0])
    witness.add(Log(9).asks(0, 3))
    now[0] -= 500
    answer = witness.add(Log(9).asks(3, 9))
    assert Note.read(Log(9).signed(9) + answer.body).cosigned_by(witness.verifier) == 1_700_000_000


@given(st.binary(max_size=400))
def test_whatever_is_sent_is_answered(tmp_path_factory, raw):
    witness = Witness(tmp_path_factory.getbasetemp() / "any", NAME, [LOG])
    assert witness.add(raw).status in (400, 403, 404)
    assert witness.add(b"old 0\n\n" + raw).status in (400, 403, 404)
