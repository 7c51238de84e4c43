"""The `pilin` command as an operator types it: what it says, what it leaves, its exit codes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tools.ports import free_port

ROOT = Path(__file__).parents[1]
EXAMPLE = str(ROOT / "examples" / "pinghu-jinshan.xlsx")


@pytest.fixture
def env(own_database, tmp_path):
    url = make_conninfo(os.environ["DATABASE_URL"], dbname=own_database)
    more = {"DATABASE_URL": url, "PILIN_DATA": str(tmp_path), "PILIN_LANG": "en"}
    # The tests' server waits for no disk; the doctor would say so.
    return {**os.environ, **more, "PGOPTIONS": "-c synchronous_commit=on"}


@pytest.fixture
def pilin(env):
    def run(*args, code=0, language="en", **kwargs):
        done = subprocess.run(
            [sys.executable, "-m", "pilin", *map(str, args)],
            env={**env, "PILIN_LANG": language},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
            **kwargs,
        )
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout) if "--json" in args else done.stdout + done.stderr

    return run


def test_help_names_every_command_and_the_exit_codes(pilin):
    said = pilin("--help")
    for name in ("demo", "serve", "import", "export", "verify", "rebuild", "simulate", "doctor"):
        assert name in said
    assert "Exit codes" in said


def test_wrong_usage_is_exit_code_2(pilin):
    pilin("nonsense", code=2)
    pilin("simulate", "--matters", "many", code=2)
    pilin("verify", "neither-folder-nor-url", code=2)


def test_a_workbook_goes_in_and_out_and_the_record_holds(pilin, env, tmp_path):
    assert "new place (17)" in pilin("import", EXAMPLE, "--dry-run")
    assert "Nobody is there to ask" in pilin("import", EXAMPLE, code=1)
    assert pilin("verify", "--json")["size"] == 0
    assert "entries were written" in pilin("import", EXAMPLE, "--yes")
    again = pilin("import", EXAMPLE, "--json")
    assert again["new"] == again["changed"] == [] and again["understood"]["微心愿"] == 25
    printed = pilin("figures", "--json")
    assert printed["garments"] == {
        "title": "Garments given",
        "value": 3000,
        "at_least": True,
        "unit": "件",
    }
    assert "over 3,000 件" in pilin("figures")
    assert "rows were written" in pilin("export", tmp_path / "out.xlsx")
    assert (tmp_path / "out.xlsx").stat().st_size > 5000
    assert "entries were replayed" in pilin("rebuild")
    assert pilin("verify", "--json")["ok"]
    assert "not empty" in pilin("simulate", "--matters", 5, code=2)
    pilin("doctor")
    with psycopg.connect(env["DATABASE_URL"], autocommit=True) as db:
        db.execute("SET session_replication_role = replica")
        for table, column, was, new in (
            ("ledger_entry", "body", '"county"', '"cownty"'),
            ("ledger_words", "data", "平湖市", "平糊市"),
        ):
            change = (
                f"UPDATE {table} SET {column} = replace({column}, %s, %s) WHERE number = (SELECT"
            )
            first = f" min(number) FROM {table} WHERE {column} LIKE %s) RETURNING number"
            number = db.execute(change + first, [was, new, f"%{was}%"]).fetchone()[0]
            said = pilin("verify", code=1)
            assert "DOES NOT HOLD" in said and f"entry {number}:" in said
            assert f"entry {number}" in pilin("verify", "--json", code=1)["problems"][0]["where"]
            db.execute(change.replace("min", "max") + first, [new, was, f"%{new}%"])


def test_opinion_groups_are_counted_from_a_file(pilin, tmp_path):
    path = tmp_path / "votes.csv"
    rows = [f"{n},{s},{n},{1 if n % 2 == s % 2 else -1}" for n in range(20) for s in range(8)]
    path.write_text("timestamp,comment-id,voter-id,vote\n" + "\n".join(rows) + "\n")
    found = pilin("decide", "opinion", path, "--json")
    assert len({found["participants"][str(n)] for n in range(0, 20, 2)}) == 1
    assert [g["size"] for g in found["groups"]] == [10, 10]
    path.write_text(path.read_text() + "1,1,1,7\n")
    assert "line 162, column 4" in pilin("decide", "opinion", path, code=2)


def test_budgets_are_counted_from_files(pilin, tmp_path):
    path = tmp_path / "budget.pb"
    path.write_text(
        "META\nkey;value\nbudget;90\nnum_votes;3\nPROJECTS\nproject_id;cost\nlamp;30\nroad;60.5\n"
        "well;60\nVOTES\nvoter_id;vote\n1;lamp\n2;lamp,road,well\n3;road,well\n"
    )
    assert pilin("decide", "budget", path, "--json") == {"winners": ["lamp"], "cost": 30}
    whole = {"winners": ["lamp", "well"], "cost": 90}
    assert pilin("decide", "budget", path, "--completion", "greedy", "--json") == whole
    by_worth = ("--rule", "greedy", "--satisfaction", "cardinality")
    assert pilin("decide", "budget", path, *by_worth, "--json") == whole
    path.write_text(path.read_text() + "4;lamp,bench\n")
    assert "line 15, column 2" in pilin("decide", "budget", path, code=2)


def test_an_owners_vote_is_counted_from_a_file_with_its_arithmetic(pilin, tmp_path):
    rows = "1,80,A-1;B-1,yes,yes\n2,80,A-2,yes,\n3,80,A-3,yes,\n4,80,A-4,no,\n"
    (tmp_path / "votes.csv").write_text("unit,area,owner,vote,proxy\n" + rows)
    said = pilin("decide", "owners-vote", tmp_path / "votes.csv", "--item", "7", "--json")
    area, owners = said["arithmetic"]["agreed"]
    assert (area["part"], area["needed"], owners["share"]) == ("240", "240", "3/4")
    assert said["passed"] and said["by_proxy"] == {"area": 80.0, "owners": 1}


def test_what_it_says_is_in_the_readers_language(pilin):
    assert "将会变化" in pilin("import", EXAMPLE, "--dry-run", language="zh")
    assert "没有文件" in pilin("import", "/nirgends.xlsx", code=2, language="zh")


def test_a_file_that_is_no_workbook_is_exit_code_2(pilin, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_text("a,b\n1,2\n")
    assert "Excel" in pilin("import", path, "--yes", code=2)


def test_made_up_matters_fill_an_empty_installation(pilin):
    assert "entries were written" in pilin(
        "simulate", "--matters", 60, "--people", 100, "--seed", 3
    )
    pilin("verify")


def test_an_operator_makes_an_account_gives_it_an_office_and_erases_it(pilin, env):
    pilin("import", EXAMPLE, "--yes")
    done = subprocess.run(
        [sys.executable, "-m", "pilin", "people", "add", "clerk-1", "--email", "c@example.org"],
        env=env,
        input="korrekt-pferd-7\nkorrekt-pferd-7\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "is now" in pilin("people", "appoint", "clerk-1", "clerk", "请你来协商·民生议事堂")
    assert "roles are" in pilin("people", "appoint", "clerk-1", "king", "平湖市", code=2)
    assert "no organisation" in pilin("people", "appoint", "clerk-1", "clerk", "无此单位", code=2)
    office = ("clerk-1", "clerk", "请你来协商·民生议事堂")
    assert "nothing to extend" in pilin("office", "extend", *office, code=2)
    assert "last day" in pilin("office", "end", *office, "--reason", "moves on")
    assert "does not hold" in pilin("office", "end", *office, code=2)
    assert "is now" in pilin("office", "appoint", *office, "--until", "2099-01-31")
    assert "extended" in pilin("office", "extend", *office, "--until", "2099-12-31")
    stands = ("--for", "clerk-1", "--until", "2099-02-01")
    assert "themselves" in pilin("office", "stand-in", *office, *stands, code=2)
    assert "as 2027-12-31" in pilin("office", "end", *office, "--last-day", "soon", code=2)
    assert "nobody is left at" in pilin("doctor")
    assert "did not make" in pilin("demo", "--no-serve", code=2)
    assert "Erased" in pilin("people", "erase", "clerk-1", "--yes")
    assert "no account" in pilin("people", "erase", "clerk-1", "--yes", code=2)
    pilin("verify")


def test_a_port_that_is_taken_is_said_plainly(pilin):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = pilin("serve", "--port", taken.getsockname()[1], code=2)
    assert "Choose another with --port" in said


@pytest.fixture
def server(env):
    """`pilin serve`, running."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "pilin", "serve", "--port", str(port), "--workers", "1"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    until = time.monotonic() + 60
    while "answers at" not in process.stdout.readline():
        assert process.poll() is None and time.monotonic() < until
    yield process, f"http://127.0.0.1:{port}"
    process.terminate()  # it ends its parts; killed, it would leave them behind
    process.wait(30)


