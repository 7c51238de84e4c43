"""The `pilin` command. Exit codes: 0 it is done or holds; 1 it does not hold; 2 wrong input."""

from __future__ import annotations

import json
import os
import pwd
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from pilin.run import config

try:
    config.load()  # before anything asks for the language, or for a folder
except config.Unreadable as reason:
    sys.exit(str(reason))

from pilin.cli.spoken import HELP, Spoken  # isort: skip  before commands are declared
from pilin.cli import backup, gazette, ledger, neighbour, offices, verifying, witness
from pilin.cli.decide import decide
from pilin.cli.two import across_the_border
from pilin.run import environment, user
from pilin.run.environment import progress
from pilin.wording.saying import gettext_noop, say

EXIT = gettext_noop(
    "Exit codes: 0 it is done or it holds; 1 it does not hold; 2 wrong input or usage."
)


@click.group(cls=Spoken, epilog=EXIT, context_settings={**HELP})
@click.version_option(package_name="pilin")
def main() -> None:
    """Pilin 毗邻: shared work across a border, in a record in which a change shows.

    PILIN_DATA names the data folder, DATABASE_URL another PostgreSQL, PILIN_LANG (zh, en) the
    language of messages.
    """


main.add_command(decide)
main.add_command(gazette.gazette)
main.add_command(offices.office)
main.add_command(ledger.ledger)
main.add_command(verifying.verify)
main.add_command(verifying.download)
main.add_command(backup.archive)
main.add_command(backup.backup)
main.add_command(backup.restore)
main.add_command(backup.upgrade)
main.add_command(witness.witness)
main.add_command(neighbour.neighbour)


def fail(message: object, code: int = 2) -> None:
    click.echo(str(message), err=True)
    sys.exit(code)


@main.command()
@click.option("--no-serve", is_flag=True, help="Set the demo up and stop.")
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--two", is_flag=True, help="Two governments with a server each, at --port and the next."
)
def demo(no_serve: bool, port: int, host: str, two: bool) -> None:
    """Import the workbook, play one whole loop with roles, and serve it."""
    if two:
        return across_the_border(port, not no_serve)
    environment.demo_folder()
    os.environ.setdefault("PILIN_URL", f"http://{host}:{port}")
    environment.setup()
    from pilin.demo import play as story  # noqa: PLC0415

    try:
        story.play(click.echo)
    except story.NotItsOwn as reason:
        fail(reason)
    if not no_serve:
        _serve(host, port, 1)


@main.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that answer pages.")
def serve(port: int, host: str, workers: int | None) -> None:
    """Serve the pages and run the jobs, until Ctrl-C."""
    environment.setup()
    from pilin.run.serve import workers_by_default  # noqa: PLC0415

    _serve(host, port, workers or workers_by_default())


def _serve(host: str, port: int, workers: int) -> None:
    from pilin.run.serve import CannotServe, serve  # noqa: PLC0415

    environment.static_files()
    try:
        sys.exit(serve(host, port, workers, click.echo))
    except CannotServe as reason:
        fail(reason)


@main.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME=MEANING",
    help="What a sheet, or SHEET/COLUMN, of the workbook is called in Pilin; again for more.",
)
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def import_(file: Path, dry_run: bool, yes: bool, names: tuple[str, ...], as_json: bool) -> None:
    """Take a workbook in: say what was understood, ask, and carry it out."""
    file = user.brought(file)
    environment.setup()
    from pilin.workbook import importing  # noqa: PLC0415
    from pilin.workbook.errors import WorkbookError  # noqa: PLC0415

    answers = {key: meant for key, _is, meant in (name.partition("=") for name in names)}
    try:
        with progress(file.name) as tell:
            plan = importing.plan(file, tell, answers)
        while plan.asked and not yes and not dry_run and sys.stdin.isatty():
            answers |= {name.key: _asked(name) for name in plan.asked}
            plan = importing.plan(file, answers=answers)
        if as_json:
            click.echo(json.dumps(plan.as_json(), ensure_ascii=False, indent=1))
        else:
            click.echo("\n".join(plan.lines()))
        if dry_run or (plan.empty and not plan.asked):
            return
        if not plan.asked and not yes and not _agreed():
            fail(say("Nothing was written."), 1)
        with progress(file.name) as tell:
            entries = importing.carry_out(plan, progress=tell)
    except WorkbookError as reason:
        fail(reason)
    else:
        click.echo(say("{n} entries were written.", n=entries), err=as_json)


def _asked(name: Any) -> str:
    """What a name in a workbook means, asked at the terminal; "-" for: it is not read."""
    question = say("What is “{name}”? (- : not read)", name=name.key)
    choice = click.Choice([*name.choices, "-"])
    said: str = click.prompt(question, type=choice, default=name.meant or None)
    return "" if said == "-" else said


