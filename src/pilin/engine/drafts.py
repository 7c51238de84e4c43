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


def _box() -> Fernet:
    key = hashlib.sha256(b"drafts\n" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def answers(draft: Draft) -> QueryDict:
    """What was filled in; nothing where the key has changed since."""
    found = QueryDict(mutable=True)
    with contextlib.suppress(InvalidToken):
        for name, values in json.loads(_box().decrypt(draft.answers.encode())).items():
            found.setlist(name, values)
    return found


def unfinished(person: str, kind: str, matter: int, step: str) -> Draft | None:
    return Draft.objects.filter(
        person=person, kind=kind, matter=matter, step=step, recorded=None
    ).first()


def locked(person: str, kind: str, matter: int, step: str, token: str) -> Draft | None:
    """Their draft with this token; nobody else takes it until the transaction ends."""
    rows = Draft.objects.select_for_update()
    return rows.filter(person=person, kind=kind, matter=matter, step=step, token=token).first()


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
    fields: dict[str, Any] = {
        "token": secrets.token_urlsafe(32),
        "answers": _box().encrypt(text.encode()).decode(),
        "ready": ready,
        "changed": timezone.now(),
    }
    with transaction.atomic():
        _alone(person)
        draft, _new = Draft.objects.update_or_create(
            person=person, kind=kind, matter=matter, step=step, recorded=None, defaults=fields
        )
        _forget(DraftFile.objects.filter(draft=draft, key__in=list(without)))
        for upload in uploads:
            _stage(draft, upload)
        mine = Draft.objects.filter(person=person, recorded=None).order_by("-changed", "-pk")
        for old in mine[MOST:]:
            drop(old)
    return draft


def _alone(person: str) -> None:
    """One at a time for each account: what it has kept is counted, then more is added."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"draft:{person}"])


def _stage(draft: Draft, upload: UploadedFile[Any]) -> None:
    said = evidence.examine(upload)
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
        for row in draft.files.exclude(key__in=without).order_by("pk") if draft else ():
            with contextlib.suppress(FileNotFoundError):
                file = stack.enter_context(path_of(row.key).open("rb"))
                found.append(UploadedFile(file, row.name, row.type, row.size))
        yield found


def recorded(draft: Draft, number: int) -> None:
    """It became an entry: what was filled in goes, the token stays used."""
    _forget(draft.files.all())
    draft.recorded, draft.answers, draft.changed = number, "", timezone.now()
    draft.save()


def drop(draft: Draft) -> None:
    _forget(draft.files.all())
    draft.delete()


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
