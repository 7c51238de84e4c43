"""What was found of records elsewhere, remembered by address, so that the next look proves that each was only
added to. The file is the one that the offered script keeps, too."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pilin.wording.saying import say

from . import succession
from .note import NoteFault, Verifier

#: What the file is called unless somebody says otherwise; it lies where the command is run.
FILE = "pilin-checkpoints.json"


@dataclass(frozen=True)
class Seen:
    """A record as it was: who signed it, how many entries it had, and their root in hex."""

    origin: str
    key: str
    size: int
    root: str


def address_of(where: str | Path) -> str:
    """A record's address without anything that may be left out."""
    return os.path.abspath(where) if isinstance(where, Path) else where.rstrip("/") + "/"


def known(file: Path) -> dict[str, Seen]:
    """What was seen, by address. Raises ValueError where the file is none of ours."""
    try:
        rows = json.loads(file.read_bytes()) if file.exists() else {}
        return {where: Seen(**{"origin": where, **row}) for where, row in rows.items()}
    except (ValueError, TypeError, AttributeError) as fault:
        raise ValueError(say("{file} is no file of checkpoints", file=file)) from fault


def keep(file: Path, rows: Mapping[str, Seen]) -> None:
    new = file.with_name(f"{file.name}.new")
    new.write_text(json.dumps({where: asdict(one) for where, one in rows.items()}, indent=1))
    new.replace(file)


def fault(before: Seen, now: Seen, root: str | None, turns: Sequence[dict[str, Any]]) -> str:
    """What is wrong with a record that was seen before; "" for nothing.

    `root` is that of its first `before.size` entries, None where there are not so many; `turns` are
    its entries that change the key or the name.
    """
    if root is None:
        return say("it has become shorter: it had {n} entries", n=before.size)
    if root != before.root:
        return say("it was rewritten since it was last looked at")
    if not succession.leads(before.key, now.key, turns):
        return say("it is signed by another key than before, and no entry says so")
    if now.origin != before.origin and not any(one["step"] == "succeed" for one in turns):
        return say("it was {before} before, and is {now}", before=before.origin, now=now.origin)
    return ""


def not_the_one(expected: str, now: Seen, turns: Sequence[dict[str, Any]]) -> str:
    """What is wrong where a record of this key (vkey) was expected; "" for nothing."""
    try:
        name = Verifier.from_vkey(expected).name
    except NoteFault as why:
        return str(why)
    if now.origin != name and not now.origin.startswith(f"{name}/"):
        return say("it is {now}, not {expected}", now=now.origin, expected=name)
    if not succession.leads(expected, now.key, turns):
        return say("it is signed by another key than the one expected, and no entry says so")
    return ""
