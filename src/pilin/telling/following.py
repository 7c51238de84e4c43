"""Those who follow something hear of it: found by reading the record, a moment after each step.

Those on the roll of a vote, who may be very many, are told in the same way.
Whoever follows a matter hears of every step that is told to anybody; whoever follows a place, an
organisation, a kind or a search, of what is raised there and of each stage it comes to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse

from pilin.engine import notices, search
from pilin.engine.act import LOG
from pilin.engine.builtin import QUIET
from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.engine.procedure import Step
from pilin.engine.programme import registry
from pilin.engine.telling import FOLLOWERS, NEXT, Telling
from pilin.ledger import log
from pilin.ledger.asking import Ask, ask
from pilin.ledger.log import Record
from pilin.people.hearing import Following, Reached
from pilin.people.models import Account

NAME = "follows"
#: Entries of a transaction.
BATCH = 500
#: First words of the scopes that can be followed.
SCOPES = ("matter", "place", "org", "kind")


def spread() -> int:
    """Write the notices of whoever follows what has happened since the last time; gives how many."""
    told = 0
    while True:
        with transaction.atomic():
            size = log.size(LOG)
            # Nobody is told of what was there before there was anything to follow.
            Reached.objects.get_or_create(name=NAME, defaults={"number": size - 1})
            at = Reached.objects.select_for_update().get(name=NAME)
            stop = min(size, at.number + 1 + BATCH)
            for record in log.read(LOG, at.number + 1, stop):
                told += _tell(record)
            Reached.objects.filter(name=NAME).update(number=stop - 1)
        if stop >= size:
            return told


def _tell(record: Record) -> int:
    body = record.body
    matter = Matter.objects.filter(pk=body["matter"]).first()
    step = registry.step(matter.rules, body["step"]) if matter else None
    if matter is None or step is None or not matter.rules.listed:
        return 0
    people = dict.fromkeys(_followers(record, matter, step), FOLLOWERS.reason)
    for audience in step.told:
        if audience.later and audience.people is not None:
            found = audience.people(Telling(record, None, matter))
            people |= dict.fromkeys(found, audience.reason)
    people.pop(body["actor"], None)
    notices.tell(people, matter.pk, record.number)
    return len(people)


def _followers(record: Record, matter: Matter, step: Step) -> Iterator[str]:
    body, states = record.body, matter.rules.states
    if body["step"] in QUIET:
        return
    opened = body["from"] is None
    stage = opened or states[body["from"]].stage != states[body["to"]].stage
    if not (stage or body["from"] != body["to"] or set(step.told) - {NEXT}):
        return
    scopes = [f"matter:{matter.pk}", *(_around(matter) if stage else ())]
    asked = [json.dumps(scopes), str(matter.pk), "t" if opened else "f", body["at"]]
    for (person,) in ask(Ask(_FOLLOW, asked)):
        yield person


def _around(matter: Matter) -> Iterator[str]:
    now = registers()
    place = now.place(matter.place_id)
    yield from (f"place:{key}" for key in (place.path if place else ()))
    orgs = {key for key in (matter.org_id, matter.holder_org_id, *matter.orgs) if key}
    yield from (f"org:{key}" for key in sorted(orgs))
    yield f"kind:{matter.kind}"


#: Of what was before somebody began to follow it they are not told.
_FOLLOW = (
    "SELECT person FROM people_following WHERE made <= $4::timestamptz AND scope IN"
    " (SELECT json_array_elements_text($1::json)) UNION"
    " SELECT f.person FROM people_following f, loop_matter m WHERE f.scope = 'search'"
    " AND f.made <= $4::timestamptz AND $3::boolean AND m.id = $2::bigint"
    " AND m.search @@ f.query::tsquery"
)


# Begun and ended by whoever follows ---------------------------------------------------------------


def is_scope(text: str) -> bool:
    """Whether something of that name can be followed: it is there."""
    kind, _colon, key = text.partition(":")
    if kind == "kind":
        rules = registry.latest(key)
        return rules is not None and rules.listed
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return False
    now, number = registers(), int(key)
    match kind:
        case "matter":
            return Matter.objects.filter(pk=number).exists()
        case "place":
            return now.place(number) is not None
        case "org":
            return now.organisation(number) is not None
    return False


def begin(person: str, scope: str, words: str = "") -> bool:
    """Follow something; False where there is none of it, nothing to look for, or too much already.

    `words` are what a search looks for, where `scope` is that of one.
    """
    query = ""
    if scope == Following.SEARCH:
        words = " ".join(words.split())[:60]
        query = search.query(words)
        if not query:
            return False
    elif not is_scope(scope):
        return False
    else:
        words = ""
    with transaction.atomic():
        own = Following.objects.filter(person=person)
        # Two at once are one after the other.
        Account.objects.select_for_update().filter(person=person).first()
        if own.filter(scope=scope, words=words).exists():
            return True
        if own.count() >= Following.MOST:
            return False
        Following.objects.create(person=person, scope=scope, words=words, query=query)
    return True


def end(person: str, scope: str, words: str = "") -> None:
    Following.objects.filter(person=person, scope=scope, words=words).delete()


def called(row: Following) -> tuple[str, str]:
    """What somebody follows, as a link: words and address; "" where it is no more."""
    kind, _colon, key = row.scope.partition(":")
    found: Any
    match kind:
        case "search":
            return row.words, reverse("web:search") + "?" + urlencode({"q": row.words})
        case "kind":
            rules = registry.latest(key)
            return (
                (str(rules.title), reverse("web:matters") + f"?kind={key}") if rules else ("", "")
            )
        case "matter":
            found = Matter.objects.filter(pk=int(key)).first()
            return (found.title, found.url) if found else ("", "")
        case "place":
            found = registers().place(int(key))
            return (found.called, reverse("web:place", args=[key])) if found else ("", "")
    found = registers().organisation(int(key))
    return (found.called, reverse("web:organisation", args=[key])) if found else ("", "")