def _agreed() -> bool:
    if not sys.stdin.isatty():
        click.echo(say("Nobody is there to ask: add --yes to carry it out."), err=True)
        return False
    return click.confirm(say("Carry this out?"))


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(file: Path) -> None:
    """Write the registers, as they stand now, into a workbook."""
    environment.setup()
    from pilin.workbook import exporting  # noqa: PLC0415

    if file.suffix != ".xlsx":
        fail(say("The file's name must end in .xlsx."))
    if not os.access(file.parent, os.W_OK | os.X_OK):
        who = pwd.getpwuid(os.geteuid()).pw_name
        fail(
            say("{who} may not write to {folder}: name one of theirs.", who=who, folder=file.parent)
        )
    try:
        rows = exporting.export(file)
    except OSError as fault:
        fail(fault)
    else:
        click.echo(say("{n} rows were written to {file}.", n=rows, file=file))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def figures(as_json: bool) -> None:
    """The figures of every programme, "more than" where its register says so."""
    environment.setup()
    from pilin.publishing import figures as gathered  # noqa: PLC0415

    if as_json:
        click.echo(json.dumps(gathered.as_json(), ensure_ascii=False, indent=1))
        return
    for title, _url, found in gathered.by_programme():
        click.echo(str(title))
        for f in found:
            more = say("over") + " " if f.at_least else ""
            click.echo(f"  {f.title}: {more}{f.shown} {f.unit}".rstrip())


@main.command()
def rebuild() -> None:
    """Throw the read tables away and replay the record to the same rows."""
    environment.setup(fit=False)
    from pilin.engine.rebuild import AlreadyUnderWay, StillRead  # noqa: PLC0415
    from pilin.engine.rebuild import rebuild as run  # noqa: PLC0415
    from pilin.publishing import made_by  # noqa: PLC0415
    from pilin.run import release  # noqa: PLC0415

    if release.waiting():
        release.fit()
    try:
        with progress(say("rebuild")) as tell:
            entries = run(tell)
        made_by.remember()
    except (AlreadyUnderWay, StillRead) as reason:
        fail(reason, 1)
    else:
        click.echo(say("{n} entries were replayed.", n=entries))


@main.command()
@click.option("--matters", type=click.IntRange(1, 10_000_000), default=1000, show_default=True)
@click.option("--people", type=click.IntRange(1, 10_000_000), default=500, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def simulate(matters: int, people: int, seed: int) -> None:
    """Fill an empty installation with made-up matters; the same for the same seed."""
    environment.setup()
    from pilin.simulate import filling as making  # noqa: PLC0415

    try:
        with progress(say("simulate")) as tell:
            entries = making.simulate(matters, people, seed, tell)
    except making.NotEmpty as reason:
        fail(reason)
    else:
        click.echo(say("{n} entries were written.", n=entries))


@main.command()
def doctor() -> None:
    """Look whether everything is well, and say what to do where it is not."""
    environment.setup(fit=False)
    from pilin.site.doctor import examine  # noqa: PLC0415
    from pilin.site.finding import FAIL  # noqa: PLC0415

    marks = {"ok": "✓", "warn": "!", "fail": "✗"}
    worst = 0
    for finding in examine():
        click.echo(f"{marks[finding.state]} {finding.what}")
        if finding.advice:
            click.echo(f"    {finding.advice}")
        worst = max(worst, 1 if finding.state == FAIL else 0)
    sys.exit(worst)


@main.command()
@click.option("--right", is_flag=True, help="Say that it is right: deadlines go on from now.")
def clock(right: bool) -> None:
    """Whether this machine's clock may be believed; while not, deadlines wait."""
    environment.setup()
    from pilin.engine import timekeeping  # noqa: PLC0415
    from pilin.site.doctor import clock as look  # noqa: PLC0415
    from pilin.site.finding import OK  # noqa: PLC0415

    if right:
        timekeeping.believe()
    found = look()
    click.echo(found.what)
    if found.state != OK:
        fail(found.advice, 1)


@main.group(context_settings=HELP)
def people() -> None:
    """Accounts, for the operator; offices: see `pilin office`."""


def _people(what: str, *args: Any) -> None:
    environment.setup()
    from pilin.run import accounts  # noqa: PLC0415

    try:
        click.echo(getattr(accounts, what)(*args))
    except LookupError as reason:
        fail(reason)


@people.command("add")
@click.argument("login")
@click.option("--email", prompt="E-mail address", help="Letters go there; else it is asked for.")
def people_add(login: str, email: str) -> None:
    """Make an account; the password is asked for."""
    password = click.prompt(say("Password"), hide_input=True, confirmation_prompt=True)
    _people("add", login, email, password)


people.add_command(offices.appoint)


@people.command("erase")
@click.argument("login")
@click.confirmation_option(
    prompt="Everything personal of this account will be gone for good. Go on?"
)
def people_erase(login: str) -> None:
    """Erase a person: account, sealed parts, notices. The record still verifies."""
    _people("erase", login)


@people.command("invite")
@click.option("-n", "--number", default=1, type=click.IntRange(1, 500), help="How many codes.")
@click.option("--days", default=30, type=click.IntRange(1, 365), help="How long they are good.")
def people_invite(number: int, days: int) -> None:
    """Make codes with which people may sign up, once each; they are shown only now."""
    environment.setup()
    from django.utils import timezone  # noqa: PLC0415

    from pilin.people.actor import HOUSE  # noqa: PLC0415
    from pilin.programmes.manage import inviting  # noqa: PLC0415

    until = timezone.localdate() + timedelta(days=days)
    for code in inviting.make(HOUSE, number, until).codes:
        click.echo(code)
