"""Where in a JSON text what stands: so that whoever wrote it finds the line."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+)')


def places(text: str) -> dict[str, int]:
    """Of every value its place, as "clauses.0.needs", with where it begins in a text that is JSON."""
    tokens = ((m.group(1), m.start(1)) for m in _TOKEN.finditer(text))
    return dict(_value(tokens, *next(tokens), ""))


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """Both from 1."""
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")


Tokens = Iterator[tuple[str, int]]


def _value(tokens: Tokens, token: str, at: int, path: str) -> Iterator[tuple[str, int]]:
    yield path, at
    if token == "{":
        token, at = next(tokens)
        while token != "}":
            if token == ",":
                token, at = next(tokens)
            name = token[1:-1]
            next(tokens)  # the colon
            yield from _value(tokens, *next(tokens), f"{path}.{name}" if path else name)
            token, at = next(tokens)
    elif token == "[":
        n = 0
        token, at = next(tokens)
        while token != "]":
            if token == ",":
                token, at = next(tokens)
            yield from _value(tokens, token, at, f"{path}.{n}" if path else str(n))
            n += 1
            token, at = next(tokens)
