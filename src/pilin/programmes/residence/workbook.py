"""The sheet 居民名册 (register of residents): brought in, never written out.

Nothing of it is kept, shown or entered in clear: a doubt names the cell and not what stands in it, and
what a row brings is its HMAC from the moment it is read.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.workbook.sheets import Book, Change, Column, Doubt, Row, Sheet, nothing

from . import documents, secret
from .forms import until_of
from .models import Resident

WHY = {
    "length": _("a document number has 18 characters; the row was left out"),
    "digits": _("a document number has digits, and perhaps an X at its end; the row was left out"),
    "birth": _("the document number holds no such day of birth; the row was left out"),
    "check": _("the check digit of the document number is wrong; the row was left out"),
}


class Kept(NamedTuple):
    """A row as it is kept."""

    digest: str
    who: str
    until: str


def _doubt(row: Row, name: str, why: Any) -> None:
    """Says which cell and why, and not what stands in it."""
    row.doubts.append(Doubt(row.sheet, row.cells.get(name, ""), why))


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = "".join(c for c in str(value or "") if c.isdigit())
    try:
        return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:8]}") if len(text) == 8 else None
    except ValueError:
        return None


def _birth(row: Row) -> date | None:
    value = row.values.get("birth")
    parts = (
        str(value or "").replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-")
    )
    if parts.count("-") == 2 and not isinstance(value, date):
        year, month, day = (p.strip() for p in parts[:10].split("-"))
        return _day(f"{year}{month.zfill(2)}{day.zfill(2)}")
    return _day(value)


def _read(row: Row, book: Book) -> tuple[str, date, str] | None:
    """Number, birth date and place; None with a doubt where one of them is none."""
    text = row.text("number")
    try:
        number, born = documents.read(text)
    except documents.NoNumber as fault:
        _doubt(row, "number", WHY[fault.why])
        return None
    birth = _birth(row)
    if birth is None:
        _doubt(row, "birth", _("this is no day as 1960-01-31; the row was left out"))
        return None
    if birth != born:
        _doubt(
            row, "birth", _("the document number holds another day of birth; the row was left out")
        )
        return None
    place = book.place(row.text("place"))
    if place is None or ("place", place) not in book.ids:
        _doubt(
            row,
            "place",
            _("no place of this name is recorded yet, or there are two; the row was left out"),
        )
        return None
    return number, birth, place


def together(rows: Sequence[Row], book: Book) -> Iterator[tuple[Row, Change]]:
    """All rows of a place are one register of it: who is in it no more can no longer be matched."""
    seen: dict[str, list[tuple[Row, tuple[str, date, str]]]] = defaultdict(list)
    for row in rows:
        if (found := _read(row, book)) is not None:
            seen[found[0]].append((row, found))
    of_place: dict[str, list[Kept]] = defaultdict(list)
    first: dict[str, Row] = {}
    usual = until_of(timezone.localdate()).isoformat()
    for listed in seen.values():
        if len(listed) > 1:
            for row, _found in listed:
                others = "、".join(str(r.number) for r, _f in listed if r is not row)
                why = _("the same document number stands in row %(rows)s; both were left out")
                _doubt(row, "number", why % {"rows": others})
            continue
        row, (number, birth, place) = listed[0]
        until = _day(row.values.get("until"))
        first.setdefault(place, row)
        of_place[place].append(
            Kept(
                secret.of_resident(number, birth, book.ids["place", place]),
                secret.of_number(number),
                until.isoformat() if until else usual,
            )
        )
    for place, kept in of_place.items():
        yield first[place], Change("residents", place, _fields(place, kept))


def _fields(place: str, kept: Sequence[Kept]) -> dict[str, Any]:
    return {
        "name": place.rpartition("/")[2],
        "number": len(kept),
        "digest": digest_of(row.digest for row in kept),
        "rows": [list(row) for row in kept],
    }


def digest_of(digests: Iterable[str]) -> str:
    """SHA-256 of what is kept of a register, in order, a line a row."""
    return hashlib.sha256("".join(f"{d}\n" for d in sorted(digests)).encode()).hexdigest()


def load(book: Book) -> None:
    """What was brought in before, by place: the same again changes nothing."""
    keys = {pk: key for (what, key), pk in book.ids.items() if what == "place"}
    rows: dict[int, list[str]] = defaultdict(list)
    for place, digest in Resident.objects.values_list("place", "digest"):
        rows[place].append(digest)
    for place, digests in rows.items():
        if place in keys:
            fields = {"number": len(digests), "digest": digest_of(digests)}
            book.learn("residents", keys[place], fields, place)


def carry(change: Change, session: Any) -> None:
    """One entry for the register of a place; its rows are put in the place of those before."""
    fields: Mapping[str, Any] = change.fields
    place = session.ids["place", change.key]
    rows = [Kept(*row) for row in fields["rows"]]
    said = {
        "place": place,
        "rows": len(rows),
        "digest": fields["digest"],
        "until": max(row.until for row in rows),
    }
    session.act("residence", "bring", said)
    kept = {row.digest for row in rows}
    Resident.objects.filter(place=place).exclude(digest__in=kept).delete()
    Resident.objects.bulk_create(
        [Resident(digest=r.digest, who=r.who, place=place, until=r.until) for r in rows],
        update_conflicts=True,
        unique_fields=["digest"],
        update_fields=["until"],
    )


def export() -> Iterator[Sequence[Any]]:
    """Nobody gets it back: there is nothing in clear to write."""
    return iter(())


RESIDENTS = Sheet(
    name="居民名册",
    title="居民名册（只读入，不写出）",
    also=("居民", "居民名单", "居民花名册"),
    note="填表说明:证件号码只用于核对,系统不保存明文;同一号码只能出现一次;地点为村、社区名称",
    columns=(
        Column(
            "证件号码",
            "number",
            ("身份证号", "身份证号码", "公民身份号码"),
            required=True,
            width=24,
        ),
        Column("出生日期", "birth", ("出生年月日",), required=True),
        Column("地点", "place", ("村社区", "村(社区)", "所在区划"), required=True, width=24),
        Column("有效期至", "until", ("有效期",)),
    ),
    load=load,
    understand=nothing,
    together=together,
    carry={"residents": carry},
    export=export,
    called={"residents": _("register of residents")},
    order=15,
)
