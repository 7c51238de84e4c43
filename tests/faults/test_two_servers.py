"""Two servers in earnest: the story of the demo, and either of them killed while matters cross."""

import subprocess
import sys
from datetime import UTC, datetime

from tests.installation import data_folder, environment

from . import border


def test_the_story_of_two_servers_is_played_to_its_end():
    """Joined, handed over, cut off and mended, confirmed; then one rewrites its record, and the other sees it."""
    with data_folder("two") as folder:
        command = [sys.executable, "-m", "pilin", "demo", "--two", "--no-serve"]
        done = subprocess.run(
            [*command, "--port", str(border.ports(4))],
            check=False,
            env={**environment(folder), "PILIN_TIME_ZONE": _an_afternoon()},
            capture_output=True,
            text=True,
            timeout=400,
        )
        for name in ("pinghu", "jinshan"):
            border._end_database(folder / name)
    assert done.returncode == 0, done.stdout + done.stderr
    for said in (
        "The line is mended: nothing is lost, nothing is there twice",
        "Closed on both sides: Closed and confirmed",
        "pilin verify in Jinshan says: The record holds",
        "Pinghu says: they signed two records that exclude each other",
    ):
        assert said in done.stdout, done.stdout


def test_whichever_is_killed_while_matters_are_handed_over_each_is_taken_once():
    with data_folder("border") as folder:
        said = border.run(folder, moments=3, seed=3)
    assert border.judged(said) == []
    assert said["handed"] >= 3
    assert all("The record holds" in line for line in said["verified"]), said["verified"]


def _an_afternoon() -> str:
    """A time zone in which it is four o'clock: what the servers do by themselves is then hours after nine,
    when the last day of a story begins.
    """
    ahead = 16 - datetime.now(UTC).hour
    return f"Etc/GMT{-(ahead if ahead <= 12 else ahead - 24):+d}"
