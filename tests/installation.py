"""An installation of its own for a test: a data folder, and what its processes are told."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.postgres import copy_empty

#: Set for the tests' own database, or by it: another installation starts a server of its own, whose
#: start waits for no other's (the wheel's lock lies in XDG_RUNTIME_DIR).
OURS = (
    "DATABASE_URL",
    "PILIN_OWN_POSTGRES",
    "PILIN_TEST_DATA",
    "XDG_RUNTIME_DIR",
    "PILIN_EMAIL_BACKEND",
)


@contextmanager
def data_folder(name: str, *, begun: bool = False) -> Iterator[Path]:
    """An empty data folder; a PostgreSQL that still runs in it afterwards is killed.

    `begun`: with the tables that a first start makes, which takes ten seconds.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"pilin-{name}-"))
    folder.chmod(0o755)  # PostgreSQL may run as another user, where we are root
    if begun:
        begin(folder)
    try:
        yield folder
    finally:
        with suppress(OSError, ValueError, IndexError):
            os.kill(postmaster(folder), signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


def begin(folder: Path) -> None:
    """Make its tables, in a PostgreSQL that waits for the disk as any does."""
    copy_empty(folder)
    settings = folder / "postgres/postgresql.auto.conf"
    settings.write_text("# Set by no ALTER SYSTEM.\n")


def environment(folder: Path) -> dict[str, str]:
    """What its processes are told."""
    known = {name: value for name, value in os.environ.items() if name not in OURS}
    return {**known, "PILIN_DATA": str(folder), "PILIN_LANG": "en", "PYTHONUNBUFFERED": "1"}


def postmaster(folder: Path) -> int:
    """The first process of its PostgreSQL."""
    return int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def alive(group: int) -> list[int]:
    """The processes of a group that still run."""
    found = []
    for process in psutil.process_iter(["status"]):
        with suppress(OSError):
            if os.getpgid(process.pid) == group and process.info["status"] != "zombie":
                found.append(process.pid)
    return found
