"""Who may vote where until when: said by a signed word in the page that is voted on.

The word is `poll.voter.until.serial.signature`. The voter is a pseudonym good for one poll: an
HMAC under the key of the ledger, so that ballots of two polls cannot be laid side by side, and the
same person has the same one as long as the ledger has its key.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.signing import BadSignature, Signer

from pilin.ledger import keys

#: A page lies open for no longer than this, seconds.
LONGEST = 12 * 3600
_signer = Signer(salt="pilin.intake", sep=".")


class Forged(ValueError):
    """A word this house did not sign."""


@dataclass(frozen=True)
class Permit:
    """`until` in seconds, `serial` in microseconds since 1970."""

    poll: int
    voter: str
    until: int
    serial: int


def voter_of(poll: int, person: str) -> str:
    """16 hexadecimal digits that stand for a person in one poll."""
    raw = keys.signing_key().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    return hmac.new(raw, f"voter {poll} {person}".encode(), hashlib.sha256).hexdigest()[:16]


def serial_now() -> int:
    return time.time_ns() // 1000


def issue(poll: int, voter: str, closes: float, serial: int | None = None) -> str:
    """A word for a page made now; `closes` is when the poll does, in seconds."""
    until = int(min(closes, time.time() + LONGEST))
    return _signer.sign(f"{poll}.{voter}.{until}.{serial_now() if serial is None else serial}")


def read(word: str) -> Permit:
    """Raises Forged. Whether it has expired is for the caller to say."""
    try:
        poll, voter, until, serial = _signer.unsign(word).split(".")
        return Permit(int(poll), voter, int(until), int(serial))
    except (BadSignature, ValueError) as fault:
        raise Forged from fault
