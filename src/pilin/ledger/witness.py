"""A witness of other logs: it cosigns what they add, and nothing that would take something back.

C2SP tlog-witness (https://c2sp.org/tlog-witness). It keeps the newest note it cosigned of each log, written to the
disk before it answers; that state is never brought back from an older copy, or two records of one size could
both bear its name. What it refused though the log had signed it is kept: it is evidence. Knows no database.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import keys
from .cosigning import BadSignature, Note, cosign
from .note import COSIGNATURE, Checkpoint, NoteFault, Verifier, verifier_of
from .refusing import WitnessLost
from .tree import EMPTY_ROOT, ProofFault, check_consistency

#: Bytes of a request: 63 hashes and a note with a few signatures are a tenth.
ROOM = 64 * 1024
#: Hashes of a proof at most, as the specification has it.
HASHES = 63
#: Notes kept as evidence, of a log.
EVIDENCE = 20
SIZE = "text/x.tlog.size"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Answer:
    status: int
    body: str = ""
    kind: str = "text/plain; charset=utf-8"


class _Refused(Exception):
    def __init__(self, status: int, body: str, kind: str = Answer.kind) -> None:
        super().__init__(body)
        self.answer = Answer(status, body, kind)


class Witness:
    """`folder` holds its key and what it has seen; `logs` are the keys of the logs it looks after."""

    def __init__(
        self,
        folder: Path,
        name: str,
        logs: Iterable[Verifier],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.folder, self._clock = folder, clock
        target = folder / "witness.pem"
        if not target.exists():
            if (folder / "seen").exists():
                raise WitnessLost(target)
            keys.make(target)
        self._key = keys.read(target)
        self.verifier = verifier_of(name, self._key, COSIGNATURE)
        self._logs: dict[str, list[Verifier]] = {}
        for log in logs:
            self._logs.setdefault(log.name, []).append(log)

    @property
    def looks_after_any(self) -> bool:
        return bool(self._logs)

    def add(self, body: bytes) -> Answer:
        """`add-checkpoint`: the status, and the signature line where it is 200."""
        try:
            old, proof, note = _parse(body)
            point = note.checkpoint()
            trusted = self._logs.get(point.origin)
            if trusted is None:
                raise _Refused(404, "unknown log\n")
            signed = [note.is_signed_by(one) for one in trusted]  # all: one that is wrong spoils it
            if not any(signed):
                raise _Refused(403, "no signature of this log's key\n")
            with self._held(point.origin):
                return self._cosigned(old, proof, note, point, body)
        except BadSignature as fault:
            return Answer(403, f"{fault}\n")
        except NoteFault as fault:
            return Answer(400, f"{fault}\n")
        except _Refused as refused:
            return refused.answer

    def latest(self, digest: str) -> str | None:
        """The newest note cosigned of a log, by the hex SHA-256 of its origin."""
        path = self.folder / "seen" / digest
        return path.read_text() if re.fullmatch("[0-9a-f]{64}", digest) and path.exists() else None

    def _cosigned(
        self, old: int, proof: list[bytes], note: Note, point: Checkpoint, body: bytes
    ) -> Answer:
        if old > point.size:
            raise _Refused(400, "the old size is beyond the new one\n")
        known = self.latest(_digest(point.origin))
        before = Note.read(known) if known else None
        size = before.checkpoint().size if before else 0
        if old != size:
            raise _Refused(409, f"{size}\n", SIZE)
        at = int(self._clock())
        if before is not None:
            try:
                check_consistency(size, point.size, before.checkpoint().root, point.root, proof)
            except ProofFault as fault:
                self._keep_evidence(point.origin, known or "", body)
                raise _Refused(422, f"{fault}\n") from fault
            at = max(at, before.cosigned_by(self.verifier) or 0)
        elif proof or (not point.size and point.root != EMPTY_ROOT):
            raise _Refused(422, "nothing needs no proof, and has one root\n")
        line = cosign(note.text, self._key, self.verifier, at)
        _write(self.folder / "seen" / _digest(point.origin), f"{note.text}\n{_signed(note, line)}")
        return Answer(200, line)

    @contextmanager
    def _held(self, origin: str) -> Iterator[None]:
        """One request of a log at a time, in whatever process."""
        folder = self.folder / "locks"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (folder / _digest(origin)).open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _keep_evidence(self, origin: str, known: str, body: bytes) -> None:
        """Two notes of one log that cannot both be true, each with the log's own signature."""
        folder = self.folder / "refused" / _digest(origin)
        name = hashlib.sha256(body).hexdigest()[:16]
        if not folder.exists() or len(list(folder.iterdir())) < EVIDENCE:
            _write(folder / name, known + "\n" + body.decode(errors="replace"))

    def evidence(self) -> int:
        """How many notes were refused that a log had signed."""
        return len(list((self.folder / "refused").glob("*/*")))


def _signed(note: Note, line: str) -> str:
    lines = [
        f"\u2014 {name} {base64.b64encode(raw).decode()}\n"
        for name, raw in note.signatures
        if not line.startswith(f"\u2014 {name} ")
    ]
    return "".join([*lines, line])


def _parse(body: bytes) -> tuple[int, list[bytes], Note]:
    """Raises _Refused."""
    try:
        head, blank, note = body.decode().partition("\n\n")
        first, *hashes = head.split("\n")
        word, _, number = first.partition(" ")
        proof = [base64.b64decode(line, validate=True) for line in hashes]
        canonical = [base64.b64encode(raw).decode() for raw in proof] == hashes
        if (
            (len(body) > ROOM or not blank or word != "old" or not _NUMBER.fullmatch(number))
            or (len(proof) > HASHES or not canonical)
            or any(len(raw) != 32 for raw in proof)
        ):
            raise ValueError(first)
        return int(number), proof, Note.read(note)
    except ValueError as fault:
        raise _Refused(400, "this is no request to add a checkpoint\n") from fault


def _digest(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()


def _write(target: Path, text: str) -> None:
    """Whole, and on the disk, before anybody is told."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = target.with_name(f"{target.name}.new")
    with beside.open("w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
