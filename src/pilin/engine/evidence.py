"""Evidence: files kept under the SHA-256 of their content, which the entry carries.

A file is on disk before its entry is committed, so an entry never names evidence that is not there.
Where the entry does not come about the file goes again; what a crash leaves behind is swept.

Whoever keeps a file holds its name in the database until their transaction ends, and whoever removes
one looks first, under the same name, whether an entry has it: two steps may bring the same picture.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import Error, connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from pilin.ledger import log
from pilin.ledger.asking import snapshot
from pilin.people import used

from .bare import Damaged, bare
from .kinds import kind_of
from .models import Evidence, Matter
from .refused import Refused

KINDS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "video/mp4": "mp4",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
ACCEPT = ",".join("." + ending for ending in KINDS.values())

_HASH = re.compile(r"[0-9a-f]{64}")


def folder() -> Path:
    return Path(settings.DATA) / "files"


def path_of(sha256: str) -> Path:
    """Where a piece of evidence lies. The name must be a hash: nothing else is looked up."""
    if not _HASH.fullmatch(sha256):
        raise ValueError(sha256)
    return folder() / sha256[:2] / sha256


class Examined(NamedTuple):
    """What an entry says of a file (name, type, size in bytes, sha256), and the file as it is kept."""

    said: dict[str, Any]
    upload: UploadedFile[Any]


def examine(upload: UploadedFile[Any]) -> Examined:
    """What an entry says of an upload, once what a device wrote into it is taken out. Keeps nothing.

    The kind is read from the content, not from the name or the browser. Raises Refused("file") for a
    kind not accepted, an empty or damaged file, or one above FILE_LIMIT.
    """
    if not upload.size:
        raise Refused("file", _("The file “%(name)s” is empty.") % {"name": upload.name})
    if upload.size > settings.FILE_LIMIT:
        raise Refused(
            "file",
            _("The file “%(name)s” is larger than %(mb)d MB. Please send a smaller one.")
            % {"name": upload.name, "mb": settings.FILE_LIMIT // 2**20},
        )
    kind = kind_of(upload)
    if kind.called:
        raise Refused(
            "file",
            _("“%(name)s” is %(kind)s. Please save it as PDF, .docx or .xlsx and send that.")
            % {"name": upload.name, "kind": kind.called},
        )
    if kind.mime not in KINDS:
        raise Refused(
            "file",
            _("“%(name)s” is not a picture, PDF, video or office document (%(kinds)s).")
            % {"name": upload.name, "kinds": ", ".join(KINDS.values())},
        )
    try:
        kept = bare(upload, kind.mime)
    except Damaged as fault:
        words = _("“%(name)s” is damaged: please send it once more.")
        raise Refused("file", words % {"name": upload.name}) from fault
    digest = hashlib.sha256()
    for chunk in kept.chunks():
        digest.update(chunk)
    said = {
        "name": _plain_name(upload.name or "", KINDS[kind.mime]),
        "type": kind.mime,
        "size": kept.size,
        "sha256": digest.hexdigest(),
    }
    return Examined(said, kept)


def allow(person: str, uploads: Sequence[UploadedFile[Any]]) -> None:
    """Count what somebody sends today. Raises Refused("file") before a byte of it is kept, where that
    is more than FILES_A_DAY."""
    sent = sum(upload.size or 0 for upload in uploads)
    if sent and used.use("bytes", person, sent) > settings.FILES_A_DAY:
        raise Refused(
            "file",
            _("You have sent more than %(mb)d MB today. Please send the rest tomorrow.")
            % {"mb": settings.FILES_A_DAY // 2**20},
        )


class Attached:
    """The files that come with a step, each an upload or what an entry says of a file kept before.

    A context: where it ends with a fault, what it newly kept is removed.
    """

    def __init__(self, files: Sequence[UploadedFile[Any] | Mapping[str, Any]]) -> None:
        self._files = files
        self._uploads: dict[str, UploadedFile[Any]] = {}
        self._new: list[str] = []

    def __enter__(self) -> Attached:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if fault is not None and self._new:
            with contextlib.suppress(Error, OSError):  # the sweep finds what stays
                remove(self._new)

    def examine(self, least: int) -> list[Mapping[str, Any]]:
        """What the entry says of each. Raises Refused where there are fewer than `least`."""
        if len(self._files) < least:
            raise Refused(
                "evidence",
                _("This step needs evidence: please attach at least %(n)d file.") % {"n": least},
                errors={"files": [_("Please attach a file.")]},
            )
        named: list[Mapping[str, Any]] = []
        for file in self._files:
            if isinstance(file, Mapping):
                named.append(file)
            else:
                said, kept = examine(file)
                named.append(said)
                self._uploads[said["sha256"]] = kept
        return named

    def keep(self) -> None:
        """Store the uploads. For the transaction that enters them, once nothing else can be missing."""
        for sha256 in sorted(self._uploads):  # in one order, so that two steps never wait crosswise
            _hold(sha256)
            if not path_of(sha256).exists():
                self._new.append(sha256)
                _store(self._uploads[sha256], path_of(sha256))


def keep_copy(upload: UploadedFile[Any], sha256: str) -> bool:
    """Keep a file of a neighbour's for a while, under its hash; False where it has another."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    if digest.hexdigest() != sha256:
        return False
    _store(upload, path_of(sha256))
    return True


