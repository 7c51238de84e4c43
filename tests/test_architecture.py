"""What must stay true of the whole code base."""

import ast
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import pilin
from pilin.engine.checks import procedures
from pilin.engine.procedure import Procedure, Registry, Step, registry, states
from pilin.engine.rebuild import read_models
from pilin.engine.rules import holder, in_charge, member, workdays
from tools import catalogue
from tools import procedures as procedure_pages

SRC = Path(pilin.__file__).parent
#: Who may write read models: what applies entries, what replays them, and what fills in bulk.
WRITERS = {
    "engine/apply.py",
    "engine/rebuild.py",
    "engine/registers.py",
    "people/apply.py",
    "simulate/filling.py",
    "people/read_model.py",
}
WRITES = {
    "create",
    "bulk_create",
    "update_or_create",
    "get_or_create",
    "update",
    "bulk_update",
    "delete",
    "save",
}


def writes(tree: ast.AST, names: set[str]) -> list[int]:
    """Lines where a method that writes is called on something that comes from a read model."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and any(isinstance(n, ast.Name) and n.id in names for n in ast.walk(node.func.value))
    ]


def test_nothing_outside_apply_writes_a_read_model():
    names = {model.__name__ for model in read_models()}
    found = []
    for path in SRC.rglob("*.py"):
        where = str(path.relative_to(SRC))
        if where in WRITERS or path.name == "apply.py" or {"tests", "migrations"} & set(path.parts):
            continue
        found += [f"{where}:{line}" for line in writes(ast.parse(path.read_text()), names)]
    assert found == []


def test_the_search_for_writes_finds_one():
    tree = ast.parse("def f():\n    Matter.objects.filter(pk=1).update(title='x')")
    assert writes(tree, {"Matter"}) == [2]


def test_every_procedure_is_sound_and_in_both_languages():
    assert procedures(None) == []


def broken(*steps: Step, **more: tuple) -> list[str]:
    rows = [("here", "Here", "raised"), ("gone.", "Gone", "confirmed")]
    return Procedure("broken", 1, "Broken", states(*rows), steps).faults()


GO = {"by": member, "title": "t", "done": "d"}


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ((Step("a", None, "here", holder=in_charge, due=workdays(1), **GO),), "cannot be left"),
        ((Step("a", None, "gone", closes="x", **GO),), "no step leads to state 'here'"),
        (
            (Step("a", None, "here", **GO), Step("b", ("here",), "gone", closes="x", **GO)),
            "without holder or due",
        ),
        (
            (
                Step("a", None, "here", holder=in_charge, due=workdays(1), **GO),
                Step("b", ("here",), "gone", **GO),
            ),
            "without saying how",
        ),
        ((Step("a", None, "nowhere", **GO),), "unknown state"),
        (
            (
                Step("a", None, "here", holder=in_charge, due=workdays(1), **GO),
                Step("a", ("here",), "gone", closes="x", by=holder, title="t", done="d"),
            ),
            "two steps",
        ),
    ],
)
def test_an_unsound_procedure_is_told_apart(steps, fault):
    assert any(fault in f for f in broken(*steps))


def test_a_procedure_is_not_declared_twice():
    own = Registry()
    first = next(iter(registry))
    own.add(first)
    with pytest.raises(ValueError, match="twice"):
        own.add(Procedure(first.kind, first.version, "", {}, ()))


def test_a_matter_goes_on_under_the_version_it_began_with(world):
    old = registry.latest("consultation")
    m = world.raised()
    new = registry.add(Procedure("consultation", 2, old.title, old.states, ()))
    try:
        assert registry.latest("consultation") is new
        assert world.take("host", m, "accept", reason="好").state == "screened"
    finally:
        del registry._all["consultation", 2]


def test_files_are_short_enough_to_read_in_one_sitting():
    long = {
        str(p.relative_to(SRC)): n
        for p in SRC.rglob("*.py")
        if "migrations" not in p.parts and (n := len(p.read_text().splitlines())) > 400
    }
    assert long == {}


def test_every_sentence_is_in_both_languages():
    assert catalogue.main(check=True) == 0


def test_every_procedure_has_its_page_in_the_documents():
    assert procedure_pages.stale() == []


# A programme is one folder and one line of settings -----------------------------------------------

SCRIPT = """
import django; django.setup()
from django.core.management import call_command
call_command("check")
from django.test import Client
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
from pilin.people.models import Account
from tests.world import build
world = build()
client = Client()
client.force_login(world.people["resident"], "django.contrib.auth.backends.ModelBackend")
answer = client.post("/new/toy/ask/", {"title": "水泵", "owner": world["左镇"]})
assert answer.status_code == 302, answer.content.decode()
where = answer["Location"]
def seen(path): return client.get(path, headers={"accept-language": "zh-hans"}).content.decode()
assert "借用" in seen("/") and "水泵" in seen("/tools/") and "已申请" in seen(where)
assert "水泵" in seen("/matters/?kind=toy") and "水泵" in seen("/search/?q=水泵")
assert "借工具" in seen("/new/")
client.force_login(world.people["lead"], "django.contrib.auth.backends.ModelBackend")
assert client.post(where + "lend/").status_code == 302
client.force_login(world.people["resident"], "django.contrib.auth.backends.ModelBackend")
assert client.post(where + "return/").status_code == 302
assert "已归还" in seen(where)
from pilin.engine.rebuild import rebuild
rebuild()
print("whole")
"""


def test_a_programme_is_one_folder_and_one_line_of_settings(own_database, tmp_path):
    folder = tmp_path / "toy"
    shutil.copytree(Path(__file__).parent / "toy", folder)
    po = folder / "locale/zh_Hans/LC_MESSAGES/django.po"
    out = io.BytesIO()
    write_mo(out, read_po(po.open("rb"), "zh_Hans"))
    po.with_suffix(".mo").write_bytes(out.getvalue())
    from psycopg.conninfo import make_conninfo

    env = {
        **os.environ,
        "PILIN_PROGRAMMES": "toy",
        "PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[1]}",
        "DJANGO_SETTINGS_MODULE": "pilin.settings",
        "DATABASE_URL": make_conninfo(os.environ["DATABASE_URL"], dbname=own_database),
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip().endswith("whole"), done.stderr[-3000:]
