"""What is printed: sheets for the notice board, posters, numbered slips, minutes, receipts.

Set by Typst into PDF with a Chinese typeface in it, so that it looks the same wherever it is printed.
The templates lie beside this file; nothing is looked up on the machine or the network.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import segno
import typst
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import force_str
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pilin.people.codes import Made

HERE = Path(__file__).parent
FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent

#: Slips in one file.
MOST = 400

Words = Any  # str, or what becomes one in the reader's language


@dataclass(frozen=True)
class Paper:
    """`link` is a path of this site, printed as a code to be scanned; "" where there is none."""

    title: Words
    kicker: Words = ""
    link: str = ""
    blocks: Sequence[Mapping[str, Any]] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    template: str = "sheet"


def code_slips(title: Words, link: str, how: Words, made: Made) -> Paper:
    """Slips to be cut apart, each with a code of a batch and `how` it is entered."""
    batch = _("Batch %(entry)d") % {"entry": made.entry}
    more = {"codes": list(made.codes), "how": how, "batch": batch}
    return Paper(title=title, link=link, template="codes", more=more)


def heading(text: Words) -> dict[str, Any]:
    return {"type": "heading", "text": text}


def text(words: Words, kind: str = "text") -> dict[str, Any]:
    """A paragraph a line; `kind`: text, lead, quote, hint or code."""
    return {"type": kind, "text": words}


def facts(rows: Iterable[tuple[Words, Words]], kind: str = "facts") -> dict[str, Any]:
    """Label and words beside each other; `kind` "steps" where the label is a day."""
    return {"type": kind, "rows": [list(row) for row in rows]}


def code(words: str, alt: Words) -> dict[str, Any]:
    """Words as they are, in a code to be scanned: kept by whoever scans it, without any network."""
    return {"type": "code-image", "image": drawn_code(words), "alt": alt}


def items(words: Iterable[Words]) -> dict[str, Any]:
    return {"type": "list", "items": list(words)}


@dataclass(frozen=True)
class Slip:
    """One to be cut off: `head` is printed on it alone, for instance whose it is."""

    number: int
    head: Words = ""


def slips(
    title: Words,
    how: Words,
    rows: Iterable[Any],
    numbered: Iterable[Slip],
    answers: Sequence[Words] = (),
) -> Paper:
    """Numbered slips. `rows` are words with a box for each of `answers`; without answers, pairs of
    words and what stands at the end of the row, with one box to tick."""
    more = {
        "how": how,
        "items": list(rows),
        "answers": list(answers),
        "numbered": _("No."),
        "slips": [{"number": slip.number, "head": slip.head} for slip in numbered],
    }
    return Paper(title, more=more, template="slips")


def numbers(request: HttpRequest) -> list[Slip]:
    """Blank slips from the number `from`, `n` of them: 20 from 1, where that is not said."""
    first, n = beginning(request), _number(request.GET.get("n", ""), 20)
    return [Slip(number) for number in range(first, min(first + min(n, MOST), 1_000_000))]


def beginning(request: HttpRequest) -> int:
    """The number of the first slip, as the address says it."""
    return _number(request.GET.get("from", ""), 1)


def _number(text: str, usual: int) -> int:
    fine = text.isascii() and text.isdigit() and len(text) < 7
    return (int(text) if fine else usual) or usual


def pdf(paper: Paper) -> bytes:
    """The paper as PDF, the same bytes for the same words."""
    address = settings.SITE_URL + paper.link if paper.link else ""
    chinese = (get_language() or "").startswith("zh")
    said = {
        "title": paper.title,
        "kicker": paper.kicker,
        "lang": "zh" if chinese else "en",
        "region": "cn" if chinese else "gb",
        "link": address,
        "qr": drawn_code(address) if address else "",
        "scan": _("Scan to see how it stands"),
        "foot": _(
            "Printed from Pilin. What stands on the page behind the code is newer than this paper."
        )
        if address
        else paper.title,
        "blocks": list(paper.blocks),
        **paper.more,
    }
    return compiled(paper.template, said)


class Unprintable(Exception):
    """Nothing can be printed, and why, in the reader's language."""


#: The typefaces that templates name.
FACES = ("Noto Serif SC", "Noto Sans SC")


def typefaces() -> list[str]:
    """Where Typst finds the typefaces. Raises Unprintable where one is missing or cannot be read."""
    if missing := _missing(str(FONTS)):
        raise Unprintable(
            _(
                "This cannot be printed: the typeface %(name)s is missing or cannot be read in %(folder)s."
            )
            % {"name": missing, "folder": FONTS}
        )
    return [str(FONTS)]


@lru_cache(4)
def _missing(folder: str) -> str:
    found = typst.Fonts(include_system_fonts=False, font_paths=[folder]).families()
    return next((name for name in FACES if name not in found), "")


def compiled(template: str, said: Mapping[str, Any], **more: Any) -> bytes:
    """What Typst makes of a template of this folder: the same bytes for the same words."""
    faces = typefaces()
    made = typst.compile(
        str(HERE / f"{template}.typ"),
        root=str(HERE),
        font_paths=faces,
        ignore_system_fonts=True,
        sys_inputs={"said": json.dumps(said, default=force_str, ensure_ascii=False)},
        format="pdf",
        **more,
    )
    assert isinstance(made, bytes)
    return made


@lru_cache(256)
def drawn_code(words: str) -> str:
    """A code to be scanned, as SVG."""
    out = io.BytesIO()
    segno.make(words, error="m").save(out, kind="svg", scale=4, border=0, xmldecl=False)
    return out.getvalue().decode()


def printed(paper: Paper, name: str) -> HttpResponse:
    """Shown in the browser, from where it is printed or kept under `name`."""
    try:
        return as_pdf(pdf(paper), name)
    except Unprintable as why:
        return unprintable(why)


def as_pdf(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def unprintable(why: Unprintable) -> HttpResponse:
    return HttpResponse(str(why), content_type="text/plain; charset=utf-8", status=503)
