"""Ground beneath the maps: pictures of streets and rivers from a file that an operator put there.

`tiles.pmtiles` in the data folder is an archive in the format PMTiles 3 of square pictures in Web Mercator,
as every map service cuts them. Nothing is fetched: where there is no such file, maps are outlines alone.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.html import strip_tags
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import TileType

from pilin.people.frame import Frame

NAME = "tiles.pmtiles"
TYPES = {
    TileType.PNG: "image/png",
    TileType.JPEG: "image/jpeg",
    TileType.WEBP: "image/webp",
    TileType.AVIF: "image/avif",
}
#: How many squares may lie side by side in a picture.
ACROSS = 4


class Unfit(ValueError):
    """The file is no archive of pictures."""


@dataclass(frozen=True)
class Tile:
    """A picture in another: where, how large, and its address."""

    x: float
    y: float
    width: float
    height: float
    url: str


class Archive:
    """An archive that is open. Raises Unfit where it is none, or none of pictures."""

    def __init__(self, path: Path, version: str) -> None:
        self.version = version
        try:
            with path.open("rb") as file:
                self._reader = Reader(MmapSource(file))  # type: ignore[no-untyped-call]
            header = self._reader.header()  # type: ignore[no-untyped-call]
            self.least, self.most = int(header["min_zoom"]), int(header["max_zoom"])
            found = TYPES.get(header["tile_type"])
            said = self._reader.metadata().get("attribution", "")  # type: ignore[no-untyped-call]
        except Exception as fault:  # whatever a broken file makes of the library
            raise Unfit(str(fault)) from fault
        if found is None:
            raise Unfit(str(header["tile_type"]))
        self.type = found
        #: Whom the pictures are from, which their licence may ask to be said.
        self.credit = " ".join(strip_tags(str(said)).split())[:200]

    def get(self, zoom: int, x: int, y: int) -> bytes | None:
        if not (self.least <= zoom <= self.most and 0 <= x < 2**zoom and 0 <= y < 2**zoom):
            return None
        found: bytes | None = self._reader.get(zoom, x, y)  # type: ignore[no-untyped-call]
        return found


def archive() -> Archive | None:
    """The operator's archive; None where there is none, or it is of no use (`pilin doctor` says why)."""
    try:
        return opened()
    except Unfit:
        return None


def opened() -> Archive | None:
    """As `archive`, and raises Unfit."""
    path = Path(settings.DATA) / NAME
    try:
        about = path.stat()
    except OSError:
        return None
    return _opened(path, f"{about.st_mtime_ns:x}-{about.st_size:x}")


@lru_cache(2)
def _opened(path: Path, version: str) -> Archive:
    return Archive(path, version)


def beneath(frame: Frame, inside: bool = False) -> tuple[Tile, ...]:
    """The squares under a picture; `inside`: each in it, since a picture may name no other."""
    found = archive()
    return tuple(_squares(found, frame, inside)) if found else ()


def _squares(found: Archive, frame: Frame, inside: bool) -> Iterator[Tile]:
    west, south, east, north = frame.box
    wanted = math.floor(math.log2(ACROSS * 360 / max(east - west, 1e-6)))
    zoom = max(found.least, min(found.most, wanted))
    n = 2**zoom
    columns = range(max(0, _column(west, n)), min(n - 1, _column(east, n)) + 1)
    lines = range(max(0, _line(north, n)), min(n - 1, _line(south, n)) + 1)
    if len(columns) * len(lines) > (ACROSS + 2) ** 2:  # an archive of near views alone
        return
    for x in columns:
        for y in lines:
            picture = found.get(zoom, x, y)
            if picture is None:
                continue
            left, top = frame.xy((x / n * 360 - 180, _latitude(y, n)))
            right, bottom = frame.xy(((x + 1) / n * 360 - 180, _latitude(y + 1, n)))
            url = reverse("web:map-tile", args=[found.version, zoom, x, y])
            if inside:
                url = f"data:{found.type};base64,{base64.b64encode(picture).decode()}"
            yield Tile(left, top, round(right - left, 1), round(bottom - top, 1), url)


def _column(lon: float, n: int) -> int:
    return math.floor((lon + 180) / 360 * n)


def _line(lat: float, n: int) -> int:
    """Web Mercator: the line of squares a latitude lies in, from the north."""
    return math.floor((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)


def _latitude(line: int, n: int) -> float:
    """The upper edge of a line of squares."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * line / n))))
