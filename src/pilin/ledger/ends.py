"""The last signed checkpoint of every log, kept outside the database: what was acknowledged, at least.

A database that is restored from an older copy ends before it. Nobody may write on from there: entries
that people have receipts for would be numbered a second time.

One small file a log in `settings.ENDS`, written after each commit. It is not forced to the disk: after
a power failure it may be some seconds behind, never ahead.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from pathlib import Path

from django.conf import settings

from . import note
from .refusing import Shorter, Unasked

#: Bytes of a file: a note of one signature is half as long at most.
ROOM = 1024
#: Files kept open in a process.
OPEN = 64
_log = logging.getLogger(__name__)
_lock = threading.Lock()  # a number of a file that was closed may be another's already
_known: dict[tuple[Path, str], int] = {}
_open: dict[Path, int] = {}


def path(log: str) -> Path:
    return Path(settings.ENDS) / log


def keep(log: str, signed: str) -> None:
    """Remember the checkpoint of what was committed a moment ago, unless one further on is kept.

    Where the disk is full it is left out, and logged: what was committed stays so.
    """
    size = _size(signed)
    try:
        with _lock:
            _write(path(log), size, signed)
    except OSError:
        _log.exception("the end of a log could not be kept outside the database")
    _known[Path(settings.ENDS), log] = size


def _write(where: Path, size: int, signed: str) -> None:
    file = _open.get(where)
    if file is None:
        if len(_open) >= OPEN:
            _close()
        where.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = _open[where] = os.open(where, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        if _size(_text(os.pread(file, ROOM, 0))) < size:
            os.pwrite(file, signed.encode().ljust(ROOM, b"\0"), 0)
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def hold(log: str, size: int) -> None:
    """Raises Shorter where the log, of `size` entries now, ends before what is kept; Unasked where a backup was
    brought back, and nobody said yet that it is the newest."""
    key = (Path(settings.ENDS), log)
    known = _known.get(key)
    if known is None:
        known = entries(log)
        if size >= known and is_unasked():
            raise Unasked
        _known[key] = known
    if size < known:
        raise Shorter(log, size, known)


def _mark() -> Path:
    return Path(settings.ENDS) / "restored" / "unasked"


def unasked() -> None:
    """A backup was brought back: nothing is written before somebody who may have seen more was asked."""
    _mark().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _mark().touch(mode=0o600)
    forget()


def is_unasked() -> bool:
    return _mark().exists()


def believed() -> None:
    """Somebody said how far the record went, or that nothing is missing."""
    _mark().unlink(missing_ok=True)


def kept(log: str) -> str:
    """The signed note that is kept of a log; "" where there is none, or none that can be read."""
    try:
        found = _text(path(log).read_bytes())
    except OSError:
        return ""
    return found if _size(found) >= 0 else ""


def entries(log: str) -> int:
    """How many entries of a log were acknowledged, as far as is kept."""
    return max(_size(kept(log)), 0)


def logs() -> list[str]:
    """The logs of which an end is kept."""
    folder = Path(settings.ENDS)
    return sorted(p.name for p in folder.iterdir() if p.is_file()) if folder.is_dir() else []


def forget() -> None:
    """Read again what is kept: another process, or another database, may have moved on."""
    _known.clear()
    with _lock:
        _close()


def _close() -> None:
    for file in _open.values():
        os.close(file)
    _open.clear()


def release(log: str) -> None:
    """This process may write to the log though it is shorter than what is kept: it is being mended."""
    _known[Path(settings.ENDS), log] = -1


def put_aside(log: str) -> None:
    """The log has a successor: what is kept of it stays under another name, and holds nobody back."""
    where = path(log)
    if where.exists():
        folder = where.parent / "before"
        folder.mkdir(exist_ok=True, mode=0o700)
        where.rename(folder / f"{log}-{entries(log)}")
    forget()


def _text(raw: bytes) -> str:
    return raw.rstrip(b"\0").decode(errors="replace")


def _size(signed: str) -> int:
    """The number of entries a note is about; -1 for none."""
    try:
        return note.parse(signed.partition("\n\n")[0]).size
    except note.NoteFault:
        return -1
