"""Kill either of two servers at random moments while matters are handed over between them; then compare.

A short run is a test (`test_two_servers.py`); a long one: `python -m tests.faults.border MOMENTS SEED`.
"""

from __future__ import annotations

import os
import random
import socket
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil

from pilin.demo.two import Server, _holds, _phrase
from tests.installation import begin as start_from

#: Seconds that the two have to come to rest once nobody kills any more.
REST = 180.0


def ports(n: int) -> int:
    """The first of so many free ports in a row."""
    for _try in range(100):
        first = random.randrange(20_000, 50_000)
        try:
            for port in range(first, first + n):
                with closing(socket.socket()) as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise AssertionError("no free ports")


def begin(folder: Path) -> tuple[Server, Server]:
    """Two servers that have joined, each with its part of the demo's cast."""
    port = ports(2)
    left = Server(folder / "pinghu", "a", "pinghu", port)
    right = Server(folder / "jinshan", "b", "jinshan", port + 1)
    for server, whole in ((left, True), (right, False)):
        server.folder.mkdir(mode=0o755)
        start_from(server.folder)
        server.act("set_up", whole=whole)
        server.serve()
    until(lambda: _phrase(left, right.url), "the other server answers")
    phrase = _phrase(left, right.url)
    left.command("neighbour", "invite", right.url, "--phrase", phrase)
    right.command("neighbour", "join", left.url, "--phrase", phrase)
    until(lambda: _holds(left, right) and _holds(right, left), "each holds the other's record")
    return left, right


def until(holds: Any, what: str, patience: float = REST) -> None:
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.3)


def kill(server: Server) -> None:
    """Some process of a server, or all of them but its database; whatever ends is started again."""
    assert server.serving is not None
    top = psutil.Process(server.serving.pid)
    children = [c for c in top.children(recursive=True) if "postgres" not in c.name()]
    victim = random.choice([top, *children])
    victim.kill()
    if victim.pid == top.pid:
        server.serving.wait()
        for child in children:
            try:
                child.wait(10)
            except psutil.Error:
                continue
        server.serve()


def hands(server: Server, n: int, forum: int, lead: str) -> int:
    """A matter of the left side, decided and handed over; gives its number."""

    def step(matter: int | str, name: str, data: dict[str, Any]) -> int:
        said = {"day": 40, "who": "host", "matter": matter, "name": name, "data": data}
        return int(server.act("step", **said)["matter"])

    m = step("consultation", "raise", {"title": f"第{n}件", "text": "请对岸来办。", "forum": forum})
    step(m, "accept", {"reason": "列入协商。"})
    at = server.act("day", days=41)
    step(m, "convene", {"time": f"{at}T19:00", "where": "驿站", "invitees": "村民"})
    step(m, "hold", {"attendance": 9, "statements": "要办", "minutes": "同意"})
    step(m, "decide", {"outcomes": "请金山卫镇牵头"})
    said = {
        "outcome": 1,
        "title": f"第{n}件",
        "lead": lead,
        "category": "民生",
        "finish": server.act("day", days=90),
        "text": "请牵头办理。",
    }
    return step(m, "hand_over", said)


def run(folder: Path, moments: int, seed: int) -> dict[str, Any]:
    random.seed(seed)
    left, right = begin(folder)
    try:
        forum = left.act("org", name="韩家庙村协商驿站")
        lead = left.act("org_there", name="金山卫镇")
        handed, killed = [], 0
        while killed < moments:
            handed.append(hands(left, len(handed), forum, lead))
            if random.random() < 0.8:
                time.sleep(random.random())
                kill(random.choice((left, right)))
                killed += 1
        until(lambda: left.act("open_offers") == 0, "every offer is answered")
        until(lambda: _holds(left, right) and _holds(right, left), "they come to rest")
        found = left.act("handed_over"), right.act("handed_over")
        verified = [
            server.command("verify", "--hashes").splitlines()[0] for server in (left, right)
        ]
        return {"handed": len(handed), "killed": killed, "found": found, "verified": verified}
    finally:
        left.stop()
        right.stop()
        for server in (left, right):
            _end_database(server.folder)


def _end_database(folder: Path) -> None:
    pid = folder / "postgres" / "postmaster.pid"
    if pid.exists():
        os.kill(int(pid.read_text().splitlines()[0]), 9)


def judged(said: dict[str, Any]) -> list[str]:
    """What is lost, doubled, or held by two or by nobody."""
    given, taken = said["found"]
    wrong = []
    if len(given) != said["handed"]:
        wrong.append(f"{said['handed']} handed over, {len(given)} there")
    sources = [row["theirs"] for row in taken]
    wrong += [
        f"offer {n} was taken {sources.count(n)} times"
        for n in set(sources)
        if sources.count(n) > 1
    ]
    wrong += [f"offer {row['id']} has no taker" for row in given if row["id"] not in sources]
    wrong += [f"offer {row['id']} is {row['state']}" for row in given if row["state"] != "taken"]
    wrong += [
        f"take {row['id']} has {row['results']} projects" for row in taken if row["results"] != 1
    ]
    return wrong


if __name__ == "__main__":
    moments, seed = (int(word) for word in (*sys.argv[1:], "100", "1")[:2])
    os.environ["PILIN_LANG"] = "en"
    with tempfile.TemporaryDirectory(prefix="pilin-border-") as name:
        os.chmod(name, 0o755)
        since = time.monotonic()
        said = run(Path(name), moments, seed)
        print(
            f"{said['handed']} handed over, killed {said['killed']} times, {time.monotonic() - since:.0f} s"
        )
        print("; ".join(judged(said)) or "none lost, none doubled, none held by two")
        print("\n".join(said["verified"]))
        sys.exit(bool(judged(said)))
