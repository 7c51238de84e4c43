"""Pictures drawn for the demo, so that its evidence is a real file and nobody's photograph."""

import math
import struct
import zlib

WIDTH, HEIGHT = 720, 405
PAPER, BANK, WATER, REED = (244, 239, 228), (126, 118, 88), (112, 150, 160), (88, 120, 72)


def river(clear: bool) -> bytes:
    """A PNG of a river between two banks, choked with weed or clear."""
    rows = bytearray()
    for y in range(HEIGHT):
        rows.append(0)  # PNG filter type "none"
        for x in range(WIDTH):
            rows += bytes(_pixel(x, y, clear))
    return _png(bytes(rows))


def _pixel(x: int, y: int, clear: bool) -> tuple[int, int, int]:
    middle = HEIGHT * 0.56 + 26 * math.sin(x / 130)
    half = 62 + y * 0.04
    if abs(y - middle) < half:
        weed = math.sin(x * 0.31 + y * 0.17) * math.cos(x * 0.12 - y * 0.29)
        return REED if not clear and weed > 0.15 else WATER
    return BANK if abs(y - middle) < half + 14 else PAPER


def dusk() -> bytes:
    """A PNG of a lane at dusk, lit by its one lamp and dark beyond."""
    rows = bytearray()
    for y in range(HEIGHT):
        rows.append(0)
        for x in range(WIDTH):
            light = max(0.5, 1.3 - math.hypot(x - 200, y - 150) / 330)
            lane = abs(x - 330 - (HEIGHT - y) * 0.2) < 26 + y * 0.3 and y > 150
            colour = (178, 168, 140) if lane else (96, 104, 92) if y > 150 else (88, 100, 128)
            rows += bytes(min(255, round(c * light)) for c in colour)
    return _png(bytes(rows))


def _png(rows: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
