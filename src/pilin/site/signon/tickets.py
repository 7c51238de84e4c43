"""A sign-on that hands out tickets, as provinces of China run one for all their services.

Somebody is sent there, signs in, and comes back with a ticket; this server exchanges the ticket for a
token, and the token for who it is. It is no OAuth: there is no code to prove, so the ticket is asked
about at once, over TLS, once. Source: four public code bases that speak to Zhejiang's (see
`docs/decisions/0036-signing-in-through-others.md`); what they do not show is not made up here.

An operator names a class with `address` and `whose` in PILIN_TICKETS; this one is `SimpleAuth`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Any, Protocol
from urllib.parse import quote, urlencode, urlsplit

import requests
from django.utils import timezone

#: Seconds until whoever is asked has to have answered.
PATIENCE = 5.0


class NotKnown(Exception):
    """The sign-on does not say who a ticket belongs to; `why` is for the log alone."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class SignOn(Protocol):
    def __init__(self, said: Mapping[str, str]) -> None:
        """`said` are the settings PILIN_TICKETS_… by the rest of their names, in small letters."""

    def address(self, back: str) -> str:
        """Where somebody is sent who wants to sign in, and comes `back` from with a ticket."""

    def whose(self, ticket: str) -> str:
        """The number by which the sign-on knows who it is. Raises NotKnown, requests' exceptions."""


class SimpleAuth:
    """Ticket, token and user as Zhejiang's `simpleauth` gives them.

    Each question is signed with MD5 over service, password and time; with a key of the gateway in
    front, also in its headers, with HMAC-SHA256. Of what the user's answer says only `userid` is read:
    names and numbers of documents are neither kept nor looked at.
    """

    def __init__(self, said: Mapping[str, str]) -> None:
        self.sign_in, self.ask = said["sign_in"], said["ask"]
        self.service, self.password = said["service"], said["password"]
        self.key, self.secret = said.get("key", ""), said.get("secret", "")

    def address(self, back: str) -> str:
        return self.sign_in.replace("{service}", quote(self.service, safe="")).replace(
            "{back}", quote(back, safe="")
        )

    def whose(self, ticket: str) -> str:
        token = self._asked("ticketValidation", {"st": ticket}).get("token")
        if not token:
            raise NotKnown("no token for this ticket")
        user = self._asked("getUserInfo", {"token": str(token)}).get("userid")
        if not user:
            raise NotKnown("no user for this token")
        return str(user)

    def _asked(self, method: str, said: Mapping[str, str]) -> Mapping[str, Any]:
        now = f"{timezone.localtime():%Y%m%d%H%M%S}"
        sign = hashlib.md5(
            f"{self.service}{self.password}{now}".encode(), usedforsecurity=False
        ).hexdigest()
        known = {"method": method, "servicecode": self.service, "time": now, "sign": sign}
        query = urlencode({**known, **said, "datatype": "json"})
        answer = requests.post(
            f"{self.ask}?{query}",
            headers=self._headers(query),
            timeout=PATIENCE,
            allow_redirects=False,
        )
        answer.raise_for_status()
        try:
            found = answer.json()
        except ValueError as fault:
            raise NotKnown("no JSON came") from fault
        if not isinstance(found, dict) or str(found.get("result")) != "0":
            raise NotKnown(f"{method}: {found!r:.200}")
        return found

    def _headers(self, query: str) -> dict[str, str]:
        """What the gateway asks for, where there is one: good for a minute and a half."""
        if not self.key:
            return {}
        date = format_datetime(timezone.now(), usegmt=True)
        text = f"POST\n{urlsplit(self.ask).path}\n{_sorted(query)}\n{self.key}\n{date}\n"
        digest = hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).digest()
        return {
            "X-BG-HMAC-ACCESS-KEY": self.key,
            "X-BG-HMAC-SIGNATURE": base64.b64encode(digest).decode(),
            "X-BG-HMAC-ALGORITHM": "hmac-sha256",
            "X-BG-DATE-TIME": date,
        }


def _sorted(query: str) -> str:
    return "&".join(sorted(query.split("&")))
