"""A workbook that was sent in a page and waits: where it lies, how far it has come, whose it is."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

#: Days for which one is kept.
KEPT = 7
WAITS, UNDER_WAY, DONE, FAILED = "waits", "under-way", "done", "failed"


@dataclass(frozen=True)
class Incoming:
    """`state` is one of those above; `said` is what went wrong, or how many entries were written.

    `names` are what its own names for sheets and columns were said to mean.
    """

    key: str
    name: str
    person: str
    state: str = WAITS
    done: int = 0
    all: int = 0
    said: str = ""
    names: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        return _folder() / self.key / self.name

    def now(self, **more: Any) -> Incoming:
        """As it stands now, on disk and here."""
        found = replace(self, **more)
        found._write()
        return found

    def _write(self) -> None:
        kept = self.path.with_name("state.json")
        fresh = kept.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self)))
        fresh.replace(kept)  # whoever reads it meanwhile reads one or the other


def _folder() -> Path:
    return Path(settings.DATA) / "workbooks"


def keep(upload: UploadedFile[Any], person: str) -> Incoming:
    """Keep a file until it is looked at. Those of a week ago go."""
    _sweep()
    stem = re.sub(r"[^\w .()-]", "_", Path(upload.name or "").stem).strip(". ")[:80] or "workbook"
    found = Incoming(secrets.token_hex(12), f"{stem}.xlsx", person)
    found.path.parent.mkdir(parents=True, mode=0o700)
    with found.path.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return found.now()


def find(key: str, person: str = "") -> Incoming | None:
    """The one with this key, where it is this person's; anybody's, where none is given."""
    if not re.fullmatch(r"[0-9a-f]{24}", key):
        return None
    try:
        said = json.loads((_folder() / key / "state.json").read_text())
    except (OSError, ValueError):
        return None
    found = Incoming(**said)
    return found if person in ("", found.person) else None


def drop(one: Incoming) -> None:
    shutil.rmtree(one.path.parent, ignore_errors=True)


def _old() -> Iterator[Path]:
    before = time.time() - KEPT * 86_400
    for folder in _folder().iterdir() if _folder().exists() else ():
        if folder.stat().st_mtime < before:
            yield folder


def _sweep() -> None:
    for folder in list(_old()):
        shutil.rmtree(folder, ignore_errors=True)
