"""`pilin witness`: cosign what other records have become."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pilin.cli.spoken import HELP
from pilin.wording.saying import say


@click.command(context_settings=HELP)
@click.option("--name", required=True, help="The name it signs with, as notary.example/witness.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Its key, and what it has seen: never bring it back from an older copy.",
)
@click.option(
    "--log", "logs", multiple=True, metavar="VKEY", help="A record it looks after; again for more."
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8010, show_default=True)
def witness(name: str, folder: Path, logs: tuple[str, ...], host: str, port: int) -> None:
    """Witness other records by itself: sign each checkpoint that only adds to the one before. No database."""
    from pilin.ledger.note import NoteFault, Verifier  # noqa: PLC0415
    from pilin.ledger.witness import Witness  # noqa: PLC0415
    from pilin.run import witness as run  # noqa: PLC0415

    try:
        known = [Verifier.from_vkey(log) for log in logs]
        found = Witness(folder, name, known)
    except (NoteFault, OSError, ValueError) as reason:
        click.echo(str(reason), err=True)
        sys.exit(2)
    click.echo(say("Its key: {vkey}", vkey=found.verifier.vkey))
    run.serve(found, host, port)
