"""What was read of the labelled texts, held to their labels: precision and recall by kind of field."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

from pilin.deciding.minutes.rules import read

TEXTS = Path(__file__).with_name("texts")
#: The first ones were looked at while the rules were written; the others never.
TUNED = 12
FIELDS = ("requirement", "decision", "lead", "helper", "due")


def texts(held_out=True):
    """(name, text, label) of the held-out ones, or of those the rules were tuned on."""
    for path in sorted(TEXTS.glob("*.json")):
        if (int(path.stem) > TUNED) == held_out:
            yield (
                path.stem,
                path.with_suffix(".txt").read_text("utf-8"),
                json.loads(path.read_text("utf-8")),
            )


def measured(held_out=True):
    """By field: how many were right, read, and to be read."""
    right, found, wanted = Counter(), Counter(), Counter()
    for _name, text, label in texts(held_out):
        one = compared(text, label)
        for total, part in zip((right, found, wanted), one, strict=True):
            total.update(part)
    return {name: (right[name], found[name], wanted[name]) for name in FIELDS}


def compared(text, label):
    rows = read(text, date.fromisoformat(label["day"]), label["offices"])
    right, found, wanted = Counter(), Counter(), Counter()
    left = list(rows)
    for row in rows:
        found[row.kind] += 1
        if row.kind == "requirement":
            found.update(
                lead=len(row.leads), helper=len(row.helpers), due=bool(row.due or row.workdays)
            )
    for said in label["rows"]:
        wanted[said["kind"]] += 1
        if said["kind"] == "requirement":
            due = said.get("due") or said.get("workdays")
            wanted.update(lead=len(said["leads"]), helper=len(said["helpers"]), due=bool(due))
        same = [r for r in left if r.kind == said["kind"] and _same(r.sentence, said["sentence"])]
        if not same:
            continue
        # Of several rows of one sentence the one with the same leads, else the same day.
        best = max(
            same, key=lambda r: (len({*r.leads} & {*said.get("leads", ())}), _due(r) == _said(said))
        )
        left.remove(best)
        right[said["kind"]] += 1
        if said["kind"] == "requirement":
            right["lead"] += len({*best.leads} & {*said["leads"]})
            right["helper"] += len({*best.helpers} & {*said["helpers"]})
            right["due"] += bool(_said(said)) and _due(best) == _said(said)
    return right, found, wanted


def _due(row):
    return row.due.isoformat() if row.due else row.workdays


def _said(said):
    return said.get("due") or said.get("workdays")


def _same(one, other):
    one, other = ("".join(s.split()) for s in (one, other))
    return one in other or other in one


def table(found):
    lines = [
        "| Field | Right | Read | To be read | Precision | Recall |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, (right, read_, wanted) in found.items():
        precision = f"{100 * right / read_:.0f} %" if read_ else "–"
        recall = f"{100 * right / wanted:.0f} %" if wanted else "–"
        lines.append(f"| {name} | {right} | {read_} | {wanted} | {precision} | {recall} |")
    return "\n".join(lines)


if __name__ == "__main__":
    for title, held_out in (("Texts the rules were tuned on", False), ("Texts held out", True)):
        print(f"{title}\n\n{table(measured(held_out))}\n")
