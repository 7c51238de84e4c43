"""`pilin backup` and `pilin restore`."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

import click

from pilin.cli.spoken import HELP
from pilin.run import environment
from pilin.run.tether import PARENT, tether
from pilin.wording.saying import say

#: Read at once, while we are still root where we were: later it may be nobody's we are.
IDENTITY = click.option(
    "--identity",
    type=click.File(encoding="utf-8", errors="replace"),
    help="The file with the secret key of age.",
)
#: A folder, or s3://bucket/folder.
PLACE = click.STRING


def _end_with_the_service() -> None:
    """Started by `pilin serve`, it ends with that, by kill -9 too. Asked once rights are given up: the
    kernel forgets it then."""
    if PARENT in os.environ:
        tether()


def _fail(reason: object) -> None:
    click.echo(str(reason), err=True)
    sys.exit(1)


@click.command(context_settings=HELP)
@click.argument("target", type=PLACE, envvar="PILIN_BACKUP")
@click.option(
    "--keys",
    type=PLACE,
    envvar="PILIN_BACKUP_KEYS",
    help="Where keys and settings go; best another place. Without it: beside the rest.",
)
@click.option(
    "--to",
    default="",
    envvar="PILIN_BACKUP_TO",
    help="Public keys of age (age1…) it is encrypted for, space-apart.",
)
@click.option(
    "--keep", type=click.IntRange(1), default=14, show_default=True, envvar="PILIN_BACKUP_KEEP"
)
@click.option(
    "--every", type=click.FloatRange(0.01), metavar="HOURS", help="Go on, one each so many hours."
)
@click.option("--list", "only_list", is_flag=True, help="Say what there is, and make none.")
@click.option(
    "--drill", is_flag=True, help="Restore the newest into a scratch folder, and compare."
)
@IDENTITY
def backup(
    target: str,
    keys: str | None,
    to: str,
    keep: int,
    every: float | None,
    only_list: bool,
    drill: bool,
    identity: TextIO | None,
) -> None:
    """Copy database, files and keys to TARGET (or PILIN_BACKUP), encrypted, and keep the newest.

    TARGET is a folder, or s3://bucket/folder with its keys in AWS_… of the environment.
    """
    secrets = identity.read() if identity else ""
    environment.setup(fit=False)
    _end_with_the_service()
    from pilin.run.backup import making, nightly, places, restoring, store  # noqa: PLC0415

    keys = keys or target
    try:
        if only_list:
            for one in store.listed(store.Store(target)):
                click.echo(making.what_it_says(one))
        elif drill:
            _tell(restoring.drill(target, keys, secrets))
        else:
            if not to:
                click.echo(
                    say("It is not encrypted: name a public key of age with --to."), err=True
                )
            for made in nightly.going_on(
                lambda: making.backup(target, keys, store.recipients(to), keep),
                every,
                lambda reason: click.echo(str(reason), err=True),
            ):
                click.echo(making.what_it_says(made))
    except places.BackupFault as reason:
        _fail(reason)


@click.command(context_settings=HELP)
@click.argument("target", type=PLACE, envvar="PILIN_ARCHIVE")
@click.option("--keys", type=PLACE, envvar="PILIN_BACKUP_KEYS", help="Where keys and settings go.")
@click.option("--to", default="", envvar="PILIN_BACKUP_TO", help="Public keys of age (age1…).")
@click.option(
    "--days",
    type=click.IntRange(1),
    default=7,
    show_default=True,
    envvar="PILIN_ARCHIVE_DAYS",
    help="Any moment of so many days can be brought back.",
)
@click.option("--once", is_flag=True, help="Make one base backup, and end.")
def archive(target: str, keys: str | None, to: str, days: int, once: bool) -> None:
    """Follow the database into TARGET (or PILIN_ARCHIVE): a base backup a day, and each change within a minute.

    `pilin serve` does it by itself where PILIN_ARCHIVE is set. `pilin restore TARGET --at TIME` brings any
    moment back.
    """
    environment.setup(fit=False)
    from pilin.run.backup import archiving, nightly, places, store  # noqa: PLC0415

    _end_with_the_service()
    try:
        into = archiving.Archive(
            target, keys or target, store.recipients(to), days, nightly.every()
        )
        if once:
            click.echo(into.once())
        else:
            into.follow()
    except places.BackupFault as reason:
        _fail(reason)
    except OSError as reason:
        _fail(reason)


@click.command(context_settings=HELP)
@click.argument("target", type=PLACE)
@click.option("--keys", type=PLACE, help="Where the keys are; without it: beside the rest.")
@IDENTITY
@click.option("--at", type=click.DateTime(), help="The newest of this time (UTC).")
@click.option("--rebuild", is_flag=True, help="Make the read tables again, and compare.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def restore(
    target: str,
    keys: str | None,
    identity: TextIO | None,
    at: datetime | None,
    rebuild: bool,
    as_json: bool,
) -> None:
    """Bring a backup in TARGET back into an empty installation, and check it."""
    secrets = identity.read() if identity else ""
    environment.setup(fit=False)
    from pilin.engine import rebuild as tables  # noqa: PLC0415
    from pilin.run.backup import places, restoring, store  # noqa: PLC0415

    moment = at.replace(tzinfo=UTC) if at else None
    try:
        done = restoring.restore(target, keys or target, store.identities(secrets), moment)
    except places.BackupFault as reason:
        _fail(reason)
    differing: list[str] = []
    if rebuild:
        before = tables.digests()
        tables.rebuild()
        differing = [name for name, now in tables.digests().items() if now != before[name]]
    said: dict[str, Any] = {
        "backup": done.name,
        "logs": {log: {"entries": n, "acknowledged after": m} for log, (n, m) in done.ends.items()},
        "problems": done.problems,
        "differing tables": differing,
    }
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))
        sys.exit(1 if done.problems or differing else 0)
    _tell(said)


def _tell(said: dict[str, Any]) -> None:
    """What came back, and whether it is whole."""
    click.echo(say("Restored: the backup {name}.", name=said["backup"]))
    for log, row in said["logs"].items():
        after = row["acknowledged after"]
        if log == "main" or after:
            click.echo(say("{log}: {n} entries.", log=log, n=row["entries"]))
        if after:
            click.echo(
                say(
                    "{n} entries were acknowledged after that and are missing here, numbers {first} to {last}.",
                    n=after,
                    first=row["entries"],
                    last=row["entries"] + after - 1,
                )
            )
            click.echo(say("Bring them back: `pilin ledger fill` or `pilin neighbour refill`."))
    for log, what in said["problems"]:
        click.echo(f"{log}: {what}", err=True)
    for table in said["differing tables"]:
        click.echo(say("the table {name} is not what the record says", name=table), err=True)
    if said["problems"] or said["differing tables"]:
        sys.exit(1)
    click.echo(say("The record verifies."))


@click.command(context_settings=HELP)
@click.option(
    "--backup",
    "target",
    type=PLACE,
    envvar="PILIN_BACKUP",
    help="The folder for the backup made before.",
)
@click.option("--keys", type=PLACE, envvar="PILIN_BACKUP_KEYS", help="Where its keys go.")
@click.option("--to", default="", envvar="PILIN_BACKUP_TO", help="Public keys of age (age1…).")
@click.option("--no-backup", is_flag=True, help="Make none: there is one already.")
@click.option(
    "--back", "way_back", is_flag=True, help="Go back to the backup made before the last upgrade."
)
@IDENTITY
def upgrade(
    target: str | None,
    keys: str | None,
    to: str,
    no_backup: bool,
    way_back: bool,
    identity: TextIO | None,
) -> None:
    """After new code was installed: back up, migrate, make the read tables again, and check."""
    secrets = identity.read() if identity else ""
    environment.setup(fit=False)
    from pilin.run import back  # noqa: PLC0415
    from pilin.run import upgrade as run  # noqa: PLC0415
    from pilin.run.backup import places, store  # noqa: PLC0415

    try:
        if way_back:
            back.back(target, store.identities(secrets), click.echo)
            return
        if target is None and not no_backup:
            _fail(
                say("Name a folder with --backup, or say --no-backup where there is one already.")
            )
        folder = None if no_backup else target
        run.upgrade(folder, keys, store.recipients(to), click.echo)
    except places.BackupFault as reason:
        _fail(reason)
    except run.Failed as failed:
        for log, what in failed.problems:
            click.echo(f"{log}: {what}", err=True)
        if failed.before is None:
            _fail(say("Go back: install the release before, and restore the last backup."))
        _fail(say("Go back: pilin upgrade --back"))
