"""A backup is made: one moment of the database, the files it names, and the keys apart."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from pilin.engine import evidence
from pilin.engine.models import Evidence
from pilin.ledger.asking import snapshot
from pilin.run import config, postgres
from pilin.run.tether import tethered
from pilin.site import backups as seen
from pilin.wording.saying import say

from .places import BackupFault
from .store import FORMAT, NAME, Backup, Part, Store, listed

#: A folder, or the address of a bucket.
Where = str | Path

#: Tables without which sealed parts, and who voted what, cannot be read: they go to the folder of keys.
OF_KEYS = ("ledger_key", "intake_pollkey")
#: The newest so many are kept, and the first of each of as many months.
KEPT, MONTHS = 14, 12


def backup(target: Where, keys: Where, to: Sequence[Any], keep: int = KEPT) -> Backup:
    """Make a backup in `target`, with the keys in `keys`. Raises BackupFault; then none was made."""
    store, kept_keys = Store(target, to), Store(keys, to)
    name = datetime.now(UTC).strftime(NAME)
    try:
        said = _made(store, kept_keys, name)
        store.say(f"backups/{name}", said)
        forget_old(store, keep)
    except OSError as fault:
        raise BackupFault(str(fault)) from fault
    seen.note("backup")
    return Backup(name, said)


def _made(store: Store, keys: Store, name: str) -> dict[str, Any]:
    with snapshot(), connection.cursor() as cursor:
        moment = cursor.execute("SELECT pg_export_snapshot()").fetchone()[0]
        logs = cursor.execute("SELECT name, size, checkpoint FROM ledger_log").fetchall()
        named = sorted(set(Evidence.objects.values_list("sha256", flat=True)))
        # An older release, about to be upgraded, has fewer of them.
        of_keys = set(OF_KEYS) & set(connection.introspection.table_names(cursor))
        left_out = [f"--exclude-table-data={table}" for table in of_keys]
        database = _dump(store, f"backups/{name}/database.dump", moment, left_out)
        more = {}
        if of_keys:
            only = ["--data-only", *(f"--table={table}" for table in sorted(of_keys))]
            more["tables"] = asdict(_dump(keys, f"keys/{name}/tables.dump", moment, only))
    save_keys(keys, "keys", name, more)
    before = {sha256: part for one in listed(store) for sha256, part in one.files.items()}
    files = {sha256: asdict(part) for sha256, part in save_files(store, named, before).items()}
    return {
        "format": FORMAT,
        "release": settings.RELEASE,
        "database": asdict(database),
        "logs": [{"log": log, "size": size, "checkpoint": signed} for log, size, signed in logs],
        "files": files,
        "missing": [sha256 for sha256 in named if sha256 not in files],
    }


def _dump(store: Store, name: str, moment: str, more: Sequence[str]) -> Part:
    """What pg_dump gives of this moment, by way of a file beside the data folder's others."""
    with tempfile.TemporaryFile(dir=settings.DATA) as file:
        where, environment = postgres.reaching(os.environ["DATABASE_URL"])
        command = [
            *(str(postgres.program("pg_dump")), "--format=custom", "--no-owner", "--no-privileges"),
            *(f"--snapshot={moment}", *more, f"--dbname={where}"),
        ]
        done = subprocess.run(
            tethered(command), env=environment, stdout=file, stderr=subprocess.PIPE, check=False
        )
        if done.returncode:
            raise BackupFault(done.stderr.decode(errors="replace").strip())
        file.seek(0)
        return store.put(name, file)


def save_files(store: Store, hashes: Sequence[str], before: Mapping[str, Part]) -> dict[str, Part]:
    """Evidence, each written once: it is named by its hash. `before` is what earlier backups name."""
    found = {}
    there = set(store.place.names("files/"))
    for sha256 in hashes:
        part = before.get(sha256)
        if part is None or part.path not in there or part.path.endswith(".age") != bool(store.to):
            path = evidence.path_of(sha256)
            if not path.exists():
                continue
            with path.open("rb") as file:
                part = store.put(f"files/{sha256[:2]}/{sha256}", file)
        found[sha256] = part
    return found


def save_keys(keys: Store, under: str, name: str, more: dict[str, Any]) -> None:
    """Keys and settings, and of them the newest alone: what was erased is in no older copy."""
    rest = keys.put(f"{under}/{name}/keys.tar", _keys())
    keys.say(f"{under}/{name}", {"format": FORMAT, **more, "keys": asdict(rest)})
    for old in keys.said(under):
        if old != name:
            keys.remove(f"{under}/{old}")


def _keys() -> io.BytesIO:
    """What is secret of an installation: keys, and its settings."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for path in sorted(Path(settings.KEYS).glob("*")):
            tar.add(path, f"keys/{path.name}")
        for name in ("secret", "push.pem"):
            if (path := Path(settings.DATA) / name).exists():
                tar.add(path, name)
        if (where := config.path()) is not None and where.exists():
            tar.add(where, "pilin.env")
    out.seek(0)
    return out


def forget_old(store: Store, keep: int) -> None:
    """Keep the newest, and the first of each month; files that none of them names go, too."""
    found = listed(store)
    first = {one.name[:7]: one for one in reversed(found)}
    months = [first[month] for month in sorted(first)[-MONTHS:]]
    kept = {one.name for one in (*found[-keep:], *months)}
    for one in found:
        if one.name not in kept:
            store.remove(f"backups/{one.name}")
    named = {part.path for one in found if one.name in kept for part in one.files.values()}
    for path in store.place.names("files/"):
        if path not in named and not _is_here(store, path):
            store.place.remove(path)


def _is_here(store: Store, path: str) -> bool:
    """Whether a file's original is still here: then an archive beside these backups may want it."""
    sha256 = path.rsplit("/", 1)[1].removesuffix(".age")
    return path.endswith(".age") == bool(store.to) and evidence.path_of(sha256).exists()


def what_it_says(one: Backup) -> str:
    """A line about a backup."""
    if missing := one.said.get("missing"):
        return f"{_of(one)}; {say('{n} files were missing already', n=len(missing))}"
    return _of(one)


def _of(one: Backup) -> str:
    main = next((row for row in one.said["logs"] if row["log"] == "main"), {"size": 0})
    return say(
        "{name}: {n} entries, {files} files, release {release}",
        name=one.name,
        n=main["size"],
        files=len(one.said["files"]),
        release=one.said["release"],
    )
