"""Cosignatures: a witness says that it has seen a log at a checkpoint, only ever added to, and when.

C2SP tlog-cosignature, cosignature/v1 (https://c2sp.org/tlog-cosignature): Ed25519 over the whole note with the
time before it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pilin.wording.saying import say

from .note import Checkpoint, NoteFault, Verifier, parse


class BadSignature(NoteFault):
    """A known key's signature that is wrong: the whole note is worth nothing."""


DASH = "\u2014"
#: Bytes of a raw cosignature: key id, time, signature.
LENGTH = 4 + 8 + 64
#: Signatures of a note that are read; whoever sends more means no good.
MOST = 64


@dataclass(frozen=True)
class Note:
    """A signed note, apart: its text with the last newline, and its signatures as (name, bytes)."""

    text: str
    signatures: list[tuple[str, bytes]]

    @classmethod
    def read(cls, note: str) -> Note:
        """Raises NoteFault; base64 that is not the one way to write its bytes is none."""
        text, blank, lines = note.partition("\n\n")
        if not blank or not lines.endswith("\n"):
            raise NoteFault(say("the checkpoint has no signature"))
        found = []
        for line in lines.removesuffix("\n").split("\n"):
            dash, _, rest = line.partition(" ")
            name, _, encoded = rest.rpartition(" ")
            try:
                raw = base64.b64decode(encoded, validate=True)
            except ValueError as fault:
                raise NoteFault(say("the checkpoint cannot be read")) from fault
            if (
                dash != DASH
                or not name
                or len(raw) < 5
                or base64.b64encode(raw).decode() != encoded
            ):
                raise NoteFault(say("the checkpoint cannot be read"))
            found.append((name, raw))
        if len(found) > MOST:
            raise NoteFault(say("the checkpoint has too many signatures"))
        return cls(text + "\n", found)

    def is_signed_by(self, verifier: Verifier) -> bool:
        """Whether one of the signatures is the log's. Raises NoteFault where one says so and is wrong."""
        found = False
        for name, raw in self.signatures:
            if name == verifier.name and raw[:4] == verifier.key_id:
                _verify(verifier, raw[4:], self.text.encode())
                found = True
        return found

    def cosigned_by(self, witness: Verifier) -> int | None:
        """When a witness cosigned it, seconds since 1970; None where it did not. Raises NoteFault."""
        found = None
        for name, raw in self.signatures:
            if name == witness.name and raw[:4] == witness.key_id:
                if len(raw) != LENGTH:
                    raise BadSignature(say("the checkpoint's signature is wrong"))
                at = int.from_bytes(raw[4:12])
                _verify(witness, raw[12:], _message(self.text, at))
                found = at
        return found

    def checkpoint(self) -> Checkpoint:
        return parse(self.text)


def cosign(text: str, key: Ed25519PrivateKey, witness: Verifier, at: int) -> str:
    """The signature line of a witness under a note's text, with its newline."""
    raw = witness.key_id + at.to_bytes(8) + key.sign(_message(text, at))
    return f"{DASH} {witness.name} {base64.b64encode(raw).decode()}\n"


def moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _message(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _verify(verifier: Verifier, signature: bytes, message: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature, message)
    except InvalidSignature as fault:
        raise BadSignature(say("the checkpoint's signature is wrong")) from fault
