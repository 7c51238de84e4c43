"""Entries have types: what was ever written is read, and written again byte for byte."""

import json
from pathlib import Path

import pytest

from pilin.engine.checks import entries
from pilin.engine.entry import Frame, payload_as_written
from pilin.engine.programme import registry
from pilin.ledger import log
from pilin.ledger.canonical import canonical
from pilin.simulate import filling as simulate

RECORDS = sorted(Path(__file__).parent.glob("records/*/*/entries/main.jsonl"))


def test_there_are_records_to_read():
    assert RECORDS


@pytest.mark.parametrize("path", RECORDS, ids=lambda p: "/".join(p.parts[-4:-2]))
def test_every_entry_is_written_again_byte_for_byte(path):
    for line in path.read_bytes().splitlines():
        body = json.loads(line)
        frame = Frame.load(body)
        payload = registry.payload(frame.kind, frame.procedure, frame.step)
        again = {**frame.dump(), "data": payload_as_written(payload, body).dump()}
        assert canonical(again) == line, f"entry {frame.number}: {frame.kind}.{frame.step}"


@pytest.mark.parametrize("kind", registry.kinds())
def test_every_step_says_what_its_entry_holds(kind):
    assert [f for p in registry.procedures if p.kind == kind for f in entries(p)] == []


def test_every_register_says_what_its_rows_hold():
    from pilin.engine.payload import Untyped

    assert [r.name for r in registry.registers if r.row is Untyped] == []


def test_made_up_entries_fit_their_types_too(db):
    """In some thousands every kind of matter comes by every way that `simulate` knows."""
    simulate.simulate(3000, 200, seed=11)
    for record in log.read("main"):
        body = record.body
        payload = registry.payload(body["kind"], body["procedure"], body["step"])
        assert payload_as_written(payload, body).dump() == body["data"]
