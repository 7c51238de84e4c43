"""Programs nobody here wrote read what is signed here, and witness it.

aics-tlog and aics-witness (Apache-2.0) want Python 3.12 or newer: an environment of their own.
"""

import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from pilin.ledger import keys, log, note, witnessed
from pilin.ledger.witness import Witness
from tests.world import build
from tools.packages import ROOT
from tools.ports import free_port

OTHERS = ("aics-tlog==0.2.1", "aics-witness==0.1.0")


def newer():
    """A Python of 3.12 or more, where there is one."""
    named = (shutil.which(f"python3.{n}") for n in (14, 13, 12))
    kept = sorted(Path.home().glob(".pyenv/versions/3.1[2-9]*/bin/python"))
    for python in filter(None, (sys.executable, *named, *kept)):
        done = run(python, "-c", "import sys; print(sys.version_info >= (3, 12))")
        if done.stdout.strip() == "True":
            return python
    pytest.skip("no Python 3.12 here")


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("others")
    uv = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")
    made = run(uv, "venv", "-q", "--python", newer(), folder)
    assert made.returncode == 0, made.stderr
    subprocess.run(
        [uv, "pip", "install", "-q", "--python", str(folder / "bin/python"), *OTHERS], check=True
    )
    return folder / "bin"


@pytest.fixture
def city(own_database):
    return build()


def run(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)


@pytest.fixture
def theirs(programs, tmp_path):
    """Their witness, which looks after our record: its vkey and address, and what it has kept."""
    config, port = tmp_path / "witness.json", free_port()
    made = run(
        programs / "aics-witness",
        *("init", "-c", config, "--name", "theirs.example/w", "--listen", f"127.0.0.1:{port}"),
    )
    assert made.returncode == 0, made.stderr
    vkey = next(word for word in made.stdout.split() if word.startswith("theirs.example/w+"))
    main = keys.verifier("main")
    trusted = ("add-log", "-c", config, "--origin", main.name, "--vkey", main.vkey)
    assert run(programs / "aics-witness", *trusted).returncode == 0
    process = subprocess.Popen([programs / "aics-witness", "serve", "-c", config])
    until = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2)
        except urllib.error.HTTPError:
            break
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.1)
    yield (
        vkey,
        f"http://127.0.0.1:{port}",
        lambda: run(programs / "aics-witness", "evidence", "-c", config),
    )
    process.terminate()
    process.wait(20)


def test_their_witness_signs_our_record_and_keeps_what_it_refused(
    city, theirs, settings, monkeypatch
):
    vkey, url, evidence = theirs
    settings.WITNESSES = f"{vkey}@{url}"
    for title in ("路灯", "桥", "渡口"):
        assert witnessed.ask() == 1
        city.raised(title=title)
    assert witnessed.ask() == 1
    (seen,) = witnessed.seen()
    assert (seen.size, seen.fault) == (log.size("main"), "")
    verifier = keys.verifier("main")
    other = note.Checkpoint(verifier.name, log.size("main"), b"\x07" * 32)
    forged = note.sign(other, keys.signing_key(), verifier)
    monkeypatch.setattr(witnessed.logs, "checkpoint", lambda _log: forged)
    assert witnessed.ask() == 0
    assert next(iter(witnessed.seen())).fork
    assert "BwcHBwc" in evidence().stdout


def test_their_reader_takes_what_our_witness_has_signed(city, programs, settings, tmp_path):
    verifier = keys.verifier("main")
    ours = Witness(tmp_path / "w", "jinshan.example/witness", [verifier])
    city.raised(title="路灯")
    signed = log.checkpoint("main")
    answer = ours.add(f"old 0\n\n{signed}".encode())
    file = tmp_path / "note"
    file.write_text(signed + answer.body)
    command = [programs / "aics-tlog", "verify-checkpoint", "--note", file]
    command += ["--log-key", verifier.vkey, "--origin", verifier.name]
    command += ["--witness-key", ours.verifier.vkey, "--quorum", "1", "--max-age", "600"]
    assert run(*command).returncode == 0, run(*command).stderr
    file.write_text(signed + answer.body.replace("A", "B", 1))
    assert run(*command).returncode != 0
