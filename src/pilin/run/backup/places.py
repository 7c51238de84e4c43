"""Where backups lie: a folder, or a bucket of S3-compatible storage. Files are there whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import obstore
from django.conf import settings
from obstore.exceptions import BaseError
from obstore.store import S3Store, from_url

from pilin.wording.saying import say


class BackupFault(Exception):
    """A backup that cannot be made or brought back, and why."""


class Place(Protocol):
    """Names are paths with `/`. Every method raises OSError or BackupFault where the place is away."""

    def writing(self, name: str) -> Any:
        """A file to write, in a `with`; it is there once that ends well."""

    def reading(self, name: str) -> Any:
        """A file to read, in a `with`. Raises FileNotFoundError."""

    def has(self, name: str) -> bool: ...

    def names(self, under: str) -> list[str]:
        """All files below a folder, sorted."""

    def remove(self, name: str) -> None:
        """Take a file away, where it is there."""


def place(where: str | Path) -> Place:
    """`s3://bucket/folder`, with the keys in AWS_… of the environment, or a folder."""
    return Bucket(str(where)) if str(where).startswith("s3://") else Folder(Path(where))


def absolute(where: str | Path) -> str:
    """The same place, whatever folder a command is started in."""
    return str(where) if str(where).startswith("s3://") else str(Path(where).resolve())


class Folder:
    def __init__(self, root: Path) -> None:
        self.root = root

    def __str__(self) -> str:
        return str(self.root)

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        with whole(self.root / name) as out:
            yield out

    @contextmanager
    def reading(self, name: str) -> Iterator[BinaryIO]:
        with (self.root / name).open("rb") as file:
            yield file

    def has(self, name: str) -> bool:
        return (self.root / name).is_file()

    def names(self, under: str) -> list[str]:
        found = (self.root / under).rglob("*")
        return sorted(
            p.relative_to(self.root).as_posix()
            for p in found
            if p.is_file() and not p.name.startswith(".part-")
        )

    def remove(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)
        folder = (self.root / name).parent
        if folder != self.root and not any(folder.iterdir()):
            folder.rmdir()


class Bucket:
    """By way of files in the data folder: what is large goes in parts, and is there when all are."""

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            # AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID and the others, as every tool for S3 reads them.
            self.store: S3Store = from_url(url)  # type: ignore[assignment]
        except (BaseError, ValueError) as fault:
            raise _away(url, fault) from fault

    def __str__(self) -> str:
        return self.url

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        with tempfile.TemporaryFile(dir=settings.DATA) as file:
            yield file
            file.seek(0)
            try:
                obstore.put(self.store, name, file)
            except BaseError as fault:
                raise _away(self.url, fault) from fault

    @contextmanager
    def reading(self, name: str) -> Iterator[BinaryIO]:
        with tempfile.TemporaryFile(dir=settings.DATA) as file:
            try:
                for piece in obstore.get(self.store, name):
                    file.write(piece)
            except BaseError as fault:
                raise _away(self.url, fault) from fault
            file.seek(0)
            yield file

    def has(self, name: str) -> bool:
        try:
            obstore.head(self.store, name)
        except FileNotFoundError:
            return False
        except BaseError as fault:
            raise _away(self.url, fault) from fault
        return True

    def names(self, under: str) -> list[str]:
        try:
            return sorted(
                row["path"] for page in obstore.list(self.store, prefix=under) for row in page
            )
        except BaseError as fault:
            raise _away(self.url, fault) from fault

    def remove(self, name: str) -> None:
        try:
            obstore.delete(self.store, name)
        except FileNotFoundError:
            return
        except BaseError as fault:
            raise _away(self.url, fault) from fault


def _away(url: str, fault: Exception) -> BackupFault:
    # The first line says why; those below are a program's own insides.
    return BackupFault(
        say("{place} cannot be used: {why}", place=url, why=str(fault).split("\n")[0])
    )


@contextmanager
def whole(target: Path) -> Iterator[BinaryIO]:
    """A file that takes its name once it is written and on the disk."""
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


def copy(source: BinaryIO, out: BinaryIO) -> None:
    shutil.copyfileobj(source, out, 1 << 20)
