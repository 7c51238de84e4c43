"""By which name a voter is known in one poll: made with a key of the poll's own.

One block of AES (FIPS 197) under that key: a permutation, so two people never get one name, and whoever
has no key learns nothing from it. The key is made when the first ballot is asked for, lies in a table of
its own, and is destroyed when the time for contesting the vote is over; from then on nobody, the operator
included, can tell whose ballot is whose. Polls from before that have names made with the signing key.
"""

from __future__ import annotations

import re
import secrets
from datetime import date, timedelta

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

from pilin.ledger import log

from .models import Ballot, Poll, PollKey
from .slips import SLIP
from .token import old_voter_of

_ACCOUNT = re.compile("p-[0-9a-f]{16}")
BLOCK = 16


def of(poll: Poll, person: str) -> str | None:
    """32 hexadecimal digits; None where the key is gone. Raises ValueError for a name too long to be
    anybody's."""
    if not poll.keyed:
        return old_voter_of(poll.pk, person)
    key = _key(poll)
    if key is None:
        return None
    # A single block of its own for each person: there is no second one that a mode could chain.
    cipher = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return (cipher.update(_block(person)) + cipher.finalize()).hex()


def _block(person: str) -> bytes:
    """A person's pseudonym as 16 bytes, no two the same."""
    if _ACCOUNT.fullmatch(person):
        return bytes(8) + bytes.fromhex(person[2:])
    raw = person.encode()
    if not 0 < len(raw) < BLOCK:
        raise ValueError(f"no pseudonym has {len(raw)} bytes")
    return bytes([len(raw)]) + raw.ljust(BLOCK - 1, b"\0")


def _key(poll: Poll) -> bytes | None:
    found = PollKey.objects.filter(poll=poll.pk).first()
    if found is None and not poll.closed and not is_lost(poll):
        made = PollKey(poll=poll.pk, key=secrets.token_bytes(32))
        PollKey.objects.bulk_create([made], ignore_conflicts=True)  # somebody else may be first
        found = PollKey.objects.get(poll=poll.pk)
    return bytes(found.key) if found else None


def is_lost(poll: Poll) -> bool:
    """Whether people voted on screen and the key is not there: a new one would let them vote twice."""
    if not poll.keyed or PollKey.objects.filter(poll=poll.pk).exists():
        return False
    return Ballot.objects.filter(poll=poll.pk).exclude(voter__startswith=SLIP).exists()


def destroyed_on(poll: Poll) -> date | None:
    """The day from which on the key of a closed poll is destroyed."""
    entry = log.get(log.MAIN, poll.closed_by) if poll.closed_by is not None else None
    if entry is None or not poll.keyed:
        return None
    return date.fromisoformat(entry.body["day"]) + timedelta(days=settings.CONTEST_DAYS)


def is_there(poll: Poll) -> bool:
    return PollKey.objects.filter(poll=poll.pk).exists()


def destroy(poll: int) -> None:
    PollKey.objects.filter(poll=poll).delete()
