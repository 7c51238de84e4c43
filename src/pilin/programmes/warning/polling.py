"""Addresses of issuers are asked for what is new: an Atom feed that leads to messages, or a message itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

import requests
from django.utils import timezone
from django.utils.translation import gettext as _

from pilin.deciding.alerts.alert import Misread
from pilin.deciding.alerts.reading import LONGEST, decoded, read
from pilin.engine.act import act
from pilin.engine.refused import Refused
from pilin.ledger.outside import body_of
from pilin.people.actor import HOUSE

from .forms import late
from .models import Asking, Duty, Issuer
from .taking import known, take_in

#: Seconds an answer may take; messages of a feed looked at; bytes of a feed; refusals kept.
PATIENCE, MOST, ROOM, KEPT = 10.0, 50, 2**20, 50
#: Minutes between two questions to an address that fails, at most.
LONGEST_WAIT = 60
ATOM = "{http://www.w3.org/2005/Atom}"
_log = logging.getLogger(__name__)


def poll(now: datetime | None = None) -> int:
    """Ask every issuer's address once; gives how many messages were taken in. One that fails keeps no other
    waiting, and is asked less often."""
    now = now or timezone.now()
    taken = 0
    for issuer in Issuer.objects.exclude(address="").order_by("pk"):
        state, _new = Asking.objects.get_or_create(address=issuer.address)
        if state.failed and state.at and now < state.at + _pause(state.failed):
            continue
        try:
            taken += _ask(issuer, state)
            state.fault, state.failed = "", 0
        except (requests.RequestException, OSError, Misread) as fault:
            state.fault, state.failed = str(fault)[:300], state.failed + 1
            _log.warning("an issuer of warnings did not answer: %s", type(fault).__name__)
        state.at = now
        state.save()
    return taken


def _pause(failed: int) -> timedelta:
    return timedelta(minutes=min(2 ** min(failed, 10), LONGEST_WAIT))


def _ask(issuer: Issuer, state: Asking) -> int:
    answer, body = _get(issuer.address, state.etag)
    if answer.status_code == requests.codes.not_modified:
        return 0
    texts = _texts(issuer.address, body, state)
    taken = sum(_take(issuer, address, text, state) for address, text in texts)
    state.etag = answer.headers.get("ETag", "")[:200]
    return taken


def _get(address: str, etag: str = "") -> tuple[requests.Response, bytes]:
    """What an address answers; nowhere else is followed to."""
    if urlsplit(address).scheme not in ("http", "https"):
        raise OSError(_("it is no address of http or https"))
    headers = {"If-None-Match": etag} if etag else {}
    with requests.get(
        address, headers=headers, timeout=PATIENCE, stream=True, allow_redirects=False
    ) as answer:
        if answer.status_code not in (requests.codes.ok, requests.codes.not_modified):
            raise OSError(_("it answered %(status)d") % {"status": answer.status_code})
        body = body_of(answer, ROOM + 1)
    if len(body) > ROOM:
        raise OSError(_("its answer is longer than %(n)d bytes") % {"n": ROOM})
    return answer, body


def _texts(address: str, body: bytes, state: Asking) -> Iterator[tuple[str, str]]:
    """The messages behind an address, with where each was found; those refused before are left."""
    links = _links(address, body)
    if links is None:
        yield address, decoded(body)
        return
    for link in links:
        if link not in state.refused:
            yield link, decoded(_get(link)[1])


def _links(address: str, body: bytes) -> list[str] | None:
    """The addresses of messages in an Atom feed, of the same host; None where it is no feed."""
    from lxml import etree  # noqa: PLC0415  what is no XML is no feed

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return None
    if root.tag != f"{ATOM}feed":
        return None
    found = []
    for entry in root.iter(f"{ATOM}entry"):
        rows = entry.findall(f"{ATOM}link")
        best = [e for e in rows if e.get("type") == "application/cap+xml"] or rows
        if best and best[0].get("href"):
            found.append(urljoin(address, best[0].get("href")))
    host = urlsplit(address).netloc
    return [link for link in dict.fromkeys(found) if urlsplit(link).netloc == host][:MOST]


def _take(issuer: Issuer, address: str, text: str, state: Asking) -> int:
    try:
        alert = read(text)
        if alert.sender != issuer.sender:
            raise Misread(_("it is of another sender: %(sender)s") % {"sender": alert.sender})
        if known(alert):
            return 0
        take_in(HOUSE, alert, issuer.org_id)
        return 1
    except (Misread, Refused) as why:
        words = " ".join(why.words) if isinstance(why, Refused) else str(why)
        rows = {**state.refused, address: words[:300]}
        state.refused = dict(list(rows.items())[-KEPT:])
        return 0


def name_the_late(now: datetime | None = None) -> int:
    """Enter which stations let their hour pass, once each; gives of how many warnings."""
    now = now or timezone.now()
    rows = Duty.objects.filter(done=None, missed=None, by__lt=now, warning__ends__gt=now)
    named = 0
    for key in sorted(set(rows.values_list("warning", flat=True))):
        if late(key, now).exists():
            try:
                act(HOUSE, key, "missed", {}, at=now)
                named += 1
            except Refused:
                continue  # they were faster, or it is over
    return named


assert LONGEST < ROOM
