"""As root, a command works as whoever the data folder belongs to, and leaves nothing that is root's."""

from __future__ import annotations

import os
import pwd

from .postgres import data_folder


def drop() -> None:
    """Give root's rights up for those of the data folder's owner. Nothing where it is root's own."""
    if os.geteuid() != 0:
        return
    owner = data_folder().stat()
    if owner.st_uid == 0:
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
