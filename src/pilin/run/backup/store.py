"""A folder of backups: files written whole or not at all, hashed and encrypted on the way."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from pilin.wording.saying import say

FORMAT = "pilin-backup-v1"
NAME = "%Y-%m-%dT%H-%M-%SZ"


class BackupFault(Exception):
    """A backup that cannot be made or brought back, and why."""


def recipients(words: str) -> list[Any]:
    """Public keys of age (`age1…`), apart by spaces. Raises BackupFault."""
    try:
        return [pyrage.x25519.Recipient.from_str(word) for word in words.split()]
    except pyrage.RecipientError as fault:
        raise BackupFault(say("this is no public key of age: {why}", why=fault)) from fault


def identities(path: Path | None) -> list[Any]:
    """The secret keys in a file of age's. Raises BackupFault."""
    if path is None:
        return []
    try:
        lines = path.read_text(encoding="utf-8").split()
        found = [
            pyrage.x25519.Identity.from_str(w) for w in lines if w.startswith("AGE-SECRET-KEY-")
        ]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as fault:
        raise BackupFault(say("{file} cannot be read: {why}", file=path, why=fault)) from fault
    if not found:
        raise BackupFault(say("there is no secret key of age in {file}", file=path))
    return found


@dataclass
class Part:
    """A file of a backup: where it lies, how large it is there, its SHA-256 there."""

    path: str
    size: int
    sha256: str


@dataclass
class Store:
    """`root` is the folder; with recipients, what is written is encrypted for them."""

    root: Path
    to: Sequence[Any] = ()
    identities: Sequence[Any] = ()
    made: list[Part] = field(default_factory=list)

    @property
    def ending(self) -> str:
        return ".age" if self.to else ""

    def has(self, name: str) -> bool:
        return (self.root / name).exists()

    def put(self, name: str, source: BinaryIO) -> Part:
        """Write a file, whole or not at all; gives it as the manifest names it."""
        target = self.root / (name + self.ending)
        with _whole(target) as out:
            if self.to:
                pyrage.encrypt_io(source, out, self.to)
            else:
                shutil.copyfileobj(source, out, 1 << 20)
        part = Part(str(target.relative_to(self.root)), target.stat().st_size, digest(target))
        self.made.append(part)
        return part

    def get(self, part: Part, target: Path) -> None:
        """Bring a file back. Raises BackupFault where it is not as the manifest says."""
        source = self.root / part.path
        if not source.is_file():
            raise BackupFault(say("{file} is missing in the backup", file=part.path))
        if source.stat().st_size != part.size or digest(source) != part.sha256:
            raise BackupFault(say("{file} is not as it was written", file=part.path))
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as read, _whole(target) as out:
            if not part.path.endswith(".age"):
                shutil.copyfileobj(read, out, 1 << 20)
                return
            if not self.identities:
                raise BackupFault(say("{file} is encrypted: name the secret key", file=part.path))
            try:
                pyrage.decrypt_io(read, out, self.identities)
            except pyrage.DecryptError as fault:
                said = say("{file} is encrypted for somebody else", file=part.path)
                raise BackupFault(said) from fault

    def say(self, name: str, what: dict[str, Any]) -> None:
        with _whole(self.root / name) as out:
            out.write(json.dumps(what, ensure_ascii=False, indent=1).encode())


@contextmanager
def _whole(target: Path) -> Iterator[BinaryIO]:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Backup:
    """One of a store: its name is its time."""

    name: str
    said: dict[str, Any]

    @property
    def at(self) -> datetime:
        return datetime.strptime(self.name, NAME).replace(tzinfo=UTC)

    def part(self, name: str) -> Part:
        return Part(**self.said[name])

    @property
    def files(self) -> dict[str, Part]:
        """Evidence, by its hash."""
        return {sha256: Part(**part) for sha256, part in self.said["files"].items()}


def listed(root: Path) -> list[Backup]:
    """The backups of a folder that are whole, oldest first. Raises BackupFault."""
    found = []
    for path in sorted(root.glob("backups/*/manifest.json")):
        try:
            said = json.loads(path.read_bytes())
            if said.get("format") != FORMAT:
                raise ValueError(said.get("format"))
        except ValueError as fault:
            raise BackupFault(say("{file} is no manifest", file=path)) from fault
        found.append(Backup(path.parent.name, said))
    return found
