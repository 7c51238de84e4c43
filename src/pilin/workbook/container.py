"""The file around the sheets: what kind it is, whether it may be opened, what its XML betrays.

An .xlsx is a ZIP of XML parts (ECMA-376 parts 1 and 2). The reader proper is python-calamine;
here stands what must be known before it is let in, and what it does not tell: sizes that the
directory of the ZIP belies, cells so far out that a dense table would fill the memory, error
values (calamine returns them empty) and formulas without a stored result.
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.etree import ElementTree

from .errors import (
    Damaged,
    EmptyFile,
    NotAWorkbook,
    Protected,
    TooLarge,
    TooMuchInside,
    WrongFormat,
)

MB = 2**20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAST_ROW = 1_048_576
_CHUNK = 2 * MB


def refuse_other_kinds(file: BinaryIO, limit: int, unpacked_limit: int) -> zipfile.ZipFile:
    """The open ZIP of an .xlsx, or one of `errors` (limits in bytes)."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if not size:
        raise EmptyFile()
    if size > limit:
        raise TooLarge(size=_mb(size), limit=_mb(limit))
    start = file.read(4096)
    if start.startswith(OLE):
        raise _ole(start + file.read())
    if not start.startswith(b"PK"):
        raise WrongFormat(format=".csv") if _looks_like_csv(start) else NotAWorkbook()
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Damaged() from None
    names = set(archive.namelist())
    if "xl/workbook.bin" in names:
        raise WrongFormat(format=".xlsb")
    if "mimetype" in names and b"opendocument.spreadsheet" in _head(archive, "mimetype"):
        raise WrongFormat(format=".ods")
    if "xl/workbook.xml" not in names:
        raise NotAWorkbook()
    total = sum(info.file_size for info in archive.infolist())
    if total > unpacked_limit:
        raise TooMuchInside(size=_mb(total), limit=_mb(unpacked_limit))
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise Protected()
    return archive


def _mb(size: int) -> str:
    return f"{size / MB:.0f}" if size >= 10 * MB else f"{size / MB:.1f}"


def _head(archive: zipfile.ZipFile, name: str) -> bytes:
    return next(inflate(archive, name), b"")


def _ole(data: bytes) -> Exception:
    """An OLE compound file: an encrypted .xlsx ([MS-OFFCRYPTO] 2.3.4), an .xls, or neither.

    Stream names lie in it as UTF-16LE. In an encrypted .xls a FILEPASS record (0x2F) follows the
    BOF record of the stream ([MS-XLS] 2.4.117), which starts on a sector of 512 bytes.
    """
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Protected()
    if not any(name.encode("utf-16-le") in data for name in ("Workbook\0", "Book\0")):
        return NotAWorkbook()
    for bof in re.finditer(rb"\x09\x08[\x08\x10]\x00\x00[\x05\x06]\x05\x00", data):
        at = bof.start()
        for _record in range(8 if at % 512 == 0 else 0):
            if at + 4 > len(data):
                break
            kind, length = struct.unpack_from("<HH", data, at)
            if kind == 0x2F:
                return Protected()
            at += 4 + length
    return WrongFormat(format=".xls")


