"""An issue in words, in the reader's language: what stands in which column. Set by `kit/paper/gazette.typ`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.engine.programme import registry
from pilin.engine.sentence import sentence
from pilin.kit.maps import Mark, ground_picture, with_places
from pilin.kit.paper import drawn_code
from pilin.people.geometry import point_of
from pilin.people.models import Side
from pilin.wording.reading import count, day, in_chinese, short_day, yuan

from . import beside
from .collecting import Happened, Story
from .lunar import lunar

#: Stories told at length beside the lead; rows of a list; signs of the lead on the front page.
TOLD, LISTED, FRONT = 4, 14, 420
#: Signs of somebody's own words in a story.
QUOTED = 300


@dataclass(frozen=True)
class Words:
    """What stands at the head of an issue."""

    number: int | None  # None: printed for trial
    checkpoint: str  # the signed note of the record it was printed from


def written(happened: Happened, words: Words) -> dict[str, Any]:
    """Everything that is set, as the template wants it."""
    matters = Matter.objects.in_bulk([s.number for s in happened.stories])
    told = _told(happened.stories)
    lead, others = (told[0], told[1:]) if told else (None, [])
    front = _lead(lead, happened, matters)
    listed = {s.number for s in others} | ({lead.number} if lead else set())
    return {
        **_masthead(happened, words),
        "lead": front,
        "stories": [_story(s, matters) for s in others],
        "lists": list(_lists(happened, matters, listed)),
        "figures": _figures(happened),
        "money": _money(happened),
        "meetings": [beside.meeting(m) for m in happened.meetings[:LISTED]],
        "alerts": [beside.alert(a) for a in happened.alerts[:LISTED]],
        "voices": _voices(happened, matters),
        "corrections": [beside.correction(row, matters) for row in happened.corrections],
        "map": _map(happened, matters),
        "words": _set_words(),
    }


def _masthead(happened: Happened, words: Words) -> dict[str, Any]:
    sides = [side.called for side in Side.objects.order_by("code")]
    since, until = happened.since, happened.until
    period = day(until) if since == until else f"{short_day(since)} – {short_day(until)}"
    number = (
        _("No. %(n)d") % {"n": words.number} if words.number is not None else _("Printed for trial")
    )
    link = f"{settings.SITE_URL}{reverse('ledger:checkpoint', args=['main'])}"
    return {
        "title": _("Gazette of the border"),
        "sides": sides[:2],
        "day": day(until),
        "lunar": lunar(until) if in_chinese() else "",
        "number": number,
        "period": period,
        "lang": "zh" if (get_language() or "").startswith("zh") else "en",
        "region": "cn" if (get_language() or "").startswith("zh") else "gb",
        "checkpoint": words.checkpoint.strip(),
        "checkpoint_qr": drawn_code(words.checkpoint) if words.checkpoint else "",
        "printed_from": beside.printed_from(happened, words.checkpoint),
        "site": settings.SITE_URL,
        "link": link,
        "foot": _("Gazette of the border"),
    }


def _set_words() -> dict[str, str]:
    """What the template says itself."""
    return {
        "onward": _("continued on page"),
        "onward-end": "版" if in_chinese() else "",
        "from": _("continued from page 1"),
        "figures": _("In figures"),
        "money": _("Money"),
        "meetings": _("Meetings ahead"),
        "alerts": _("Warnings of these days"),
        "voices": _("What they say who had raised it"),
        "corrections": _("Corrected since"),
        "map": _("Where it happened"),
        "checkpoint": _("To check it yourself"),
        "scan": _("The code holds the signed state of the record."),
        "nothing": _("Nothing was entered in these days."),
    }


def _told(stories: Iterable[Story]) -> list[Story]:
    """Those told at length: confirmed before done before decided before raised; across the border first."""
    order = ("confirmed", "done", "decided", "raised")

    def rank(story: Story) -> tuple[Any, ...]:
        stage = next((n for n, stage in enumerate(order) if stage in story.came), len(order))
        return (stage, len(story.sides) < 2, -story.rating, -story.steps, story.number)

    own = [s for s in stories if not s.recorded and s.came & set(order)]
    found = sorted(own, key=rank)[: TOLD + 1]
    return found or _registered(stories)


def _registered(stories: Iterable[Story]) -> list[Story]:
    """Where only registers were entered: of each kind the one they say most of; the lead is about all of them."""
    best: dict[str, Story] = {}
    for story in stories:
        if story.recorded and len(_row(story)) > len(_row(best.get(story.kind, story))) - 1:
            known = best.get(story.kind)
            if known is None or len(_row(story)) > len(_row(known)):
                best[story.kind] = story
    return sorted(best.values(), key=lambda s: (len(s.sides) < 2, -len(_row(s)), s.number))[:TOLD]


def _lead(
    lead: Story | None, happened: Happened, matters: Mapping[int, Matter]
) -> dict[str, Any] | None:
    """The first story, its beginning on the front page and the rest on another."""
    if lead is None:
        return None
    recorded = lead.recorded
    found = _of_registers(happened) if recorded else _story(lead, matters)
    front: list[str] = []
    rest: list[str] = []
    room = FRONT if in_chinese() else FRONT * 2
    for paragraph in found["paragraphs"]:
        (front if room > 0 and not rest else rest).append(paragraph)
        room -= len(paragraph)
    return {**found, "paragraphs": front, "rest": rest}


def _of_registers(happened: Happened) -> dict[str, Any]:
    """What two neighbours have in hand, as their registers say: a lead where nothing has happened yet."""
    kinds: dict[str, list[Story]] = {}
    for story in happened.stories:
        if story.recorded:
            kinds.setdefault(story.kind, []).append(story)
    named = [
        _("%(kind)s: %(n)d") % {"kind": registry.get(k, rows[0].procedure).title, "n": len(rows)}
        for k, rows in kinds.items()
    ]
    sides = " · ".join(side.called for side in Side.objects.order_by("code"))
    paragraphs = [
        _("%(kind)s (%(n)d): %(titles)s")
        % {
            "kind": registry.get(kind, rows[0].procedure).title,
            "n": len(rows),
            "titles": _("; ").join(row.title for row in rows[:8]) + ("…" if len(rows) > 8 else ""),
        }
        for kind, rows in kinds.items()
    ]
    return {
        "title": _("%(sides)s: what both have in hand") % {"sides": sides},
        "kicker": _("From the registers"),
        "place": _("; ").join(named),
        "paragraphs": paragraphs,
        "url": settings.SITE_URL,
        "qr": drawn_code(settings.SITE_URL),
    }


def _story(story: Story, matters: Mapping[int, Matter]) -> dict[str, Any]:
    """A matter in paragraphs: what was said when it was raised, and what happened in these days."""
    matter = matters.get(story.number)
    paragraphs = []
    own = str(story.said.get("text") or "").strip()
    if own:
        flat = " ".join(own.split())
        short = flat if len(flat) <= QUOTED else flat[: QUOTED - 1] + "…"
        paragraphs.append(_("“%(words)s”") % {"words": short})
    if story.recorded:
        colon = _(": ")
        paragraphs += [_("; ").join(f"{label}{colon}{words}" for label, words in _row(story))]
    elif matter is not None:
        paragraphs += [
            f"{short_day(date.fromisoformat(record.body['day']))} {sentence(matter, record)}"
            for record in story.news
            if not (own and record.number == story.number)
        ]
    url = f"{settings.SITE_URL}/matters/{story.number}/"
    return {
        "title": story.title,
        "kicker": str(story.rules.title),
        "place": _where(story),
        "paragraphs": [p for p in paragraphs if p],
        "url": url,
        "qr": drawn_code(url),
    }


def _where(story: Story) -> str:
    """Where it is and how it stands."""
    now = registers()
    place, org = now.place(story.place), now.organisation(story.org)
    spot = place.called if place else org.called if org else ""
    return " · ".join(filter(None, [spot, str(story.rules.states[story.state].title)]))


def _row(story: Story) -> list[tuple[str, str]]:
    """A register's row in its own words: header and cell, without the title."""
    said = (story.said.get("row") or {}).get("source_row") or {}
    rows: list[Mapping[str, Any]] = said if isinstance(said, list) else [said]  # several made one
    heads = {
        column.field: column.name
        for sheet in registry.each("sheets")
        if story.kind in sheet.carry
        for column in sheet.columns
    }
    return [
        (heads[name], str(words))
        for row in rows
        for name, words in row.items()
        if name in heads and words and str(words) not in ("—", story.title)
    ]


