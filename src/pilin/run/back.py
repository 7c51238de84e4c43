"""Back to how it was before an upgrade: the database of the backup made then, and nothing lost of the record."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import Error, connection, transaction
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pilin.ledger import filling, log
from pilin.ledger.refusing import Refuses
from pilin.publishing import made_by, program
from pilin.wording.saying import say

from . import postgres
from .backup import making, places
from .backup.making import Where
from .backup.store import Backup, Store, listed

#: Which backup was made before the last upgrade, in the data folder.
PLACE = "upgrade.json"


def note(before: Backup, target: Where) -> None:
    """`before`, in `target`, is the way back."""
    said = {"backup": before.name, "target": places.absolute(target)}
    (Path(settings.DATA) / PLACE).write_text(json.dumps(said))


def back(target: Where | None, secrets: Sequence[Any], tell: Callable[[str], None]) -> Backup:
    """Put the database of before the last upgrade in the place of this one, which is kept under another name.

    Only as long as nothing but the upgrade was recorded since; its own entry comes along. Keys and files
    stay as they are. Raises BackupFault; then nothing was changed.
    """
    one, store = _before(target, secrets)
    _nothing_since(one)
    url = os.environ["DATABASE_URL"]
    name = str(conninfo_to_dict(url)["dbname"])
    stamp = f"{datetime.now(UTC):%Y%m%d%H%M%S}"
    beside, kept = f"{name}_before_{stamp}", f"{name}_after_{stamp}"
    server = make_conninfo(url, dbname="postgres")
    with _made(server, beside):
        with tempfile.TemporaryDirectory(dir=settings.DATA) as folder:
            dump = Path(folder) / "database.dump"
            store.get(one.part("database"), dump)
            _load(dump, make_conninfo(url, dbname=beside))
        _carry(one, url, name, beside)
        connection.close()
        _rename(server, {name: kept, beside: name})
    tell(
        say(
            "The tables are those of {name} again; those of now are kept as {kept}.",
            name=one.name,
            kept=kept,
        )
    )
    tell(
        say(
            "Now install release {release} again, run `pilin rebuild`, and start it.",
            release=one.said["release"],
        )
    )
    return one


def _before(target: Where | None, secrets: Sequence[Any]) -> tuple[Backup, Store]:
    try:
        said = json.loads((Path(settings.DATA) / PLACE).read_text())
    except (OSError, ValueError):
        raise places.BackupFault(say("no backup made before an upgrade is known here")) from None
    where = target or said["target"]
    store = Store(where, identities=secrets)
    for one in listed(store):
        if one.name == said["backup"]:
            return one, store
    raise places.BackupFault(
        say("the backup {name} is not in {folder}", name=said["backup"], folder=where)
    )


def _nothing_since(one: Backup) -> None:
    """Raises BackupFault where a step was taken, or a ballot cast, that the old tables would not have."""
    then = {row["log"]: row["size"] for row in one.said["logs"]}
    more = 0
    for name, size in log.sizes().items():
        start = then.get(name, 0)
        own = (
            sum(r.body["step"] == program.STEP for r in log.read(name, start, size))
            if name == log.MAIN
            else 0
        )
        more += size - start - own
    if more:
        raise places.BackupFault(
            say(
                "{n} entries were recorded since the upgrade, so there is no way back that loses nothing:"
                " restore {name} into another folder, and fill it with `pilin ledger fill`.",
                n=more,
                name=one.name,
            )
        )


@contextmanager
def _made(server: str, name: str) -> Iterator[None]:
    """An empty database of that name; dropped where what follows fails."""
    named = sql.Identifier(name)
    try:
        with psycopg.connect(server, autocommit=True) as db:
            db.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(named))
        try:
            yield
        except BaseException:
            connection.close()
            with psycopg.connect(server, autocommit=True) as db:
                db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(named))
            raise
    except psycopg.Error as fault:
        raise places.BackupFault(str(fault).strip()) from fault


def _load(dump: Path, url: str) -> None:
    where, environment = postgres.reaching(url)
    command = [
        *(str(postgres.program("pg_restore")), "--no-owner", "--no-privileges", "--exit-on-error"),
        *("--single-transaction", f"--dbname={where}", str(dump)),
    ]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    if done.returncode:
        raise places.BackupFault(done.stderr.decode(errors="replace").strip())


def _carry(one: Backup, url: str, name: str, beside: str) -> None:
    """What the dump has not: keys of sealed parts, as they are now, and the upgrade's own entry."""
    with psycopg.connect(url) as now, psycopg.connect(make_conninfo(url, dbname=beside)) as then:
        for table in making.OF_KEYS:
            columns = [c for c in _columns(then, table) if c in _columns(now, table)]
            if not columns:
                continue
            named = sql.SQL("{} ({})").format(
                sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            with (
                now.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(named)) as out,
                then.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(named)) as into,
            ):
                for piece in out:
                    into.write(piece)
    more = log.sizes() != {row["log"]: row["size"] for row in one.said["logs"]}
    with psycopg.connect(url) as now, _speaking_to(beside, name):
        try:
            if more:
                with transaction.atomic():
                    filling.fill(_Entries(now))
            made_by.forget()
        except (Error, Refuses) as fault:
            raise places.BackupFault(str(fault).strip()) from fault


class _Entries(filling.Database):
    """The record as it is now, without keys: these are there already."""

    def beside(self, table: str, columns: str, log: str, start: int) -> list[tuple[Any, ...]]:
        return [] if table in making.OF_KEYS else super().beside(table, columns, log, start)


@contextmanager
def _speaking_to(name: str, before: str) -> Iterator[None]:
    """Django speaks to another database of the same server."""
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _columns(db: psycopg.Connection[Any], table: str) -> list[str]:
    rows = db.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0"
        " AND NOT attisdropped ORDER BY attnum",
        [table],
    ).fetchall()
    return [name for (name,) in rows]


def _rename(server: str, names: dict[str, str]) -> None:
    """All of them or none. PostgreSQL refuses while somebody is connected: stop Pilin first."""
    with psycopg.connect(server, autocommit=True) as db, db.transaction():
        for old, new in names.items():
            words = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            db.execute(words.format(sql.Identifier(old), sql.Identifier(new)))
