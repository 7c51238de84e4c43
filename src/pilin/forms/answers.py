"""Answers as an entry records them, and as they are read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from pilin.wording.reading import day, moment


def texts_in(value: Any) -> list[str]:
    """The texts in an answer."""
    found: list[str] = []
    _gather(value, found)
    return found


def _gather(value: Any, found: list[str]) -> None:
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            _gather(inner, found)


def holds(texts: Iterable[str], words: Iterable[str]) -> bool:
    """Whether one of the words stands in one of the texts."""
    words = list(words)
    return any(word in text for text in texts for word in words)


#: Stands in an answer for what is kept sealed. No longer than what it stands for.
TAKEN_OUT = "■■"


def without(value: Any, words: Iterable[str]) -> Any:
    """The answer with these words taken out of its texts."""
    longest_first = sorted(words, key=len, reverse=True)
    return _replaced(value, re.compile("|".join(map(re.escape, longest_first))))


def _replaced(value: Any, words: re.Pattern[str]) -> Any:
    match value:
        case str():
            return words.sub(TAKEN_OUT, value)
        case dict():
            return {k: _replaced(v, words) for k, v in value.items()}
        case list():
            return [_replaced(v, words) for v in value]
        case _:
            return value


def as_json(value: Any) -> Any:
    match value:
        case str() | bool() | int() | float() | None:
            return value
        case dict():
            return {k: v if type(v) is str else as_json(v) for k, v in value.items()}
        case Model():
            return {"id": value.pk, "name": str(value)}
        case datetime():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case _:
            return [as_json(v) for v in value]


def in_words(value: Any, field: forms.Field | None = None) -> str:
    """A recorded value for reading."""
    if (own := getattr(field, "words_of", None)) is not None:
        return str(own(value))
    if isinstance(value, list):
        return "\n".join(in_words(v, field) for v in value)
    if isinstance(value, dict):
        if "wording" in value:
            return str(value["wording"])
        named = value.get("name") or value.get("title")
        rest = [in_words(v) for k, v in value.items() if k not in ("id", "name", "title") and v]
        return " · ".join([*([str(named)] if named else []), *rest])
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(field, forms.DateTimeField):
        return moment(datetime.fromisoformat(value))
    if isinstance(field, forms.DateField):
        return day(date.fromisoformat(value))
    choices = getattr(field, "choices", None) if isinstance(field, forms.ChoiceField) else None
    if choices is not None and not isinstance(field, forms.ModelChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[union-attr]
    return str(value)
