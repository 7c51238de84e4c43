"""A backup is brought back into an empty installation, checked, and held to what was acknowledged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from pilin.engine import evidence
from pilin.ledger import ends, verify
from pilin.run import environment, postgres
from pilin.site import backups as seen
from pilin.wording.saying import say

from .store import Backup, BackupFault, Part, Store, listed


@dataclass
class Restored:
    """Where each log ends, and how many entries were acknowledged after that, as far as is known."""

    backup: Backup
    ends: dict[str, tuple[int, int]]
    problems: list[tuple[str, str]]


def chosen(target: Path, at: datetime | None) -> Backup:
    """The newest backup of a folder, or the newest of that time. Raises BackupFault."""
    found = [one for one in listed(target) if at is None or one.at <= at]
    if not found:
        raise BackupFault(say("there is no backup of that time in {folder}", folder=target))
    return found[-1]


def restore(
    target: Path, keys: Path, secrets: Sequence[Any], at: datetime | None = None
) -> Restored:
    """Bring a backup back into this installation, which must be empty. Raises BackupFault."""
    one = chosen(target, at)
    store, of_keys = Store(target, identities=secrets), Store(keys, identities=secrets)
    _must_be_empty()
    with tempfile.TemporaryDirectory(dir=settings.DATA) as folder:
        # All of it is looked at before anything is put in its place.
        said = _newest_keys(keys)
        if said is not None:
            of_keys.get(Part(**said["keys"]), Path(folder) / "keys.tar")
            of_keys.get(Part(**said["tables"]), Path(folder) / "tables.dump")
        store.get(one.part("database"), Path(folder) / "database.dump")
        for sha256, part in one.files.items():
            store.get(part, evidence.path_of(sha256))
        _load(Path(folder) / "database.dump")
        if said is not None:
            _load(Path(folder) / "tables.dump", "--data-only")
            _put_keys(Path(folder) / "keys.tar")
    environment.bring_up_to_date()
    return Restored(one, dict(_ends(one)), list(_problems(one)))


def _must_be_empty() -> None:
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            raise BackupFault(say("the database is not empty: nothing was touched"))
    if any(Path(settings.KEYS).glob("*.pem")):
        raise BackupFault(say("there is a key in {folder} already", folder=settings.KEYS))


def _newest_keys(keys: Path) -> dict[str, Any] | None:
    found = sorted(keys.glob("keys/*/manifest.json"))
    said: dict[str, Any] | None = json.loads(found[-1].read_bytes()) if found else None
    return said


def _put_keys(archive: Path) -> None:
    """Keys where they belong; the settings beside them, for the operator to look at."""
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            if not member.isfile() or (content := tar.extractfile(member)) is None:
                continue
            folder, _, name = member.name.rpartition("/")
            place = Path(settings.KEYS if folder == "keys" else settings.DATA) / Path(name).name
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            place.unlink(missing_ok=True)
            place.touch(mode=0o600)
            place.write_bytes(content.read())


def _load(dump: Path, *more: str) -> None:
    where, environment = postgres.reaching(os.environ["DATABASE_URL"])
    command = [
        *(str(postgres.program("pg_restore")), "--no-owner", "--no-privileges", "--exit-on-error"),
        *("--single-transaction", *more, f"--dbname={where}", str(dump)),
    ]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    if done.returncode:
        raise BackupFault(done.stderr.decode(errors="replace").strip())


def _ends(one: Backup) -> Iterator[tuple[str, tuple[int, int]]]:
    """Of each log its entries, and how many more were acknowledged, as what is kept outside says."""
    sizes = {row["log"]: row["size"] for row in one.said["logs"]}
    for log in sorted(sizes.keys() | set(ends.logs())):
        size = sizes.get(log, 0)
        yield log, (size, max(0, ends.entries(log) - size))


def _problems(one: Backup) -> Iterator[tuple[str, str]]:
    for row in one.said["logs"]:
        found = verify.check_database(row["log"])
        yield from ((row["log"], f"{where}: {what}") for where, what in found.problems)
        if found.size != row["size"]:
            yield (
                row["log"],
                say("{n} entries came back, {of} were saved", n=found.size, of=row["size"]),
            )


def drill(target: Path, keys: Path, identity: Path | None) -> dict[str, Any]:
    """Restore the newest backup into a scratch folder, rebuild there, and compare. Raises BackupFault.

    In a process of its own with a PostgreSQL of its own; nothing of this installation is touched.
    """
    with tempfile.TemporaryDirectory(prefix="pilin-drill-") as folder:
        os.chmod(folder, 0o755)  # our own PostgreSQL may run as somebody without rights
        known = {k: v for k, v in os.environ.items() if k not in _OURS}
        more = [f"--identity={identity}"] if identity else []
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pilin", "restore", str(target.resolve()), "--json"),
                *(f"--keys={keys.resolve()}", "--rebuild", *more),
            ],
            env={
                **known,
                "PILIN_DATA": folder,
                "PILIN_CONFIG": "",
                "PILIN_ORIGIN": settings.ORIGIN,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        try:
            said: dict[str, Any] = json.loads(done.stdout)
        except ValueError:
            raise BackupFault(done.stderr.strip() or done.stdout.strip()) from None
    if done.returncode == 0:
        seen.note("drill")
    return said


#: What would lead a drill to this installation.
_OURS = ("DATABASE_URL", "PILIN_OWN_POSTGRES", "PILIN_ENDS", "PILIN_KEYS", "XDG_RUNTIME_DIR")
