"""As root, a command works as whoever the data folder belongs to, and leaves nothing that is root's."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import tempfile
from pathlib import Path

from .postgres import data_folder


def brought(file: Path) -> Path:
    """A file that root may read and named, where the data folder's owner can: asked before `drop`.

    The file itself where we are that owner, or where there is no such file.
    """
    owner = _drops_to()
    if owner is None or not file.is_file():
        return file
    folder = Path(tempfile.mkdtemp(dir=data_folder(), prefix="brought-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    copy = Path(shutil.copyfile(file, folder / file.name))
    for path in (copy, folder):
        os.chown(path, owner.st_uid, owner.st_gid)
    return copy


def _drops_to() -> os.stat_result | None:
    """Whose rights a command of root's is left with; None where it keeps its own."""
    if os.geteuid() != 0:
        return None
    owner = data_folder().stat()
    return owner if owner.st_uid != 0 else None


def drop() -> None:
    """Give root's rights up for those of the data folder's owner. Nothing where it is root's own."""
    owner = _drops_to()
    if owner is None:
        return
    try:
        known = pwd.getpwuid(owner.st_uid)
    except KeyError:
        os.setgroups([])
        os.setgid(owner.st_gid)
    else:
        os.initgroups(known.pw_name, known.pw_gid)
        os.setgid(known.pw_gid)
        os.environ |= {"HOME": known.pw_dir, "USER": known.pw_name}
    os.setuid(owner.st_uid)