def _store(upload: UploadedFile[Any], target: Path) -> None:
    """Write, and make sure that it is on disk under its name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder())
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in upload.chunks():
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    for place in (target.parent, folder()):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _hold(sha256: str) -> None:
    """Nobody else keeps or removes this file until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_key(sha256)])


def _key(sha256: str) -> int:
    return int.from_bytes(bytes.fromhex(sha256[:16]), signed=True)


def remove(names: Sequence[str]) -> int:
    """Remove those of these files that no entry names; gives how many.

    A file that somebody is keeping just now stays: they will enter it, or remove it themselves.
    """
    gone = 0
    for sha256 in names:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_key(sha256)])
            free = cursor.fetchone()[0]
            if free and not Evidence.objects.filter(sha256=sha256).exists():
                with contextlib.suppress(FileNotFoundError):
                    path_of(sha256).unlink()
                    gone += 1
    return gone


#: How long what no entry names is left alone.
SPARED = timedelta(days=1)


def sweep(now: datetime) -> int:
    """Remove old files that no entry names, and what was never written to its end; gives how many."""
    if not _is_applied():
        return 0
    gone, before = 0, now - SPARED
    for path in _older(folder().glob("tmp*"), before):
        path.unlink(missing_ok=True)
        gone += 1
    old = (path.name for path in _older(folder().glob("??/*"), before))
    hashes = filter(_HASH.fullmatch, old)
    while names := list(islice(hashes, 500)):
        known = Evidence.objects.filter(sha256__in=names).values_list("sha256", flat=True)
        gone += remove(sorted({*names} - {*known}))
    return gone


def hash_of(path: Path) -> str:
    """The SHA-256 of a file's content, in hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


#: The hash of the file that made-up matters name, which never was: no content has it.
MADE_UP = "0" * 64
#: One share of all files is looked at each night: every file once a month.
SHARES = 30


def share_of(sha256: str) -> int:
    return int(sha256[:8], 16) % SHARES


def wrong(share: int | None = None) -> dict[str, str]:
    """The files of a share, or of all, that are "missing" or "changed", by the hashes the record has."""
    found = {}
    for sha256 in sorted(set(Evidence.objects.values_list("sha256", flat=True)) - {MADE_UP}):
        if share is not None and share_of(sha256) != share:
            continue
        try:
            if hash_of(path_of(sha256)) != sha256:
                found[sha256] = "changed"
        except OSError:
            found[sha256] = "missing"
    return found


def _is_applied() -> bool:
    """Whether the tables stand where the ledger does: a record just restored may wait for that, and
    its files must not go meanwhile."""
    with snapshot():
        newest = Matter.objects.aggregate(newest=Max("last"))["newest"]
        return log.size(log.MAIN) == (0 if newest is None else newest + 1)


def _older(paths: Iterator[Path], before: datetime) -> Iterator[Path]:
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < before.timestamp():
                yield path


def _plain_name(name: str, ending: str) -> str:
    stem = re.sub(r"[^\w .()（）-]", "_", Path(name).stem).strip(" .")[:80]
    return f"{stem or 'file'}.{ending}"
