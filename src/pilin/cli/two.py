"""`pilin demo --two`: two servers side by side, each with a record of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import platformdirs

from pilin.run import environment


def across_the_border(port: int, stay: bool) -> None:
    folder = Path(os.environ.get("PILIN_DATA") or platformdirs.user_data_dir("pilin") + "-two")
    os.environ["PILIN_DATA"] = str(folder / "pinghu")
    environment.declared()
    from pilin.demo import two  # noqa: PLC0415

    try:
        two.play(folder, port, click.echo, stay)
    except two.WentWrong as reason:
        click.echo(str(reason), err=True)
        sys.exit(1)
