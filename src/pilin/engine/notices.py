"""Notices of an entry, in its transaction: who is told, and whose question is settled by it.

They leave as letters afterwards (`pilin.telling`). Those who follow something are told by a job that
reads the record: the ledger's lock does not wait for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from pilin.ledger import asking, log
from pilin.ledger.asking import Ask
from pilin.ledger.log import Record
from pilin.people.models import Organisation

from .builtin import ANSWER, ASSIGN, CLIMB, DECLINE, NUDGE, QUESTION, STRIKE
from .models import ASKING, Enquiry, Matter
from .positions import registers
from .procedure import Step
from .rules import superior
from .telling import NEXT, PARTIES, TAKING_PART, Telling


def write(record: Record, before: Matter | None, after: Matter, step: Step) -> None:
    """Put the notices of one entry into the outbox; nobody is told of what they did themselves.

    Whoever waits and is also asked to do something is told the latter; an office that takes part, and
    waits itself, is told as one who waits.
    """
    t = Telling(record, before, after)
    moved = record.body["from"] != record.body["to"]
    # What several have to do tells nobody who waits before it is done. Who opens is the only party.
    leads_on = before is not None and (moved or step.to != "=")
    told: dict[str, str] = {}
    if TAKING_PART in step.told and (leads_on or TAKING_PART in step.tells):
        told |= dict.fromkeys(answering({after.org_id, *after.orgs}, t.day), TAKING_PART.reason)
    for audience in step.told:
        if audience.people is not None and not audience.later:
            told |= dict.fromkeys(audience.people(t), audience.reason)
    if (
        NEXT in step.told
        and after.is_open
        and (before is None or _holder(before) != _holder(after))
    ):
        told |= dict.fromkeys(post(after.holder_org_id, after.holder_role, t.day), NEXT.reason)
        if after.holder_person:
            told[after.holder_person] = NEXT.reason
    told |= _built_in(t, step)
    waiting = PARTIES in step.told and (leads_on or PARTIES in step.tells)
    parties = (PARTIES.reason if after.is_open else "closed") if waiting else ""
    if before is not None and (moved or _holder(before) != _holder(after)):
        settle(after.pk, record.number)
    if settled := _settled(t, step):
        settle(after.pk, record.number, settled)
    tell(told, after.pk, record.number, parties, record.body["actor"])


def tell(
    told: Mapping[str, str], matter: int, entry: int, parties: str = "", actor: str = ""
) -> None:
    """Tell people, by pseudonym, of an entry, each for a reason; once, however often this is called.

    `parties` is the reason for which those who raised or support the matter are told, if they are.
    """
    if told or parties:
        rows = json.dumps([[person, reason] for person, reason in sorted(told.items())])
        asking.later([Ask(_WRITE, [rows, str(matter), str(entry), parties, actor])])


def settle(matter: int, entry: int, asked: int = 0) -> None:
    """What was asked of people in a matter before this entry is asked no more; of all those who could
    have seen to it. `asked`: only what that entry asked."""
    reasons = "{" + ",".join(sorted(ASKING)) + "}"
    asking.later([Ask(_SETTLE, [str(matter), str(entry), str(asked), reasons])])


#: Nobody is told who has no account (any more), and nobody is rung for what they were told.
_WRITE = (
    "WITH named AS (SELECT r ->> 0 AS person, r ->> 1 AS reason,"
    " CASE WHEN r ->> 1 = 'part' THEN 2 ELSE 0 END AS weight"
    " FROM json_array_elements($1::json) r"
    " UNION ALL SELECT person, $4, 1 FROM loop_party WHERE matter_id = $2::bigint AND $4 <> ''),"
    " told AS (SELECT DISTINCT ON (person) person, reason FROM named n WHERE person <> $5"
    " AND NOT EXISTS (SELECT 1 FROM loop_notice o"
    " WHERE o.person = n.person AND o.entry = $3::bigint) ORDER BY person, weight),"
    " rung AS (UPDATE people_account a SET unread = unread + 1, bell = bell + 1 FROM told"
    " WHERE a.person = told.person AND a.erased_at IS NULL RETURNING told.person, told.reason)"
    " INSERT INTO loop_notice (person, matter, entry, reason, made)"
    " SELECT person, $2::bigint, $3::bigint, reason, clock_timestamp() FROM rung"
    " ON CONFLICT (person, entry) DO NOTHING"
)
_SETTLE = (
    "WITH was AS (SELECT id, person, read FROM loop_notice WHERE matter = $1::bigint"
    " AND settled IS NULL AND reason = ANY($4::text[]) AND entry < $2::bigint"
    " AND ($3::bigint = 0 OR entry = $3::bigint)),"
    " over AS (UPDATE loop_notice n SET settled = clock_timestamp(),"
    " read = coalesce(n.read, clock_timestamp()) FROM was WHERE n.id = was.id)"
    " UPDATE people_account a SET bell = bell + 1, unread = greatest(unread - w.new, 0)"
    " FROM (SELECT person, count(*) FILTER (WHERE read IS NULL) AS new FROM was GROUP BY person) w"
    " WHERE a.person = w.person"
)


def _holder(matter: Matter) -> tuple[int | None, str, str]:
    return matter.holder_org_id, matter.holder_role, matter.holder_person


def _settled(t: Telling, step: Step) -> int | None:
    if step.name in (ANSWER, DECLINE):
        return int(t.said["question"])
    return step.settles(t) if step.settles else None


def _built_in(t: Telling, step: Step) -> dict[str, str]:
    """Whom a step that every procedure has tells."""
    if step.name in CLIMB:
        return dict.fromkeys(_overdue(t, step.name), "overdue")
    if step.name == ASSIGN:
        return {t.after.assigned: "assigned"}
    if step.name == NUDGE:
        return dict.fromkeys(having(t), "nudged")
    if step.name == QUESTION:
        return dict.fromkeys(having(t), "asked")
    if step.name == STRIKE:
        records = log.some(log.MAIN, {number for number, _path in t.said["struck"]})
        return dict.fromkeys((r.body["actor"] for r in records), "struck")
    if step.name in (ANSWER, DECLINE):
        return {Enquiry.objects.get(pk=t.said["question"]).person: "answered"}
    return {}


# Audiences a procedure may name -------------------------------------------------------------------


def post(org: int | None, role: str, day: date) -> list[str]:
    return registers().holders(org, role, day)


def having(t: Telling) -> list[str]:
    """Those at the post that has it with whom it was given to there, or the person who has it."""
    matter = t.after
    people = post(matter.holder_org_id, matter.holder_role, t.day)
    there = {office.person for office in registers().working_at(matter.holder_org_id, t.day)}
    given = (
        matter.assigned if matter.assigned in there else ""
    )  # who has left is not asked any more
    return [*people, *filter(None, (matter.holder_person, given))]


def answering(orgs: Iterable[int | None], day: date) -> Iterator[str]:
    """Those who answer for organisations."""
    found: Iterator[Organisation | None] = map(registers().organisation, orgs)
    for org in filter(None, found):
        yield from post(org.pk, org.steward, day)


def _overdue(t: Telling, step: str) -> list[str]:
    """The holder is reminded; then also whoever answers for the organisation above."""
    people = having(t)
    if step != CLIMB[0]:
        above = superior(t.after)
        people += answering([above.pk] if above else [], t.day)
    return people
