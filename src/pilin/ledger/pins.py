"""What stands with a log and is compared before anything is added: name, key, format, and its end.

Name and key stand as a vkey, in the format of C2SP signed-note. A log that was restored without its
last entries, and goes on all the same, does so under a name of its own: “…/main/2”.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from django.db import connection

from . import ends, keys, note, tree
from .note import Verifier
from .refusing import Forked, NotOurs, OtherFormat, Refuses, Shorter
from .tiles import Nodes

#: How entries, words and sealed parts are written; a release that cannot read one refuses to write.
FORMAT = 1
#: What `checked` is told, of a row of `ledger_log`.
COLUMNS = "vkey, format, generation, CASE WHEN vkey = '' THEN checkpoint ELSE '' END"


def checked(log: str, size: int, vkey: str, format: int, generation: int, signed: str) -> Verifier:
    """Who signs this log. Raises Refuses where that is not this installation, or entries are missing."""
    if format != FORMAT:
        raise OtherFormat
    ours = keys.verifier(log, generation)
    if vkey not in ("", ours.vkey):  # another process has changed the key, perhaps
        keys.forget()
        keys.take_next(vkey)
        ours = keys.verifier(log, generation)
        if vkey != ours.vkey:
            raise NotOurs(log, _called(vkey), _called(ours.vkey))
    elif signed:  # begun by a release that did not pin it: its checkpoint says by whom
        try:
            note.open_checkpoint(signed, ours)
        except note.NoteFault:
            raise NotOurs(log, _signer(signed), _called(ours.vkey)) from None
    ends.hold(log, size)
    return ours


def look(log: str) -> None:
    """Raises Refuses where nobody may write to the log now. Asks for its row alone."""
    with connection.cursor() as cursor:
        row = cursor.execute(
            f"SELECT size, {COLUMNS} FROM ledger_log WHERE name = %s", [log]
        ).fetchone()
    if row:
        checked(log, *row)


def examined() -> Iterator[Refuses]:
    """Whatever keeps somebody from writing to any log, and entries that are not those acknowledged."""
    with connection.cursor() as cursor:
        found = cursor.execute(
            f"SELECT name, size, {COLUMNS} FROM ledger_log ORDER BY 1"
        ).fetchall()
    ends.forget()
    for log, size, *pinned in found:
        try:
            checked(log, size, *pinned)
            _same_beginning(log, size)
        except Refuses as fault:
            yield fault
    for log in set(ends.logs()) - {row[0] for row in found}:
        yield Shorter(log, 0, ends.entries(log))


def _same_beginning(log: str, size: int) -> None:
    signed = ends.kept(log)
    if signed:
        point = note.parse(signed.partition("\n\n")[0])
        if point.size <= size and tree.range_hash(0, point.size, Nodes(log)) != point.root:
            raise Forked(log, point.size)


def _called(vkey: str) -> str:
    return "+".join(vkey.split("+", 2)[:2])


def _signer(signed: str) -> str:
    """Name and key id of whoever signed a note, as far as it says."""
    line = signed.rpartition("\u2014 ")[2].split()
    name, _, encoded = (line[0], "", line[1]) if len(line) == 2 else ("?", "", "")
    try:
        return f"{name}+{base64.b64decode(encoded)[:4].hex()}"
    except ValueError:
        return name
