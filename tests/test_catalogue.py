"""One English sentence has one Chinese, whichever room says it."""

import ast

from babel.messages import Catalog

from tools.catalogue import KEYWORDS, ROOT, disagreeing, rooms, update

#: Where sentences are looked up.
SAYING = ("django.utils.translation", "pilin.wording.saying", "gettext")


def said(**sentences):
    catalog = Catalog(locale="zh_Hans")
    for words, chinese in sentences.items():
        catalog.add(words, chinese)
    return catalog


def test_no_sentence_has_two_wordings():
    assert disagreeing({room.name: update(room) for room in rooms()}) == []


def test_two_wordings_of_one_sentence_are_told_apart():
    found = disagreeing({"a": said(Kind="种类", Now="目前"), "b": said(Kind="类别", Now="目前")})
    assert len(found) == 1 and "种类 (a)" in found[0] and "类别 (b)" in found[0]


def test_a_context_allows_another_wording():
    other = Catalog(locale="zh_Hans")
    other.add("Kind", "种类", context="of a thing")
    assert disagreeing({"a": said(Kind="类别"), "b": other}) == []


def test_every_name_a_sentence_is_said_by_is_looked_for():
    """`from … import gettext as X`: sentences in X("…") are dropped from catalogues that do not look."""
    names = set()
    for path in ROOT.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module in SAYING:
                names |= {a.asname or a.name for a in node.names if a.name in KEYWORDS}
    assert {"_", "say", "ngettext"} < names <= KEYWORDS.keys()
