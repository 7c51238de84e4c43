"""Where somebody may vouch and hand out codes, and the codes handed out there."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.utils import timezone

from pilin.engine.positions import registers
from pilin.people import charge
from pilin.people.actor import Actor

from .models import Code

#: Offices whose holders see people face to face.
VOUCHERS = ("host", "clerk")


def places_of(actor: Actor) -> frozenset[int]:
    """The places for which somebody may vouch: those of their organisations, and what lies in them."""
    now, day = registers(), timezone.localdate()
    own = {p for o in actor.offices if o.role in VOUCHERS for p in o.organisation.places}
    return frozenset(
        place.pk
        for place in now.places.values()
        if own & set(place.path) or any(charge.runs(now, o, place, day) for o in actor.offices)
    )


class Batch(NamedTuple):
    """Codes made by one entry for a place; `unused` are good until `expires`."""

    batch: int
    place: int
    expires: date
    all: int
    used: int

    @property
    def unused(self) -> int:
        return self.all - self.used

    @property
    def words(self) -> str:
        return f"{self.batch} · {self.where}"

    @property
    def where(self) -> str:
        place = registers().place(self.place)
        return place.called if place else ""


def batches_of(actor: Actor) -> list[Batch]:
    """Those still good for places in somebody's charge, newest first."""
    used = Count("pk", filter=Q(used__isnull=False))
    rows: Any = Code.objects.filter(expires__gte=timezone.localdate(), place__in=places_of(actor))
    found = rows.values_list("batch", "place", "expires").annotate(n=Count("pk"), used=used)
    return [Batch(*row) for row in found.order_by("-batch")]
