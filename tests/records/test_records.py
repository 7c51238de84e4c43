"""The record of every release is restored, migrated, verified and rebuilt to the same tables.

A restored record is shared by the tests of this file; those that change something put it back.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from pilin.engine import course
from pilin.engine.rebuild import rebuild
from pilin.intake.check import check as check_ballots
from pilin.ledger import keys
from pilin.ledger.tree import leaf_hash
from pilin.ledger.verify import Report, check_database
from pilin.publishing import promises, recomputed
from tests.records import record
from tests.world import empty_database

#: Each record is restored once: where tests run side by side, all of one record's run together.
RECORDS = [
    pytest.param(folder, id=name, marks=pytest.mark.xdist_group(name))
    for folder in record.found()
    for name in [record.name_of(folder)]
]


@dataclass
class Restored:
    """A record's folder, what it says of itself, and its ledger in a database brought up to date."""

    folder: Path
    said: dict[str, Any]
    #: What lay in the ledger before the migrations that followed the record's release.
    before: dict[str, Any]
    #: What the migrations wrote into tables that the release had not.
    filled: dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module", params=RECORDS)
def restored(request, django_db_setup, django_db_blocker) -> Iterator[Restored]:
    said = record.read(request.param)
    verifiers = record.verifiers(said)
    with (
        django_db_blocker.unblock(),
        empty_database(),
        pytest.MonkeyPatch.context() as patch,
    ):
        # Checkpoints are signed by the key of the installation that was frozen, not by ours.
        patch.setattr(keys, "verifier", verifiers.__getitem__)
        patch.setattr(keys, "origin", lambda log: verifiers[log].name)
        record.restore(request.param)
        before = record.counts()
        call_command("migrate", verbosity=0)
        yield Restored(request.param, said, before, newer_rows())


def newer_rows() -> dict[str, list[tuple[Any, ...]]]:
    """The rows of tables that are newer than the record, without the numbers the database hands out."""
    asked = {
        "loop_course": course.COLUMNS,
        "loop_dueday": course.ENDED,
        "loop_said": ("id", "matter", "search"),
    }
    with connection.cursor() as cursor:
        return {
            table: sorted(
                cursor.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall(), key=repr
            )
            for table, columns in asked.items()
        }


@pytest.fixture(scope="module")
def rebuilt(restored) -> Restored:
    rebuild()
    return restored


def verified() -> tuple[Report, int]:
    """What `pilin verify` finds, and how many ballots; it knows of polls once they are rebuilt."""
    report = check_database("main")
    return report, check_ballots(report)


def test_there_are_records():
    assert {"0.3.1/demo", "0.3.1/simulated"} <= {record.name_of(f) for f in record.found()}


def test_a_record_holds_what_it_says(restored):
    said = restored.said
    assert said["entries"]["main"]
    assert restored.before == record.counts() == {k: said[k] for k in restored.before}
    assert said["release"] == restored.folder.parent.name


def test_every_piece_of_evidence_is_what_its_name_says(restored):
    kept = sorted((restored.folder / "files").glob("*"))
    assert [path.name for path in kept] == restored.said["files"]
    assert [hashlib.sha256(p.read_bytes()).hexdigest() for p in kept] == restored.said["files"]


def test_every_log_verifies(restored):
    for log, size in restored.said["entries"].items():
        report = check_database(log)
        assert (report.problems, report.size) == ([], size)


def test_a_record_verifies_once_it_is_rebuilt(rebuilt):
    report, cast = verified()
    assert report.problems == []
    entries = rebuilt.said["entries"]
    assert report.size == entries["main"]
    assert cast == sum(size for log, size in entries.items() if log != "main")


def differing(said: dict[str, Any]) -> list[str]:
    """Tables that are gone or not what they were, each with why."""
    found = []
    for table, was in said["tables"].items():
        try:
            now = record.digest(table, was["columns"])
        except DatabaseError as fault:
            found.append(f"{table}: {fault}")
            continue
        if now["rows"] != was["rows"]:
            found.append(f"{table}: {now['rows']} rows instead of {was['rows']}")
        elif now != was:
            found.append(f"{table}: the rows are not what they were")
    return found


def test_a_record_is_rebuilt_to_the_same_tables(rebuilt):
    assert rebuilt.said["tables"]["loop_matter"]["rows"]
    assert differing(rebuilt.said) == []


def test_the_figures_of_a_record_are_those_its_entries_give(rebuilt):
    today = date(2027, 1, 1)
    alone = recomputed.figures(rebuilt.folder / "entries" / "main.jsonl", today)
    asked = promises.figures(today)
    assert (asked["now"], asked["trend"]) == (alone["now"], alone["trend"])
    assert {str(org) for org in asked["offices"]} == alone["offices"].keys()
    for org, row in asked["offices"].items():
        assert {"name": alone["offices"][str(org)]["name"], **row} == alone["offices"][str(org)]


def test_a_record_that_is_older_than_a_table_has_it_filled(rebuilt):
    """What the migration wrote before the rebuild is what the rebuild writes."""
    assert all(rebuilt.filled.values())
    assert newer_rows() == rebuilt.filled


# That these tests can fail ------------------------------------------------------------------------


@contextmanager
def changed(table: str, put: str, new: list[Any], old: list[Any], key: list[Any]) -> Iterator[None]:
    """One row changed for a while, past the triggers that refuse it. `put` says what, and where."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET {put}", [*new, *key])
        assert cursor.rowcount == 1
        try:
            yield
        finally:
            cursor.execute(f"UPDATE {table} SET {put}", [*old, *key])
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def last_digit_changed(text: str) -> str:
    """The same text but for one digit, the last before its number."""
    at = max(n for n, c in enumerate(text[: text.index('"number"')]) if c.isdigit())
    return f"{text[:at]}{(int(text[at]) + 1) % 10}{text[at + 1 :]}"


@pytest.mark.parametrize("leaf", ["its leaf as it was", "its leaf made to fit"])
def test_one_changed_digit_of_an_entry_is_found(rebuilt, leaf):
    put = "body = %s, leaf = %s WHERE log = %s AND number = %s"
    for log, size in rebuilt.said["entries"].items():
        number = size // 2
        with connection.cursor() as cursor:
            (text,) = cursor.execute(
                "SELECT body FROM ledger_entry WHERE log = %s AND number = %s", [log, number]
            ).fetchone()
        other = last_digit_changed(text)
        assert json.loads(other) != json.loads(text)
        own, fits = leaf_hash(text.encode()), leaf_hash(other.encode())
        new = own if leaf == "its leaf as it was" else fits
        with changed("ledger_entry", put, [other, new], [text, own], [log, number]):
            where = [where for where, _ in verified()[0].problems]
        name = "" if log == "main" else f"{log} "
        expected = f"{name}entry {number}" if new == own else f"{name}checkpoint"
        assert expected in where
    assert verified()[0].ok


def test_one_changed_digit_of_a_table_is_found(rebuilt):
    with connection.cursor() as cursor:
        last, key = cursor.execute("SELECT last, id FROM loop_matter ORDER BY id").fetchone()
    with changed("loop_matter", "last = %s WHERE id = %s", [last + 1], [last], [key]):
        assert differing(rebuilt.said) == ["loop_matter: the rows are not what they were"]
    assert differing(rebuilt.said) == []


def test_a_table_or_column_that_is_gone_is_found(rebuilt):
    was = rebuilt.said["tables"]["loop_matter"]
    tables = {"gone": was, "loop_matter": {**was, "columns": [*was["columns"], "gone"]}}
    assert [each.split(":")[0] for each in differing({"tables": tables})] == ["gone", "loop_matter"]
