"""A backup is brought back into an empty installation, checked, and held to what was acknowledged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from pilin.engine import evidence
from pilin.engine.models import Evidence
from pilin.engine.rebuild import rebuild
from pilin.ledger import ends, log, verify, witnessed
from pilin.ledger.note import NoteFault
from pilin.publishing import made_by
from pilin.run import postgres, release
from pilin.site import backups as seen
from pilin.wording.saying import say

from . import archiving, recovering
from .making import Where
from .places import BackupFault, absolute
from .store import Backup, Part, Store, listed


@dataclass
class Restored:
    """Where each log ends, and how many entries were acknowledged after that, as far as is known."""

    name: str
    ends: dict[str, tuple[int, int]]
    problems: list[tuple[str, str]]


def restore(
    target: Where, keys: Where, secrets: Sequence[Any], at: datetime | None = None
) -> Restored:
    """Bring a backup back into this installation, which must be empty. Raises BackupFault.

    From an archive where it comes closer to the moment that is asked for, else the newest dump of then.
    """
    store, of_keys = Store(target, identities=secrets), Store(keys, identities=secrets)
    _must_be_empty()
    dump = next((one for one in reversed(listed(store)) if at is None or one.at <= at), None)
    base = recovering.newest(store, at)
    if base is not None and (dump is None or at is not None or _further(store, dump)):
        _recover(store, of_keys, base, at)
        saved = None
    elif dump is not None:
        base = dump.name
        _bring(store, of_keys, dump)
        saved = {row["log"]: row["size"] for row in dump.said["logs"]}
    else:
        raise BackupFault(say("there is no backup of that time in {folder}", folder=target))
    if release.waiting() or not made_by.are_ours():  # as an older release left them
        release.migrate()
        rebuild()
        made_by.remember()
    if saved is None:
        _files(store)
    if _somebody_may_know_more():
        ends.unasked()
    with suppress(NoteFault):  # the doctor says which witness is named wrongly
        witnessed.look_ahead()  # what they, and neighbours, have seen counts as acknowledged
    return Restored(base, dict(_ends(saved or log.sizes())), list(_problems(saved)))


def _somebody_may_know_more() -> bool:
    """Whether there is a witness, or a neighbour, who may have seen what this backup has not."""
    try:
        return bool(witnessed.witnesses())
    except NoteFault:
        return True


def _further(store: Store, dump: Backup) -> bool:
    until = archiving.until(store)
    return until is not None and until >= dump.at


def _bring(store: Store, of_keys: Store, one: Backup) -> None:
    with tempfile.TemporaryDirectory(dir=settings.DATA) as folder:
        # All of it is looked at before anything is put in its place.
        said = _newest_keys(of_keys, "keys")
        if said is not None:
            of_keys.get(Part(**said["keys"]), Path(folder) / "keys.tar")
            if "tables" in said:
                of_keys.get(Part(**said["tables"]), Path(folder) / "tables.dump")
        store.get(one.part("database"), Path(folder) / "database.dump")
        for sha256, part in one.files.items():
            store.get(part, evidence.path_of(sha256))
        _load(Path(folder) / "database.dump")
        if said is not None:
            if "tables" in said:
                _load(Path(folder) / "tables.dump", "--data-only")
            _put_keys(Path(folder) / "keys.tar")


def _recover(store: Store, of_keys: Store, base: str, at: datetime | None) -> None:
    with tempfile.TemporaryDirectory(dir=settings.DATA) as folder:
        said = _newest_keys(of_keys, archiving.OF_BASES)
        if said is not None:
            of_keys.get(Part(**said["keys"]), Path(folder) / "keys.tar")
        recovering.recover(store, base, at, Path(folder) / "database.dump")
        _load(Path(folder) / "database.dump")
        if said is not None:
            _put_keys(Path(folder) / "keys.tar")


def _files(store: Store) -> None:
    """Evidence that the record names, as far as it is in the store: an archive lists no files."""
    there = {p.rsplit("/", 1)[1].removesuffix(".age"): p for p in store.place.names("files/")}
    for sha256 in sorted(set(Evidence.objects.values_list("sha256", flat=True)) & there.keys()):
        path = evidence.path_of(sha256)
        store.take(there[sha256], path)
        if evidence.hash_of(path) != sha256:
            path.unlink()
            raise BackupFault(say("{file} is not as it was written", file=there[sha256]))


def _must_be_empty() -> None:
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            raise BackupFault(say("the database is not empty: nothing was touched"))
    if any(Path(settings.KEYS).glob("*.pem")):
        raise BackupFault(say("there is a key in {folder} already", folder=settings.KEYS))


def _newest_keys(keys: Store, under: str) -> dict[str, Any] | None:
    found = keys.said(under)
    return found[max(found)] if found else None


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


def _ends(sizes: dict[str, int]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Of each log its entries, and how many more were acknowledged, as what is kept outside says."""
    for name in sorted(sizes.keys() | set(ends.logs())):
        size = sizes.get(name, 0)
        yield name, (size, max(0, ends.entries(name) - size))


def _problems(saved: dict[str, int] | None) -> Iterator[tuple[str, str]]:
    for name, size in (saved or log.sizes()).items():
        found = verify.check_database(name)
        yield from ((name, f"{where}: {what}") for where, what in found.problems)
        if found.size != size:
            yield name, say("{n} entries came back, {of} were saved", n=found.size, of=size)


def drill(target: Where, keys: Where, secrets: str) -> dict[str, Any]:
    """Restore the newest backup into a scratch folder, rebuild there, and compare. Raises BackupFault.

    `secrets` is what a file with secret keys of age says.

    In a process of its own with a PostgreSQL of its own; nothing of this installation is touched.
    """
    with tempfile.TemporaryDirectory(prefix="pilin-drill-") as folder:
        os.chmod(folder, 0o755)  # our own PostgreSQL may run as somebody without rights
        known = {k: v for k, v in os.environ.items() if k not in _OURS}
        more = ["--identity=-"] if secrets else []
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pilin", "restore", absolute(target), "--json"),
                *(f"--keys={absolute(keys)}", "--rebuild", *more),
            ],
            env={
                **known,
                "PILIN_DATA": folder,
                "PILIN_CONFIG": "",
                "PILIN_ORIGIN": settings.ORIGIN,
            },
            input=secrets,
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
