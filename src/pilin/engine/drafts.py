"""What was filled in and is not recorded yet: kept for its account, outside the ledger.

Between a form and the page on which it is checked, answers and files wait here. The right was looked
at before anything is kept. Answers are encrypted, since some will be sealed; files lie in a folder
of their own, limited for each account and for all together. What is abandoned is swept.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import Sum
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.ledger.asking import Ask, ask, later

from . import evidence
from .draft_models import Draft, DraftFile
from .refused import Refused

#: How long answers are kept, and files; a file that no draft names is left alone for a while.
KEPT, FILES_KEPT, RECORDED_KEPT = timedelta(days=30), timedelta(days=1), timedelta(days=1)
#: A form nobody came back to for so long makes room for others, where there is none.
LEFT = timedelta(hours=1)
#: Unfinished drafts of one account; when there are more, the oldest goes.
MOST = 12
#: Files of one draft, bytes of one account, bytes of all.
FILES, OWN_BYTES, ALL_BYTES = 12, 100 * 2**20, 4 * 2**30
#: Answers that are not in order are kept up to this size only.
LONGEST = 200_000
_KEY = re.compile(r"[0-9a-f]{32}")


def folder() -> Path:
    return Path(settings.DATA) / "drafts"


def path_of(key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise ValueError(key)
    return folder() / key


def sealed_box() -> Fernet:
    """What encrypts what somebody typed and has not recorded."""
    key = hashlib.sha256(b"drafts\n" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def answers(draft: Draft) -> QueryDict:
    """What was filled in; nothing where the key has changed since."""
    found = QueryDict(mutable=True)
    with contextlib.suppress(InvalidToken):
        for name, values in json.loads(sealed_box().decrypt(draft.answers.encode())).items():
            found.setlist(name, values)
    return found


_FIELDS = [field.attname for field in Draft._meta.concrete_fields]
_OF = f"SELECT {', '.join(_FIELDS)} FROM loop_draft WHERE person = $1"
_THIS = "kind = $2 AND matter = $3::bigint AND step = $4"
_WAITING = f"{_OF} AND recorded IS NULL AND ({_THIS} OR token = $5) ORDER BY id"
_LOCKED = f"{_OF} AND {_THIS} AND token = $5 FOR UPDATE"


def _read(sql: str, person: str, kind: str, matter: int, step: str, token: str) -> list[Draft]:
    rows = ask(Ask(sql, [person, kind, str(matter), step, token]))
    return [Draft.from_db(connection.alias, _FIELDS, row) for row in rows]


def waiting(person: str, kind: str, matter: int, step: str, token: str = "") -> list[Draft]:
    """What they have not finished of this step, and what of theirs has this token."""
    return _read(_WAITING, person, kind, matter, step, token)


def unfinished(person: str, kind: str, matter: int, step: str) -> Draft | None:
    return next(iter(waiting(person, kind, matter, step)), None)


def locked(person: str, kind: str, matter: int, step: str, token: str) -> Draft | None:
    """Their draft with this token; nobody else takes it until the transaction ends."""
    return next(iter(_read(_LOCKED, person, kind, matter, step, token)), None)


def save(
    person: str,
    kind: str,
    matter: int,
    step: str,
    given: Mapping[str, Sequence[str]],
    uploads: Iterable[UploadedFile[Any]] = (),
    *,
    without: Iterable[str] = (),
    ready: bool = False,
) -> Draft | None:
    """Keep what was filled in, in place of what was kept for this step before; None if too long.

    Uploads join the files that wait already; `without` are keys of those that go. Each save has a
    token of its own, so that nothing is recorded but what was shown last. Raises Refused("file").
    """
    text = json.dumps(dict(given), ensure_ascii=False)
    if not ready and len(text) > LONGEST:
        return None
    answers = sealed_box().encrypt(text.encode()).decode()
    draft = Draft(person=person, kind=kind, matter=matter, step=step, answers=answers, ready=ready)
    draft.token = secrets.token_urlsafe(32)
    uploads, without = list(uploads), list(without)
    if not (uploads or without or connection.in_atomic_block):
        if _kept(draft) >= MOST:
            with transaction.atomic():
                _alone(person)
                _prune(person)
        return draft
    with transaction.atomic():
        _alone(person)
        _kept(draft)
        _forget(DraftFile.objects.filter(draft=draft, key__in=without))
        for upload in uploads:
            _stage(draft, upload)
        _prune(person)
    return draft


# Alone, it need not wait for the disk: after a fall of the machine the form is filled in once more.
_KEEP = (
    "WITH at_ease AS (SELECT set_config('synchronous_commit', 'off', true) WHERE $8 = 'alone')"
    " INSERT INTO loop_draft (person, kind, matter, step, token, answers, ready, changed)"
    " SELECT $1, $2, $3::bigint, $4, $5, $6, $7::boolean, $9::timestamptz"
    " FROM (SELECT count(*) FROM at_ease) once"
    " ON CONFLICT (person, kind, matter, step) WHERE recorded IS NULL DO UPDATE SET"
    " token = excluded.token, answers = excluded.answers, ready = excluded.ready,"
    " changed = excluded.changed"
    " RETURNING id, (SELECT count(*) FROM loop_draft WHERE person = $1 AND recorded IS NULL)"
)


def _kept(draft: Draft) -> int:
    """Write a draft in place of the one there was; gives how many its person has, or one less."""
    key = [draft.person, draft.kind, str(draft.matter), draft.step]
    alone = "" if connection.in_atomic_block else "alone"
    more = [draft.token, draft.answers, str(draft.ready), alone, draft.changed.isoformat()]
    ((draft.pk, n),) = ask(Ask(_KEEP, [*key, *more]))
    draft._state.adding = False
    return int(n)


def _prune(person: str) -> None:
    mine = Draft.objects.filter(person=person, recorded=None).order_by("-changed", "-pk")
    for old in mine[MOST:]:
        drop(old)


def _alone(person: str) -> None:
    """One at a time for each account: what it has kept is counted, then more is added."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"draft:{person}"])


