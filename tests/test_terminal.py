"""What a person reads on the terminal is in their language, and names roles as pages do."""

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from django.utils import translation

from pilin.cli import main, spoken
from pilin.people.models import ROLES

ROOT = Path(__file__).parents[1]
UNITS = "房号,面积,业主,表决\n1-101,80,甲,同意\n1-102,70,乙,反对\n"
BUDGET = """META
key;value
budget;10
vote_type;approval
PROJECTS
project_id;cost
1;5
2;5
VOTES
voter_id;vote
1;1
2;"2
3;1
"""


def commands(command, path=()):
    yield path
    for name, below in command.commands.items() if isinstance(command, click.Group) else ():
        yield from commands(below, (*path, name))


def run(*args, language="zh", code=0):
    done = subprocess.run(
        [sys.executable, "-m", "pilin", *map(str, args)],
        env={**os.environ, "PILIN_LANG": language, "LANG": "C", "LC_ALL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, (done.stdout, done.stderr)
    return done.stdout + done.stderr


@pytest.fixture
def chinese(monkeypatch):
    monkeypatch.setenv("PILIN_LANG", "zh")


def in_process(*args):
    """As the first command of a process: click keeps its option -h from the first time on."""
    from click.testing import CliRunner

    for path in commands(main):
        command = main
        for name in path:
            command = command.commands[name]
        command._help_option = None
    return CliRunner().invoke(main, list(args), prog_name="pilin")


def test_every_page_of_help_is_chinese_for_who_reads_chinese(chinese):
    """Three English words in a row are a sentence somebody forgot."""
    for path in commands(main):
        page = in_process(*path, "-h").output
        assert "用法：" in page and "选项" in page and "显示这段说明" in page, path
        said = re.sub(r"用法：.*|`[^`]*`", "", page)
        assert not re.search(r"([a-z]+ ){3}", said), (path, page)


def test_help_is_english_again_for_who_reads_english(chinese, monkeypatch):
    in_process("-h")
    monkeypatch.setenv("PILIN_LANG", "en")
    page = in_process("import", "-h").output
    assert "Usage:" in page and "Take a workbook in" in page and "用法" not in page


def test_no_line_of_a_page_is_wider_than_a_terminal(chinese):
    from rich.cells import cell_len

    for path in commands(main):
        for line in in_process(*path, "-h").output.splitlines():
            assert cell_len(line) <= 100, (path, line)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["imprt"], "没有命令 'imprt'"),
        (["decide", "owners-vote", "/nowhere"], "文件 '/nowhere' 不存在"),
        (["decide", "owners-vote", "twice.csv"], "是同一户，只差：U+0020"),
        (["decide", "budget", "open.pb"], "open.pb 第 12 行第 2 列：有引号没有配对"),
        (["decide", "owners-vote", __file__], "没有“unit”列"),
        (["decide", "lots", "--seed", "1", "--size", "0", __file__, __file__], "不在范围"),
    ],
)
def test_what_is_wrong_is_said_in_chinese_without_a_database(tmp_path, monkeypatch, args, words):
    (tmp_path / "twice.csv").write_text(UNITS + "1-101 ,80,丙,同意\n")
    (tmp_path / "open.pb").write_text(BUDGET)
    monkeypatch.chdir(tmp_path)
    assert words in run(*args, code=2)


def test_a_count_is_told_in_the_readers_language(tmp_path):
    gbk = tmp_path / "owners.csv"
    gbk.write_bytes(UNITS.encode("gbk"))
    assert "参与表决" in run("decide", "owners-vote", gbk)
    assert "Took part" in run("decide", "owners-vote", gbk, language="en")


def test_every_text_of_the_command_is_in_the_catalogue():
    said = [text for _thing, _name, text in spoken.texts(main)]
    assert len(said) > 60 and len({*said}) > 50


@pytest.mark.parametrize("role", ["host", "clerk", "lead"])
def test_the_readme_calls_roles_what_pages_call_them(role):
    with translation.override("zh-hans"):
        assert str(ROLES[role]) in (ROOT / "README.zh-CN.md").read_text()
    with translation.override("en"):
        assert str(ROLES[role]).lower() in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_says_where_the_demo_answers(name):
    port = next(p.default for p in main.commands["demo"].params if p.name == "port")
    assert f"http://127.0.0.1:{port}" in (ROOT / name).read_text()
