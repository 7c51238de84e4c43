"""For whom are two hundred clauses among a hundred thousand firms, beside Google's CEL runtime?"""

from __future__ import annotations

import random
import time
from datetime import date
from typing import Any

from bench.installations import Installations
from bench.table import Table

FIRMS, CLAUSES, ASKED = 100_000, 200, 2_000
ON = date(2026, 11, 27)


def run(_installations: Installations) -> Table:
    """Made-up firms of which a tenth of the facts are missing, clauses of two to eight comparisons; CEL is
    asked a sample, one expression and one firm at a time, which is what it does."""
    from cel_expr_python import cel as google

    from pilin.deciding.policies import cel
    from pilin.deciding.policies.columns import Columns
    from pilin.deciding.policies.conditions import evaluate, read
    from pilin.deciding.policies.facts import Facts

    facts = Facts()
    pick = random.Random(7)
    firms = [_firm(pick) for _ in range(FIRMS)]
    clauses = [read(_needs(pick), facts) for _ in range(CLAUSES)]
    start = time.perf_counter()
    columns = Columns(firms, facts.values())
    found = [columns.verdicts(clause, ON) for clause in clauses]
    many = time.perf_counter() - start

    asked = [(pick.randrange(CLAUSES), pick.randrange(FIRMS)) for _ in range(ASKED)]
    start = time.perf_counter()
    one = [evaluate(clauses[c], firms[f], ON) for c, f in asked]
    alone = (time.perf_counter() - start) / ASKED
    kinds = {"double": google.Type.DOUBLE, "bool": google.Type.BOOL, "string": google.Type.STRING}
    env = google.NewEnv(variables={f.name: kinds[cel.type_of(f)] for f in facts.values()})
    compiled = [env.compile(cel.cel(clause, ON)) for clause in clauses]
    start = time.perf_counter()
    theirs = [compiled[c].eval(data=firms[f]) for c, f in asked]
    peer = (time.perf_counter() - start) / ASKED
    for (c, f), ours, said in zip(asked, one, theirs, strict=True):
        verdict = {1: True, 0: False, -1: None}[int(found[c][f])]
        if verdict is not ours or (said.type() == google.Type.BOOL and said.value() is not ours):
            raise SystemExit("the three do not agree")
    table = Table(("What", "pairs", "s", "µs a pair", "limit, s"))
    pairs = FIRMS * CLAUSES
    table.add("all firms, all clauses", f"{pairs:,}", many, many / pairs * 1e6, 10)
    table.add("one at a time, with `evaluate`", f"{ASKED:,}", alone * ASKED, alone * 1e6, "")
    table.add("cel-expr-python, compiled before", f"{ASKED:,}", peer * ASKED, peer * 1e6, "")
    return table


def _firm(pick: random.Random) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "industry": f"C{pick.randrange(13, 44)}{pick.randrange(10, 99)}",
        "registered": pick.choice(["平湖", "金山"]) + f"/{pick.randrange(9)}",
        "founded": f"{pick.randrange(1995, 2027)}-0{pick.randrange(1, 10)}-11",
        "staff": float(pick.randrange(3000)),
        "revenue": float(pick.randrange(10**9)),
        "research": float(pick.randrange(10**7)),
        "high_tech": pick.random() < 0.1,
        "size": pick.choice(["微型", "小型", "中型", "大型"]),
    }
    return {name: value for name, value in whole.items() if pick.random() < 0.9}


def _needs(pick: random.Random) -> Any:
    leaves = [
        lambda: [
            "industry",
            "starts",
            [f"C{pick.randrange(13, 44)}" for _ in range(pick.randrange(1, 6))],
        ],
        lambda: ["registered", "within", [pick.choice(["平湖", "金山", "平湖/3"])]],
        lambda: ["founded", "<=", {"years_before": pick.randrange(1, 9)}],
        lambda: ["staff", pick.choice(["<=", ">"]), pick.randrange(3000)],
        lambda: ["revenue", ">=", pick.randrange(10**9)],
        lambda: ["research", ">=", pick.randrange(10**7)],
        lambda: ["high_tech", "=", True],
        lambda: ["size", "in", pick.sample(["微型", "小型", "中型", "大型"], 2)],
    ]
    parts = [pick.choice(leaves)() for _ in range(pick.randrange(1, 5))]
    return {"all": [*parts, {"any": [pick.choice(leaves)() for _ in range(pick.randrange(1, 5))]}]}
