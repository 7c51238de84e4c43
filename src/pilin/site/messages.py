"""Text messages: what sends them is a class with `send`, named by PILIN_SMS.

An operator brings one for the provider they have a contract with; this one is for trials.
"""

from __future__ import annotations

from typing import Protocol

from django.conf import settings
from django.utils import timezone


class Sender(Protocol):
    def send(self, number: str, words: str) -> None:
        """Hand a message over. Raises OSError where that fails; nothing else is told of it."""


class InFiles:
    """Puts each message into a file of its own in the data folder."""

    def send(self, number: str, words: str) -> None:
        folder = settings.DATA / "sms"
        folder.mkdir(mode=0o700, exist_ok=True)
        name = f"{timezone.now():%Y%m%dT%H%M%S%f}.txt"
        (folder / name).write_text(f"{number}\n{words}\n", encoding="utf-8")
