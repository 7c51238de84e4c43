"""The database followed as it changes: base backups now and then, and every change within a minute.

Beside what `pilin backup` puts into a place lie

    bases/2026-11-27T03-17-00Z/     a base backup (pg_basebackup), whole or what changed since another
    wal/0000000100000000000000A3.gz the write-ahead log from there on, a segment a file

https://www.postgresql.org/docs/18/continuous-archiving.html. They hold the tables of keys, too: what
was erased can be read from them until they are gone, so they are kept for days, not for months.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from django.conf import settings

from pilin.engine.models import Evidence
from pilin.run import postgres
from pilin.run.tether import tethered
from pilin.site import backups as seen
from pilin.wording.saying import say

from .making import Where, save_files, save_keys
from .places import BackupFault
from .store import FORMAT, NAME, Part, Store, moment

SLOT = "pilin_archive"
#: Where the keys that go with bases are, in the place of keys; and how far the log was saved.
OF_BASES, UNTIL = "base-keys", "wal/until"
#: After so many bases that hold only what changed comes a whole one.
INCREMENTS = 6
#: Seconds between two looks at what there is to save, and until what was written counts as a segment.
LOOK, SWITCH = 5.0, 60.0
#: A segment, or the history of a timeline.
SEGMENT = re.compile(r"[0-9A-F]{24}|[0-9A-F]{8}\.history")


class Archive:
    """Follows the database of this installation into `where`, with the keys in `keys`."""

    def __init__(
        self, where: Where, keys: Where, to: Sequence[Any], days: int, hours: float
    ) -> None:
        self.store, self.keys = Store(where, to), Store(keys, to)
        self.days, self.hours = days, hours
        self.spool = Path(settings.DATA) / "wal"
        self._receiving: subprocess.Popen[bytes] | None = None
        self._switched, self._at = time.monotonic(), ""
        self._last: datetime | None = None  # when the last base was made, once it was looked up
        self._files = -1  # the last entry whose files were saved

    def follow(self) -> None:
        """Save what changes, for ever. Raises BackupFault; what is missing is caught up with later."""
        try:
            while True:
                self.look()
                time.sleep(LOOK)
        finally:
            self.stop()

    def look(self) -> None:
        """Save what there is to be saved now."""
        self._receive()
        if self._is_due():
            self.base()
        self._switch()
        self._put_segments()
        self._put_files()
        seen.note("archive")

    def once(self) -> str:
        """One base backup and no more; gives its name."""
        name = self.base()
        self._put_files()
        return name

    def stop(self) -> None:
        if self._receiving is not None:
            self._receiving.terminate()
            self._receiving.wait()
            self._receiving = None

    # -- the write-ahead log

    def _receive(self) -> None:
        """Have PostgreSQL keep what we have not received yet, and receive it."""
        if self._receiving is not None and self._receiving.poll() is None:
            return
        self.spool.mkdir(mode=0o700, exist_ok=True)
        with _asked() as db:
            db.execute(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                " WHERE slot_name = %s AND wal_status = 'lost'",
                [SLOT],
            )
            known = db.execute(
                "SELECT 1 FROM pg_replication_slots WHERE slot_name = %s", [SLOT]
            ).fetchone()
        if known is None:
            # More was written than it may keep for us, or another server has taken over: something
            # of what was written between may be missing, so this archive goes on with a whole base.
            _manifest().unlink(missing_ok=True)
            for path in self.spool.iterdir():
                path.unlink()
        _run("pg_receivewal", "--create-slot", "--if-not-exists", f"--slot={SLOT}")
        command, environment = _command(
            "pg_receivewal", f"--slot={SLOT}", f"--directory={self.spool}"
        )
        self._receiving = subprocess.Popen(tethered(command), env=environment)

    def _switch(self) -> None:
        """What was written in the last minute becomes a segment; where nothing was, none."""
        if time.monotonic() - self._switched < SWITCH:
            return
        self._switched = time.monotonic()
        with _asked() as db:
            at = _first(db, "SELECT pg_current_wal_insert_lsn()::text")
            if at != self._at:
                try:
                    self._at = _first(db, "SELECT pg_switch_wal()::text")
                except psycopg.errors.InsufficientPrivilege:
                    return  # then it takes until the segment is full

    def _put_segments(self) -> None:
        found = [p for p in sorted(self.spool.iterdir()) if SEGMENT.fullmatch(p.name)]
        for path in found:
            with path.open("rb") as file:
                self.store.put(f"wal/{path.name}.gz", _packed(file.read()))
            path.unlink()
        if found:
            with self.store.place.writing(UNTIL) as out:
                out.write(datetime.now(UTC).strftime(NAME).encode())

    # -- what lies beside the database

    def _put_files(self) -> None:
        rows = list(
            Evidence.objects.filter(entry__gt=self._files)
            .order_by("entry")
            .values_list("entry", "sha256")
        )
        if rows:
            save_files(self.store, sorted({sha256 for _entry, sha256 in rows}), self._there())
            self._files = rows[-1][0]

    def _there(self) -> dict[str, Part]:
        """Files that are in the store already; their hashes are their names."""
        return {
            path.rsplit("/", 1)[1].removesuffix(".age"): Part(path, 0, "")
            for path in self.store.place.names("files/")
        }

    # -- base backups

    def _is_due(self) -> bool:
        if self._last is None and (found := self.store.said("bases")):
            self._last = moment(max(found))
        if self._last is None or not _manifest().exists():
            return True
        return datetime.now(UTC) - self._last >= timedelta(hours=self.hours)

    def base(self) -> str:
        """Make a base backup; gives its name. Raises BackupFault, and then none was made."""
        name = datetime.now(UTC).strftime(NAME)
        before = self._before()
        with _asked() as db:
            version, database, role = db.info.server_version, db.info.dbname, db.info.user
            if before and version >= 170000:
                more = [f"--incremental={_manifest()}"]
            else:
                more, before = [], None
        with tempfile.TemporaryDirectory(dir=settings.DATA, prefix="base-") as folder:
            _run(
                "pg_basebackup",
                *(f"--pgdata={folder}", "--format=tar", "--gzip", "--wal-method=fetch"),
                *("--checkpoint=fast", "--manifest-checksums=SHA256", *more),
            )
            found = sorted(p.name for p in Path(folder).iterdir())
            if found != ["backup_manifest", "base.tar.gz"]:
                raise BackupFault(say("tables that lie in other folders cannot be archived"))
            parts = {}
            for key, file in (("base", "base.tar.gz"), ("manifest", "backup_manifest")):
                with (Path(folder) / file).open("rb") as read:
                    parts[key] = asdict(self.store.put(f"bases/{name}/{file}", read))
            save_keys(self.keys, OF_BASES, name, {})
            self.store.say(
                f"bases/{name}",
                {
                    "format": FORMAT,
                    "release": settings.RELEASE,
                    "version": version,
                    "database": database,
                    "role": role,
                    "before": before,
                    "began": _began(Path(folder) / "backup_manifest"),
                    **parts,
                },
            )
            shutil.copyfile(Path(folder) / "backup_manifest", _manifest())
        self._last = moment(name)
        self._forget_old()
        return name

    def _before(self) -> str | None:
        """The base this one may build on: the last, unless enough build on each other already."""
        found = self.store.said("bases")
        if not found or not _manifest().exists():
            return None
        return max(found) if len(chain(found, max(found))) <= INCREMENTS else None

    def _forget_old(self) -> None:
        """What nobody needs to come back to any moment of the last days."""
        found = self.store.said("bases")
        since = datetime.now(UTC) - timedelta(days=self.days)
        older = [name for name in found if moment(name) <= since]
        kept = {name for name in found if moment(name) > since} | set(older[-1:])
        kept |= {one for name in kept for one in chain(found, name)}
        for name in found:
            if name not in kept:
                self.store.remove(f"bases/{name}")
        first = min(found[name]["began"] for name in kept)
        for path in self.store.place.names("wal/"):
            segment = path.removeprefix("wal/")[:24]
            # The first eight digits are the timeline, which may be a later one.
            if SEGMENT.fullmatch(segment) and segment[8:] < first[8:]:
                self.store.place.remove(path)


def chain(found: dict[str, dict[str, Any]], name: str) -> list[str]:
    """A base and those it builds on, the whole one first. Raises BackupFault where one is missing."""
    one = name
    names = [one]
    while found[one]["before"]:
        one = found[one]["before"]
        if one not in found:
            raise BackupFault(say("{file} is missing in the backup", file=f"bases/{one}"))
        names.append(one)
    return names[::-1]


def until(store: Store) -> datetime | None:
    """How far the log was saved, as far as is known."""
    if not store.place.has(UNTIL):
        return None
    with store.place.reading(UNTIL) as file:
        return moment(file.read().decode())


def _manifest() -> Path:
    """PostgreSQL's own list of the last base's files: what has changed since is told by it."""
    return Path(settings.DATA) / "base_manifest"


def _began(manifest: Path) -> str:
    """The first segment a base needs, as its manifest says (its last line of WAL-Ranges)."""
    said = json.loads(manifest.read_bytes())
    ranges = said["WAL-Ranges"]
    first = min(ranges, key=lambda row: _number(row["Start-LSN"]))
    return segment(first["Timeline"], _number(first["Start-LSN"]))


def _number(lsn: str) -> int:
    high, low = lsn.split("/")
    return (int(high, 16) << 32) | int(low, 16)


def segment(timeline: int, lsn: int, size: int = 1 << 24) -> str:
    """The name of the segment a place in the log lies in; segments have 16 MB unless built otherwise."""
    number = lsn // size
    per = (1 << 32) // size
    return f"{timeline:08X}{number // per:08X}{number % per:08X}"


def _packed(raw: bytes) -> io.BytesIO:
    return io.BytesIO(gzip.compress(raw, 3, mtime=0))


def _asked() -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    except psycopg.OperationalError as fault:
        raise BackupFault(str(fault)) from fault


def _first(db: psycopg.Connection[Any], query: LiteralString) -> str:
    row = db.execute(query).fetchone()
    assert row is not None
    return str(row[0])


def _command(program: str, *more: str) -> tuple[list[str], dict[str, str]]:
    where, environment = postgres.reaching(os.environ["DATABASE_URL"])
    return [
        str(postgres.program(program)),
        *more,
        f"--dbname={where}",
        "--no-password",
    ], environment


def _run(program: str, *more: str) -> None:
    command, environment = _command(program, *more)
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    if done.returncode:
        raise BackupFault(done.stderr.decode(errors="replace").strip())
