"""systemd is told when Pilin answers, and no longer told once it does not."""

import os
import signal
import socket

import pytest

from pilin.run import notify
from tests.installation import data_folder

from .test_ballots_survive import Server
from .test_supervised import below, in_time


@pytest.fixture
def listener(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as found:
        found.bind(str(tmp_path / "notify"))
        found.settimeout(20)
        yield found


def test_it_says_that_it_is_ready_then_that_it_lives_and_nothing_once_it_hangs(listener):
    with data_folder("notify", begun=True) as folder:
        server = Server(folder)
        server.env |= {"NOTIFY_SOCKET": listener.getsockname(), "WATCHDOG_USEC": "2000000"}
        server.start()
        try:
            assert listener.recv(100) == b"READY=1"
            assert [listener.recv(100) for _look in range(2)] == [b"WATCHDOG=1"] * 2
            # With who looks after them: else hung workers are replaced within seconds.
            hung = [
                *below(server.process.pid, "pilin.run.web"),
                *below(server.process.pid, "spawn_main"),
            ]
            for worker in hung:
                worker.suspend()
            listener.settimeout(0.1)

            def silent():
                try:
                    listener.recv(100)
                except TimeoutError:
                    return True
                return False

            assert in_time(silent)
            listener.settimeout(4)
            with pytest.raises(TimeoutError):
                listener.recv(100)
            for worker in hung:
                worker.resume()
            listener.settimeout(30)
            assert listener.recv(100) == b"WATCHDOG=1"
            os.kill(server.process.pid, signal.SIGTERM)
            while (said := listener.recv(100)) == b"WATCHDOG=1":
                pass
            assert said == b"STOPPING=1"
        finally:
            server.kill()


@pytest.mark.parametrize("address", ["", "relative", "/nowhere/at/all", "@nobody-listens"])
def test_where_nobody_listens_nothing_happens(monkeypatch, address):
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    assert not notify.tell("READY=1")
