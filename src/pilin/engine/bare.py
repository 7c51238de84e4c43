"""Pictures and videos without what a device wrote into them: position, device, thumbnail, author.

It is taken out before the file is hashed, so that neither the record nor anybody's copy of it has it.
The picture itself is not touched; which way up it is stays (Exif 2.32, tag 0x0112), as do its colours.

Sources: JPEG ITU-T T.81 annex B, PNG ISO/IEC 15948, WebP container RFC 9649, MP4 ISO/IEC 14496-12.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, TemporaryUploadedFile, UploadedFile


class Damaged(ValueError):
    """It is not whole, so what it holds cannot be told."""


def bare(upload: UploadedFile[Any], kind: str) -> UploadedFile[Any]:
    """The upload without such traces; itself, where it has none or is of a kind that is kept as it is.

    `kind` is its type by content. Raises Damaged.
    """
    strip = _STRIP.get(kind)
    if strip is None:
        return upload
    upload.seek(0)
    found = upload.read()
    try:
        kept = strip(found)
    except (IndexError, struct.error) as fault:
        raise Damaged from fault
    upload.seek(0)
    return upload if kept == found else _with(upload, kept)


def _with(upload: UploadedFile[Any], data: bytes) -> UploadedFile[Any]:
    """As large ones are: on disk until they are kept."""
    new: UploadedFile[Any]
    if isinstance(upload, TemporaryUploadedFile):
        new = TemporaryUploadedFile(
            upload.name or "", upload.content_type, len(data), upload.charset
        )
        new.write(data)
        new.seek(0)
    else:
        new = InMemoryUploadedFile(
            BytesIO(data), None, upload.name, upload.content_type, len(data), upload.charset
        )
    return new


# JPEG ---------------------------------------------------------------------------------------------

#: A marker among compressed data: neither a stuffed byte nor a restart.
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_SOS, _EOI, _COM = 0xDA, 0xD9, 0xFE


def _jpeg(data: bytes) -> bytes:
    """Segments that make the picture; of those of applications, JFIF, colour profile and Adobe's."""
    if data[:2] != b"\xff\xd8":
        raise Damaged
    out, turn = [b"\xff\xd8"], 1
    for marker, segment in _segments(data):
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0":
            turn = _turn(segment[10:])
        elif _is_picture(marker, segment):
            out.append(segment)
    if 1 < turn <= 8:
        exif = _exif(turn)
        out.insert(1, b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    return b"".join(out)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, all of the segment) up to the end of the picture; what lies behind it is left out."""
    at = 2
    while True:
        if data[at] != 0xFF:
            raise Damaged
        while data[at + 1] == 0xFF:
            at += 1
        marker = data[at + 1]
        if marker == _EOI:
            yield marker, b"\xff\xd9"
            return
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise Damaged
        if marker == _SOS:
            found = _MARKER.search(data, end)
            if found is None:
                raise Damaged
            end = found.start()
        yield marker, data[at:end]
        at = end


def _is_picture(marker: int, segment: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF:
        wanted = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}.get(marker)
        return wanted is not None and segment[4:].startswith(wanted)
    return marker != _COM


def _turn(tiff: bytes) -> int:
    """The orientation, 1 to 8; 1 where it is not said."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (first,) = struct.unpack_from(order + "I", tiff, 4)
        (n,) = struct.unpack_from(order + "H", tiff, first)
        for i in range(min(n, 200)):
            tag, kind, _count, value = struct.unpack_from(order + "HHIH", tiff, first + 2 + 12 * i)
            if tag == 0x0112 and kind == 3:
                return int(value)
    except struct.error:
        pass
    return 1


def _exif(turn: int) -> bytes:
    """The smallest Exif that says which way up it is."""
    ifd = struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, turn, 0, 0)
    return b"Exif\0\0MM\0*" + struct.pack(">I", 8) + ifd


# PNG ----------------------------------------------------------------------------------------------

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs hIST cICP acTL fcTL fdAT".split()
)


def _png(data: bytes) -> bytes:
    if data[:8] != _PNG:
        raise Damaged
    out, at = [_PNG], 8
    while True:
        (length,) = struct.unpack_from(">I", data, at)
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            raise Damaged
        if name in _PNG_KEPT:
            out.append(data[at:end])
        if name == b"IEND":
            return b"".join(out)
        at = end


# WebP ---------------------------------------------------------------------------------------------

_XMP, _EXIF = 0x04, 0x08  # flags of VP8X


def _webp(data: bytes) -> bytes:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise Damaged
    (size,) = struct.unpack_from("<I", data, 4)
    out, at, last = [], 12, min(8 + size, len(data))
    while at + 8 <= last:
        (length,) = struct.unpack_from("<I", data, at + 4)
        name, end = data[at : at + 4], at + 8 + length + length % 2
        if at + 8 + length > last:
            raise Damaged
        chunk = data[at:end]
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~(_XMP | _EXIF)]) + chunk[9:]
        if name in (b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"):
            out.append(chunk)
        at = end
    body = b"WEBP" + b"".join(out)
    return b"RIFF" + struct.pack("<I", len(body)) + body


# MP4 ----------------------------------------------------------------------------------------------

_WITHIN = frozenset({b"moov", b"trak", b"mdia"})
_TOLD = frozenset({b"udta", b"meta", b"uuid"})


def _mp4(data: bytes) -> bytes:
    """Boxes that say where and with what become free space: everything else stays where it lies."""
    found = bytearray(data)
    _free(found, 0, len(found))
    return bytes(found)


def _free(data: bytearray, at: int, last: int) -> None:
    while at + 8 <= last:
        length, name = struct.unpack_from(">I4s", data, at)
        head = 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        end = last if length == 0 else at + length
        if end > last or end < at + head:
            raise Damaged
        if name in _TOLD:
            data[at + 4 : at + 8] = b"free"
            data[at + head : end] = bytes(end - at - head)
        elif name in _WITHIN:
            _free(data, at + head, end)
        at = end


_STRIP = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "video/mp4": _mp4,
}
