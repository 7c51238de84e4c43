"""An issue as PDF: set by Typst, pages of A4, or two of them on each side of an A3 sheet to be folded."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import typst
from django.utils import translation

from pilin.kit.paper import HERE, compiled, typefaces
from pilin.ledger import log, witnessed

from . import collecting, issue

#: PDF/UA-1 (ISO 14289-1): read aloud in order, pictures with words.
STANDARD = "ua-1"
A4, A3 = "a4", "a3"


def signed() -> str:
    """The newest state of the record that witnesses have signed; where there are none, its own."""
    return witnessed.newest(log.MAIN) or log.checkpoint(log.MAIN)


def collected(since: date, until: date, upto: int | None = None) -> collecting.Happened:
    """What happened in these days, of the entries numbered below `upto` (all of them)."""
    stop = log.size(log.MAIN) if upto is None else upto
    return collecting.collect(log.read(log.MAIN, 0, stop), since, until, stop)


def pdf(happened: collecting.Happened, words: issue.Words, language: str, paper: str = A4) -> bytes:
    """The same bytes for the same record and words."""
    with translation.override(language):
        said = issue.written(happened, words)
    made = compiled("gazette", said, pdf_standards=STANDARD)
    return _folded(made, said) if paper == A3 else made


def _pages(said: Mapping[str, Any]) -> int:
    found = typst.query(
        str(HERE / "gazette.typ"),
        "<pages>",
        field="value",
        one=True,
        root=str(HERE),
        font_paths=typefaces(),
        ignore_system_fonts=True,
        sys_inputs={"said": json.dumps(said, ensure_ascii=False, default=str)},
    )
    return int(json.loads(found))


def _folded(made: bytes, said: Mapping[str, Any]) -> bytes:
    """Sheets of A3, printed on both sides and folded in the middle, in the order of reading."""
    n = _pages(said)
    whole = -(-n // 4) * 4
    sheets = []
    for sheet in range(whole // 4):
        low, high = 2 * sheet + 1, whole - 2 * sheet
        sheets += [(high, low), (low + 1, high - 1)]
    sides = ", ".join(f"({left}, {right})" for left, right in sheets)
    text = _SHEET % {
        "title": json.dumps(said["title"]),
        "lang": said["lang"],
        "sides": sides,
        "n": n,
    }
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "issue.pdf").write_bytes(made)
        (Path(folder) / "sheet.typ").write_text(text)
        found = typst.compile(
            str(Path(folder) / "sheet.typ"), root=folder, ignore_system_fonts=True, format="pdf"
        )
    assert isinstance(found, bytes)
    return found


_SHEET = """
#set document(title: %(title)s, date: none)
#set text(lang: "%(lang)s")
#set page(paper: "a3", flipped: true, margin: 0pt)
#let shown(n) = if n <= %(n)d {
  image("issue.pdf", page: n, width: 100%%, height: 100%%, fit: "contain", alt: str(n))
}
#for (left, right) in (%(sides)s,) {
  grid(columns: (1fr, 1fr), rows: 100%%, shown(left), shown(right))
}
"""
