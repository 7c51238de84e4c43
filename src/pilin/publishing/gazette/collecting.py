"""What happened between two days, from the entries of the record alone: what an issue of the gazette is made of.

Only entries up to a number are looked at, so that an issue that was printed can be printed again. What was
struck or erased since is not in it any more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone

from pilin.engine.procedure import Procedure
from pilin.engine.programme import registry
from pilin.ledger.log import Record

#: Days ahead of an issue whose meetings it announces.
AHEAD = 31
#: When a meeting is, as forms record it.
_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d|$)")
#: Steps by which words are corrected or taken out after they stood in an issue.
CORRECTS, STRIKES, ERASES = "correct", "words-strike", "erase"
#: Steps by which a lot is put right: how much it was, or that it never was.
PUT_RIGHT = ("adjust", "void")


@dataclass
class Story:
    """A matter as it stood on the last day, and what of it happened in the days of the issue."""

    number: int
    kind: str
    procedure: int
    title: str = ""
    place: int | None = None
    org: int | None = None
    sides: str = ""
    raiser: str = ""
    state: str = ""
    due: date | None = None
    closes: str = ""
    holder: int | None = None
    opened: date = date.min
    closed: date | None = None
    rating: int = 0
    steps: int = 0
    said: Mapping[str, Any] = field(default_factory=dict)  # what it was opened with
    news: list[Record] = field(default_factory=list)
    came: set[str] = field(default_factory=set)  # stages of the loop that it came to in these days

    @property
    def rules(self) -> Procedure:
        return registry.get(self.kind, self.procedure)

    @property
    def is_open(self) -> bool:
        return not self.rules.states[self.state].closed

    @property
    def recorded(self) -> bool:
        """It came with a register."""
        return "row" in self.said


@dataclass(frozen=True)
class Meeting:
    matter: int
    title: str
    when: str  # as it was given: 2026-11-26T19:00, or the day alone
    where: str


@dataclass(frozen=True)
class Alert:
    """A warning by its newest message up to the last day; `over` where it was lifted."""

    matter: int
    event: str
    colour: str
    issuer: str
    starts: str
    ends: str
    areas: tuple[str, ...]
    exercise: bool
    over: bool = False


@dataclass(frozen=True)
class Money:
    """Sums in yuan, in these days."""

    came: Decimal
    paid: Decimal


@dataclass(frozen=True)
class Happened:
    """`upto` is the number of the first entry that is not looked at."""

    since: date
    until: date
    upto: int
    stories: list[Story]  # in which something happened, by their number
    late: list[Story]  # still open, their day over, the longest first
    meetings: list[Meeting]
    money: Money
    figures: Mapping[str, int]
    voices: list[tuple[int, str, int]]  # matter, words, rating
    corrections: list[tuple[int, date, str]]  # matter, day, which step
    alerts: list[Alert]  # that stood on one of these days
    documents: list[
        tuple[str, str]
    ]  # of registers, in these days: title, and when they were before whom


def collect(entries: Iterable[Record], since: date, until: date, upto: int) -> Happened:
    """What happened from `since` to `until`, both included."""
    return _Collecting(since, until, upto).all(entries)


class _Collecting:
    def __init__(self, since: date, until: date, upto: int) -> None:
        self.since, self.until, self.upto = since, until, upto
        self.stories: dict[int, Story] = {}
        self.meetings: list[Meeting] = []
        self.amounts: dict[int, Decimal] = {}  # of payments, by their number
        self.came = self.paid = Decimal(0)
        self.figures: Counter[str] = Counter()
        self.voices: list[tuple[int, str, int]] = []
        self.corrections: list[tuple[int, date, str]] = []
        self.documents: dict[str, str] = {}
        self.alerts: dict[int, Alert] = {}

    def all(self, entries: Iterable[Record]) -> Happened:
        for record in entries:
            if record.number >= self.upto:
                break
            day = date.fromisoformat(record.body["day"])
            if day <= self.until:
                self._take(record, day)
        told = [s for s in self.stories.values() if s.news]
        still = [s for s in self.stories.values() if s.is_open and s.rules.listed]
        late = [s for s in still if s.due and s.due < self.until]
        self.figures["open"], self.figures["late"] = len(still), len(late)
        return Happened(
            self.since,
            self.until,
            self.upto,
            told,
            sorted(late, key=lambda s: (s.due or date.max, s.number)),
            sorted(self.meetings, key=lambda m: (m.when, m.matter)),
            Money(self.came, self.paid),
            dict(self.figures),
            self.voices,
            self.corrections,
            [a for a in self.alerts.values() if self._stood(a)],
            list(self.documents.items()),
        )

    def _take(self, record: Record, day: date) -> None:
        body = record.body
        rules = registry.get(body["kind"], body["procedure"])
        key = body["matter"]
        story = self.stories.get(key)
        if story is None:
            story = Story(key, body["kind"], body["procedure"], opened=day, raiser=body["actor"])
            story.said = body["data"]
            self.stories[key] = story
        was = rules.states[story.state].stage if story.state else ""
        for name, value in body["set"].items():
            if name in ("title", "place", "org", "sides", "raiser"):
                setattr(story, name, value)
        story.state, story.closes = body["to"], body["closes"]
        story.due = date.fromisoformat(body["due"]) if body["due"] else None
        story.holder = (body["holder"] or {}).get("org")
        story.steps += 1
        now = rules.states[story.state]
        story.closed = day if now.closed else None
        self._money(record, day, key)
        if rules.entering and day >= self.since and "title" in (row := body["data"].get("row", {})):
            self.documents[row["title"]] = str((row.get("meeting") or {}).get("wording") or "")
        if body["kind"] == "warning":
            self._warned(body, key)
        if rules.listed:
            self._ahead(body, story)
        if day >= self.since:
            self._corrected(body, story, day)
        if day < self.since or not rules.listed:
            return
        self._happened(record, story, day, was, now.stage)

    def _corrected(self, body: Mapping[str, Any], story: Story, day: date) -> None:
        """What stood in an issue before these days and is put right or taken out in them."""
        words = body["step"] in (CORRECTS, STRIKES) and story.rules.listed
        lot = body["kind"] == "lot" and body["step"] in PUT_RIGHT
        erased = body["kind"] == "manage" and body["step"] == ERASES
        if erased or ((words or lot) and story.opened < self.since):
            self.corrections.append((story.number, day, body["step"]))

    def _happened(self, record: Record, story: Story, day: date, was: str, now: str) -> None:
        body = record.body
        if body["step"] in (CORRECTS, STRIKES):
            return
        story.news.append(record)
        if body["from"] is None:
            came = "recorded" if story.recorded else "raised"
            story.came.add(came)
            self.figures[came] += 1
            if story.recorded:  # a register says how far it had come before
                return
        ended = body["closes"] and body["from"] != body["to"]
        stage = ("confirmed" if body["closes"] == "confirmed" else "") if ended else now
        if stage and stage not in (was, "raised"):
            story.came.add(stage)
            self.figures[stage] += 1
        if body["closes"] == "silence" and ended:
            self.figures["silence"] += 1
        rating = body["data"].get("rating")
        if isinstance(rating, int):
            story.rating = max(story.rating, rating)
            if words := str(body["data"].get("words") or "").strip():
                self.voices.append((story.number, words, rating))

    def _warned(self, body: Mapping[str, Any], key: int) -> None:
        """A message of a warning: an update takes the place of what stood, a cancel ends it when it was sent."""
        said = body["data"]
        if body["closes"] == "withdrawn":
            self.alerts.pop(key, None)
        known = self.alerts.get(key)
        if said.get("kind") == "Cancel" and known:
            self.alerts[key] = replace(known, ends=said["sent"], over=True)
        elif "starts" in said and "ends" in said:
            self.alerts[key] = Alert(
                key,
                said["event"],
                said["colour"],
                said["sender_name"],
                said["starts"],
                said["ends"],
                tuple(said.get("areas", ())),
                bool(said.get("exercise")),
            )

    def _stood(self, alert: Alert) -> bool:
        first, last = (_day_of(moment) for moment in (alert.starts, alert.ends))
        return first <= self.until and last >= self.since

    def _ahead(self, body: Mapping[str, Any], story: Story) -> None:
        """A meeting or an event that lies ahead; whatever was said of it last counts."""
        said = body["data"]
        when, where = said.get("time") or said.get("start") or said.get("day"), said.get("where")
        if body["closes"]:  # held, or called off
            self.meetings = [m for m in self.meetings if m.matter != story.number]
        if not isinstance(when, str) or not isinstance(where, str) or not _TIME.match(when):
            return
        self.meetings = [m for m in self.meetings if m.matter != story.number]
        day = date.fromisoformat(when[:10])
        if self.until < day <= self.until + timedelta(days=AHEAD):
            self.meetings.append(Meeting(story.number, story.title, when[:16], where))

    def _money(self, record: Record, day: date, key: int) -> None:
        """What came into funds, and what was paid out of them."""
        body = record.body
        kind, step, data = body["kind"], body["step"], body["data"]
        if kind == "payment" and step == "request":
            self.amounts[key] = _amount(data.get("amount"))
        if day < self.since:
            return
        if kind == "fund" and step == "receive":
            self.came += _amount(data.get("amount"))
        elif kind == "fund" and step == "record":
            amount = _amount((data["row"].get("amount") or {}).get("value"))
            self.came += amount
            self.paid += amount if data["row"].get("spent") else 0
        elif kind == "payment" and step == "pay":
            self.paid += self.amounts.get(key, Decimal(0))


def _day_of(moment: str) -> date:
    return timezone.localtime(datetime.fromisoformat(moment)).date()


def _amount(said: Any) -> Decimal:
    try:
        return Decimal(str(said or 0))
    except InvalidOperation:
        return Decimal(0)
