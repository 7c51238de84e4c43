"""What a file is, told by its content: neither its name nor the browser is asked.

Office documents are ZIP archives, in whatever order their parts lie: what they are stands in
`[Content_Types].xml` (ISO/IEC 29500-2). Kinds that offices use and that are not taken are named.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import IO, Any

import filetype
from django.utils.translation import gettext_lazy as _

from .procedure import Words

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES = "[Content_Types].xml"
#: What the main part of a document says it is.
_MAIN = {
    b"wordprocessingml.document.main+xml": DOCX,
    b"spreadsheetml.sheet.main+xml": XLSX,
}
#: The compound file of older programs: .doc, .xls, .wps, .et (MS-CFB).
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: The list of parts is a few kilobytes; whatever is longer is none.
_LONGEST = 2**20

#: What a damaged archive, one with a password, or one made to harm raises.
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, RuntimeError, EOFError)

OLD = _("an older Word, Excel or WPS file (.doc, .xls, .wps, .et)")
OFD = _("an OFD file")
OPEN_DOCUMENT = _("an OpenDocument file")
ARCHIVE = _("an archive of files (.zip)")


class Kind:
    """`mime` as it is entered, or "" with what it is `called` where that is known."""

    def __init__(self, mime: str = "", called: Words = "") -> None:
        self.mime, self.called = mime, called


def kind_of(file: IO[Any]) -> Kind:
    """What a file is; reads it from its beginning and leaves it there."""
    file.seek(0)
    start = file.read(8192)
    file.seek(0)
    if start.startswith(b"PK"):
        try:
            return _archive(file)
        finally:
            file.seek(0)
    if start.startswith(_COMPOUND):
        return Kind(called=OLD)
    guess = filetype.guess(start)
    return Kind(guess.mime) if guess else Kind()


def unpacks_to(file: IO[Any]) -> int:
    """The bytes an office document says that it unpacks to. Raises ValueError: it is damaged."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (*_BROKEN, zlib.error) as fault:
        raise ValueError("damaged") from fault
    finally:
        file.seek(0)


def _archive(file: IO[Any]) -> Kind:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if _TYPES in names and archive.getinfo(_TYPES).file_size <= _LONGEST:
                types = archive.read(_TYPES)
                found = next((mime for said, mime in _MAIN.items() if said in types), "")
                if found:
                    return Kind(found)
            if "OFD.xml" in names:
                return Kind(called=OFD)
            if "mimetype" in names and archive.read("mimetype")[:64].startswith(
                b"application/vnd.oasis.opendocument"
            ):
                return Kind(called=OPEN_DOCUMENT)
    except (*_BROKEN, zlib.error):
        return Kind()
    return Kind(called=ARCHIVE)
