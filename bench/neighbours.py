"""How fast is a neighbour's record taken and applied, and how long does a step across the border take?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

from bench.installations import PILIN, Installations, env, serving
from bench.table import Table

#: Made-up matters of the record that is taken: some hundred thousand entries.
MATTERS = 16_000
#: Steps asked for one after the other.
STEPS = 60
ORIGIN = "right.localhost"


def run(installations: Installations) -> Table:
    """A server follows another on the same machine, whose record is long; then somebody asks for steps there."""
    matters = min(MATTERS, installations.largest)
    left, right = installations.filled(matters, "left"), installations.fresh("right")
    right.chmod(0o755)
    table = Table(("What", "entries or steps", "seconds", "rate, or p95", "aim"))
    with serving(left) as port:
        named = env(right) | {"PILIN_ORIGIN": ORIGIN, "PILIN_LEFT": str(port)}
        command = [sys.executable, "-m", "bench.neighbours"]
        pipe = subprocess.PIPE
        measuring = subprocess.Popen(command, env=named, stdin=pipe, stdout=pipe, text=True)
        assert measuring.stdout is not None and measuring.stdin is not None
        said = measuring.stdout.readline()
        subprocess.run([*command, "invite"], env=env(left), check=True, input=said, text=True)
        measuring.stdin.write("\n")
        measuring.stdin.flush()
        for line in measuring.stdout:
            table.add(*line.rstrip("\n").split("|"))
        assert measuring.wait() == 0
    return table


def invite() -> None:
    """On the left side: the right one is a neighbour, as it says of itself."""
    from pilin.run import environment

    environment.setup()
    from pilin.engine.act import act
    from pilin.neighbours import keys, twins
    from pilin.people.actor import HOUSE

    act(HOUSE, "neighbour", "invite", keys.checked(json.loads(sys.stdin.readline())))
    twins.ready()


def measure() -> None:
    from tools.ports import free_port

    port, left = free_port(), f"http://127.0.0.1:{os.environ['PILIN_LEFT']}"
    os.environ["PILIN_URL"] = f"http://127.0.0.1:{port}"
    from pilin.run import environment

    environment.setup()
    from pilin.engine.act import act
    from pilin.neighbours import keys, protocol, taking, twins
    from pilin.neighbours.applying import apply_theirs
    from pilin.neighbours.models import Copy
    from pilin.people.actor import HOUSE
    from pilin.people.neighbour_models import Neighbour

    book = act(HOUSE, "register", "open", {"title": "登记"}).number
    row = {"name": "右县", "level": "county", "side": "b"}
    act(HOUSE, book, "record", {"type": "side", "row": {"code": "b", "name": "右县"}})
    act(HOUSE, book, "record", {"type": "place", "row": row})
    act(HOUSE, book, "close")
    print(json.dumps(keys.about()), flush=True)
    sys.stdin.readline()
    said = protocol.about(left)
    number = act(HOUSE, "neighbour", "join", said).number
    neighbour = Neighbour.objects.get(pk=number)
    twins.ready()
    total = 0.0
    for what, do in (
        ("taken and verified", lambda: taking.take(neighbour)),
        ("their words taken and verified", lambda: taking.take_words(neighbour)),
        ("applied to the tables that are read", lambda: apply_theirs(neighbour)),
    ):
        since = time.perf_counter()
        do()
        seconds = time.perf_counter() - since
        total += seconds
        size = Copy.objects.get(pk=number).size
        print(f"{what}|{size:,}|{seconds:.1f}|{size / seconds:,.0f} a second|", flush=True)
    print(f"all of it|{size:,}|{total:.1f}|{size / total:,.0f} a second|≥ 5,000", flush=True)
    command = [*PILIN, "serve", "--port", str(port), "--workers", "1"]
    serve = subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.DEVNULL)
    try:
        seconds = sorted(_across(number, neighbour))
        p95 = seconds[int(len(seconds) * 0.95)]
        print(
            f"a step across the border|{len(seconds)}|{sum(seconds):.1f}|{p95:.2f} s|≤ 1 s",
            flush=True,
        )
    finally:
        serve.terminate()
        serve.wait()


def _across(number: int, neighbour: object) -> list[float]:
    """Seconds from asking for a step there until its answer is seen here."""
    from pilin.database import elsewhere
    from pilin.engine.models import Matter
    from pilin.neighbours import asking
    from pilin.neighbours.models import Copy
    from pilin.people.models import Account

    there = neighbour.there
    account, _new = Account.objects.get_or_create(username="asks")
    with elsewhere.reading(there):
        rows = Matter.objects.filter(kind="consultation", state="raised").order_by("-id")
        matters = [m.pk for m in rows[:STEPS]]
    while time.time() - Copy.objects.get(pk=number).seen.timestamp() > 50:
        time.sleep(0.2)
    time.sleep(5)  # until the server that was just started follows
    found: list[float] = []
    for matter in matters:
        since = time.perf_counter()
        with elsewhere.reading(there, only=False):
            row = Matter.objects.get(pk=matter)
            step = row.rules.step("support")
            asking.ask(there, account, row, step, {})
        while asking.sent(there, matter)[0].taken is None:
            time.sleep(0.01)
        found.append(time.perf_counter() - since)
    return found[1:]  # the first waits for the server to have begun to follow


if __name__ == "__main__":
    invite() if sys.argv[1:] == ["invite"] else measure()
