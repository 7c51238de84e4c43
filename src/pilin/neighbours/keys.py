"""Our own keys as neighbours are told them, and theirs; and the phrase by which people compare both."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.utils.translation import gettext as _
from http_message_signatures import HTTPSignatureKeyResolver

from pilin.engine.positions import registers
from pilin.ledger import keys as ledger_keys
from pilin.ledger import log, witnessing
from pilin.ledger.note import COSIGNATURE, NoteFault, Verifier, verifier_of
from pilin.people.models import Side
from pilin.people.neighbour_models import INVITED, JOINED, PAUSED, Neighbour

from .models import Copy

#: The version of what neighbours say to each other: docs/neighbours.md.
PROTOCOL = 1
#: Of what somebody says about themselves: name and longest.
SAID = {
    "origin": 200,
    "name": 100,
    "address": 200,
    "log": 300,
    "witness": 300,
    "server": 300,
    "side": 100,
}


class Unfit(ValueError):
    """What a neighbour says of itself is not what it must be."""


def path() -> Path:
    return Path(settings.KEYS) / "server.pem"


@functools.lru_cache(maxsize=4)
def _key(_folder: object) -> Ed25519PrivateKey:
    if not path().exists():
        ledger_keys.make(path())
    return ledger_keys.read(path())


def signing() -> Ed25519PrivateKey:
    """What our server signs its questions with: of no use for the record."""
    return _key(settings.KEYS)


def server() -> Verifier:
    return verifier_of(f"{settings.ORIGIN}/server", signing())


def our_side() -> str:
    """The side we are of, as registers name it; "" for none."""
    side = Side.objects.filter(code=settings.SIDE).first() if settings.SIDE else None
    return side.name if side else ""


def about() -> dict[str, Any]:
    """What we say of ourselves. Raises Refuses where a key of ours is gone."""
    side = our_side()
    return {
        "protocol": PROTOCOL,
        "release": settings.RELEASE,
        "origin": settings.ORIGIN,
        "name": side or settings.ORIGIN,
        "address": settings.SITE_URL,
        "log": ledger_keys.verifier(log.MAIN).vkey,
        "witness": witnessing.own().verifier.vkey,
        "server": server().vkey,
        "side": side,
    }


def checked(said: Any) -> dict[str, str]:
    """What a neighbour says of itself. Raises Unfit."""
    if not isinstance(said, dict) or said.get("protocol") != PROTOCOL:
        raise Unfit(_("This server does not speak to neighbours as this one does."))
    found = {n: v for n in SAID if isinstance(v := said.get(n, ""), str) and len(v) <= SAID[n]}
    if found.keys() != SAID.keys() or not all(v for n, v in found.items() if n != "side"):
        raise Unfit(_("What this server says of itself is not complete."))
    origin, here = found["origin"], settings.ORIGIN
    if origin == here or "/" in origin or not origin.isascii() or " " in origin:
        raise Unfit(_("Its record would be called as ours, or as none can be: %s") % origin)
    if found["side"] and found["side"] == our_side():
        raise Unfit(_("It says that it is of our own side: %s") % found["side"])
    if not found["address"].startswith(("https://", "http://")):
        raise Unfit(_("What this server says of itself is not complete."))
    try:
        log_key = Verifier.from_vkey(found["log"])
        witness = Verifier.from_vkey(found["witness"], COSIGNATURE)
        server = Verifier.from_vkey(found["server"])
    except NoteFault as fault:
        raise Unfit(str(fault)) from fault
    if len({log_key.public, witness.public, server.public}) != 3:
        raise Unfit(_("It uses one key for several purposes."))
    if not all(v.name.startswith(f"{origin}/") for v in (log_key, witness, server)):
        raise Unfit(_("Its keys are not in its own name."))
    return found


def phrase(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    """Twenty digits that are the same on both sides, and on no other: read out on the telephone.

    The first 67 bits of SHA-256 over both servers' keys, the smaller origin first, a line each.
    """
    both = sorted((ours, theirs), key=lambda one: str(one["origin"]))
    lines = [str(one[name]) for one in both for name in ("origin", "log", "witness", "server")]
    number = int.from_bytes(hashlib.sha256("\n".join(lines).encode()).digest()) % 10**20
    digits = f"{number:020d}"
    return " ".join(digits[i : i + 4] for i in range(0, 20, 4))


def logs() -> Iterator[str]:
    """Whose records we witness, as vkeys."""
    changed = dict(Copy.objects.exclude(key="").values_list("neighbour", "key"))
    for one in registers().neighbours:
        if one.state in (JOINED, PAUSED):
            yield one.log
            if one.pk in changed:
                yield changed[one.pk]


def witnesses() -> Iterator[str]:
    """Who witnesses ours, as PILIN_WITNESSES has them."""
    for one in registers().neighbours:
        if one.state == JOINED:
            yield f"{one.witness}@{one.address}/ledger/witness"


class Resolver(HTTPSignatureKeyResolver):
    """For signed questions (RFC 9421): our own key to sign with, and a neighbour's, by its origin, to check."""

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        return signing()

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey | None:
        known = Neighbour.objects.filter(origin=key_id, state__in=(INVITED, JOINED)).first()
        if known is None:
            return None
        return Ed25519PublicKey.from_public_bytes(Verifier.from_vkey(known.server).public)


def ledger_name() -> str:
    """The origin of our own main log."""
    return ledger_keys.origin(log.MAIN)
