"""Issues that were printed: an entry each, which says of what days, from which entries, and the pages' hash.

The pages are made again from the record whenever they are asked for, and kept until words are struck or
somebody is erased: then they are made anew, without those words, and no longer have the hash they had.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from pilin.engine.act import act
from pilin.engine.moderation_models import Strike
from pilin.ledger import log
from pilin.ledger.log import Record
from pilin.people.actor import HOUSE

from . import issue, setting

STEP = "issue"
LANGUAGES = ("zh-hans", "en")


class Overlaps(ValueError):
    """These days, or some of them, stand in an issue already."""

    def __init__(self, number: int, until: date) -> None:
        super().__init__(number, until)
        self.number, self.until = number, until


@dataclass(frozen=True)
class Printed:
    """An issue; `pages` are the hashes its pages had when it was printed, by language."""

    entry: int
    number: int
    since: date
    until: date
    upto: int
    checkpoint: str
    pages: dict[str, str]


def issues() -> list[Printed]:
    """Every issue, the newest first."""
    with connection.cursor() as cursor:
        rows = cursor.execute(
            "SELECT e.number FROM loop_matter m JOIN ledger_entry e ON e.log = %s AND e.number = m.id"
            " WHERE m.kind = 'manage' AND e.body LIKE %s ORDER BY e.number DESC",
            [log.MAIN, f'%"step":"{STEP}"%'],
        ).fetchall()
    found = log.some(log.MAIN, [row[0] for row in rows])
    return sorted(map(_printed, found), key=lambda one: -one.number)


def _printed(record: Record) -> Printed:
    said = record.body["data"]
    since, until = date.fromisoformat(said["since"]), date.fromisoformat(said["until"])
    rest = said["upto"], said["checkpoint"], said["pages"]
    return Printed(record.number, said["number"], since, until, *rest)


def publish(since: date, until: date) -> Printed:
    """Print an issue of these days, and enter that it was. Raises Overlaps."""
    with transaction.atomic():
        log.lock(log.MAIN)  # nothing is entered between what is printed and that it was
        known = issues()
        if known and since <= known[0].until:
            raise Overlaps(known[0].number, known[0].until)
        number, checkpoint = (known[0].number if known else 0) + 1, setting.signed()
        happened = setting.collected(since, until)
        words = issue.Words(number, checkpoint)
        made = {language: setting.pdf(happened, words, language) for language in LANGUAGES}
        said = {
            "number": number,
            "since": since.isoformat(),
            "until": until.isoformat(),
            "upto": happened.upto,
            "checkpoint": checkpoint,
            "pages": {name: hashlib.sha256(data).hexdigest() for name, data in made.items()},
        }
        record = act(HOUSE, "manage", STEP, said)
    found = _printed(record)
    for language, data in made.items():
        _keep(found, language, data)
    return found


def pages(printed: Printed, language: str) -> bytes:
    """An issue's pages, without what was struck or erased since."""
    path = _path(printed, language)
    if path.exists():
        return path.read_bytes()
    happened = setting.collected(printed.since, printed.until, printed.upto)
    words = issue.Words(printed.number, printed.checkpoint)
    data = setting.pdf(happened, words, language)
    _keep(printed, language, data)
    return data


def _folder() -> Path:
    return Path(settings.DATA) / "gazette"


def _path(printed: Printed, language: str) -> Path:
    return _folder() / f"{printed.number}-{language}-{_taken_out()}.pdf"


def _keep(printed: Printed, language: str, data: bytes) -> None:
    """Keep the pages; those with words that were taken out since go."""
    path = _path(printed, language)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    for older in path.parent.glob(f"{printed.number}-{language}-*.pdf"):
        older.unlink(missing_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)


def _taken_out() -> int:
    """The newest entry by which words went: struck, or of somebody who was erased; -1 for none."""
    struck: int | None = Strike.objects.aggregate(newest=Max("pk"))["newest"]
    with connection.cursor() as cursor:
        row = cursor.execute(
            "SELECT max(e.number) FROM loop_matter m JOIN ledger_entry e"
            " ON e.log = %s AND e.number = m.id WHERE m.kind = 'manage' AND e.body LIKE %s",
            [log.MAIN, '%"step":"erase"%'],
        ).fetchone()
    erased = row[0] if row else None
    return max(-1 if n is None else n for n in (struck, erased))
