"""Web Push: a message to a browser (RFC 8030), encrypted for it alone (RFC 8291), signed (RFC 8292)."""

from __future__ import annotations

import contextlib
import json
import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import http_ece
import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from pilin.people.hearing import Device

#: Seconds for which a push service keeps a message for a browser that is away.
KEPT = 86_400
#: Seconds for which a signature is good.
SIGNED = 43_200


def public_key() -> str:
    """What a browser subscribes with: the point of our key, uncompressed, base64url."""
    public = _key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _text(public)


def send(device: Device, said: Mapping[str, Any]) -> int:
    """The push service's answer, an HTTP status. Raises requests.RequestException."""
    ours = ec.generate_private_key(ec.SECP256R1())
    body = http_ece.encrypt(
        json.dumps(said, ensure_ascii=False).encode(),
        private_key=ours,
        dh=_bytes(device.key),
        auth_secret=_bytes(device.secret),
        version="aes128gcm",
    )
    answer = requests.post(
        device.endpoint,
        data=body,
        headers={
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEPT),
            "Authorization": f"vapid t={_token(device.endpoint)}, k={public_key()}",
        },
        timeout=settings.OUTSIDE_TIMEOUT,
        allow_redirects=False,
    )
    return answer.status_code


def is_one(said: Mapping[str, Any]) -> bool:
    """Whether a browser's subscription is whole: an address over HTTPS, a key and a secret that fit."""
    try:
        url = urlsplit(str(said["endpoint"]))
        key, secret = _bytes(str(said["key"])), _bytes(str(said["secret"]))
    except (KeyError, ValueError):
        return False
    host = url.hostname or ""
    allowed = any(host == h or host.endswith("." + h) for h in settings.PUSH_HOSTS)
    whole = len(str(said["endpoint"])) <= 500 and len(key) == 65 and len(secret) == 16
    return allowed and whole and (url.scheme == "https" or host == "127.0.0.1")


def _token(endpoint: str) -> str:
    """A JSON Web Token by ES256 (RFC 7515): r and s as they are, not as DER has them."""
    at = urlsplit(endpoint)
    claims = {
        "aud": f"{at.scheme}://{at.netloc}",
        "exp": int(time.time()) + SIGNED,
        "sub": settings.SITE_URL
        if settings.SITE_URL.startswith("https:")
        else f"mailto:{settings.DEFAULT_FROM_EMAIL}",
    }
    parts = [{"typ": "JWT", "alg": "ES256"}, claims]
    head = ".".join(_text(json.dumps(part).encode()) for part in parts)
    der = _key().sign(head.encode(), ec.ECDSA(hashes.SHA256()))
    signature = b"".join(n.to_bytes(32, "big") for n in decode_dss_signature(der))
    return f"{head}.{_text(signature)}"


def _key() -> ec.EllipticCurvePrivateKey:
    """This installation's key, made when it is first wanted; of two who make it one stays."""
    path = Path(settings.DATA) / "push.pem"
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1())
        text = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        own = path.with_name(f"push.{os.getpid()}.new")
        with open(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(text)
        with contextlib.suppress(FileExistsError):
            os.link(own, path)
        own.unlink()
    key = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