def _stage(draft: Draft, upload: UploadedFile[Any]) -> None:
    said, upload = evidence.examine(upload)
    if draft.files.filter(sha256=said["sha256"]).exists():
        return
    _make_room(draft, said["size"])
    row = DraftFile(draft=draft, key=secrets.token_hex(16), **said)
    folder().mkdir(parents=True, exist_ok=True)
    path = path_of(row.key)
    try:
        with path.open("xb") as out:
            for chunk in upload.chunks():
                out.write(chunk)
        os.chmod(path, 0o600)
        row.save()
    except OSError as fault:
        path.unlink(missing_ok=True)
        raise Refused("file", _NO_ROOM) from fault


_NO_ROOM = _("There is no room to keep this file just now. Please try again in an hour.")


def _make_room(draft: Draft, size: int) -> None:
    def bytes_of(**which: Any) -> int:
        return DraftFile.objects.filter(**which).aggregate(n=Sum("size"))["n"] or 0

    if draft.files.count() >= FILES or size + bytes_of(draft=draft) > OWN_BYTES:
        raise Refused(
            "file",
            _("These are too many files: at most %(n)d at once, %(mb)d MB together.")
            % {"n": FILES, "mb": OWN_BYTES // 2**20},
        )
    if size + bytes_of(draft__person=draft.person) > OWN_BYTES:
        # Files of other forms that were left are less worth than those just sent.
        _forget(DraftFile.objects.filter(draft__person=draft.person).exclude(draft=draft))
    if size + bytes_of() > ALL_BYTES:
        # Those in the middle of a form come before those who left one.
        _forget(DraftFile.objects.filter(draft__changed__lt=timezone.now() - LEFT))
    if size + bytes_of() > ALL_BYTES:
        raise Refused("file", _NO_ROOM)


@contextlib.contextmanager
def opened(draft: Draft | None, without: Sequence[str] = ()) -> Iterator[list[UploadedFile[Any]]]:
    """The files that wait with it, as if they were sent now; `without` those with these keys."""
    with contextlib.ExitStack() as stack:
        found = []
        for row in files_of(draft) if draft else ():
            if row.key in without:
                continue
            with contextlib.suppress(FileNotFoundError):
                file = stack.enter_context(path_of(row.key).open("rb"))
                found.append(UploadedFile(file, row.name, row.type, row.size))
        yield found


def recorded(draft: Draft, number: int, files: bool) -> None:
    """It became an entry, with or without files: what was filled in goes, the token stays used."""
    if files:
        _forget(files_of(draft))
    draft.recorded, draft.answers, draft.changed = number, "", timezone.now()
    values = [str(draft.pk), str(number), draft.changed.isoformat()]
    later([Ask(_RECORDED, values)])


_RECORDED = (
    "UPDATE loop_draft SET recorded = $2::bigint, answers = '', changed = $3::timestamptz"
    " WHERE id = $1::bigint"
)


def drop(draft: Draft) -> None:
    _forget(files_of(draft))
    draft.delete()


_FILE = [field.attname for field in DraftFile._meta.concrete_fields]
_FILES = f"SELECT {', '.join(_FILE)} FROM loop_draftfile WHERE draft_id = $1::bigint ORDER BY id"


def files_of(draft: Draft) -> list[DraftFile]:
    rows = ask(Ask(_FILES, [str(draft.pk)]))
    return [DraftFile.from_db(connection.alias, _FILE, row) for row in rows]


def drop_all(person: str) -> None:
    """For an account that is erased."""
    _forget(DraftFile.objects.filter(draft__person=person))
    Draft.objects.filter(person=person).delete()


def _forget(rows: Any) -> None:
    """Remove files; from disk once that is certain."""
    for row in rows:
        row.delete()
        transaction.on_commit(partial(path_of(row.key).unlink, missing_ok=True))


def sweep(now: datetime) -> int:
    """Remove what was abandoned; gives how many drafts and files."""
    gone = 0
    with transaction.atomic():
        old = DraftFile.objects.filter(draft__changed__lt=now - FILES_KEPT)
        gone += len(old)
        _forget(old)
        gone += Draft.objects.filter(changed__lt=now - KEPT).delete()[0]
        used = Draft.objects.filter(recorded__isnull=False, changed__lt=now - RECORDED_KEPT)
        gone += used.delete()[0]
    # A crash may leave what no draft names.
    for path in folder().glob("*"):
        with contextlib.suppress(FileNotFoundError):
            is_old = path.stat().st_mtime < (now - FILES_KEPT).timestamp()
            if is_old and not DraftFile.objects.filter(key=path.name).exists():
                path.unlink()
                gone += 1
    return gone
