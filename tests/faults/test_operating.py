"""Every command in docs/operating.md does what it says, in the order in which it stands there.

What belongs to the system (apt, systemd, accounts, owners) is only noted; it was walked by hand.
"""

import re
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from tests.installation import data_folder, environment

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
SETTINGS = re.findall(r"```\n(PILIN_.*?)```", TEXT, re.DOTALL)
#: Of the system, and what each is for is not ours to try.
AROUND = ("apt", "adduser", "git", "systemctl", "chown", "python3")
SECRET = pyrage.x25519.Identity.generate()
PILIN = f"""#!/bin/sh
echo "pilin $*" >> "$WALKED"
case "$*" in *erase*) said=y;; *) said='correct-horse-9\\ncorrect-horse-9';; esac
printf "$said\\n" | {sys.executable} -W ignore -m pilin "$@"
"""


@pytest.fixture(scope="module")
def machine():
    """A folder that stands for the whole machine, and a search path with what is not to be run."""
    with data_folder("hour") as top:
        for name in ("bin", "etc/systemd/system", "etc/caddy", "mnt", "srv/pilin", "usr/local/bin"):
            (top / name).mkdir(parents=True)
        stubs = dict.fromkeys(AROUND, '#!/bin/sh\necho "$0 $*" >> "$WALKED"\n')
        stubs["install"] = (
            '#!/bin/sh\nfor last; do case "$last" in /*) mkdir -p "$last";; esac; done\n'
        )
        stubs["age-keygen"] = f'#!/bin/sh\necho "{SECRET}" > "$2"\n'
        stubs["pilin"] = PILIN
        for name, text in stubs.items():
            (top / "bin" / name).write_text(text)
            (top / "bin" / name).chmod(0o755)
        with kept_running(top / "srv/pilin"):
            yield top


@contextmanager
def kept_running(data):
    """Its PostgreSQL runs all the time, as beside `pilin serve`."""
    code = (
        "from pilin.run import postgres; postgres.ensure_running(); print(1, flush=True); input()"
    )
    command = [sys.executable, "-W", "ignore", "-c", code]
    known = {**environment(data), "PILIN_CONFIG": ""}
    with subprocess.Popen(
        command, env=known, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        yield
        process.stdin.close()


def here(top, block, data):
    """A block as it is typed on this machine: its folders below `top`."""
    block = block.replace("<this repository>", "here").replace("<your name>", "town.example")
    block = block.replace("/srv/pilin", str(data)).replace(
        "/opt/pilin/deploy", str(ROOT / "deploy")
    )
    for folder in ("/mnt/", "/etc/", "/usr/local/"):
        block = block.replace(folder, f"{top}{folder}")
    block = block.replace("workbook.xlsx  ", f"{ROOT}/examples/pinghu-jinshan.xlsx --yes  ")
    block = block.replace("workbook.xlsx", f"{ROOT}/examples/pinghu-jinshan.xlsx")
    block = block.replace("age1…", str(SECRET.to_public()))
    return block.replace("--at 2026-11-27T12:00:00", f"--at {datetime.now(UTC):%Y-%m-%dT%H:%M:%S}")


def typed(top, block, data, settings):
    known = environment(data)
    done = subprocess.run(
        ["bash", "-eu", "-c", here(top, block, data)],
        cwd=top,
        env={
            **known,
            **settings,
            "PATH": f"{top / 'bin'}:{known['PATH']}",
            "PILIN_DATA": str(data),
            "PILIN_CONFIG": str(top / "etc/pilin.env") if (top / "etc/pilin.env").exists() else "",
            "PGOPTIONS": "-c synchronous_commit=on",
            "WALKED": str(top / "walked"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_first_hour_and_what_comes_later_can_be_typed_as_it_stands(machine):
    data, walked = machine / "srv/pilin", ""
    settings = {}
    for number, block in enumerate(BLOCKS):
        if "pilin witness" in block:
            continue  # it runs until it is told to stop: see test_witnessed
        if "upgrade --back" in block:
            continue  # nothing was upgraded here: see test_upgrade
        if "pilin restore" in block:
            with data_folder("elsewhere") as other:
                walked += typed(machine, block, other, settings) if "archive" not in block else ""
            continue
        if "wang" in block and "erase" in block:  # the first operator is there already
            block = block.replace("wang", "li").replace("--email …", "--email li@example.gov.cn")
        walked += typed(machine, block, data, settings)
        if "age-keygen" in block and number < len(BLOCKS) / 2:
            said = here(machine, SETTINGS[1], data)
            with (machine / "etc/pilin.env").open("a") as file:
                file.write(said)
    for said in ("The account wang was made", "The record verifies", "entries were written"):
        assert said in walked
    assert "up to date already" in walked
    ran = (machine / "walked").read_text()
    assert all(f"pilin {one}" in ran for one in ("doctor", "backup --drill", "people invite -n 50"))
    caddy = (machine / "etc/caddy/Caddyfile").read_text()
    assert "town.example {" in caddy and "pilin.example" not in caddy


def test_every_setting_that_is_read_is_in_the_table_and_the_other_way_round():
    code = "\n".join(
        p.read_text(encoding="utf-8")
        for p in (ROOT / "src" / "pilin").rglob("*.py")
        if "tests" not in p.parts
    )
    read = set(re.findall(r"[\"'](PILIN_[A-Z_]+)[\"']", code))
    named = set(re.findall(r"`(PILIN_[A-Z_]+)", TEXT))
    # `PILIN_BACKUP`, `_KEYS`: a name goes on from the one before.
    for line in TEXT.splitlines():
        before = ""
        for name in re.findall(r"`(_?[A-Z_]+)(?:=1)?`", line):
            if name.startswith("PILIN_"):
                before = name
            elif name.startswith("_") and before:
                named.add(before + name)
                named.add(before.rsplit("_", 1)[0] + name)
    inside = {
        "PILIN_TICKETS_",
        "PILIN_DEMO",
        "PILIN_OWN_POSTGRES",
        "PILIN_BALLOTS",
        "PILIN_PARENT",
        "PILIN_CONFIG",
    }
    assert read - named - inside == set()
