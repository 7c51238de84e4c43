"""Brings three machines up on loopback: three etcd, two PostgreSQL under Patroni, two Pilin, one HAProxy."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import string
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psutil
import psycopg

from pilin.run import postgres
from tests.installation import alive, environment
from tools import packages
from tools.ports import free_port

from .links import Link, wait_until

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy" / "cluster"
HERE = "127.0.0.1"
#: Made up for this drill.
PASSWORDS = {
    f"{who}_password": f"word-of-{who}"
    for who in ("superuser", "replicator", "rewinder", "service")
}
OWNER = "word-of-pilin"


def filled(file: str, **values: object) -> str:
    """A file of `deploy/cluster` with its places filled in. Raises KeyError."""
    return string.Template((DEPLOY / file).read_text()).substitute(values)


class Process:
    """A program with all that it starts, in a folder with its log."""

    def __init__(self, name: str, folder: Path, command: list[str], **more: Any) -> None:
        self.name, self.log, self._command, self._more = name, folder / f"{name}.log", command, more
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.running = subprocess.Popen(
                self._command, stdout=out, stderr=out, start_new_session=True, **self._more
            )

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-8000:] if self.log.exists() else ""

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self.running is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running.pid, how)
        self.running.wait()
        wait_until(lambda: not alive(self.running.pid), 60, f"{self.name} does not end")


class Cluster:
    """`one` and `two` hold a database and answer; the third has an etcd alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        packages.install({"etcd": "etcd-server", "haproxy": "haproxy"})
        self.user = postgres.somebody()
        self.processes: dict[str, Process] = {}
        self.rest = {n: free_port() for n in ("one", "two")}
        ports = {n: free_port() for n in ("one", "two")}
        # Whoever is not on the same machine reaches a database over its link.
        self.database = {n: Link(port) for n, port in ports.items()}
        self.asked = {n: Link(port) for n, port in self.rest.items()}
        clients = {n: free_port() for n in ("one", "two", "three")}
        peers = {n: free_port() for n in clients}
        self.etcd = {n: [Link(port) for port in clients.values()] for n in self.database}
        for name, port in clients.items():
            self._etcd(name, port, peers)
        for name in self.database:
            self._patroni(name, ports[name])
        self.web = {n: free_port() for n in ("one", "two")}
        self.port = free_port()

    def start(self) -> None:
        """All of it, until it answers."""
        for name in ("one", "two", "three"):
            self.processes[f"etcd-{name}"].start()
        wait_until(self._agree, 60, "the three etcd do not agree")
        self.processes["patroni-one"].start()
        wait_until(lambda: self.primary() == "one", 120, "no database begins")
        self.processes["patroni-two"].start()
        wait_until(self.follows, 120, "the second database does not follow")
        self._make_database()
        for name in self.web:
            self._pilin(name)
        self._haproxy()
        self.processes["pilin-one"].start()
        wait_until(lambda: self.ready(self.web["one"]), 180, "the first Pilin does not answer")
        for name in ("pilin-two", "haproxy"):
            self.processes[name].start()
        wait_until(lambda: self.ready(self.web["two"]), 180, "the second Pilin does not answer")
        wait_until(lambda: self.ready(self.port), 30, "HAProxy lets nobody through")

    def kill_database(self, name: str) -> None:
        """PostgreSQL of a machine, which is in no group of Patroni's."""
        with contextlib.suppress(OSError, ValueError, IndexError, psutil.NoSuchProcess):
            file = self.folder / f"machine-{name}" / "data" / "postmaster.pid"
            found = psutil.Process(int(file.read_text().split()[0]))
            if found.name() == "postgres":
                below = found.children()
                found.kill()
                psutil.wait_procs([found, *below], 30)

    def _agree(self) -> bool:
        with contextlib.suppress(OSError):
            for link in self.etcd["one"]:
                with urllib.request.urlopen(
                    f"http://{HERE}:{link.port}/version", timeout=3
                ) as said:
                    if "." not in json.load(said)["etcdcluster"]:
                        return False
            return True
        return False

    def stop(self) -> None:
        for process in reversed(self.processes.values()):
            process.kill()
        for name in self.database:
            self.kill_database(name)

    # -- what is asked of it

    def _asked(self, name: str, what: str) -> int:
        """The status of what Patroni of a machine answers; 0 where it does not."""
        try:
            return int(
                urllib.request.urlopen(f"http://{HERE}:{self.rest[name]}/{what}", timeout=3).status
            )
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return 0

    def primary(self) -> str:
        """The machine whose database may write; "" where none may."""
        names = [n for n in self.rest if self._asked(n, "primary") == 200]
        assert len(names) < 2, "two may write"
        return "".join(names)

    def follows(self) -> bool:
        """Whether commits wait for the machine that does not write."""
        return any(self._asked(n, "synchronous") == 200 for n in self.rest) and bool(self.primary())

    def faults(self) -> list[str]:
        """What went wrong in the two Pilins and was nobody else's fault."""
        found = []
        for name in self.web:
            for line in self.processes[f"pilin-{name}"].log.read_text().splitlines():
                if '"message": "500 ' in line:
                    said = json.loads(line)
                    found.append(f"{said['message']}\n{said['fault']}")
        return found

    def ready(self, port: int) -> bool:
        with contextlib.suppress(OSError):
            return bool(
                urllib.request.urlopen(f"http://{HERE}:{port}/readyz", timeout=3).status == 200
            )
        return False

    def cut(self, name: str) -> None:
        """Nobody reaches the machine's database and Patroni, and it reaches no etcd."""
        for link in self._links(name):
            link.cut()

    def mend(self, name: str) -> None:
        for link in self._links(name):
            link.mend()

    def _links(self, name: str) -> list[Link]:
        return [self.database[name], self.asked[name], *self.etcd[name]]

    def run(self, code: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            env=self._environment("one") | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])

    def doctor(self) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "pilin", "doctor"],
            env=self._environment("one"),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    # -- its parts

    def _add(self, name: str, command: list[str], **more: Any) -> None:
        self.processes[name] = Process(name, self.folder, command, **more)

    def _etcd(self, name: str, client: int, peers: dict[str, int]) -> None:
        said = filled(
            "etcd.env",
            name=name,
            data=self.folder / f"etcd-{name}",
            address=HERE,
            client_port=client,
            peer_port=peers[name],
            peers=",".join(f"{n}=http://{HERE}:{port}" for n, port in peers.items()),
        )
        self._add(f"etcd-{name}", ["etcd"], env={**os.environ, **_settings(said)})

    def _patroni(self, name: str, port: int) -> None:
        home = self.folder / f"machine-{name}"
        home.mkdir()
        file = home / "patroni.yml"
        file.write_text(
            filled(
                "patroni.yml",
                name=name,
                address=HERE,
                rest_port=self.rest[name],
                rest_address=f"{HERE}:{self.asked[name].port}",
                etcd=",".join(f"{HERE}:{link.port}" for link in self.etcd[name]),
                listen=HERE,
                postgres_port=port,
                connect_address=f"{HERE}:{self.database[name].port}",
                data=home / "data",
                programs=postgres.program("postgres").parent,
                sockets=home,
                network="127.0.0.1/32",
                **PASSWORDS,
            )
        )
        if self.user:
            for path in (home, file):
                shutil.chown(path, self.user)
        known = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        self._add(
            f"patroni-{name}",
            [str(packages.patroni(readable=bool(self.user))), str(file)],
            env={**known, "HOME": str(home)},
            user=self.user,
            cwd=home,
        )

    def _make_database(self) -> None:
        link = self.database["one"]
        where = f"host={HERE} port={link.port} user=postgres dbname=postgres"
        with psycopg.connect(
            where, password=PASSWORDS["superuser_password"], autocommit=True
        ) as db:
            db.execute(f"CREATE ROLE pilin LOGIN REPLICATION PASSWORD '{OWNER}'")
            db.execute(
                f"CREATE ROLE pilin_service LOGIN PASSWORD '{PASSWORDS['service_password']}'"
            )
            db.execute("GRANT pg_monitor TO pilin")
            db.execute("CREATE DATABASE pilin OWNER pilin")

    def _environment(self, name: str) -> dict[str, str]:
        data = self.folder / "shared"
        data.mkdir(exist_ok=True)
        said = filled(
            "pilin.env",
            data=data,
            ends=self.folder / f"machine-{name}" / "ends",
            name=HERE,
            password=OWNER,
            service_password=PASSWORDS["service_password"],
            databases=",".join(f"{HERE}:{link.port}" for link in self.database.values()),
        )
        return {
            **environment(data),
            "PILIN_CONFIG": "",
            "PILIN_WAITING": "1000000",
            **_settings(said),
            # The drill asks without TLS.
            "PILIN_HTTPS": "",
            "PILIN_URL": f"http://{HERE}:{self.port}",
        }

    def _pilin(self, name: str) -> None:
        command = ["-m", "pilin", "serve", "--port", str(self.web[name]), "--workers", "2"]
        self._add(f"pilin-{name}", [sys.executable, *command], env=self._environment(name))

    def _haproxy(self) -> None:
        file = self.folder / "haproxy.cfg"
        one, two = (f"{HERE}:{port}" for port in self.web.values())
        file.write_text(filled("haproxy.cfg", address=HERE, port=self.port, one=one, two=two))
        self._add("haproxy", ["haproxy", "-f", str(file)])


def _settings(said: str) -> dict[str, str]:
    lines = [line for line in said.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)
