"""A condition as an expression of CEL (https://cel.dev), for whoever decides with another program.

Facts are variables: numbers double, flags bool, all else string. A fact that is missing is a variable
without a value; what CEL answers then is an error, where it answers at all its answer is ours.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from .conditions import All, Compare, Not, Tree, wanted
from .facts import FLAG, NUMBER, Fact

_SIGN = {"=": "=="}


def cel(tree: Tree, on: date) -> str:
    """The expression, as it is decided on that day."""
    if isinstance(tree, Compare):
        return _compare(tree, on)
    if isinstance(tree, Not):
        return f"!({cel(tree.part, on)})"
    sign = " && " if isinstance(tree, All) else " || "
    return "(" + sign.join(cel(part, on) for part in tree.parts) + ")"


def type_of(fact: Fact) -> str:
    """What CEL calls the type of its variable."""
    return {NUMBER: "double", FLAG: "bool"}.get(fact.kind, "string")


def _compare(tree: Compare, on: date) -> str:
    name, value, op = tree.fact.name, wanted(tree, on), tree.op
    if not isinstance(value, tuple):
        return f"{name} {_SIGN.get(op, op)} {_literal(value)}"
    word = op.removeprefix("not ")
    if word == "in":
        said = f"{name} in [{', '.join(map(_literal, value))}]"
    elif word == "starts":
        said = " || ".join(f"{name}.startsWith({_literal(one)})" for one in value)
    else:
        said = " || ".join(
            f"{name} == {_literal(one)} || {name}.startsWith({_literal(f'{one}/')})"
            for one in value
        )
    return f"!({said})" if op.startswith("not ") else f"({said})"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)
