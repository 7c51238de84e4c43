"""A step in a neighbour's record, asked for by somebody here: an entry in our own, which they answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pilin.database import elsewhere
from pilin.engine.act import act
from pilin.engine.cause_models import Cause as Caused
from pilin.engine.models import Matter
from pilin.engine.procedure import Step
from pilin.engine.refused import Refused
from pilin.ledger.log import MAIN, Record
from pilin.ledger.receipt import Answering
from pilin.people.actor import Actor
from pilin.people.models import Account
from pilin.people.neighbour_models import Neighbour

from .keys import ledger_name
from .models import Asked, Copy, Refusal
from .procedure import ASKS
from .serving import notify

#: What a form is sent with that is no answer.
_OURS = ("csrfmiddlewaretoken", "do", "token", "seen", "then", "instead", "without")


def may_cross(step: Step) -> bool:
    """Whether a step can be asked for across the border: nothing that is kept sealed ever crosses."""
    return not (step.asks and step.asks.sealed)


def ask(
    there: elsewhere.Elsewhere,
    account: Account,
    matter: Matter,
    step: Step,
    data: Mapping[str, Any],
    files: Sequence[UploadedFile[Any]] = (),
    seen: int | None = None,
) -> Record:
    """Enter what somebody asks for, in our own record. Raises Refused."""
    if not may_cross(step):
        raise Refused("forbidden", _("What is kept sealed never crosses the border."))
    said = {
        "matter": matter.pk,
        "kind": matter.kind,
        "procedure": matter.procedure,
        "step": step.name,
        "seen": seen,
        "answer_words": _answers(data),
    }
    with elsewhere.reading(None, only=False):
        neighbour = Neighbour.objects.get(pk=there.number)
        record = act(Actor(account.person, kind=ASKS), neighbour.pk, "ask", said, files=files)
        notify(neighbour.pk)
    return record


def _answers(data: Mapping[str, Any]) -> dict[str, list[str]]:
    if isinstance(data, QueryDict):
        found = {name: [str(v) for v in values] for name, values in data.lists()}
    else:
        found = {name: [str(value)] for name, value in data.items()}
    return {name: values for name, values in found.items() if name not in _OURS}


@dataclass(frozen=True)
class Sent:
    """What was asked for: our entry, and what came of it: the number of their entry, or why not."""

    number: int
    step: str
    kind: str
    person: str
    taken: int | None
    refused: str


def sent(there: elsewhere.Elsewhere, matter: int) -> list[Sent]:
    """What people here asked for on a matter of theirs, newest first, the last ten. Reads both records."""
    with elsewhere.reading(None):
        rows = list(
            Asked.objects.filter(neighbour=there.number, theirs=matter).order_by("-id")[:10]
        )
        name = ledger_name()
    if not rows:
        return []
    with elsewhere.reading(there):
        numbers = [row.pk for row in rows]
        caused = dict(
            Caused.objects.filter(log=name, number__in=numbers).values_list("number", "entry")
        )
        why = {r.pk: r for r in Refusal.objects.filter(pk__in=caused.values())}
    return [
        Sent(
            row.pk,
            row.step,
            row.kind,
            row.person,
            None if (entry := caused.get(row.pk)) is None else entry,
            _why(why[entry]) if entry in why else "",
        )
        for row in rows
    ]


def beside(record: Record) -> Iterator[Answering]:
    """The entries in neighbours' records that an entry of ours answers, or that answer it: so two receipts name
    each other."""
    cause = record.body.get("cause")
    for neighbour in Neighbour.objects.order_by("id"):
        if cause and cause["log"] == neighbour.main:
            yield _answering(neighbour, int(cause["number"]), True)
        if not Copy.objects.filter(pk=neighbour.pk, applied__gt=0).exists():
            continue
        found: list[int] = []
        with suppress(elsewhere.NoCopy), elsewhere.reading(neighbour.there):
            rows = Caused.objects.filter(log=_of_ours(), number=record.number)
            found += rows.values_list("entry", flat=True)
        for entry in found:
            yield _answering(neighbour, entry, False)


def _of_ours() -> str:
    return f"{settings.ORIGIN}/{MAIN}"


def _answering(neighbour: Neighbour, number: int, answers: bool) -> Answering:
    url = f"{neighbour.address}/ledger/{MAIN}/{number}/"
    return Answering(neighbour.name, number, url, answers)


def copy_of(number: int) -> Copy | None:
    """How far the copy of a neighbour's record is."""
    return Copy.objects.filter(pk=number).first()


def _why(refusal: Refusal) -> str:
    words: dict[str, str] = refusal.words
    return words.get(get_language() or "") or next(iter(words.values()), refusal.code)
