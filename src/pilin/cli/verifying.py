"""`pilin verify` and `pilin download`: whether a record holds, here or elsewhere."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pilin.run import environment
from pilin.run.environment import progress
from pilin.wording.saying import say


@click.command()
@click.argument("what", required=False)
@click.option(
    "--key", default="", help="The key (vkey) you expect a record elsewhere to be signed by."
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where records elsewhere are remembered; a file in the data folder unless given.",
)
@click.option(
    "--policy",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="With a receipt: who must have cosigned it, as C2SP tlog-policy has it.",
)
@click.option("--hashes", is_flag=True, help="Only what was signed: quick; tables and files not.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def verify(
    what: str | None,
    key: str,
    state: Path | None,
    policy: Path | None,
    hashes: bool,
    as_json: bool,
) -> None:
    """Check the whole record: here, at a URL (…/ledger/main/), or in a downloaded FOLDER; or a receipt.

    Here it is replayed, too, and every table that is read, every ballot and every file held to it.
    Elsewhere what was found is remembered, and the next look proves that it was only added to.
    """
    if as_json:
        os.environ["PILIN_LANG"] = "en"  # for programs, whatever language people speak
    environment.setup(fit=what is None)
    if what is not None and Path(what).is_file():
        _receipt(Path(what), key, policy)
        return
    with progress(say("verify")) as tell:
        if what is None:
            report, ballots = _here(hashes, tell)
            before = None
        else:
            (report, before), ballots = _elsewhere(what, key, state, tell), 0
    if as_json:
        said = {
            "ok": report.ok,
            "size": report.size,
            "ballots": ballots,
            "root": report.root.hex(),
            "problems": [{"where": w, "what": t} for w, t in report.problems],
        }
        click.echo(json.dumps(said))
    elif report.ok:
        click.echo(
            say("The record holds: {n} entries, root {root}", n=report.size, root=report.root.hex())
        )
        if ballots:
            click.echo(say("All {n} ballots are in their logs.", n=ballots))
        if before:
            click.echo(say("Only added to since the last look ({n} entries then).", n=before.size))
        elif report.seen and not key:
            click.echo(
                say(
                    "The first look: signed by {key}. Compare this key with one from elsewhere.",
                    key=report.seen.key,
                )
            )
    else:
        click.echo(say("THE RECORD DOES NOT HOLD:"))
        for where, problem in report.problems:
            click.echo(f"  {where}: {problem}")
    sys.exit(0 if report.ok else 1)


def _here(hashes: bool, tell: Callable[[int, int], None]) -> tuple[Any, int]:
    from pilin.engine.rebuild import AlreadyUnderWay  # noqa: PLC0415
    from pilin.intake.check import check as check_ballots  # noqa: PLC0415
    from pilin.ledger import verify as checking  # noqa: PLC0415
    from pilin.publishing import whole  # noqa: PLC0415

    if hashes:
        report = checking.check_database("main", tell)
        return report, check_ballots(report, tell)
    try:
        return whole.check(tell)
    except AlreadyUnderWay as reason:
        raise _Cannot(str(reason)) from reason


def _elsewhere(
    what: str, key: str, state: Path | None, tell: Callable[[int, int], None]
) -> tuple[Any, Any]:
    from django.conf import settings  # noqa: PLC0415

    from pilin.ledger import followed  # noqa: PLC0415
    from pilin.ledger import verify as checking  # noqa: PLC0415

    file = state or Path(settings.DATA) / followed.FILE
    is_web = what.startswith(("http://", "https://"))
    if not is_web and not Path(what).is_dir():
        raise click.UsageError(say("This is neither a web address nor a folder."))
    address = followed.address_of(what if is_web else Path(what))
    try:
        known = followed.known(file)
    except (OSError, ValueError) as fault:
        raise _Cannot(str(fault)) from fault
    before = known.get(address)
    if is_web:
        report = checking.check_url(what, key, tell, before)
    else:
        report = checking.check_folder(Path(what), key, tell, before)
    if report.ok and report.seen:
        followed.keep(file, {**known, address: report.seen})
    return report, before


def _receipt(file: Path, key: str, policy: Path | None) -> None:
    """Say whether a receipt holds, and by whom it must have been and was cosigned."""
    from pilin.ledger import policy as policies  # noqa: PLC0415
    from pilin.ledger import receipt  # noqa: PLC0415
    from pilin.ledger.cosigning import Note  # noqa: PLC0415
    from pilin.ledger.note import NoteFault, Verifier  # noqa: PLC0415

    try:
        asked = policies.read(policy.read_bytes().decode()) if policy else policies.Policy()
        logs = [*asked.logs, *([Verifier.from_vkey(key)] if key else [])]
    except ValueError as fault:
        raise _Cannot(str(fault)) from fault
    try:
        said = json.loads(file.read_bytes())
        number = receipt.check(said)
        signer, signed = Verifier.from_vkey(said["key"]), Note.read(said["checkpoint"])
        if logs and all(one.public != signer.public for one in logs):
            raise NoteFault(say("it is signed by {key}, which is not expected", key=said["key"]))
        if not asked.is_met(signed):
            raise NoteFault(say("not all who must have cosigned it have"))
    except ValueError as fault:  # whatever is no receipt, and proofs that do not hold
        click.echo(say("THE RECEIPT DOES NOT HOLD: {why}", why=fault))
        sys.exit(1)
    click.echo(say("The receipt holds: entry {n} of {name}.", n=number, name=signer.name))
    click.echo(say("Signed by {key}.", key=signer.vkey))


class _Cannot(click.ClickException):
    """It could not be looked at."""

    exit_code = 2


@click.command()
@click.argument("url")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def download(url: str, folder: Path) -> None:
    """Copy a record (…/ledger/main/) into a folder, as files that can be checked anywhere."""
    environment.setup(fit=False)
    from pilin.ledger import verify as checking  # noqa: PLC0415

    try:
        with progress(say("download")) as tell:
            size = checking.download(url, folder, tell)
    except (OSError, ValueError) as fault:
        raise _Cannot(str(fault)) from fault
    click.echo(say("{n} entries are in {folder}.", n=size, folder=folder))
