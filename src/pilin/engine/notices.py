"""Who should know of an entry. Written in its transaction; sent after commit by a job."""

from __future__ import annotations

from django.db.models import F

from pilin.ledger.log import Record
from pilin.people.models import Account, Office, Organisation

from .builtin import CLIMB
from .models import Matter, Notice, Party
from .procedure import Step

#: Stages and ends of which those who raised a matter are told.
TOLD = ("decided", "done", "confirmed")


def write(record: Record, before: Matter | None, after: Matter, step: Step) -> None:
    """Put the notices of one entry into the outbox; nobody is told of what they did themselves."""
    body = record.body
    told: dict[str, str] = {}
    if (after.stage in TOLD or body["actor"] == "clock") and body["from"] != body["to"]:
        reason = "news" if after.is_open else "closed"
        for person in Party.objects.filter(matter=after).values_list("person", flat=True):
            told[person] = reason
    if after.is_open and (before is None or _holder(before) != _holder(after)):
        told |= dict.fromkeys(_people(after.holder_org_id, after.holder_role, record), "yours")
        if after.holder_person:
            told[after.holder_person] = "yours"
    if after.is_open and step.tells:
        for org in Organisation.objects.filter(pk__in=step.tells(body["data"])):
            told |= dict.fromkeys(_people(org.pk, org.steward, record), "yours")
    if step.name in CLIMB:
        told |= dict.fromkeys(_overdue(after, step.name, record), "overdue")
    told.pop(body["actor"], None)
    if not told:
        return
    people = set(Account.objects.filter(person__in=told).values_list("person", flat=True))
    Notice.objects.bulk_create(
        [
            Notice(person=p, matter=after.pk, entry=record.number, reason=r)
            for p, r in told.items()
            if p in people
        ],
        ignore_conflicts=True,
    )
    Account.objects.filter(person__in=people).update(unread=F("unread") + 1, bell=F("bell") + 1)


def _holder(matter: Matter) -> tuple[int | None, str, str]:
    return matter.holder_org_id, matter.holder_role, matter.holder_person


def _people(org: int | None, role: str, record: Record) -> list[str]:
    if org is None:
        return []
    day = record.body["day"]
    held = Office.objects.filter(Office.held_on(day), organisation=org, role=role)
    return list(held.values_list("person", flat=True))


def _overdue(matter: Matter, step: str, record: Record) -> list[str]:
    """The holder is reminded; then also whoever answers for the organisation above."""
    people = _people(matter.holder_org_id, matter.holder_role, record)
    if matter.holder_person:
        people.append(matter.holder_person)
    if step != CLIMB[0]:
        above = superior(matter)
        if above is not None:
            people += _people(above.pk, above.steward, record)
    return people


def superior(matter: Matter) -> Organisation | None:
    """The organisation above the holder's (above the one in charge, where a person holds it)."""
    org = matter.holder_org or matter.org
    return org.parent if org else None
