"""Who may vote where until when: said by a signed word in the page that is voted on.

The word is `poll.voter.until.serial.signature`. The voter is a pseudonym good for one poll
(`pseudonyms`), so that ballots of two polls cannot be laid side by side.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from functools import lru_cache
from hashlib import blake2s
from typing import NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

from pilin.ledger import keys

#: A page lies open for no longer than this, seconds.
LONGEST = 12 * 3600


class Forged(ValueError):
    """A word this installation did not sign."""


class Permit(NamedTuple):
    """`until` in seconds, `serial` in microseconds since 1970."""

    poll: int
    voter: str
    until: int
    serial: int


def old_voter_of(poll: int, person: str) -> str:
    """16 hexadecimal digits that stand for a person in a poll from before polls had keys of their own."""
    raw = keys.signing_key().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    return hmac.new(raw, f"voter {poll} {person}".encode(), hashlib.sha256).hexdigest()[:16]


def serial_now() -> int:
    return time.time_ns() // 1000


def issue(poll: int, voter: str, closes: float, serial: int | None = None) -> str:
    """A word for a page made now; `closes` is when the poll does, in seconds."""
    until = int(min(closes, time.time() + LONGEST))
    made = serial_now() if serial is None else serial
    value = f"{poll}.{voter}.{until}.{made}"
    return f"{value}.{_signature(value)}"


def read(word: str) -> Permit:
    """Raises Forged. Whether it has expired is for the caller to say."""
    value, _dot, signature = word.rpartition(".")
    try:
        if not hmac.compare_digest(signature, _signature(value)):
            raise Forged
        poll, voter, until, serial = value.split(".")
        return Permit(int(poll), voter, int(until), int(serial))
    except (ValueError, TypeError) as fault:  # compare_digest takes ASCII only
        raise Forged from fault


def _signature(value: str) -> str:
    """Keyed BLAKE2s (RFC 7693), 16 bytes in hexadecimal digits: a third of the time of an HMAC here."""
    return blake2s(value.encode(), key=_key(settings.SECRET_KEY), digest_size=16).hexdigest()


@lru_cache(maxsize=2)
def _key(secret: str) -> bytes:
    """A key of our own out of the site's secret, so that no other word of its is one of ours."""
    return hashlib.sha256(b"pilin.intake." + secret.encode()).digest()
