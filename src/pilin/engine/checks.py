"""Declarations are checked at start-up (`manage.py check`)."""

from __future__ import annotations

from typing import Any

from django.core.checks import Error, register
from django.utils import translation
from django.utils.functional import Promise

from .procedure import Procedure
from .programme import registry


@register
def procedures(app_configs: Any, **kwargs: Any) -> list[Error]:
    found = [fault for p in registry.procedures for fault in (*p.faults(), *_untold(p))]
    return [Error(fault, id="pilin.E001") for fault in found]


def _untold(procedure: Procedure) -> list[str]:
    """Sentences that do not exist in both languages."""
    missing = []
    texts = [s.title for s in procedure.states.values()]
    texts += [t for s in procedure.steps for t in (s.title, s.done)]
    for text in texts:
        if not text or not isinstance(text, Promise):
            missing.append(f"{procedure.kind}: {str(text)!r} cannot be translated")
            continue
        with translation.override("en"):
            english = str(text)
        with translation.override("zh-hans"):
            if str(text) == english:
                missing.append(f"{procedure.kind}: {english!r} has no Chinese")
    return missing
