"""Who gets in: those whose office it is to see to offices, and operators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from pilin.engine.positions import as_they_stand, registers
from pilin.people import charge
from pilin.people.actor import Actor, viewer_of
from pilin.people.models import Organisation, Place


@dataclass(frozen=True)
class Charge:
    """What somebody looks after on a day."""

    actor: Actor
    day: date

    @cached_property
    def organisations(self) -> list[Organisation]:
        """Those at which they give and end offices."""
        return charge.in_charge(registers(), self.actor.offices, self.day)

    @property
    def at(self) -> set[int]:
        """Where they look after something: those, and where they hold an office themselves."""
        own = {office.organisation_id for office in self.actor.offices}
        return own | {org.pk for org in self.organisations}

    @cached_property
    def operates(self) -> bool:
        """Whether they are an operator at a government."""
        now = registers()
        held = (o for o in self.actor.offices if o.role == charge.OPERATOR and o.held(self.day))
        return any(now.place(office.organisation_id) for office in held)

    @property
    def any(self) -> bool:
        return bool(self.actor.offices) and (self.operates or bool(self.organisations))

    def runs(self, what: Organisation | Place | None) -> bool:
        now = registers()
        return any(charge.runs(now, o, what, self.day) for o in self.actor.offices)


def charge_of(request: HttpRequest) -> Charge:
    return Charge(viewer_of(request), timezone.localdate())


View = Callable[..., HttpResponseBase]


def _gate(allows: Callable[[Charge], bool]) -> Callable[[View], View]:
    def guard(view: View) -> View:
        @login_required
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            with as_they_stand():
                own = charge_of(request)
                if not allows(own):
                    raise PermissionDenied
                response = view(request, own, *args, **kwargs)
            response["Cache-Control"] = "no-store"  # accounts of others may stand in it
            return response

        return answer

    return guard


#: For whoever gives offices anywhere, and for operators alone.
appointing = _gate(lambda own: own.any)
operating = _gate(lambda own: own.operates)