def _lists(
    happened: Happened, matters: Mapping[int, Matter], told: set[int]
) -> Iterator[dict[str, Any]]:
    """What was confirmed, done, decided and raised beside the stories told; what is late; what registers brought."""
    heads = (
        ("confirmed", _("Confirmed by those who had raised it")),
        ("done", _("Done, to be confirmed")),
        ("decided", _("Decided")),
        ("raised", _("Raised")),
        ("recorded", _("Entered from registers")),
    )
    seen = set(told)
    for stage, heading in heads:
        rows = [s for s in happened.stories if stage in s.came and s.number not in seen]
        seen |= {s.number for s in rows}
        if rows:
            yield _list(heading, [beside.item(s, _where(s)) for s in rows])
    if happened.documents:
        documents = [beside.row(title, words, "/policies/") for title, words in happened.documents]
        yield _list(_("Documents"), documents)
    if happened.late:
        late = [
            beside.item(s, _("should have been done by %(day)s") % {"day": short_day(s.due)})
            for s in happened.late
        ]
        yield _list(_("Late"), late)


def _list(heading: str, items: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    more = len(items) - LISTED
    words = _("and %(n)s more") % {"n": count(more)} if more > 0 else ""
    return {"heading": heading, "items": list(items[:LISTED]), "more": words}


def _figures(happened: Happened) -> list[tuple[str, str]]:
    heads = {
        "raised": _("Raised"),
        "decided": _("Decided"),
        "done": _("Done"),
        "confirmed": _("Confirmed"),
        "silence": _("Closed in silence"),
        "recorded": _("Entered from registers"),
        "open": _("Open on the last day"),
        "late": _("Late on the last day"),
    }
    shown = ("open", "late")
    return [
        (words, count(happened.figures.get(name, 0)))
        for name, words in heads.items()
        if happened.figures.get(name) or name in shown
    ]


def _money(happened: Happened) -> list[tuple[str, str]]:
    money = happened.money
    if not money.came and not money.paid:
        return []
    return [(_("Came into funds"), yuan(money.came)), (_("Paid out of funds"), yuan(money.paid))]


def _voices(happened: Happened, matters: Mapping[int, Matter]) -> list[dict[str, str]]:
    """The best and the worst that was said, so that an issue is no advertisement."""
    rows = sorted(happened.voices, key=lambda row: (row[2], row[0]))
    chosen = [rows[0], *rows[-2:]] if len(rows) > 2 else rows
    return [
        {
            "words": words[:QUOTED],
            "of": f"{matters[number].title if number in matters else ''} · {rating}/5",
        }
        for number, words, rating in dict.fromkeys(chosen)
    ]


def _map(happened: Happened, matters: Mapping[int, Matter]) -> str:
    """Both sides, and a mark where something happened; "" where nobody knows where anything lies."""
    ground = registers().ground
    frame = ground.frame
    if frame is None:
        return ""
    marks = []
    for story in happened.stories:
        matter = matters.get(story.number)
        point = point_of(matter.point) if matter else None
        shape = ground.shapes.get(story.place) if story.place else None
        spot = point or (shape.centre if shape else None)
        if spot and frame.shows(spot):
            marks.append(frame.xy(spot))
    found = dict.fromkeys(marks)
    drawn = with_places(ground_picture(ground, frame, inside=True), ground, frame)
    rows = tuple(Mark(x, y, "matter", "", "", marks.count((x, y))) for x, y in found)
    picture = {"map": _with(drawn, rows)}
    return render_to_string("kit/picture.svg", picture)


def _with(picture: Any, marks: tuple[Mark, ...]) -> Any:
    return replace(picture, marks=marks)
