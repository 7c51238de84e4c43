"""`pilin neighbour …`: another government's server, whose record is kept here beside our own."""

from __future__ import annotations

import sys
from typing import Any

import click

from pilin.cli.spoken import HELP
from pilin.run import environment
from pilin.wording.saying import say


@click.group(context_settings=HELP)
def neighbour() -> None:
    """Neighbours: two servers, two records, one loop. Each change is an entry in the record."""


def _do(what: str, *args: Any) -> None:
    environment.setup()
    from pilin.run import neighbours  # noqa: PLC0415

    try:
        click.echo(getattr(neighbours, what)(*args))
    except neighbours.Cannot as reason:
        click.echo(str(reason), err=True)
        sys.exit(2)


def _compared(given: str) -> Any:
    """Asks whether the phrase is the same on the other side; `given` is what they read out before."""

    def compare(name: str, phrase: str) -> bool:
        click.echo(say("{name}: the phrase is  {phrase}", name=name, phrase=phrase))
        if given:
            same = "".join(given.split()) == "".join(phrase.split())
            if not same:
                click.echo(say("That is another one: somebody may stand in between."), err=True)
            return same
        if not sys.stdin.isatty():
            click.echo(say("Nobody is there to ask: give the phrase with --phrase."), err=True)
            return False
        return click.confirm(say("Is it the one that they read out to you on the telephone?"))

    return compare


PHRASE = click.option("--phrase", default="", help="The phrase as the other side reads it out.")


@neighbour.command()
@click.argument("address")
@PHRASE
def invite(address: str, phrase: str) -> None:
    """Invite whoever runs the server at ADDRESS; they then join."""
    _do("invite", address, _compared(phrase))


@neighbour.command()
@click.argument("address")
@PHRASE
def join(address: str, phrase: str) -> None:
    """Join whoever invited us, at ADDRESS."""
    _do("join", address, _compared(phrase))


@neighbour.command("list")
def list_() -> None:
    """Who they are, how far our copy of their record is, and the phrase to compare."""
    environment.setup()
    from pilin.run import neighbours  # noqa: PLC0415

    for line in neighbours.listed():
        click.echo(line)


@neighbour.command()
@click.argument("name")
@click.option("--reason", required=True, help="Public: nothing personal.")
def pause(name: str, reason: str) -> None:
    """Take nothing from a neighbour, and do nothing for it, until it is resumed."""
    _do("pause", name, reason)


@neighbour.command()
@click.argument("name")
def resume(name: str) -> None:
    """Go on with a neighbour that was paused."""
    _do("resume", name)


@neighbour.command()
@click.argument("name")
@click.option("--reason", required=True, help="Public: nothing personal.")
def leave(name: str, reason: str) -> None:
    """End it. The copy of their record stays, and is brought up to date no more."""
    _do("leave", name, reason)


@neighbour.command()
@click.argument("address")
def refill(address: str) -> None:
    """Bring back what is missing at the end of our record from the copy held at ADDRESS."""
    _do("refill", address)
