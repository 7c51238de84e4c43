"""What a voter is told: JSON for programs, a page to go on to for forms."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from .casting import Counted, NotCounted

WORDS = {
    "malformed": _("What was sent is no ballot."),
    "forged": _("This page did not come from here. Please open it again."),
    "elsewhere": _("This page belongs to another vote. Please open it again."),
    "no-poll": _("There is no such vote."),
    "method": _("Ballots are sent from the page of the vote."),
    "duplicate": _("This ballot is counted already. To change it, open the page again."),
    "replayed": _("A later ballot of yours is counted. To change it, open the page again."),
    "closed": _("The vote is closed."),
    "expired": _("This page has lain open too long. Please open it again."),
    "oversized": _("What was sent is too large for a ballot."),
    "type": _("What was sent is no form."),
    "item": _("One of these can no longer be voted on. Please open the page again."),
    "choice": _("Please choose one of the answers."),
    "many": _("More is marked than one ballot may name. Please take some marks away."),
    "busy": _("Very many are voting right now. Please send it again in a moment."),
    "unavailable": _("It could not be stored right now. Please send it again in a moment."),
}


def receipt_path(log: str, number: int) -> str:
    return f"/ledger/{log}/{number}/"


def counted_json(found: Counted) -> bytes:
    where = receipt_path(found.log, found.number)
    return (
        f'{{"log":"{found.log}","number":{found.number},"receipt":"{where}receipt.json",'
        f'"replaced":{"true" if found.replaced else "false"}}}'
    ).encode()


def refused_json(why: NotCounted, poll: int) -> bytes:
    body: dict[str, Any] = {"error": why.code, "says": str(WORDS[why.code])}
    if why.number is not None:
        body["number"] = why.number
        body["receipt"] = receipt_path(f"ballots-{poll}", why.number) + "receipt.json"
    return json.dumps(body, ensure_ascii=False).encode()