def _looks_like_csv(start: bytes) -> bool:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            text = start[: len(start) // 2 * 2].decode(encoding, "strict")
        except UnicodeDecodeError as error:
            if error.start < len(start) - 8:  # else only the last character is cut
                continue
            text = start[: error.start].decode(encoding, "ignore")
        lines = [line for line in text.splitlines() if line.strip()][:5]
        if text.lstrip().startswith(("<", "{", "%PDF")) or re.search(r"[\x00-\x08\x0e-\x1f]", text):
            return False
        return any(
            line and all(mark in line for line in lines) for mark in ",\t;" for line in lines
        )
    return False


def inflate(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The bytes of one part in chunks of about 2 MB, counted while they come out.

    `zipfile` stops at the size the directory states, other readers do not; so a part that goes on
    beyond its stated size is refused here, before another reader unpacks it. Raises `Damaged`.
    """
    try:
        info = archive.getinfo(name)
    except KeyError:
        return
    file = archive.fp
    if file is None or info.header_offset < 0:
        raise Damaged()
    file.seek(info.header_offset)
    header = file.read(30)
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise Damaged()
    file.seek(sum(struct.unpack("<HH", header[26:30])), io.SEEK_CUR)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Damaged()
    unpack = zlib.decompressobj(-15) if info.compress_type == zipfile.ZIP_DEFLATED else None
    left, out = info.compress_size, 0
    while left > 0:
        data = file.read(min(left, MB // 2))
        if not data:
            raise Damaged()
        left -= len(data)
        while data:
            try:
                piece = unpack.decompress(data, _CHUNK) if unpack else data
            except zlib.error:
                raise Damaged() from None
            data = unpack.unconsumed_tail if unpack else b""
            out += len(piece)
            if out > info.file_size:
                raise Damaged()
            if piece:
                yield piece


# Where the sheets are --------------------------------------------------------------------------


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → its part inside the ZIP. Raises `Damaged`."""
    book = _tree(archive, "xl/workbook.xml")
    links = {
        link.get("Id", ""): link.get("Target", "")
        for link in _tree(archive, "xl/_rels/workbook.xml.rels")
    }
    parts = {}
    for element in book.iter():
        if element.tag.rpartition("}")[2] == "sheet":
            link = next((v for k, v in element.items() if k.endswith("}id")), "")
            parts[element.get("name", "")] = posixpath.normpath(
                posixpath.join("/xl", links.get(link, ""))
            ).lstrip("/")
    return parts


def _tree(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    data = b"".join(inflate(archive, name))
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:  # no workbook has one; entities can explode
        raise Damaged()
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError):
        raise Damaged() from None


# What the XML of a sheet betrays ---------------------------------------------------------------

_VALUES = rb"#(?:REF!|DIV/0!|VALUE!|NAME\?|N/A|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)"
ERROR_VALUES = frozenset(
    ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
)
_WRITTEN = re.compile(rb">\s*" + _VALUES + rb"\s*<")
# No pattern runs on past the next tag, so that bad XML costs no more time than good.
_CELL = rb"""<(?:\w+:)?c\b(?=[^<>]*?\br=["']([A-Z]{1,3}[0-9]{1,7})["'])"""
_FORMULA = rb"\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</[^<>]*>)\s*"
_FAULT = re.compile(
    _CELL + rb"""(?=[^<>]*?\bt=["']e["'])[^<>]*>(?:""" + _FORMULA + rb""")?(?:<[^<>]*>([^<]*))?"""
)
_NO_RESULT = re.compile(
    _CELL
    + rb"""(?![^<>]*\bt=["'](?:str|e)["'])[^<>]*>"""
    + _FORMULA
    + rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
_FAR = re.compile(rb'r="[A-Z]*(?:[A-Z]{2}[0-9]|[0-9]{6})')  # a literal start makes these quick
_LETTERS = re.compile(rb'r="([A-Z]+)[0-9]')
_FILLED = re.compile(_CELL + rb"[^<>]*(?<!/)>\s*<(?:\w+:)?(?:v|f|is)\b")


@dataclass(slots=True)
class Findings:
    """`faults`: cell → error value. `uncalculated`: cells of formulas without a result. `far`:
    some cell lies beyond column Z or row 99,999. `written`: an error value stands as text.
    """

    faults: dict[str, str] = field(default_factory=dict)
    uncalculated: list[str] = field(default_factory=list)
    far: bool = False
    written: bool = False


def scan(archive: zipfile.ZipFile, part: str) -> Findings:
    """One pass over a sheet's XML; costs little beside reading the sheet."""
    found = Findings()
    for rows in _rows(archive, part):
        found.far = found.far or b"r='" in rows or bool(_FAR.search(rows))
        if b"#" in rows:
            found.written = found.written or bool(_WRITTEN.search(rows))
        if b't="e"' in rows or b"t='e'" in rows:
            for fault in _FAULT.finditer(rows):
                value = re.search(_VALUES, fault[2] or b"")
                found.faults[fault[1].decode()] = value[0].decode() if value else "#"
        if b"<f" in rows or b":f" in rows:
            found.uncalculated += [cell[1].decode() for cell in _NO_RESULT.finditer(rows)]
    return found


def written_errors(archive: zipfile.ZipFile) -> bool:
    """Whether any shared string is an error value, as when values were pasted."""
    return any(
        b"#" in piece and _WRITTEN.search(piece)
        for piece in _rows(archive, "xl/sharedStrings.xml", b"<si")
    )


def farthest(archive: zipfile.ZipFile, part: str, most_cells: int) -> str | None:
    """The far corner ("XFD1048576") of a sheet whose dense table exceeds `most_cells`, or None."""
    letters: set[bytes] = set()
    for rows in _rows(archive, part):
        letters.update(_LETTERS.findall(rows))
        if b"r='" in rows:  # no program is known to write this; let the exact count decide
            letters.add(b"XFD")
    widest = max(map(column_number, letters), default=0)
    if widest * LAST_ROW <= most_cells:
        return None
    width = height = 0  # exact now: many cells of a sheet are only formatted
    for rows in _rows(archive, part):
        for filled in _FILLED.finditer(rows):
            name = filled[1].rstrip(b"0123456789")
            width = max(width, column_number(name))
            height = max(height, int(filled[1][len(name) :]))
    return None if width * height <= most_cells else f"{column_letters(width)}{height}"


def _rows(archive: zipfile.ZipFile, part: str, opening: bytes = b"<row") -> Iterator[bytes]:
    """The part in pieces that end between two elements `opening`, so that no cell is cut."""
    rest = b""
    for piece in inflate(archive, part):
        rest += piece
        cut = max(rest.rfind(opening), rest.rfind(b":" + opening[1:]))
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
    yield rest


def column_number(letters: bytes | str) -> int:
    """ "A" → 1, "XFD" → 16384."""
    number = 0
    for letter in letters.encode() if isinstance(letters, str) else letters:
        number = number * 26 + letter - 64
    return number


def column_letters(number: int) -> str:
    """1 → "A", 16384 → "XFD"."""
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters
