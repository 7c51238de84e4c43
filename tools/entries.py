"""Writes every type of entry into docs/ledger.md, from the declarations.

python -m tools.entries            writes them
python -m tools.entries --check    fails where they are not current
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

PAGE = Path(__file__).parents[1] / "docs" / "ledger.md"
BEGIN = "<!-- Made by `python -m tools.entries` from the declarations; do not edit below. -->\n"
END = "<!-- end -->\n"
NAMES = {
    str: "text",
    int: "number",
    float: "number",
    bool: "yes/no",
    date: "day",
    Decimal: "amount",
    Any: "anything",
}


def section() -> str:
    from pilin.engine.programme import registry

    lines = [
        BEGIN,
        "`data` by kind and step; `?` marks what may be missing, `sealed` what lies beside the entry.",
        "A payload that does not fit its type is refused before it is written. A step whose payload",
        "was changed names its version, which `data_v` gives in the entry where it is not 1.",
        "",
        "### Every kind",
        "",
        "| Step | `data` | sealed |",
        "| --- | --- | --- |",
        *(f"| `{s.name}` | {_fields(s.payload_type)} | |" for s in registry.built_in.values()),
    ]
    for procedure in registry.procedures:
        lines += ["", f"### `{procedure.kind}` {procedure.version}", ""]
        lines += ["| Step | `data` | sealed |", "| --- | --- | --- |"]
        for step in procedure.steps:
            payload = step.payload_type
            version = f" ({payload.version})" if payload.version > 1 else ""
            sealed = ", ".join(f"`{name}`" for name in step.asks.sealed) if step.asks else ""
            lines.append(f"| `{step.name}`{version} | {_fields(payload)} | {sealed} |")
    lines += ["", "### Rows of registers", "", "| Type | `row` |", "| --- | --- |"]
    lines += [f"| `{r.name}` | {_fields(r.row)} |" for r in registry.registers]
    return "\n".join([*lines, "", END])


def _fields(part: Any) -> str:
    return ", ".join(_field(part)) or "–"


def _field(part: Any) -> Iterator[str]:
    for name, info in part.model_fields.items():
        missing = "" if info.is_required() else "?"
        yield f"`{info.alias or name}`{missing} {_type(info.annotation)}"


def _type(of: Any) -> str:
    from pilin.engine.payload import Named, Part

    origin, args = get_origin(of), get_args(of)
    if of is Named:
        return "id and name"
    if isinstance(of, type) and issubclass(of, Part) and of is not Part:
        return f"({_fields(of)})"
    if of is Part:
        return "as its type says (below)"
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_type(a) for a in args if a is not type(None)))
    if origin is tuple and args[-1] is not ...:
        return f"({', '.join(map(_type, args))})"
    if origin is tuple:
        return f"list of {_type(args[0])}"
    if origin is dict:
        return "by name: " + _type(args[1])
    if origin is not None and hasattr(of, "__metadata__"):
        return _type(args[0])
    return NAMES.get(of, getattr(of, "__name__", str(of)))


def page() -> str:
    text = PAGE.read_text()
    before, _, rest = text.partition(BEGIN)
    return before + section() + rest.partition(END)[2]


def stale() -> bool:
    return PAGE.read_text() != page()


def main(check: bool) -> int:
    if check:
        return int(stale())
    PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    os.environ.setdefault("PILIN_DATA", tempfile.mkdtemp(prefix="pilin-"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "pilin.settings"
    import django

    django.setup()
    sys.exit(main("--check" in sys.argv))
