"""Invitations: codes with which people sign up where an installation is open to those invited.

The record says how many were made, by which office and until when; a code stands on its slip alone.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from pilin.engine.act import act
from pilin.ledger.log import Record
from pilin.people import invitations
from pilin.people.actor import Actor
from pilin.people.codes import Made
from pilin.people.models import Invitation


class Batch(NamedTuple):
    """Invitations made by one entry; `unused` are good until `until`."""

    batch: int
    until: datetime
    all: int
    used: int

    @property
    def unused(self) -> int:
        return self.all - self.used

    @property
    def words(self) -> str:
        return str(self.batch)


def batches() -> list[Batch]:
    """Those that are still good, newest first."""
    used = Count("pk", filter=Q(used__isnull=False))
    rows: Any = Invitation.objects.filter(until__gt=timezone.now(), batch__isnull=False)
    found = rows.values_list("batch", "until").annotate(n=Count("pk"), used=used)
    return [Batch(*row) for row in found.order_by("-batch")]


def make(actor: Actor, number: int, until: date) -> Made:
    """Make invitations as `actor`, good through the day `until`. Raises Refused."""
    with transaction.atomic():
        said = {"number": number, "until": until.isoformat()}
        record = act(actor, "manage", "invite", said)
        end = datetime.combine(until, time.max, timezone.get_current_timezone())
        return Made(record.number, invitations.make(number, end, actor.person, record.number))


def withdrawn(record: Record) -> None:
    """Take what is unused of the batch away, as the entry says."""
    Invitation.objects.filter(batch=record.body["data"]["batch"], used=None).delete()
