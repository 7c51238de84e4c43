"""Who should know of an entry. Written in its transaction; sent after commit by a job."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from pilin.ledger import asking
from pilin.ledger.log import Record

from .builtin import ANSWER, ASSIGN, CLIMB, DECLINE, NUDGE, QUESTION
from .models import Enquiry, Matter, Party
from .positions import registers
from .procedure import Step
from .rules import superior

#: Stages and ends of which those who raised a matter are told.
TOLD = ("decided", "done", "confirmed")


def write(record: Record, before: Matter | None, after: Matter, step: Step) -> None:
    """Put the notices of one entry into the outbox; nobody is told of what they did themselves."""
    body = record.body
    told: dict[str, str] = {}
    moved = after.stage in TOLD or body["actor"] == "clock"
    if step.tells_parties or (moved and body["from"] != body["to"]):
        reason = "news" if after.is_open else "closed"
        if before:  # who opens a matter is its only party, and is told nothing of it
            parties = Party.objects.filter(matter=after)
            told = dict.fromkeys(parties.values_list("person", flat=True), reason)
    if after.is_open and (before is None or _holder(before) != _holder(after)):
        told |= dict.fromkeys(_people(after.holder_org_id, after.holder_role, record), "yours")
        if after.holder_person:
            told[after.holder_person] = "yours"
    if after.is_open and step.tells:
        for org in filter(None, map(registers().organisation, step.tells(body["data"]))):
            told |= dict.fromkeys(_people(org.pk, org.steward, record), "yours")
    if step.name in CLIMB:
        told |= dict.fromkeys(_overdue(after, step.name, record), "overdue")
    if step.name == ASSIGN:
        told[after.assigned] = "assigned"
    if step.name == NUDGE:
        told |= dict.fromkeys(_having(after, record), "nudged")
    if step.name == QUESTION:
        told |= dict.fromkeys(_having(after, record), "asked")
    if step.name in (ANSWER, DECLINE):
        told[Enquiry.objects.get(pk=body["data"]["question"]).person] = "answered"
    told.pop(body["actor"], None)
    tell(told, after.pk, record.number)


def tell(told: Mapping[str, str], matter: int, entry: int) -> None:
    """Tell people, by pseudonym, of an entry, each for a reason; once, however often this is called."""
    if told:
        rows = json.dumps([[person, reason] for person, reason in sorted(told.items())])
        asking.later([asking.Ask(_WRITE, [rows, str(matter), str(entry)])])


#: Nobody is told who has no account (any more), and nobody is rung for what they were told.
_WRITE = (
    "WITH told AS (SELECT r ->> 0 AS person, r ->> 1 AS reason FROM json_array_elements($1::json) r"
    " WHERE NOT EXISTS (SELECT 1 FROM loop_notice n WHERE n.person = r ->> 0"
    " AND n.entry = $3::bigint)),"
    " rung AS (UPDATE people_account a SET unread = unread + 1, bell = bell + 1 FROM told"
    " WHERE a.person = told.person RETURNING told.person, told.reason)"
    " INSERT INTO loop_notice (person, matter, entry, reason, made)"
    " SELECT person, $2::bigint, $3::bigint, reason, clock_timestamp() FROM rung"
    " ON CONFLICT (person, entry) DO NOTHING"
)


def _holder(matter: Matter) -> tuple[int | None, str, str]:
    return matter.holder_org_id, matter.holder_role, matter.holder_person


def _people(org: int | None, role: str, record: Record) -> list[str]:
    return registers().holders(org, role, date.fromisoformat(record.body["day"]))


def _having(matter: Matter, record: Record) -> list[str]:
    """Those at the post that has it with whom it was given to there, or the person who has it."""
    day = date.fromisoformat(record.body["day"])
    people = _people(matter.holder_org_id, matter.holder_role, record)
    there = {office.person for office in registers().working_at(matter.holder_org_id, day)}
    given = (
        matter.assigned if matter.assigned in there else ""
    )  # who has left is not asked any more
    return [*people, *filter(None, (matter.holder_person, given))]


def _overdue(matter: Matter, step: str, record: Record) -> list[str]:
    """The holder is reminded; then also whoever answers for the organisation above."""
    people = _having(matter, record)
    if step != CLIMB[0]:
        above = superior(matter)
        if above is not None:
            people += _people(above.pk, above.steward, record)
    return people
