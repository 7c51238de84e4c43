"""A matter's history in words: who did what, when, and with what evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.forms import Textarea
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from pilin.engine.act import LOG
from pilin.engine.builtin import STRIKE
from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.engine.programme import registry
from pilin.engine.sentence import who
from pilin.engine.undone import as_it_stands
from pilin.ledger import log
from pilin.ledger.words import STRUCK

from .drawn import Pieces

HOUSE = ("clock", "link", "house")
LINES = 100  # a page


class Struck(NamedTuple):
    """That words of an entry were struck, when and why; `inside`: copies of the record still have them."""

    day: date
    reason: str
    inside: bool


@dataclass(frozen=True)
class Line:
    """One entry, ready to be read."""

    number: int
    at: datetime
    who: str
    step_title: str
    words: Sequence[tuple[Any, str]]
    files: Sequence[dict[str, Any]]
    receipt_url: str
    is_clock: bool
    state_title: str  # the state it led to, where it moved the matter
    due: date | None
    was: Sequence[tuple[Any, str]] = ()  # its words before they were corrected
    corrected: date | None = None
    taken_back: bool = False
    correct_url: str = ""  # where whoever reads it may correct it
    struck: Sequence[Struck] = ()


@dataclass(frozen=True)
class Page:
    """Some of a matter's entries, oldest first; `earlier` is what to ask for those before with."""

    records: Sequence[log.Record]
    earlier: int | None
    whole: bool  # whether these are all

    @property
    def may_seal(self) -> bool:
        """Whether some entry of the matter may have a sealed part, as far as these tell."""
        return not self.whole or any(r.body["seal"] for r in self.records)


def timeline(matter: Matter, before: int | None = None) -> Page:
    """The newest entries of a matter (or those below `before`). One query, however many."""
    found = log.of_matter(LOG, matter.pk, LINES + 1, before)
    earlier = found[-LINES].number if len(found) > LINES else None
    return Page(found[-LINES:], earlier, earlier is None and before is None)


@dataclass(frozen=True)
class Since:
    """What later entries of a matter say of earlier ones, and which of these its reader may correct."""

    corrections: Mapping[int, Sequence[log.Record]] = field(default_factory=dict)
    back: frozenset[int] = frozenset()
    struck: Mapping[int, Sequence[log.Record]] = field(default_factory=dict)
    may_correct: Collection[str] = ()  # steps

    def leaves(self, number: int) -> tuple[Any, ...]:
        """All of it that one line depends on."""
        later = (*self.corrections.get(number, ()), *self.struck.get(number, ()))
        return tuple(r.leaf for r in later), number in self.back


def since(matter: Matter, history: Page, may_correct: bool = False) -> Since:
    """What was said of its entries since. No query, where the history is at hand as a whole."""
    rules = matter.rules
    correct = rules.step("correct")
    records = history.records if history.whole else log.of_matter(LOG, matter.pk)
    corrections: dict[int, list[log.Record]] = {}
    struck: dict[int, list[log.Record]] = {}
    back = set()
    for record in records:
        step = rules.step(record.body["step"])
        if step and step.corrects:
            corrections.setdefault(record.body["data"]["entry"], []).append(record)
        elif step and step.undoes:
            back.add(record.body["data"]["entry"])
        elif record.body["step"] == STRIKE:
            for number in {number for number, _path in record.body["data"]["struck"]}:
                struck.setdefault(number, []).append(record)
    may = correct.corrects if correct and may_correct else ()
    return Since(corrections, frozenset(back), struck, may)


_drawn = Pieces(4096)  # of about a kilobyte each


def drawn(
    matter: Matter, records: Sequence[log.Record], viewer: str = "", later: Since | None = None
) -> SafeString:
    """The entries as items of the timeline.

    An entry never changes and its leaf is its hash, so a line is drawn once for each way its actor
    is called, for what was said of it since, and for what places and organisations are called.
    """

    language, later, named = get_language(), later or Since(), registers().named

    def item(record: log.Record) -> str:
        actor = who(matter, record.body, viewer)
        own = _may_correct(record, viewer, later)

        def draw() -> SafeString:
            line = _line(matter, record, actor, later, own)
            return render_to_string("components/line.html", {"line": line})

        key = (record.leaf, actor, language, named, own, *later.leaves(record.number))
        return _drawn.of(key, draw).rstrip()

    return mark_safe("".join([item(record) for record in records]))


