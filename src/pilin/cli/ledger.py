"""`pilin ledger …`: the record's name, key and end."""

from __future__ import annotations

import sys
from typing import Any

import click

from pilin.cli.spoken import HELP
from pilin.run import environment
from pilin.wording.saying import say


@click.group(context_settings=HELP)
def ledger() -> None:
    """The record's name and key, and what to do where entries are missing after a restore."""


def _do(what: str, *args: Any) -> Any:
    environment.setup()
    from pilin.run import ledgers  # noqa: PLC0415

    try:
        return getattr(ledgers, what)(*args)
    except (ledgers.Cannot, ledgers.Refuses) as reason:
        click.echo(str(reason), err=True)
        sys.exit(1)


@ledger.command()
def status() -> None:
    """Each log: its entries, how many were acknowledged, and who signs it."""
    for name, size, vkey, kept in _do("status"):
        click.echo(
            say(
                "{name}: {size} entries, {kept} acknowledged; {vkey}",
                name=name,
                size=size,
                kept=kept,
                vkey=vkey or say("not signed yet"),
            )
        )


@ledger.command()
@click.option("--reason", required=True, help="Public: it stands in the record.")
def rotate(reason: str) -> None:
    """Sign the record with a new key. The change is an entry, signed by both."""
    number = _do("rotate", reason)
    click.echo(say("Entry {n}: the record is signed with a new key. Keep a copy of it.", n=number))


@ledger.command()
@click.argument("database")
def fill(database: str) -> None:
    """Bring back missing entries from DATABASE, the address of a newer copy of this one."""
    found = _do("fill", database)
    click.echo(say("{n} entries were brought back.", n=found))


@ledger.command()
@click.option("--reason", required=True, help="Public: it stands in the record.")
def believe(reason: str) -> None:
    """After a restore that no witness or neighbour can be asked about: declare that nothing is missing."""
    number = _do("believe", reason)
    click.echo(say("Entry {n}: the record goes on from the backup.", n=number))


@ledger.command()
@click.option("--reason", required=True, help="Public: it stands in the record.")
def succeed(reason: str) -> None:
    """Go on without entries that are lost for good, under another name, and declare it."""
    number = _do("succeed", reason)
    click.echo(
        say(
            "Entry {n}: a successor is declared. Receipts of lost entries prove the loss.", n=number
        )
    )
