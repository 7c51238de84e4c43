"""Conditions of many profiles at once: the same verdicts as `evaluate`, a column of facts at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from .conditions import Any_, Compare, Not, Profile, Tree, compare, wanted
from .facts import NUMBER, Fact

Flags = npt.NDArray[np.bool_]
#: A verdict in an array: yes, no, unknown.
YES, NO, UNKNOWN = 1, 0, -1


class Columns:
    """Profiles by facts: numbers as they are, of all else the few values that come, and which is whose."""

    def __init__(self, profiles: Sequence[Profile], facts: Iterable[Fact]) -> None:
        self.size = len(profiles)
        self._numbers: dict[str, npt.NDArray[np.float64]] = {}
        self._values: dict[str, tuple[list[Any], npt.NDArray[np.int32]]] = {}
        for fact in facts:
            given = [profile.get(fact.name) for profile in profiles]
            if fact.kind == NUMBER:
                missing = float("nan")
                self._numbers[fact.name] = np.array(
                    [missing if value is None else value for value in given], dtype=np.float64
                )
            else:
                known: dict[Any, int] = {}
                whose = [-1 if v is None else known.setdefault(v, len(known)) for v in given]
                self._values[fact.name] = list(known), np.array(whose, dtype=np.int32)

    def verdicts(self, tree: Tree, on: date) -> npt.NDArray[np.int8]:
        """Of each profile YES, NO or UNKNOWN."""
        yes, no = self._decided(tree, on)
        found = np.full(self.size, UNKNOWN, dtype=np.int8)
        found[no] = NO
        found[yes] = YES
        return found

    def _decided(self, tree: Tree, on: date) -> tuple[Flags, Flags]:
        if isinstance(tree, Compare):
            return self._compared(tree, on)
        if isinstance(tree, Not):
            yes, no = self._decided(tree.part, on)
            return no, yes
        all_yes, any_yes = np.ones(self.size, dtype=np.bool_), np.zeros(self.size, dtype=np.bool_)
        all_no, any_no = all_yes.copy(), any_yes.copy()
        for part in tree.parts:
            yes, no = self._decided(part, on)
            all_yes &= yes
            any_yes |= yes
            all_no &= no
            any_no |= no
        return (any_yes, all_no) if isinstance(tree, Any_) else (all_yes, any_no)

    def _compared(self, tree: Compare, on: date) -> tuple[Flags, Flags]:
        name, value = tree.fact.name, wanted(tree, on)
        if tree.fact.kind == NUMBER:
            given = self._numbers[name]
            there = ~np.isnan(given)
            found: Flags = np.asarray(_NUMBERS[tree.op](given, value), dtype=np.bool_)
            return found & there, ~found & there
        values, whose = self._values[name]
        each = np.array([compare(tree.op, one, value) for one in values] + [False], dtype=np.bool_)
        there = whose >= 0
        found = each[whose]
        return found & there, ~found & there


_NUMBERS: dict[str, Any] = {
    "=": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
