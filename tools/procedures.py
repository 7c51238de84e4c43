"""Writes a page for each procedure into docs/procedures, from its declaration.

python -m tools.procedures            writes them
python -m tools.procedures --check    fails where one is not current
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "docs" / "procedures"
MADE = "<!-- Made by `python -m tools.procedures` from the declaration; do not edit. -->\n"


def pages() -> Iterator[tuple[str, str]]:
    """File name and text of every page."""
    from pilin.engine.programme import registry

    kinds = [p for k in registry.kinds() if (p := registry.latest(k))]
    rows = [
        f"| [{_en(p.title)}]({p.kind}.md) | {_zh(p.title)} | {len(p.states)} | {len(p.steps)} |"
        for p in kinds
    ]
    head = "# Procedures\n\nHow each kind of matter moves, as it is declared and run.\n"
    table = "| Procedure | 流程 | States | Steps |\n| --- | --- | ---: | ---: |"
    common = [
        "## Steps every procedure has",
        "",
        "From any open state, which stays as it is; holder and due day are unchanged.",
        "",
        "| Step | 步骤 | Who may |",
        "| --- | --- | --- |",
        *(
            f"| {_en(s.title)} | {_zh(s.title)} | {_en(s.by.title)} |"
            for s in registry.built_in.values()
        ),
    ]
    yield "README.md", "\n".join([MADE + head, table, *rows, "", *common, ""])
    for procedure in kinds:
        yield f"{procedure.kind}.md", _page(procedure)


def _page(p) -> str:
    lines = [
        MADE + f"# {_en(p.title)} · {_zh(p.title)}",
        "",
        f"Version {p.version}, declared in `{_where(p)}`.",
    ]
    lines += ["", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {name}: {_en(s.title)}<br/>{_zh(s.title)}" for name, s in p.states.items()]
    for step in p.steps:
        for source in step.source or ("[*]",):
            if step.to not in ("=", source):
                lines.append(f"    {source} --> {step.to}: {_en(step.title)}")
    lines += [f"    {name} --> [*]" for name, s in p.states.items() if s.closed]
    lines += ["```", "", "| State | 状态 | Stage |", "| --- | --- | --- |"]
    lines += [f"| {_en(s.title)} | {_zh(s.title)} | {s.stage} |" for s in p.states.values()]
    lines += ["", "| Step | 步骤 | From | To | Who may | Evidence | Then held by | Due | Told |"]
    lines += ["| --- | --- | --- | --- | --- | ---: | --- | --- | --- |"]
    for s in p.steps:
        start = ", ".join(_en(p.states[n].title) for n in s.source or ()) or "–"
        end = "stays" if s.to == "=" else _en(p.states[s.to].title)
        held = _en(s.holder.title) if s.holder else "–"
        due = _en(s.due.title) if s.due else "–"
        cells = (
            _en(s.title),
            _zh(s.title),
            start,
            end,
            _en(s.by.title),
            s.evidence or "–",
            held,
            due,
            ", ".join(_en(audience.title) for audience in s.told) if p.listed else "–",
        )
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    for c in p.conversions():
        lines += ["", f"Hands over to [{c.kind}]({c.kind}.md), step `{c.step}`."]
    return "\n".join([*lines, ""])


def _where(p) -> str:
    return f"src/pilin/programmes/{p.kind}/procedure.py"


def _en(words) -> str:
    return _in("en", words)


def _zh(words) -> str:
    return _in("zh-hans", words)


def _in(language: str, words) -> str:
    from django.utils import translation

    with translation.override(language):
        return str(words)


def stale() -> list[str]:
    """Names of pages that are missing, not current, or of no procedure."""
    wanted = dict(pages())
    there = {p.name for p in FOLDER.glob("*.md")}
    old = [n for n, text in wanted.items() if n not in there or (FOLDER / n).read_text() != text]
    return sorted({*old, *(there - set(wanted))})


def main(check: bool) -> int:
    if check:
        print(*stale(), sep="\n")
        return 1 if stale() else 0
    FOLDER.mkdir(exist_ok=True)
    for name in stale():
        (FOLDER / name).unlink(missing_ok=True)
    for name, text in pages():
        (FOLDER / name).write_text(text)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("PILIN_DATA", tempfile.mkdtemp(prefix="pilin-"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "pilin.settings"
    import django

    django.setup()
    sys.exit(main("--check" in sys.argv))
