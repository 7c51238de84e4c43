"""The sheets 活动 (events) and 直播间 (livestream rooms)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.people.models import Side
from pilin.workbook.sheets import (
    Book,
    Change,
    Column,
    Row,
    Sheet,
    carry_matter,
    cell,
    known_parties,
)

from .models import Event, Room

WORDS = {
    "论坛": "forum",
    "峰会": "forum",
    "大赛": "contest",
    "比赛": "contest",
    "赛事": "race",
    "直播": "livestream",
}
EVENT_COLUMNS = (
    Column("名称", "title", ("活动名称",), required=True, width=48),
    Column("主办", "host", ("主办单位",), required=True, width=24),
    Column("类型", "type_wording", required=True, width=12),
)
ROOM_COLUMNS = (
    Column("名称", "name", ("直播间",), required=True, width=28),
    Column("地点", "where", ("所在地",), required=True, width=20),
    Column("一侧", "side", ("所属一侧",), width=10),
)


def load_events(book: Book) -> None:
    for e in Event.objects.select_related("matter").order_by("pk"):
        book.learn("event", e.matter.title, {"source_row": _as_row(e)}, e.pk)


def _as_row(e: Event) -> dict[str, str]:
    """The register's own words, or what Pilin writes into it."""
    words = {v: k for k, v in reversed(WORDS.items())}
    return e.source_row or {
        "title": e.matter.title,
        "host": e.host,
        "type_wording": words.get(e.type, "活动"),
    }


def understand_event(row: Row, book: Book) -> Iterable[Change]:
    title, host = row.text("title"), row.text("host")
    if not (title and host):
        row.doubt("title", _("there is no name; the row was left out"))
        return
    yield from known_parties(row, book, {"host": [host]})
    yield Change(
        "event",
        title[:200],
        {
            "title": title[:200],
            "host": host[:120],
            "type": WORDS.get(row.text("type_wording"), "other"),
            "type_wording": row.text("type_wording")[:30],
            "parties": [host],
            "source_row": {c.field: row.text(c.field) for c in EVENT_COLUMNS},
        },
    )


def export_events() -> Iterator[Sequence[Any]]:
    for e in Event.objects.select_related("matter").order_by("pk"):
        row = _as_row(e)
        yield tuple(cell(row[c.field]) for c in EVENT_COLUMNS)


EVENTS = Sheet(
    name="活动",
    title="联合活动",
    columns=EVENT_COLUMNS,
    load=load_events,
    understand=understand_event,
    carry={"event": carry_matter("event", lambda f: "record")},
    export=export_events,
    order=70,
    required=False,
)


def load_rooms(book: Book) -> None:
    sides = dict(Side.objects.values_list("code", "name"))
    for r in Room.objects.order_by("id"):
        fields = {"name": r.name, "where": r.where, "side": sides.get(r.side, "")}
        book.learn("room", r.name, fields, r.pk)


def understand_room(row: Row, book: Book) -> Iterable[Change]:
    name, where = row.text("name")[:80], row.text("where")[:120]
    if not name:
        row.doubt("name", _("there is no name; the row was left out"))
        return
    if not book.place(where):
        row.doubt("where", _("this place is not in the register; it is kept in words"))
    yield Change("room", name, {"name": name, "where": where, "side": row.text("side")})


def carry_room(change: Change, session: Any) -> None:
    fields, book = change.fields, session.book
    key = book.place(fields["where"])
    session.record(
        "room",
        change.key,
        {
            **fields,
            "place": session.ids["place", key] if key else None,
            "side": book.sides.get(fields["side"], ""),
        },
    )


def export_rooms() -> Iterator[Sequence[Any]]:
    sides = dict(Side.objects.values_list("code", "name"))
    for r in Room.objects.order_by("id"):
        yield r.name, r.where, sides.get(r.side, "")


ROOMS = Sheet(
    name="直播间",
    title="共富直播间",
    columns=ROOM_COLUMNS,
    load=load_rooms,
    understand=understand_room,
    carry={"room": carry_room},
    export=export_rooms,
    order=68,
    required=False,
)
