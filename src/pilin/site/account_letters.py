"""Letters and messages about one's account leave beside the page: a mail server that is silent holds
up nobody. They carry codes, so what waits is encrypted like a draft."""

from __future__ import annotations

import json
import logging
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils.module_loading import import_string
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from pilin.engine.drafts import sealed_box

_log = logging.getLogger(__name__)
#: A code is good for minutes: what did not leave by then is asked for again.
TRIES = RetryStrategy(max_attempts=5, exponential_wait=3)


def letter(message: EmailMessage) -> None:
    """Have it leave as soon as may be."""
    said: dict[str, Any] = {
        "subject": str(message.subject),
        "body": str(message.body),
        "from": message.from_email,
        "to": list(message.to),
        "headers": {name: str(value) for name, value in message.extra_headers.items()},
        "kind": message.content_subtype,
        "other": [list(map(str, one)) for one in getattr(message, "alternatives", ())],
    }
    leave.defer(sealed=_seal(said))


def text(phone: str, words: str) -> None:
    leave.defer(sealed=_seal({"phone": phone, "words": words}))


def _seal(said: dict[str, Any]) -> str:
    return sealed_box().encrypt(json.dumps(said, ensure_ascii=False).encode()).decode()


@app.task(name="site.account_letter", pass_context=False, retry=TRIES)
def leave(sealed: str) -> None:
    """Send what was put aside for an account. What it says stands in no log."""
    try:
        said = json.loads(sealed_box().decrypt(sealed.encode()))
    except InvalidToken:
        _log.error("a letter about an account cannot be opened: the secret key has changed")
        return
    if "phone" in said:
        import_string(settings.SMS)().send(said["phone"], said["words"])
        return
    message = EmailMultiAlternatives(
        said["subject"], said["body"], said["from"], said["to"], headers=said["headers"]
    )
    message.content_subtype = said["kind"]
    for content, mime in said["other"]:
        message.attach_alternative(content, mime)
    message.send()
