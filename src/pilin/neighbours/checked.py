"""What stands in our record because of an entry in a neighbour's, held to the copy of that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from pilin.database import elsewhere
from pilin.ledger import log
from pilin.ledger.verify import Report
from pilin.ledger.walk import entry
from pilin.people.models import Office
from pilin.people.neighbour_models import Neighbour

from .models import Copy

#: Of an entry that answers one, what is its cause: by the step that is answered.
ASKED = ("neighbour", "ask")


def check(report: Report) -> None:
    """Whether whoever took a step from across the border asked for it there, in the office they had there."""
    by_log: dict[str, list[Mapping[str, Any]]] = {}
    with connection.cursor() as cursor:
        rows = cursor.execute(
            "SELECT body FROM ledger_entry WHERE log = %s AND body LIKE '%%\"cause\":{%%'"
            " ORDER BY number",
            [log.MAIN],
        ).fetchall()
    for (text,) in rows:
        body = json.loads(text)
        by_log.setdefault(body["cause"]["log"], []).append(body)
    known = {n.main: n for n in Neighbour.objects.order_by("id")}
    for name, bodies in by_log.items():
        neighbour = known.get(name)
        copy = Copy.objects.filter(pk=neighbour.pk).first() if neighbour else None
        if neighbour is None:
            for body in bodies:
                report.fault(entry(body["number"]), _("it answers a record of no neighbour"))
        elif copy is not None and copy.applied:
            with elsewhere.reading(neighbour.there):
                wrong = [(b, why) for b in bodies if (why := _wrong(b, copy.applied))]
            for body, why in wrong:
                report.fault(entry(body["number"]), why)


def _wrong(body: Mapping[str, Any], applied: int) -> str:
    """What the record that is read just now does not say of an entry of ours; "" where it says it."""
    number = int(body["cause"]["number"])
    if number >= applied:  # it has not come to us (any more): the copy is taken anew
        return ""
    record = log.get(log.MAIN, number)
    whose = body["data"]["person"] if body["kind"] == "manage" else body["actor"]
    person, _at, guest = str(whose).partition("@")
    if record is None or not guest:
        return "" if record else _("the neighbour's record has no such entry")
    said, theirs = record.body["data"], record.body
    if body["kind"] == "manage":
        same = (theirs["kind"], theirs["step"], said.get("person")) == ("manage", "erase", person)
        return "" if same else _("nobody asked for it in the neighbour's record")
    asked = (theirs["kind"], theirs["step"]) == ASKED and theirs["actor"] == person
    if not asked or (said["matter"], said["step"]) != (body["matter"], body["step"]):
        return _("nobody asked for it in the neighbour's record")
    office = body["office"]
    if office is None:
        return ""
    held = Office.held_on(date.fromisoformat(theirs["day"]))
    rows = Office.objects.filter(held, pk=office["id"], person=person, role=office["role"])
    return "" if rows.exists() else _("whoever took it did not hold that office on that day")
