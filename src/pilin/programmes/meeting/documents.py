"""The text of a document: .docx, .pdf or plain text. A scan has none, and is told so."""

from __future__ import annotations

import io
import logging
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.engine.kinds import DOCX, kind_of, unpacks_to
from pilin.wording.decoding import Undecodable, decode
from pilin.wording.text import lines_alike

#: Characters a text may have, and characters of a page of a PDF below which it is taken for a scan.
LONGEST, LEAST = 20_000, 12
PAGES = 80
#: Bytes of a document's own XML; what unpacks to more is made to harm.
UNPACKED = 64 * 2**20


class NoText(ValueError):
    """Why a document gives no text, for whoever gave it."""


def text_of(file: Any, name: str = "") -> str:
    """The text of an upload, paragraph by paragraph, cells of tables apart by tabs. Raises NoText."""
    kind = kind_of(file)
    data = file.read()
    file.seek(0)
    if kind.called:
        raise NoText(
            _("“%(name)s” is %(kind)s. Please save it as .docx or PDF and give that.")
            % {"name": name, "kind": kind.called}
        )
    if kind.mime == DOCX:
        found = _docx(data)
    elif kind.mime == "application/pdf":
        found = _pdf(data)
    elif data.startswith((b"PK\x03\x04", b"%PDF")):
        raise NoText(_("It is damaged and cannot be read."))
    elif kind.mime:
        raise NoText(_("A picture or film has no text that can be read: please type it in."))
    else:
        found = _plain(data)
    text = lines_alike(found).replace("\x0c", "\n").replace("\x00", "").strip()
    if not text:
        raise NoText(_("There is no text in it."))
    if len(text) > LONGEST:
        raise NoText(_("It has more than %(n)d characters: give it in parts.") % {"n": LONGEST})
    return text


def _plain(data: bytes) -> str:
    try:
        return decode(data)
    except Undecodable as fault:
        raise NoText(str(fault)) from fault


def _docx(data: bytes) -> str:
    import docx  # noqa: PLC0415  takes a while, and few pages want it
    from docx.table import Table  # noqa: PLC0415

    try:
        if unpacks_to(io.BytesIO(data)) > UNPACKED:
            raise NoText(_("It is too large to be read."))
        document = docx.Document(io.BytesIO(data))
    except NoText:
        raise
    except Exception as fault:  # whatever a damaged document leads its reader to
        raise NoText(_("It is damaged and cannot be read.")) from fault
    lines = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            lines += ["\t".join(" ".join(c.text.split()) for c in row.cells) for row in block.rows]
        else:
            lines.append(block.text)
    return "\n".join(lines)


def _pdf(data: bytes) -> str:
    import pypdf  # noqa: PLC0415

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise NoText(_("It is locked with a password."))
        pages = [page.extract_text() for page in reader.pages[:PAGES]]
    except NoText:
        raise
    except Exception as fault:
        raise NoText(_("It is damaged and cannot be read.")) from fault
    if sum(len("".join(page.split())) for page in pages) < LEAST * max(1, len(pages)):
        raise NoText(
            _(
                "It is a scan: there are pictures of pages in it, and no text. Please type it in, or have it recognised."
            )
        )
    return _rejoined("\n".join(pages))


def _rejoined(text: str) -> str:
    """Lines that a page broke in the middle of a sentence are one again."""
    out: list[str] = []
    for line in (line.strip() for line in text.splitlines()):
        ends = not out or not out[-1] or out[-1][-1] in "。；：！？;:" or len(out[-1]) < 15
        begins = (
            line[:1] in "一二三四五六七八九十（(【" and line[1:3].strip("十")[:1] in "、）)."
            if line
            else True
        )
        if ends or begins or not line:
            out.append(line)
        else:
            out[-1] += line
    return "\n".join(out)
