"""The first page of administration: what needs care, and what one may do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pilin.engine.positions import registers
from pilin.people.models import ROLES, Office
from pilin.programmes.manage.leaving import unmanned
from pilin.site import doctor, outside
from pilin.site.finding import OK
from pilin.telling import sending

from .gate import Charge, appointing
from .unseen import to_look_at

#: Days before its end in which an office is shown to whoever may extend it.
SOON = 30


@appointing
def start(request: HttpRequest, own: Charge) -> HttpResponse:
    keys = [org.pk for org in own.organisations]
    context: dict[str, Any] = {
        "operates": own.operates,
        "unmanned": [
            {
                "org": u.organisation,
                "role": ROLES.get(u.role, u.role),
                "n": u.matters,
                "key": u.role,
            }
            for u in unmanned(own.day, keys)
        ],
        "ending": ending(own),
        "unseen": len(to_look_at(own)),
    }
    if own.operates:
        context |= {
            "letters": sending.put_aside().count() + sending.late().count(),
            "findings": [
                f for f in doctor.examine(but=[doctor.posts, outside.sign_on]) if f.state != OK
            ],
        }
    return render(request, "site/manage/start.html", context)


def ending(own: Charge) -> list[dict[str, Any]]:
    """Offices in one's charge that end soon, soonest first."""
    now = registers()
    rows = Office.objects.filter(
        organisation__in=[org.pk for org in own.organisations],
        until__gte=own.day,
        until__lte=own.day + timedelta(days=SOON),
    )
    return [
        {"office": o, "org": now.organisation(o.organisation_id), "called": now.called(o)}
        for o in rows.order_by("until", "id")
    ]
