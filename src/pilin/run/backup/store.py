"""A store of backups: files hashed and encrypted on their way to a place and back, and lists of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from pilin.wording.saying import say

from .places import BackupFault, Place, copy, place, whole

FORMAT = "pilin-backup-v1"
NAME = "%Y-%m-%dT%H-%M-%SZ"
MANIFEST = "manifest.json"


def recipients(words: str) -> list[Any]:
    """Public keys of age (`age1…`), apart by spaces. Raises BackupFault."""
    try:
        return [pyrage.x25519.Recipient.from_str(word) for word in words.split()]
    except pyrage.RecipientError as fault:
        raise BackupFault(say("this is no public key of age: {why}", why=fault)) from fault


def identities(words: str) -> list[Any]:
    """The secret keys in what a file of age's says; none where it says nothing. Raises BackupFault."""
    try:
        found = [
            pyrage.x25519.Identity.from_str(w)
            for w in words.split()
            if w.startswith("AGE-SECRET-KEY-")
        ]
    except pyrage.IdentityError as fault:
        raise BackupFault(say("this is no secret key of age: {why}", why=fault)) from fault
    if words and not found:
        raise BackupFault(say("there is no secret key of age in the file that was named"))
    return found


@dataclass
class Part:
    """A file of a backup: where it lies, how large it is there, its SHA-256 there."""

    path: str
    size: int
    sha256: str


class _Hashed:
    """A file that is being written, and what it comes to."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._hash, self.size = out, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        self.size += len(data)
        return self._out.write(data)

    def flush(self) -> None:
        self._out.flush()

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


class Store:
    """`where` is a folder or an address; with recipients, what is written is encrypted for them."""

    def __init__(
        self, where: str | Path, to: Sequence[Any] = (), identities: Sequence[Any] = ()
    ) -> None:
        self.place: Place = place(where)
        self.to, self.identities = to, identities

    def put(self, name: str, source: BinaryIO) -> Part:
        """Write a file, whole or not at all; gives it as the manifest names it."""
        path = name + (".age" if self.to else "")
        with self.place.writing(path) as out:
            hashed: Any = _Hashed(out)
            if self.to:
                pyrage.encrypt_io(source, hashed, self.to)
            else:
                copy(source, hashed)
        return Part(path, hashed.size, hashed.hexdigest())

    def get(self, part: Part, target: Path) -> None:
        """Bring a file back. Raises BackupFault where it is not as the manifest says."""
        with self._opened(part.path) as read:
            if hashlib.file_digest(read, "sha256").hexdigest() != part.sha256:
                raise BackupFault(say("{file} is not as it was written", file=part.path))
            read.seek(0)
            self._decrypted(part.path, read, target)

    def take(self, path: str, target: Path) -> None:
        """Bring a file back that stands in no manifest: it tells itself what it is. Raises BackupFault."""
        with self._opened(path) as read:
            self._decrypted(path, read, target)

    def _opened(self, path: str) -> Any:
        if not self.place.has(path):
            raise BackupFault(say("{file} is missing in the backup", file=path))
        return self.place.reading(path)

    def _decrypted(self, path: str, read: BinaryIO, target: Path) -> None:
        with whole(target) as out:
            if not path.endswith(".age"):
                copy(read, out)
                return
            if not self.identities:
                raise BackupFault(say("{file} is encrypted: name the secret key", file=path))
            try:
                pyrage.decrypt_io(read, out, self.identities)
            except pyrage.DecryptError as fault:
                said = say("{file} is encrypted for somebody else", file=path)
                raise BackupFault(said) from fault

    def say(self, folder: str, what: dict[str, Any]) -> None:
        """Write a folder's manifest: with it the rest is a backup."""
        with self.place.writing(f"{folder}/{MANIFEST}") as out:
            out.write(json.dumps(what, ensure_ascii=False, indent=1).encode())

    def said(self, under: str) -> dict[str, dict[str, Any]]:
        """The manifests of the folders below, by the folder's name. Raises BackupFault."""
        found = {}
        for path in self.place.names(under):
            if path.count("/") != 2 or not path.endswith(f"/{MANIFEST}"):
                continue
            with self.place.reading(path) as file:
                raw = file.read()
            try:
                said = json.loads(raw)
                if said.get("format") != FORMAT:
                    raise ValueError(said.get("format"))
            except ValueError as fault:
                raise BackupFault(say("{file} is no manifest", file=path)) from fault
            found[path.split("/")[1]] = said
        return found

    def remove(self, folder: str) -> None:
        """The manifest first: without it nothing of the rest is a backup."""
        self.place.remove(f"{folder}/{MANIFEST}")
        for name in self.place.names(f"{folder}/"):
            self.place.remove(name)


@dataclass(frozen=True)
class Backup:
    """One of a store: its name is its time."""

    name: str
    said: dict[str, Any]

    @property
    def at(self) -> datetime:
        return moment(self.name)

    def part(self, name: str) -> Part:
        return Part(**self.said[name])

    @property
    def files(self) -> dict[str, Part]:
        """Evidence, by its hash."""
        return {sha256: Part(**part) for sha256, part in self.said["files"].items()}


def moment(name: str) -> datetime:
    return datetime.strptime(name, NAME).replace(tzinfo=UTC)


def listed(store: Store) -> list[Backup]:
    """The backups of a store that are whole, oldest first. Raises BackupFault."""
    return [Backup(name, said) for name, said in store.said("backups").items()]
