"""`pilin office …`: offices are given, ended, extended and stood in for, by steps of the house."""

from __future__ import annotations

import sys
from typing import Any

import click

from pilin.cli.spoken import HELP
from pilin.run import environment


@click.group(context_settings=HELP)
def office() -> None:
    """Offices: who has which one, from when until when. Each change is an entry in the record."""


def _office(what: str, *args: Any) -> None:
    environment.setup()
    from pilin.run import offices  # noqa: PLC0415

    try:
        click.echo(getattr(offices, what)(*args))
    except LookupError as reason:
        click.echo(str(reason), err=True)
        sys.exit(2)


@office.command()
@click.argument("login")
@click.argument("role")
@click.argument("organisation")
@click.option("--since", default="", help="First day in office, as 2027-12-31; else today.")
@click.option(
    "--until", default="", help="Last day in office, as 2027-12-31; else until it is ended."
)
def appoint(login: str, role: str, organisation: str, since: str, until: str) -> None:
    """Give somebody an office: host, clerk, lead, department, delegate, operator …"""
    _office("appoint", login, role, organisation, since, until)


@office.command()
@click.argument("login")
@click.argument("role")
@click.argument("organisation")
@click.option(
    "--last-day", default="", help="Last day in office, as 2027-12-31; else it ends this moment."
)
@click.option("--reason", default="", help="Public: nothing personal.")
def end(login: str, role: str, organisation: str, last_day: str, reason: str) -> None:
    """End an office. Once it is over, its holder is signed out everywhere."""
    _office("end", login, role, organisation, last_day, reason)


@office.command()
@click.argument("login")
@click.argument("role")
@click.argument("organisation")
@click.option("--until", default="", help="New last day, as 2027-12-31; else until it is ended.")
def extend(login: str, role: str, organisation: str, until: str) -> None:
    """Lengthen an office that has a last day."""
    _office("extend", login, role, organisation, until)


@office.command("stand-in")
@click.argument("login")
@click.argument("role")
@click.argument("organisation")
@click.option("--for", "instead_of", required=True, help="Sign-in name of who holds the office.")
@click.option("--since", default="", help="First day, as 2027-12-31; else today.")
@click.option("--until", required=True, help="Last day, as 2027-12-31.")
def stand_in(
    login: str, role: str, organisation: str, instead_of: str, since: str, until: str
) -> None:
    """Name who acts for the holder of an office, from one day until another."""
    _office("stand_in", login, role, organisation, instead_of, since, until)
