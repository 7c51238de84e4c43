"""Checks of `pilin doctor` about the machine: disks, folders, keys, the secret, whoever runs jobs, the calendar."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import chinese_calendar
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from pilin.engine.act import LOG
from pilin.ledger import log

from .finding import FAIL, OK, WARN, Finding

#: A disk is nearly full where less than both is free; and getting there.
FULL, FULL_SHARE = 2**30, 0.05
TIGHT, TIGHT_SHARE = 2 * 2**30, 0.15
#: Seconds without a sign after which whoever runs jobs is taken for dead; it gives one every ten.
SILENT = 60


def folders() -> Iterator[tuple[str, Path]]:
    """Where this installation writes, and the setting that says so."""
    yield "PILIN_DATA", Path(settings.DATA)
    yield "PILIN_KEYS", Path(settings.KEYS)
    yield "PILIN_ENDS", Path(settings.ENDS)
    if settings.WITNESS_FOR:
        yield "PILIN_WITNESS", Path(settings.WITNESS)
    for name in ("PILIN_BACKUP", "PILIN_BACKUP_KEYS", "PILIN_ARCHIVE"):
        where = os.environ.get(name, "")
        if where and not where.startswith("s3://"):
            yield name, Path(where)
    yield "TMPDIR", Path(tempfile.gettempdir())  # bodies of requests on their way


def writable_folders() -> Finding:
    for name, folder in folders():
        there = next(one for one in (folder, *folder.parents) if one.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            return Finding(
                FAIL,
                _("nothing can be written to %(folder)s (%(name)s)")
                % {"folder": folder, "name": name},
                _("It must be writable for the user who runs Pilin."),
            )
    return Finding(OK, _("every folder that is written to can be"))


def disks() -> Finding:
    """How much is free wherever this installation writes: a step waits for no room, it fails."""
    worst = None
    for name, folder in folders():
        there = next(one for one in (folder, *folder.parents) if one.exists())
        total, _used, free = shutil.disk_usage(there)
        share = free / total if total else 0.0
        if worst is None or share < worst[0]:
            worst = share, free, name, folder
    assert worst is not None
    share, free, name, folder = worst
    said = {"n": free // 2**20, "folder": folder, "name": name}
    what = _("%(n)d MiB are free at %(folder)s (%(name)s)") % said
    if free < FULL and share < FULL_SHARE:
        return Finding(FAIL, what, _("Make room now, or name a folder on a larger disk."))
    if free < TIGHT and share < TIGHT_SHARE:
        return Finding(WARN, what, _("Please make room."))
    return Finding(OK, what)


def private_files() -> Finding:
    """Whether anybody else on this machine can read a key, or what cookies are signed with."""
    data = Path(settings.DATA)
    own = [*Path(settings.KEYS).glob("*"), data / "push.pem", data / "secret"]
    for path in own:
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            return Finding(
                FAIL, _("others can read %(file)s") % {"file": path}, f"chmod 600 {path}"
            )
    if len(settings.SECRET_KEY) < 32:
        return Finding(
            FAIL,
            _("what cookies are signed with is too short to be a secret"),
            _(
                "Take PILIN_SECRET away, or delete the file `secret` in the data folder: one is made."
            ),
        )
    return Finding(OK, _("keys and the secret are there, and nobody else can read them"))


def jobs() -> Finding:
    """Whether somebody runs jobs, and none failed or waits."""
    with connection.cursor() as cursor:
        failed, late = cursor.execute(
            "SELECT count(*) FILTER (WHERE status = 'failed'),"
            " count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now())"
            " < now() - interval '10 minutes') FROM procrastinate_jobs"
        ).fetchone()
        (silent,) = cursor.execute(
            "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"
        ).fetchone()
    dead = silent is None or silent > SILENT
    said = {"failed": failed, "late": late}
    if dead and late:
        what = _("nobody runs jobs, and %(late)d wait: no deadline is kept, no letter goes out")
        return Finding(FAIL, what % said, _("Start it: pilin serve"))
    if failed or late:
        return Finding(
            WARN,
            _("%(failed)d jobs failed, %(late)d wait for more than 10 minutes") % said,
            _(
                "See “Letters and jobs that failed” in the administration, and the log of `pilin serve`."
            ),
        )
    if dead:
        return Finding(WARN, _("nobody runs jobs just now"), _("Start it: pilin serve"))
    return Finding(OK, _("jobs are run, and none failed or waits"))


def calendar(year: int = 0) -> Finding:
    """Whether the holidays of a year are known; where none is given, of this one and, from October, the next."""
    today = timezone.localdate()
    year = year or today.year + (today.month >= 10)
    if settings.CALENDAR != "china":
        return Finding(OK, _("working days are Monday to Friday"))
    last = max(day.year for day in chinese_calendar.holidays)
    if last < year:
        return Finding(
            WARN,
            _("the holidays of %(year)d are not known") % {"year": year},
            _("Until then Monday to Friday count. Update: uv lock -P chinesecalendar"),
        )
    return Finding(OK, _("Chinese working days are known up to %(year)d") % {"year": last})


def origin() -> Finding:
    """Whether the record has a name of its own: it is in every checkpoint, for ever."""
    said = {"name": settings.ORIGIN}
    if settings.ORIGIN != "pilin.localhost" or settings.DEMO:
        return Finding(OK, _("the record has a name of its own"))
    reached = settings.HTTPS or set(settings.ALLOWED_HOSTS) - {"127.0.0.1", "localhost", "[::1]"}
    advice = (
        _("Read “The record's name, key and end” in docs/operating.md.")
        if log.size(LOG)
        else _("Set PILIN_ORIGIN now: after the first entry it stays.")
    )
    what = _("the record is called %(name)s, as everybody's is who named none") % said
    return Finding(FAIL if reached else WARN, what, advice)
