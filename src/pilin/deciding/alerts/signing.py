"""Signatures in messages: XML Signature, enveloped, as CAP 1.2 has it (3.3.2.1).

A certificate that a message brings itself proves nothing: only one that was known before counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree

from .reading import parsed

NONE, KNOWN, UNKNOWN, BROKEN = "none", "known", "unknown", "broken"
_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"


def certificate(pem: str) -> x509.Certificate:
    """A certificate from its PEM text. Raises ValueError."""
    return x509.load_pem_x509_certificate(pem.strip().encode())


def fingerprint(pem: str) -> str:
    """SHA-256 of a certificate, in hex."""
    return certificate(pem).fingerprint(SHA256()).hex()


def checked(text: str, known: Iterable[str], sent: datetime) -> str:
    """Of a message: it has no signature; one of a certificate known here; of another; or one that does not fit.

    `known` are certificates as PEM. One counts for what was sent while it was valid. The signature must cover
    the whole message: what is signed in part is BROKEN.
    """
    root = parsed(text)
    signatures = list(root.iter(_SIGNATURE))
    if not signatures:
        return NONE
    if len(signatures) > 1 or signatures[0].getparent() is not root:
        return BROKEN
    for pem in known:
        own = certificate(pem)
        if own.not_valid_before_utc <= sent <= own.not_valid_after_utc and _fits(root, pem):
            return KNOWN
    embedded = signatures[0].findtext(".//{*}X509Certificate")
    if embedded:
        body = "".join(embedded.split())
        pem = f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"
        return UNKNOWN if _fits(root, pem) else BROKEN
    return UNKNOWN


def _fits(root: Any, pem: str) -> bool:
    from signxml.exceptions import SignXMLException  # noqa: PLC0415 (slow to load, seldom needed)
    from signxml.verifier import XMLVerifier  # noqa: PLC0415 (slow to load, seldom needed)

    try:
        found = XMLVerifier().verify(root, x509_cert=pem, expect_references=1)
    except (SignXMLException, etree.LxmlError, ValueError, TypeError):
        return False
    signed = getattr(found, "signed_xml", None)
    return signed is not None and etree.QName(signed).localname == "alert"
