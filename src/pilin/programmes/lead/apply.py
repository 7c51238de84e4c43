"""Entries of lead projects → lead projects, and the account of each quarter."""

from __future__ import annotations

from typing import Any

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.payload import Payload
from pilin.forms.payloads import Rating, Reason

from . import entries, quarters
from .models import Accounting, Lead

LEAD = Handlers("lead")
LEAD.sets("take_on", Lead, "plan")


@LEAD.on("set", "charge")
def set_(entry: Entry[entries.Set], matter: Matter) -> None:
    said = entry.data
    Lead.objects.create(
        matter=matter,
        year=said.year,
        official=said.official,
        setter_id=said.setter.id,
        target=said.target,
        first=said.quarter,
    )


@LEAD.on("account")
def account(entry: Entry[entries.Account], matter: Matter) -> None:
    said = entry.data
    Accounting.objects.create(
        id=entry.number,
        lead_id=matter.pk,
        quarter=said.quarter,
        day=entry.day,
        due=said.due,
        done=said.done,
        against=said.against,
        late=said.late,
        standing=said.standing,
    )
    one = {"now": "given", "on": entry.day.isoformat(), "due": said.due.isoformat()}
    _stands(matter, said.quarter, {**one, "standing": said.standing})


@LEAD.on("accept")
def accept(entry: Entry[Payload], matter: Matter) -> None:
    _settle(matter, "confirmed", "")


@LEAD.on("confirm")
def confirm(entry: Entry[Rating], matter: Matter) -> None:
    _settle(matter, "confirmed", entry.data.words)


@LEAD.on("stand", "silence")
def stand(entry: Entry[Payload], matter: Matter) -> None:
    _settle(matter, "silent", "")


@LEAD.on("dispute")
def dispute(entry: Entry[Reason], matter: Matter) -> None:
    _settle(matter, "objected", entry.data.reason)


@LEAD.on("record", "record_past", "amend")
def record(entry: Entry[entries.Record], matter: Matter) -> None:
    row = entry.data.row
    own = Lead.objects.filter(pk=matter.pk).first()
    accounts = own.accounts if own else {}
    here = {q: one for q, one in accounts.items() if one["now"] != "register"}
    said = enumerate(row.quarters, 1)
    register = {str(q): {"now": "register", "words": words} for q, words in said if words}
    fields = {
        "year": row.year,
        "official": row.official,
        "target": row.target,
        "setter_id": row.orgs[1] if len(row.orgs) > 1 else None,
        "accounts": {**register, **here},  # what was said in Pilin stands
        "source_row": row.source_row,
    }
    entry.put(Lead, matter, fields)


def _settle(matter: Matter, now: str, reply: str) -> None:
    """How the newest account stands now, and what was said to it."""
    newest = Accounting.objects.filter(lead=matter.pk).order_by("-id").first()
    if newest is not None:
        Accounting.objects.filter(pk=newest.pk).update(reply=reply)
        _stands(matter, newest.quarter, {"now": now})


def _stands(matter: Matter, quarter: int, more: dict[str, Any]) -> None:
    own = Lead.objects.filter(pk=matter.pk)
    accounts = own.get().accounts
    key = str(quarter)
    assert quarter in quarters.ALL
    own.update(accounts={**accounts, key: {**accounts.get(key, {}), **more}})
