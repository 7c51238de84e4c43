"""Texts, keys, files and their kinds are read in one place each: nothing reads them beside it.

What is named here as an exception says why it is one.
"""

import ast
from pathlib import Path

import pytest

import pilin

ROOT = Path(pilin.__file__).parent
FOLDS = {"strip", "lstrip", "rstrip", "lower", "upper", "casefold"}
#: Where a text is folded by hand to be compared or to be a key, and why that is no name of anything.
BY_HAND = {
    "deciding/owners.py": "empty cells are told from full ones",
    "deciding/pabulib.py": "words of the format, which are ASCII; projects are told apart by identity",
    "deciding/alerts/reading.py": "tags of languages (BCP 47)",
    "engine/procedure.py": "the parts of a procedure's name for a step, which are ours",
    "intake/reading.py": "media types of HTTP (RFC 9110)",
    "kit/conditional.py": "tags of HTTP (RFC 9110)",
    "kit/terms.py": "a word of ours is looked for in a sentence of ours",
    "run/page_cache.py": "headers of HTTP (RFC 9110)",
    "settings.py": "names of the environment",
    "wording/values.py": "months, weekdays and names of the yuan, which are ours",
    "workbook/reader.py": "error values of Excel, which are ASCII",
}
#: Files that are ours, in our own encoding.
OURS = {
    "settings.py": "the secret key, written here",
    "run/postgres.py": "PostgreSQL's own",
    "run/backup/making.py": "what PostgreSQL's programs say",
    "run/backup/restoring.py": "what PostgreSQL's programs say",
    "run/backup/recovering.py": "what PostgreSQL says",
    "ledger/witness.py": "notes as logs sign them, in UTF-8",
    "run/config.py": "settings as systemd reads them, in UTF-8",
    "site/backups.py": "written here",
    "ledger/witnessing.py": "a fingerprint, written here",
    "neighbours/taking.py": "a policy as C2SP has it, in UTF-8",
    "run/back.py": "written here",
    "site/arriving.py": "written here",
    "site/outside.py": "a connection is opened, no file",
    "deciding/chains/acts.py": "bounds and their sources, written here",
    "site/manage/incoming.py": "a state, written here",
    "ledger/offered/verify.py": "a script without dependencies: receipts and checkpoints",
    "deciding/pabulib.py": "it is written, not read",
    "programmes/honour/rules.py": "criteria and days, written here",
    "programmes/panel/rules.py": "days and seats, written here",
    "deciding/alerts/codes.py": "hours and degrees, written here",
    "programmes/lead/rules.py": "days and standings, written here",
    "programmes/adviser/rules.py": "days and bounds, written here",
    "programmes/catalogue/rules.py": "days, stages and sizes, written here",
}
#: Who may look into bytes to tell their kind.
KINDS = {"filetype": {"engine/kinds.py"}, "zipfile": {"engine/kinds.py", "workbook/container.py"}}


def modules():
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if "/tests/" not in f"/{name}" and "/migrations/" not in f"/{name}":
            yield name, ast.parse(path.read_text())


def is_folded(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in FOLDS
    )


def compared(tree):
    """Lines where a text folded by hand is compared, or is a key."""
    for node in ast.walk(tree):
        parts = []
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
        elif isinstance(node, ast.Subscript):
            parts = [node.slice]
        elif isinstance(node, ast.Dict):
            parts = [key for key in node.keys if key]
        elif isinstance(node, ast.DictComp):
            parts = [node.key]
        elif isinstance(node, ast.SetComp):
            parts = [node.elt]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            parts = node.args[:1] if node.func.attr in ("get", "setdefault", "add", "index") else []
        yield from (part.lineno for part in parts if is_folded(part))


def reads_text(tree):
    """Lines where a file is opened as text."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        if name in ("read_text", "TextIOWrapper"):
            yield node.lineno
        if name in ("open", "fdopen") and getattr(
            getattr(node.func, "value", None), "id", ""
        ) not in (
            "os",
            "Image",
        ):
            at = 0 if isinstance(node.func, ast.Attribute) else 1
            mode = node.args[at] if len(node.args) > at else None
            if not (isinstance(mode, ast.Constant) and "b" in str(mode.value)):
                yield node.lineno


def faults(look, known):
    return {
        name: lines for name, tree in modules() if name not in known and (lines := list(look(tree)))
    }


def test_keys_are_compared_by_identity_and_not_folded_by_hand():
    assert not faults(compared, BY_HAND)


def test_files_of_others_are_decoded_in_one_place():
    assert not faults(reads_text, OURS)


@pytest.mark.parametrize("library", KINDS)
def test_kinds_of_files_are_told_in_one_place(library):
    def imports(tree):
        for node in ast.walk(tree):
            if isinstance(node, ast.Import) and any(a.name == library for a in node.names):
                yield node.lineno
            if isinstance(node, ast.ImportFrom) and node.module == library:
                yield node.lineno

    assert {name for name, tree in modules() if [*imports(tree)]} == KINDS[library]


@pytest.mark.parametrize(("look", "known"), [(compared, BY_HAND), (reads_text, OURS)])
def test_no_exception_is_left_over(look, known):
    found = {name for name, tree in modules() if [*look(tree)]}
    assert sorted({*known} - found) == []


@pytest.mark.parametrize(
    ("look", "bad"),
    [
        (compared, "if name.strip() == other: pass"),
        (compared, "seen.setdefault(text.lower(), 1)"),
        (compared, "x = {t.casefold(): t for t in texts}"),
        (reads_text, "open(path)"),
        (reads_text, "path.open('r')"),
        (reads_text, "path.read_text()"),
    ],
)
def test_the_check_finds_what_it_looks_for(look, bad):
    assert [*look(ast.parse(bad))] == [1]