def test_a_record_is_verified_over_the_network_and_as_a_downloaded_folder(pilin, server, tmp_path):
    pilin("import", EXAMPLE, "--yes")
    url = f"{server[1]}/ledger/main/"
    assert "The record holds" in pilin("verify", url)
    assert "Only added to since the last look" in pilin("verify", url)
    kept = tmp_path / "receipt.json"
    for name, file in (("0/receipt.json", kept), ("policy", tmp_path / "policy")):
        file.write_bytes(urllib.request.urlopen(url + name).read())
    assert "The receipt holds: entry 0" in pilin("verify", kept, "--policy", tmp_path / "policy")
    other = "x.example/w+690efb49+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU"
    lines = (tmp_path / "policy").read_text().replace("quorum none", f"witness x {other}")
    (tmp_path / "strict").write_text(f"{lines}quorum x\n")
    said = pilin("verify", kept, "--policy", tmp_path / "strict", code=1)
    assert "not all who must have cosigned it have" in said
    pilin("download", url, tmp_path / "copy")
    assert "The record holds" in pilin("verify", tmp_path / "copy")
    script = urllib.request.urlopen(f"{server[1]}/ledger/verify.py").read()
    (tmp_path / "verify.py").write_bytes(script)
    done = subprocess.run(
        [
            sys.executable,
            "-I",
            str(tmp_path / "verify.py"),
            url,
            "--first",
            "--state",
            str(tmp_path / "state"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "Holds" in done.stdout) == (0, True), done.stdout
    bundle = next((tmp_path / "copy/tile/entries").glob("*.p/*"))
    bundle.write_bytes(bundle.read_bytes().replace(b'"county"', b'"cownty"', 1))
    assert "entry" in pilin("verify", tmp_path / "copy", code=1)


def test_told_to_stop_it_stops_with_all_its_parts(server):
    process, url = server
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    with pytest.raises(OSError):
        urllib.request.urlopen(url, timeout=2)


def test_the_gazette_of_some_days_is_written_and_an_issue_is_numbered(pilin, tmp_path):
    pilin("simulate", "--matters", 40, "--people", 100, "--seed", 3)
    paper, again = tmp_path / "a.pdf", tmp_path / "b.pdf"
    days = ("--from", "2020-01-01")
    for name in (paper, again):
        assert "Written to" in pilin("gazette", *days, "-o", name, "--lang", "zh")
    assert paper.read_bytes() == again.read_bytes() and paper.read_bytes().startswith(b"%PDF")
    assert "Issue 1 is in the record" in pilin("gazette", *days, "--publish")
    assert "begin the day after" in pilin("gazette", *days, "--publish", code=2)
    assert "The record holds" in pilin("verify")


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (("--from", "2026-02-01", "--to", "2026-01-01", "-o", "x.pdf"), "before the first"),
        (("--to", "2099-01-01", "-o", "x.pdf"), "not come yet"),
        ((), "-o"),
        (("-o", "/nowhere/x.pdf"), "nowhere"),
        (("--from", "2026-13-01"), "2026-13-01"),
    ],
)
def test_a_gazette_that_cannot_be_is_refused_in_words(pilin, asked, why):
    assert why in pilin("gazette", *asked, code=2)
