"""A home is checked: by a code, or in a register. Each way counts what is tried, and says no more
than that it did not fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from pilin.engine.act import act
from pilin.people.actor import HOUSE, Actor

from . import documents, secret
from .models import Code, Resident

#: Codes entered and look-ups in a register that an account has on a day.
TRIES = 6


class NotChecked(Exception):
    """Why not: `many` tries today, or `unfit`: nothing more is told."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _try(person: str) -> None:
    """Count a try, for good, whatever comes of it. Raises NotChecked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO residence_tries (person, day, n) VALUES (%s, %s, 1)"
            " ON CONFLICT (person, day) DO UPDATE SET n = residence_tries.n + 1 RETURNING n",
            [person, timezone.localdate()],
        )
        (n,) = cursor.fetchone()
    if n > TRIES:
        raise NotChecked("many")


def by_code(person: str, text: str) -> int:
    """Use up a code for somebody; gives the entry. Raises NotChecked."""
    _try(person)
    today = timezone.localdate()
    with transaction.atomic():
        rows = Code.objects.select_for_update().filter(digest=secret.of_code(text))
        code = rows.filter(used=None, expires__gte=today).first()
        if code is None:
            raise NotChecked("unfit")
        Code.objects.filter(pk=code.pk).update(used=timezone.now())
        said = {"person": person, "place": code.place, "until": code.until, "batch": code.batch}
        return act(HOUSE, "residence", "enter_code", said).number


def by_register(person: str, number: str, birth: date, place: int) -> int:
    """Match somebody with the one row of a register that is theirs; gives the entry.

    Raises NotChecked: the same whether there is no such row, another account has it, or the number is
    none, after the same work.
    """
    _try(person)
    try:
        kept, _born = documents.read(number)
    except documents.NoNumber:
        kept = ""
    digest, who = secret.of_resident(kept, birth, place), secret.of_number(kept)
    with transaction.atomic():
        row = Resident.objects.select_for_update().filter(digest=digest).first()
        others = Resident.objects.filter(who=who).exclude(taken_by__in=("", person)).exists()
        today = timezone.localdate()
        if row is None or others or row.until < today:
            raise NotChecked("unfit")
        Resident.objects.filter(pk=row.pk).update(taken_by=person)
        said = {"person": person, "place": row.place, "until": row.until}
        return act(HOUSE, "residence", "match", said).number


class Made(NamedTuple):
    """A batch: the entry that made it, and its codes, which nobody can be shown again."""

    entry: int
    codes: Sequence[str]


def make(actor: Actor, said: dict[str, object]) -> Made:
    """Make a batch of codes as `actor`. Raises Refused."""
    with transaction.atomic():
        record = act(actor, "residence", "make_codes", said)
        data = record.body["data"]
        codes = [secret.new_code() for _n in range(data["number"])]
        Code.objects.bulk_create(
            Code(
                digest=secret.of_code(code),
                batch=record.number,
                place=data["place"]["id"],
                expires=date.fromisoformat(data["expires"]),
                until=date.fromisoformat(data["until"]),
            )
            for code in codes
        )
    return Made(record.number, codes)


def enrol(people: Sequence[str], place: int, until: date, at: datetime | None = None) -> int:
    """Made-up people, for a demo or a trial of many: one entry for all of them."""
    said = {"people": list(people), "place": place, "until": until.isoformat()}
    return act(HOUSE, "residence", "enrol", said, at=at).number
