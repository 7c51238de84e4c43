"""Policies and profiles from files, and whom they are for."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pilin.deciding.tables import CALLED, Malformed, no_table, stands_above, text_of
from pilin.wording.identity import identity
from pilin.wording.saying import say

from .clauses import Clause, clause_of
from .conditions import Misshapen, Profile
from .facts import KNOWN, OPS, Fact, Facts, Unfit
from .places import line_and_column, places

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
IDS = ("id", "code", "统一社会信用代码", "信用代码", *CALLED["id"])


def read_rules(path: Path) -> tuple[list[Clause], Facts]:
    """{"facts": {NAME: {"kind", "title"}}, "clauses": [CLAUSE, …]}. Raises Malformed."""
    text = text_of(path)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as fault:
        raise Malformed(path, fault.lineno, fault.colno, say("this is no JSON")) from fault
    except RecursionError as fault:
        raise Malformed(path, 1, 1, say("it stands too deep in itself")) from fault
    try:
        facts = _facts(data)
        return list(_clauses(data, facts)), facts
    except Misshapen as fault:
        known, at = places(text), fault.at
        while at and at not in known:
            at = at.rpartition(".")[0]
        line, column = line_and_column(text, known[at])
        raise Malformed(path, line, column, str(fault)) from fault


def _facts(data: Any) -> Facts:
    if not isinstance(data, dict) or not isinstance(data.get("clauses"), list):
        raise Misshapen("", say("there is no list called “clauses”"))
    for name in data:
        if name not in ("facts", "clauses"):
            raise Misshapen(name, say("there is nothing called “{name}”", name=name[:40]))
    more = data.get("facts", {})
    if not isinstance(more, dict):
        raise Misshapen("facts", say("facts stand by their names"))
    return Facts([*KNOWN, *(_fact(name, said) for name, said in more.items())])


def _fact(name: str, said: Any) -> Fact:
    at = f"facts.{name}"
    if not _NAME.fullmatch(name):
        raise Misshapen(at, say("a fact's name has small letters, digits and _"))
    if name in {one.name for one in KNOWN}:
        raise Misshapen(at, say("there is a fact of this name already"))
    if not isinstance(said, dict) or said.get("kind") not in OPS:
        raise Misshapen(at, say("a fact is one of {kinds}", kinds=", ".join(OPS)))
    title = said.get("title", name)
    if not isinstance(title, str):
        raise Misshapen(f"{at}.title", say("a word is expected"))
    return Fact(name, said["kind"], title)


def _clauses(data: Any, facts: Facts) -> Iterator[Clause]:
    seen = set()
    for n, said in enumerate(data["clauses"]):
        found = clause_of(said, facts, f"clauses.{n}")
        if found.id in seen:
            raise Misshapen(f"clauses.{n}.id", stands_above(found.id))
        seen.add(found.id)
        yield found


def read_profiles(path: Path, facts: Facts) -> list[tuple[str, Profile]]:
    """One a line: a column that says who (id, code), and one for each fact, by whatever it is called.

    An empty cell is a fact that is missing. Raises Malformed.
    """
    reader = csv.reader(io.StringIO(text_of(path), newline=""), strict=True)
    try:
        head = next(reader, [])
        columns = [facts.called(cell) for cell in head]
        ids = {identity(word) for word in IDS}
        who = next((n for n, cell in enumerate(head) if identity(cell) in ids), None)
        if who is None:
            raise Malformed(path, 1, 1, say("there is no column “{name}”", name="id"))
        names = [fact.name for fact in columns if fact]
        for n, fact in enumerate(columns):
            if fact and names.count(fact.name) > 1:
                raise Malformed(path, 1, n + 1, stands_above(fact.name))
        found: list[tuple[str, Profile]] = []
        seen = set()
        for row in reader:
            line = reader.line_num
            if len(row) != len(head):
                why = say("{n} cells are expected, {there} are there", n=len(head), there=len(row))
                raise Malformed(path, line, min(len(row), len(head)) + 1, why)
            key = row[who].strip()
            if not key or identity(key) in seen:
                why = stands_above(key) if key else say("this cell is empty")
                raise Malformed(path, line, who + 1, why)
            seen.add(identity(key))
            found.append((key, dict(_row(path, line, row, columns))))
        return found
    except csv.Error as fault:
        raise Malformed(path, reader.line_num + 1, 1, no_table(fault)) from fault


def _row(
    path: Path, line: int, row: list[str], columns: list[Fact | None]
) -> Iterator[tuple[str, Any]]:
    for n, (fact, cell) in enumerate(zip(columns, row, strict=True)):
        if fact is not None:
            try:
                yield fact.name, fact.value(cell)
            except Unfit as why:
                raise Malformed(path, line, n + 1, str(why)) from why


def decided(rules: Path, profiles: Path, on: date) -> list[dict[str, Any]]:
    """Of each profile what each clause comes to, with reasons, as JSON. Raises Malformed."""
    clauses, facts = read_rules(rules)
    return [
        {"profile": key, "clauses": [clause.decide(profile, on) for clause in clauses]}
        for key, profile in read_profiles(profiles, facts)
    ]
