"""What must stay true of the whole code base."""

import ast
import re
from pathlib import Path

import pytest

import pilin
from pilin.engine.checks import procedures
from pilin.engine.procedure import Procedure, Step, states
from pilin.engine.programme import Programme, Registry, registry
from pilin.engine.rebuild import read_models
from pilin.engine.rules import holder, in_charge, member, workdays
from tools import catalogue
from tools import entries as entry_types
from tools import procedures as procedure_pages

SRC = Path(pilin.__file__).parent
#: Who may write read models: what applies entries, what replays them, and what fills in bulk.
WRITERS = {
    "engine/apply.py",
    "engine/rebuild.py",
    "engine/moderation.py",
    "engine/moment_models.py",  # for the `apply` of programmes
    "engine/striking.py",  # which masks what an entry says is struck
    "programmes/register/tables.py",
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

#: Characters in a line of a template, and the templates whose lines are still longer.
WIDTH = 110


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
    first = next(p for p in registry if p.procedures)
    own.add(first)
    again = Programme("again", procedures=first.procedures)
    with pytest.raises(ValueError, match="twice"):
        own.add(again)
    with pytest.raises(ValueError, match="twice"):
        own.add(first)


def test_a_matter_goes_on_under_the_version_it_began_with(world):
    old = registry.latest("consultation")
    m = world.raised()
    new = Procedure("consultation", 2, old.title, old.states, ())
    with registry.extended(Programme("next", procedures=(new,))):
        assert registry.latest("consultation") is new
        assert world.take("host", m, "accept", reason="好").state == "screened"
    assert registry.latest("consultation") is old


def test_files_are_short_enough_to_read_in_one_sitting():
    long = {
        str(p.relative_to(SRC)): n
        for p in SRC.rglob("*.py")
        if "migrations" not in p.parts and (n := len(p.read_text().splitlines())) > 400
    }
    assert long == {}


def test_lines_of_templates_fit_a_screen():
    """A tag cannot be broken: one that is too long stands alone on its line."""
    alone = re.compile(r"\s*{%(?:(?!%}).)*%}")
    long = [
        f"{path.relative_to(SRC)}:{n}"
        for path in sorted(SRC.rglob("*.html"))
        for n, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > WIDTH and not alone.fullmatch(line)
    ]
    assert long == []


BLOCK = re.compile(r"{% blocktranslate\b(.*?)%}(.*?){% endblocktranslate %}", re.DOTALL)
#: What a value is called that is a number of something.
NUMBERS = "n|size|voters|votes|people|attendance|households|total|ideas|unread|soon"
BARE = re.compile(
    rf"{{{{ (?:\w+\.)*(?:{NUMBERS}) }}}}|{{{{ [^}}]*\|length }}}}|\|floatformat(?!:'0u')"
)
WITH = re.compile(rf"(?<!\bcount )\b\w+=(?:\w+\.)*(?:{NUMBERS})(?=\s)")
#: What is counted is called as the words beside it are: then Django counts the words.
HIDDEN = re.compile(r"(?<!\|)\bcount \w+=(\w+)\b.* \1=")


def test_numbers_are_written_by_one_formatter():
    """In sentences and beside them: never as Python has them. Numbers of entries are names, in a sentence."""
    bare = {}
    for path in sorted(SRC.rglob("*.html")):
        page = path.read_text()
        counted = [
            name
            for tag, words in BLOCK.findall(page)
            for name in re.findall(r"(?<!\|)\bcount (\w+)=", tag)
            if f"{{{{ {name} }}}}" in words
        ]
        counted += [w for tag, _words in BLOCK.findall(page) for w in WITH.findall(tag)]
        counted += [tag for tag, _words in BLOCK.findall(page) if HIDDEN.search(tag)]
        page = re.sub(r"<(?:{{.*?}}|{%.*?%}|[^>])*>", "", BLOCK.sub("", page), flags=re.DOTALL)
        if found := counted + BARE.findall(page):
            bare[str(path.relative_to(SRC))] = found
    assert bare == {}


def test_every_sentence_is_in_both_languages():
    assert catalogue.main(check=True) == 0


def test_every_procedure_has_its_page_in_the_documents():
    assert procedure_pages.stale() == []


def test_every_type_of_entry_stands_in_the_documents():
    assert not entry_types.stale()
