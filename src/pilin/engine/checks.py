"""Declarations are checked at start-up (`manage.py check`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

from django.core.checks import Error, register
from django.utils import translation
from django.utils.functional import Promise

from .builtin import OWN_WAY
from .models import Matter
from .payload import Payload, Untyped
from .procedure import Procedure
from .programme import registry
from .rules import as_before, same
from .telling import NEXT


@register
def procedures(app_configs: Any, **kwargs: Any) -> list[Error]:
    found = [
        fault
        for p in registry.procedures
        for fault in (*p.faults(registry), *entries(p), *_untold(p), *silent(p))
    ]
    untyped = (s.name for s in registry.built_in.values() if s.payload_type is Untyped)
    found += [f"{name}: a step every procedure has, and its entry has no type" for name in untyped]
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


def silent(procedure: Procedure) -> Iterator[str]:
    """Steps that change what somebody waits for, who has it or by when, and tell nobody who waits."""
    for step in procedure.steps if procedure.listed else ():
        goes_on = step.holder not in (None, same) or step.due not in (None, as_before)
        if step.source is not None and goes_on and not set(step.told) - {NEXT}:
            yield f"{procedure.kind}.{step.name}: changes who has it or by when, and tells nobody"


def entries(procedure: Procedure) -> Iterator[str]:
    """What is wrong with the types of its entries: form, payload and apply must fit together."""
    for step in procedure.steps:
        where = f"{procedure.kind}.{step.name}"
        payload = step.payload_type
        if step.name in registry.built_in and step.name not in OWN_WAY:
            yield f"{where}: is the name of a step that every procedure has"
        if payload is Untyped:
            yield f"{where}: its entry has no type"
            continue
        if step.asks and not step.asks.composes:
            public = set(step.asks.base_fields) - set(step.asks.sealed)
            for name in sorted(public - set(payload.names())):
                yield f"{where}: {payload.__name__} has no {name!r}, which is asked for"
        handler = registry.handler(procedure.kind, procedure.version, step.name)
        if handler is not None and step.back_within and step.source is not None:
            yield f"{where}: may be taken back, but its programme's tables would stay"
        if handler is not None:
            yield from _applied(where, handler, payload)


def _applied(where: str, handler: Any, payload: type[Payload]) -> Iterator[str]:
    """Whether what applies a step expects the type that the step writes."""
    hints = get_type_hints(handler, localns={"Matter": Matter})
    entry = next(iter(hints.values()), None)
    expected = get_args(entry)[0] if get_args(entry) else None
    if expected is None:
        yield f"{where}: {handler.__name__} does not say what entry it applies"
    elif expected is not Any and not issubclass(payload, expected):
        yield f"{where}: {handler.__name__} expects {expected.__name__}, not {payload.__name__}"
