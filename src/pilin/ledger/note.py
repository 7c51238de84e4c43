"""Signed notes and checkpoints: C2SP signed-note and tlog-checkpoint, with Ed25519."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pilin.wording.saying import say

#: Kinds of keys (C2SP signed-note): a log's, and a witness's that says when (tlog-cosignature).
ED25519, COSIGNATURE = b"\x01", b"\x04"


class NoteFault(ValueError):
    """A note that is malformed or not signed by the key expected."""


@dataclass(frozen=True)
class Verifier:
    """A key's name and public part; written as a vkey: name+id+key."""

    name: str
    public: bytes
    kind: bytes = ED25519

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, kind, key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        key = base64.b64encode(self.kind + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    @classmethod
    def from_vkey(cls, vkey: str, kind: bytes = ED25519) -> Verifier:
        try:
            name, key_id, key = vkey.strip().split("+", 2)
            raw = base64.b64decode(key, validate=True)
            found = cls(name, raw[1:], kind)
        except ValueError as fault:
            raise NoteFault(say("this is no vkey")) from fault
        if raw[:1] != kind or len(raw) != 33 or found.key_id.hex() != key_id:
            raise NoteFault(say("this vkey is no Ed25519 key or its id is wrong"))
        return found


@dataclass(frozen=True)
class Checkpoint:
    """The state of a log: its origin, size and root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def verifier_of(name: str, key: Ed25519PrivateKey, kind: bytes = ED25519) -> Verifier:
    return Verifier(name, key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), kind)


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey, verifier: Verifier) -> str:
    """The checkpoint as a signed note; its signer is the log's origin."""
    text = checkpoint.text()
    signature = base64.b64encode(verifier.key_id + key.sign(text.encode())).decode()
    return f"{text}\n\u2014 {verifier.name} {signature}\n"


def open_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """The checkpoint in a note signed by `verifier`. Raises NoteFault."""
    text, blank, signatures = note.partition("\n\n")
    if not blank:
        raise NoteFault(say("the checkpoint has no signature"))
    text += "\n"
    for line in signatures.splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.rpartition(" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except ValueError:
            continue
        if dash == "\u2014" and name == verifier.name and raw[:4] == verifier.key_id:
            try:
                Ed25519PublicKey.from_public_bytes(verifier.public).verify(raw[4:], text.encode())
            except InvalidSignature as fault:
                raise NoteFault(say("the checkpoint's signature is wrong")) from fault
            return parse(text)
    raise NoteFault(say("the checkpoint is not signed by the key expected"))


def parse(text: str) -> Checkpoint:
    lines = text.splitlines()
    try:
        origin, size, root = lines[0], lines[1], base64.b64decode(lines[2], validate=True)
        if not origin or not size.isascii() or not size.isdigit() or len(root) != 32:
            raise ValueError(text)
        return Checkpoint(origin, int(size), root)
    except (IndexError, ValueError) as fault:
        raise NoteFault(say("the checkpoint cannot be read")) from fault
