"""Whoever follows a record from outside, by the offered script or by `pilin verify`: what they notice."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import transaction

from pilin.engine.act import act
from pilin.ledger import ends, followed, keys, log, receipt, tiles, verify
from pilin.people.actor import HOUSE
from pilin.run import ledgers

from .test_log import BODY, add, tamper

SCRIPT = Path(log.__file__).parent / "offered" / "verify.py"


@pytest.fixture
def script(tmp_path):
    def run(*args, code=0):
        done = subprocess.run(
            [
                sys.executable,
                "-I",
                str(SCRIPT),
                *map(str, args),
                "--state",
                tmp_path / "state.json",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture
def pilin_says(tmp_path):
    """What `pilin verify FOLDER` finds wrong, with what it remembers of the looks before."""
    file = tmp_path / "followed.json"

    def check(folder, key=""):
        known = followed.known(file)
        address = "https://pinghu.example/ledger/main/"
        report = verify.check_folder(folder, key, before=known.get(address))
        if report.ok:
            followed.keep(file, {**known, address: report.seen})
        return [what for _where, what in report.problems]

    return check


def copied(folder, name="t"):
    """The record as anybody fetches it now; an earlier copy at that place is gone."""
    for tile in tiles.needed(log.size(name)):
        path = folder / tiles.path_of(tile)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tiles.content(name, tile, log.size(name)))
    (folder / "checkpoint").write_text(log.checkpoint(name))
    (folder / "key").write_text(keys.verifier(name).vkey)
    return folder


def written_anew(n=9):
    tamper("DELETE FROM ledger_entry")
    tamper("DELETE FROM ledger_node")
    tamper("DELETE FROM ledger_log")
    with transaction.atomic():
        for i in range(n):
            log.append("t", {**BODY, "data": {"other": i}})


def given(path, data):
    path.write_text(json.dumps(data))
    return path


def test_the_script_checks_a_receipt_by_itself(db, tmp_path, script):
    add(20)
    data = receipt.make("t", 11).as_json()
    script(given(tmp_path / "good.json", data))
    script(given(tmp_path / "bad.json", {**data, "number": 12}), code=1)


def test_the_script_checks_the_words_of_a_receipt(world, tmp_path, script):
    m = world.raised(title="村口的路灯坏了")
    data = receipt.make("main", m.pk).as_json()
    script(given(tmp_path / "good.json", data))
    salt, _text = data["words"]["set.title"]
    data["words"]["set.title"] = [salt, "村口的路灯很好"]
    assert "words" in script(given(tmp_path / "bad.json", data), code=1)


def test_a_first_look_wants_the_key_that_is_expected(db, tmp_path, script):
    add(3)
    folder, key = copied(tmp_path / "log"), keys.verifier("t").vkey
    assert key in script(folder, code=2)  # says which it was given, and takes it for nothing
    other = "x+3a5b1a8a+AQgoNTGD5ZNyb2bn5LCQnyoTSpIYLpNmHu3aRAzpRZAM"
    script(folder, "--key", other, code=1)
    script(folder, "--key", key)
    script(folder)  # it is remembered
    assert "another key" in script(folder, "--key", other, code=1)


def test_a_folder_of_tiles_is_checked_by_pilin_and_by_the_script(db, tmp_path, script, pilin_says):
    add(600)
    folder = copied(tmp_path / "log")
    assert pilin_says(folder) == [] and script(folder, "--first")
    bundle = folder / "tile/entries/001"
    bundle.write_bytes(bundle.read_bytes().replace(b"p-1", b"p-2", 1))
    assert next(w for w, _ in verify.check_folder(folder).problems) == "entry 256"
    script(folder, code=1)


def test_a_record_rewritten_since_is_noticed(db, tmp_path, script, pilin_says):
    add(5)
    folder = copied(tmp_path / "log")
    assert pilin_says(folder) == [] and script(folder, "--first")
    add(3)
    assert pilin_says(copied(folder)) == []
    assert "Only added to" in script(folder)
    written_anew()
    assert len(pilin_says(copied(folder))) == 1
    assert "rewritten" in script(folder, code=1)
    assert "another record" in script(copied(tmp_path / "mirror"), "--first", code=1)


def test_a_record_that_became_shorter_is_noticed(db, tmp_path, script, pilin_says):
    add(5)
    folder = copied(tmp_path / "log")
    assert pilin_says(folder) == [] and script(folder, "--first")
    written_anew(3)
    assert len(pilin_says(copied(folder))) == 1
    assert "shorter" in script(folder, code=1)


def test_another_record_at_the_same_address_is_noticed(db, tmp_path, script, pilin_says, settings):
    add(5)
    folder = copied(tmp_path / "log")
    assert pilin_says(folder) == [] and script(folder, "--first")
    tamper("UPDATE ledger_log SET vkey = '', checkpoint = ''")
    settings.ORIGIN = "other.example"
    add(1)
    assert len(pilin_says(copied(folder))) == 1
    assert "is other.example/t now" in script(folder, code=1)


def test_a_key_changed_by_an_entry_that_both_signed_is_followed(
    own_database, tmp_path, script, pilin_says, settings
):
    settings.KEYS = tmp_path / "keys"
    keys.forget()
    act(HOUSE, "register", "open", {"title": "登记"})
    folder, first = copied(tmp_path / "log", "main"), keys.verifier("main").vkey
    assert pilin_says(folder, first) == [] and script(folder, "--key", first)
    number = ledgers.rotate("每年一换")
    assert pilin_says(copied(folder, "main"), first) == []
    assert f"Entry {number} changes the key" in script(folder)
    # Exchanged without such an entry, by whoever has the database but not the key:
    keys.path().unlink()
    tamper("UPDATE ledger_log SET vkey = '', checkpoint = ''")
    keys.forget()
    ends.forget()
    act(HOUSE, "register", "open", {"title": "又一册"})
    assert len(pilin_says(copied(folder, "main"))) == 1
    assert "no entry changes" in script(folder, code=1)


def test_a_receipt_is_held_to_the_record_of_today(db, tmp_path, script):
    add(5)
    kept = given(tmp_path / "receipt.json", receipt.make("t", 2).as_json())
    add(300)
    folder = copied(tmp_path / "log")
    assert "still holds" in script(kept, "--record", folder)
    written_anew(400)
    assert "rewritten" in script(kept, "--record", copied(folder), code=1)
    (tmp_path / "state.json").unlink()  # and by somebody who looks for the first time
    assert "not the one that the receipt is from" in script(kept, "--record", folder, code=1)


def test_the_receipt_of_a_ballot_is_checked_too(db, tmp_path, script):
    with transaction.atomic():
        log.append("ballots-7", {"matter": 3, "poll": 7, "voter": "v", "item": 1, "at": "2026"})
    kept = given(tmp_path / "receipt.json", receipt.make("ballots-7", 0).as_json())
    assert "a ballot in vote 7 by v" in script(kept)


def test_a_file_that_is_no_state_is_said_so_and_stays(db, tmp_path, pilin_says, script):
    add(1)
    for name in ("followed.json", "state.json"):
        (tmp_path / name).write_text("[1]")
    with pytest.raises(ValueError, match=r"followed\.json"):
        pilin_says(copied(tmp_path / "log"))
    script(tmp_path / "log", "--first", code=2)
    assert (tmp_path / "state.json").read_text() == "[1]"


def test_the_hash_of_the_script_is_published():
    docs = Path(__file__).parents[4] / "docs" / "ledger.md"
    assert hashlib.sha256(SCRIPT.read_bytes()).hexdigest() in docs.read_text()
