"""Sentences for the terminal, in its reader's language, where no Django is set up.

Counting rules run without it. `say` looks a sentence up in the catalogues of those rooms that say
something so; what pages say goes through Django's own functions.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

ROOMS = ("cli", "deciding", "intake", "ledger", "run", "wording")


def shells() -> str:
    """The language of messages on the terminal: PILIN_LANG, else that of the shell."""
    named = os.environ.get("PILIN_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh-hans" if named.lower().startswith("zh") else "en"


_language: Callable[[], str] = shells


def speak(language: Callable[[], str]) -> None:
    """Have sentences in the language this gives, from now on."""
    global _language  # noqa: PLW0603  a process speaks to one reader, or asks who that is
    _language = language


def gettext_noop(words: str) -> str:
    """Marks a sentence for the catalogue; it is said later."""
    return words


def in_chinese_now() -> bool:
    """Whether sentences are said in Chinese now."""
    return _language().startswith("zh")


def say(sentence: str, /, **facts: object) -> str:
    """A sentence in the reader's language, with its facts in their places: `{name}`."""
    said = in_chinese(sentence) if in_chinese_now() else sentence
    return said.format(**facts) if facts else said


def in_chinese(sentence: str) -> str:
    return _catalogue().gettext(sentence)


def ngettext(one: str, more: str, n: int) -> str:
    """As `say`, of one or more."""
    if in_chinese_now():
        return _catalogue().ngettext(one, more, n)
    return one if n == 1 else more


@cache
def _catalogue() -> gettext.NullTranslations:
    found = gettext.NullTranslations()
    for room in ROOMS:
        path = Path(__file__).parents[1] / room / "locale/zh_Hans/LC_MESSAGES/django.mo"
        if path.exists():
            with path.open("rb") as file:
                one = gettext.GNUTranslations(file)
            one.add_fallback(found)
            found = one
    return found
