"""Settings come from one file, read by the service and the command line alike."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pilin.run import config, environment


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "pilin.env"
    monkeypatch.setenv("PILIN_CONFIG", str(path))
    monkeypatch.setattr(config, "_taken", [])
    for name in ("PILIN_HOSTS", "PILIN_URL", "PILIN_EMAIL_FROM"):
        monkeypatch.delenv(name, raising=False)
    yield path
    config.forget()


def test_what_stands_in_the_environment_counts_more(file, monkeypatch):
    file.write_text(
        '# ours\nPILIN_HOSTS=a.example\nPILIN_URL="https://a.example"\nPILIN_EMAIL_FROM=毗邻 <a@b>\n'
    )
    monkeypatch.setenv("PILIN_URL", "https://b.example")
    config.load()
    assert os.environ["PILIN_HOSTS"] == "a.example"
    assert os.environ["PILIN_URL"] == "https://b.example"
    assert os.environ["PILIN_EMAIL_FROM"] == "毗邻 <a@b>"


def test_nothing_in_it_is_replaced(file):
    file.write_text("PILIN_HOSTS=$HOME\n")
    config.load()
    assert os.environ["PILIN_HOSTS"] == "$HOME"


def test_a_file_that_is_named_and_not_there_is_said(file):
    with pytest.raises(config.Unreadable, match=r"pilin\.env"):
        config.load()
    done = subprocess.run(
        [sys.executable, "-m", "pilin", "decide", "--help"],
        env={**os.environ, "PILIN_LANG": "zh"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "读不了" in done.stderr


def test_the_demo_leaves_it_aside(file, monkeypatch):
    file.write_text("PILIN_DATA=/srv/pilin\nDATABASE_URL=postgresql://town\n")
    monkeypatch.delenv("PILIN_DATA")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("PILIN_DEMO", raising=False)
    config.load()
    assert os.environ["DATABASE_URL"] == "postgresql://town"
    environment.demo_folder()
    assert "DATABASE_URL" not in os.environ and os.environ["PILIN_DATA"].endswith("-demo")
    monkeypatch.delenv("PILIN_DEMO", raising=False)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_root_works_as_the_owner_of_the_data_folder():
    with tempfile.TemporaryDirectory() as folder:  # which anybody may reach
        works_as_owner(Path(folder))


def works_as_owner(folder):
    os.chown(folder, 65534, 0)
    code = (
        "import os\nfrom pilin.run import user\nuser.drop()\n"
        "print(os.geteuid(), os.getegid(), os.getgroups())\nopen(os.environ['PILIN_DATA'] + '/x', 'w')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PILIN_DATA": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("65534 65534 [65534]")
    assert (folder / "x").stat().st_uid == 65534


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_a_file_only_root_may_read_is_taken_along(tmp_path):
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, 65534, 0)
        file = tmp_path / "名册.xlsx"
        file.write_text("x")
        file.chmod(0o600)
        tmp_path.chmod(0o700)
        code = (
            "import sys\nfrom pathlib import Path\nfrom pilin.run import user\n"
            "file = user.brought(Path(sys.argv[1]))\nuser.drop()\nprint(file.name, file.read_text())"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(file)],
            env={**os.environ, "PILIN_DATA": folder},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "名册.xlsx x\n"
        assert os.listdir(folder) == [], "nothing of it is left"


ROOT = Path(__file__).parents[1]
SETTING = re.compile(r"^(PILIN_[A-Z_]+|DATABASE_URL)=", re.MULTILINE)


def test_what_the_files_in_deploy_set_is_what_the_handbook_says():
    handbook = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    table = set(re.findall(r"PILIN_[A-Z_]+|DATABASE_URL", handbook))
    first_hour = set(SETTING.findall(handbook.partition("<<END\n")[2].partition("\nEND\n")[0]))
    assert {"PILIN_ORIGIN", "PILIN_PROXIES", "PILIN_HTTPS"} <= first_hour
    deployed = {
        path: path.read_text(encoding="utf-8")
        for path in (ROOT / "deploy").rglob("*")
        if path.is_file()
    }
    for path, text in deployed.items():
        assert set(re.findall(r"PILIN_[A-Z_]+", text)) <= table | {"PILIN_BACKUP_KEYS"}, path
    cluster = set(SETTING.findall(deployed[ROOT / "deploy/cluster/pilin.env"]))
    assert first_hour <= cluster, "what one machine needs, three need as well"
    # What PILIN_PROXIES and PILIN_HTTPS believe, the proxy in front must say.
    haproxy = deployed[ROOT / "deploy/cluster/haproxy.cfg"]
    assert "option forwardfor" in haproxy and "set-header X-Forwarded-Proto https" in haproxy
    assert "reverse_proxy" in deployed[ROOT / "deploy/Caddyfile"]  # which sets both by itself
