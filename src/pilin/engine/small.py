"""Small copies of pictures, for pages: made when they are first asked for, and made anew if they go."""

from __future__ import annotations

import contextlib
import os
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageOps

from . import evidence

#: Pixels of the longer side; of the whole picture, above which none is made.
SIDE, MOST = 1_000, 60_000_000
KIND = "image/webp"


def folder() -> Path:
    return Path(settings.DATA) / "small"


def path_of(sha256: str) -> Path:
    return folder() / sha256[:2] / f"{evidence.path_of(sha256).name}.webp"


def of(sha256: str) -> Path | None:
    """The small copy of a picture, upright; None where none can be made of it."""
    target = path_of(sha256)
    if target.exists():
        return target
    try:
        with Image.open(evidence.path_of(sha256)) as picture:
            if picture.width * picture.height > MOST:
                return None
            picture.draft("RGB", (SIDE, SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((SIDE, SIDE))
            _write(upright, target)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None  # no picture after all, or no room: the file itself is shown
    return target


def _write(picture: Image.Image, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder())
    try:
        with os.fdopen(handle, "wb") as out:
            mode = "RGBA" if "A" in picture.getbands() else "RGB"
            picture.convert(mode).save(out, "WEBP", quality=80)
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def sweep(before: datetime) -> int:
    """Remove copies of what is no longer kept, and what was never written to its end."""
    gone = 0
    for path in folder().glob("**/*"):
        with contextlib.suppress(FileNotFoundError):
            if not path.is_file() or path.stat().st_mtime > before.timestamp():
                continue
            if path.parent == folder() or not evidence.path_of(path.stem).exists():
                path.unlink()
                gone += 1
    return gone
