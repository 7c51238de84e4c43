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
    column,
    known_parties,
    matter_sheet,
    source_row,
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
    column(Event, "host"),
    column(Event, "type_wording"),
)
ROOM_COLUMNS = (
    Column("名称", "name", ("直播间",), required=True, width=28),
    Column("地点", "where", ("所在地",), required=True, width=20),
    Column("一侧", "side", ("所属一侧",), width=10),
)


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
            "source_row": source_row(row, EVENT_COLUMNS),
        },
    )


def _as_row(e: Event) -> dict[str, str]:
    """What Pilin writes into the register."""
    words = {v: k for k, v in reversed(WORDS.items())}
    return {
        "title": e.matter.title,
        "host": e.host,
        "type_wording": words.get(e.type, "活动"),
    }


EVENTS = matter_sheet(
    Event,
    "活动",
    "联合活动",
    EVENT_COLUMNS,
    also=("联合活动", "活动安排", "活动清单"),
    understand=understand_event,
    key=lambda row: row["title"][:200],  # as long as a matter's title
    as_row=_as_row,
    order=70,
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
    also=("直播", "直播间名录"),
    columns=ROOM_COLUMNS,
    load=load_rooms,
    understand=understand_room,
    carry={"room": carry_room},
    export=export_rooms,
    order=68,
)