def lines(
    matter: Matter, records: Sequence[log.Record], viewer: str = "", later: Since | None = None
) -> list[Line]:
    later = later or Since()
    return [
        _line(matter, r, who(matter, r.body, viewer), later, _may_correct(r, viewer, later))
        for r in records
    ]


def _may_correct(record: log.Record, viewer: str, later: Since) -> bool:
    body, undone = record.body, record.number in later.back
    return (
        not undone
        and bool(viewer)
        and body["actor"] == viewer
        and body["step"] in later.may_correct
    )


def _correct_url(matter: Matter, number: int) -> str:
    return reverse("web:step", args=[matter.pk, "correct"]) + f"?entry={number}"


@dataclass(frozen=True)
class Own:
    """What whoever raised a matter wrote, and the pictures that came with it."""

    texts: Sequence[str]
    pictures: Sequence[dict[str, Any]]
    was: Sequence[str] = ()  # before it was corrected
    corrected: date | None = None
    taken_back: bool = False
    correct_url: str = ""
    struck: Sequence[Struck] = ()

    def __bool__(self) -> bool:
        return bool(self.texts or self.pictures)


def own_words(
    matter: Matter, record: log.Record | None, viewer: str = "", later: Since | None = None
) -> Own:
    """The paragraphs of the entry that opened it: not its choices and numbers."""
    step = registry.step(matter.rules, record.body["step"]) if record else None
    if record is None or step is None:
        return Own((), ())
    later = later or Since()
    corrections = later.corrections.get(record.number, ())
    fields: dict[str, Any] = getattr(step.asks, "base_fields", {})
    long = [
        name
        for name, field in fields.items()
        if isinstance(field.widget, Textarea) and getattr(field, "is_speech", True)
    ]

    def texts(data: Mapping[str, Any]) -> list[str]:
        return [str(data[n]) for n in long if isinstance(data.get(n), str) and data[n]]

    now, was = texts(as_it_stands(record, corrections)), texts(record.body["data"])
    files = [{**f, "url": file_url(f)} for f in record.body["files"] if f["name"] != STRUCK]
    return Own(
        now,
        [f for f in files if f["type"].startswith("image/")],
        was if was != now else (),
        _day(corrections[-1]) if was != now else None,
        record.number in later.back,
        _correct_url(matter, record.number) if _may_correct(record, viewer, later) else "",
        _struck(record, later),
    )


def _struck(record: log.Record, later: Since) -> tuple[Struck, ...]:
    return tuple(
        Struck(_day(r), r.body["data"]["reason"], record.inside)
        for r in later.struck.get(record.number, ())
    )


def _day(record: log.Record) -> date:
    return date.fromisoformat(record.body["day"])


def _line(matter: Matter, record: log.Record, who: str, later: Since, own: bool) -> Line:
    body = record.body
    rules = matter.rules
    step = registry.step(rules, body["step"])
    assert step is not None  # what was entered is declared for ever
    moved = body["from"] != body["to"]
    corrections = later.corrections.get(record.number, ())

    def words(data: Mapping[str, Any]) -> list[tuple[Any, str]]:
        return [w for w in step.asks.answers(data) if w[1]] if step.asks else []

    return Line(
        number=record.number,
        at=datetime.fromisoformat(body["at"]),
        who=who,
        step_title=str(step.done),
        words=words(as_it_stands(record, corrections)),
        files=[{**f, "url": file_url(f)} for f in body["files"] if f["name"] != STRUCK],
        receipt_url=reverse("ledger:receipt", args=[LOG, record.number]),
        is_clock=body["actor"] in HOUSE,
        state_title=str(rules.states[body["to"]].title) if moved else "",
        due=date.fromisoformat(body["due"]) if body["due"] else None,
        was=words(body["data"]) if corrections else (),
        corrected=_day(corrections[-1]) if corrections else None,
        taken_back=record.number in later.back,
        correct_url=_correct_url(matter, record.number) if own else "",
        struck=_struck(record, later),
    )


def file_url(file: dict[str, Any]) -> str:
    return reverse("web:file", args=[file["sha256"], file["name"]])
