"""A request's body → a ballot, or why it is none. Knows of no server and no framework."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from . import token
from .casting import Ballot, NotCounted

#: A ballot is a few hundred bytes.
LARGEST = 4096
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
#: Token, item, what was said of it, the page to go back to.
Fields = tuple[str, int, tuple[str, ...], str]


class Sent(NamedTuple):
    """A ballot, and the page of ours to go back to (for forms; "" for programs)."""

    ballot: Ballot
    back: str = ""


def read(poll: int, kind: str, body: bytes) -> Sent:
    """The ballot in a request to `poll`. Raises NotCounted."""
    if len(body) > LARGEST:
        raise NotCounted("oversized")
    word, item, said, back = _fields(kind)(body)
    try:
        permit = token.read(word)
    except token.Forged:
        raise NotCounted("forged") from None
    if permit.poll != poll:
        raise NotCounted("elsewhere")
    if permit.until < time.time():
        raise NotCounted("expired")
    ballot = Ballot(poll, permit.voter, item, said, permit.serial)
    return Sent(ballot, local(back) if back else "")


@lru_cache(maxsize=64)
def _fields(kind: str) -> Callable[[bytes], Fields]:
    """What reads a body of this type."""
    found = {FORM: _form, JSON: _json}.get(kind.partition(";")[0].strip().lower())
    if found is None:
        raise NotCounted("type")
    return found


def local(path: str) -> str:
    """The path, if it is one of this site; "" else."""
    fine = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if fine and path.isascii() and len(path) < 400 else ""


def _form(body: bytes) -> Fields:
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=100)
        word, item = _one(fields, "token"), int(_one(fields, "item", "0"))
    except ValueError as fault:
        raise NotCounted("malformed") from fault
    return word, _small(item), tuple(fields.get("choice", ())), _one(fields, "back", "")


def _one(fields: dict[str, list[str]], name: str, default: str | None = None) -> str:
    found = fields.get(name, [] if default is None else [default])
    if len(found) != 1:
        raise ValueError(name)
    return found[0]


def _json(body: bytes) -> Fields:
    try:
        fields: Any = json.loads(body.decode())
        word, item, said = fields["token"], fields.get("item", 0), fields["choice"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise NotCounted("malformed") from fault
    several = said if isinstance(said, list) else [said]
    if not isinstance(word, str) or type(item) is not int:
        raise NotCounted("malformed")
    if not all(type(s) is int for s in several):
        raise NotCounted("choice")
    return word, _small(item), tuple(map(str, several)), ""


def _small(item: int) -> int:
    if not 0 <= item < 2**31:
        raise NotCounted("item")
    return item
