"""Evidence: files kept under the SHA-256 of their content, which the entry carries."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import filetype
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from .refused import Refused

KINDS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "video/mp4": "mp4",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
ACCEPT = ",".join("." + ending for ending in KINDS.values())


def folder() -> Path:
    return Path(settings.DATA) / "files"


def path_of(sha256: str) -> Path:
    """Where a piece of evidence lies. The name must be a hash: nothing else is looked up."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError(sha256)
    return folder() / sha256[:2] / sha256


def keep(upload: UploadedFile[Any]) -> dict[str, Any]:
    """Store one upload; gives what the entry says of it: name, type, size in bytes, sha256.

    The kind is read from the content, not from the name or the browser. The file is in place
    before the entry is written, so an entry never names evidence that is not there; a file whose
    step is refused afterwards is named by nothing.

    Raises Refused("file") for a kind not accepted, an empty file, or one above FILE_LIMIT.
    """
    if not upload.size:
        raise Refused("file", _("The file “%(name)s” is empty.") % {"name": upload.name})
    if upload.size > settings.FILE_LIMIT:
        raise Refused(
            "file",
            _("The file “%(name)s” is larger than %(mb)d MB. Please send a smaller one.")
            % {"name": upload.name, "mb": settings.FILE_LIMIT // 2**20},
        )
    head = upload.read(8192)
    upload.seek(0)
    guess = filetype.guess(head)
    if guess is None or guess.mime not in KINDS:
        raise Refused(
            "file",
            _("“%(name)s” is not a picture, PDF, video or office document (%(kinds)s).")
            % {"name": upload.name, "kinds": ", ".join(KINDS.values())},
        )
    digest = hashlib.sha256()
    folder().mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder())
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in upload.chunks():
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        target = path_of(digest.hexdigest())
        target.parent.mkdir(exist_ok=True)
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return {
        "name": _plain_name(upload.name or "", KINDS[guess.mime]),
        "type": guess.mime,
        "size": upload.size,
        "sha256": digest.hexdigest(),
    }


def _plain_name(name: str, ending: str) -> str:
    stem = re.sub(r"[^\w .()（）-]", "_", Path(name).stem).strip(" .")[:80]
    return f"{stem or 'file'}.{ending}"
