"""The sheets 预警 (warnings of earlier) and 预警发布单位 (who issues them)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.deciding.alerts import signing
from pilin.deciding.alerts.codes import COLOURS, EVENTS, colour_in, event_in
from pilin.workbook.sheets import (
    Book,
    Change,
    Column,
    Row,
    Sheet,
    known_parties,
    matter_sheet,
    source_row,
)

from .models import Issuer, Warning

COLUMNS = (
    Column("标题", "title", ("预警标题",), required=True, width=36),
    Column("转达单位", "org", ("接收单位",), required=True, width=20),
    Column("预警编号", "identifier", ("编号",), required=True, width=34),
    Column("发布单位", "sender", ("发布机构",), required=True, width=20),
    Column("种类", "event", ("灾种", "预警种类"), required=True, width=12),
    Column("颜色", "colour", ("等级", "级别"), required=True, width=8),
    Column("发布时间", "sent", (), required=True, width=18),
    Column("解除时间", "ends", ("失效时间",), required=True, width=18),
    Column("地点", "place", ("影响区域",), width=16),
    Column("内容", "text", (), width=40),
)


def understand(row: Row, book: Book) -> Iterable[Change]:
    if row.lacks(COLUMNS):
        return
    event, colour = event_in(row.text("event")), colour_in(row.text("colour"))
    if not event or not colour:
        name = "colour" if event else "event"
        row.doubt(name, _("this is no word for it that is known; the row was left out"))
        return
    times = {}
    for name in ("sent", "ends"):
        try:
            times[name] = _time(row.values.get(name))
        except ValueError:
            row.doubt(name, _("this is no day and hour as 2027-08-03 06:00; the row was left out"))
            return
    if not times["sent"] < times["ends"] <= timezone.now():
        row.doubt("ends", _("only what is over stands in this register; the row was left out"))
        return
    org = book.organisation_called(row.text("org")) or row.text("org")
    place = book.place(row.text("place")) if row.text("place") else None
    yield from known_parties(row, book, {"org": [org]})
    yield Change(
        "warning",
        row.text("identifier")[:120],
        {
            "title": row.text("title")[:80],
            "identifier": row.text("identifier")[:120],
            "sender": row.text("sender")[:120],
            "event": event,
            "colour": colour,
            **{name: moment.isoformat() for name, moment in times.items()},
            "text": row.text("text")[:2000],
            "parties": [org],
            **({"place": place} if place else {}),
            "source_row": source_row(row, COLUMNS),
        },
    )


_TIME = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]*(\d{1,2})[:：时](\d{1,2})?分?")


def _time(raw: Any) -> datetime:
    """A day and hour, of here where no zone is said. Raises ValueError."""
    if isinstance(raw, datetime):
        return raw if raw.tzinfo else timezone.make_aware(raw)
    found = _TIME.match(unicodedata.normalize("NFKC", str(raw or "").strip()))
    if found is None:
        raise ValueError(raw)
    year, month, day, hour, minute = (int(part or 0) for part in found.groups())
    return timezone.make_aware(datetime(year, month, day, hour, minute))


def _written(moment: datetime) -> str:
    """As registers have it: 2027-08-03 06:00."""
    return timezone.localtime(moment).replace(tzinfo=None).isoformat(" ", "minutes")


def _as_row(found: Warning) -> dict[str, str]:
    matter = found.matter
    text = found.texts[0] if found.texts else {}
    return {
        "title": matter.title,
        "org": matter.org.name if matter.org else "",
        "identifier": found.identifier,
        "sender": found.sender_name,
        "event": EVENTS[found.event].also[0] if found.event in EVENTS else found.event,
        "colour": COLOURS[found.colour].also[0] if found.colour in COLOURS else "",
        "sent": _written(found.sent),
        "ends": _written(found.ends),
        "place": matter.place.name if matter.place else "",
        "text": " ".join(str(text.get("description", "")).split()),
    }


WARNINGS = matter_sheet(
    Warning,
    "预警",
    "预警转达登记",
    COLUMNS,
    also=("预警记录", "预警信息"),
    understand=understand,
    key=lambda row: row["identifier"][:120],
    as_row=_as_row,
    related=("matter__org", "matter__place"),
    only=lambda rows: rows.filter(exercise=False).exclude(matter__state="mistaken"),
    order=90,
)

ISSUER_COLUMNS = (
    Column("名称", "name", ("发布单位", "发布机构"), required=True, width=24),
    Column("发送方编码", "sender", ("编码", "发送方"), required=True, width=24),
    Column("转达单位", "org", ("接收单位",), required=True, width=20),
    Column("地址", "address", ("网址", "接口地址"), width=40),
    Column("证书", "certificate", ("签名证书",), width=40),
)


def load_issuers(book: Book) -> None:
    for row in Issuer.objects.select_related("org").order_by("pk"):
        fields = {
            "name": row.name,
            "sender": row.sender,
            "org": row.org.name,
            "address": row.address,
            "certificate": row.certificate,
        }
        book.learn("issuer", row.name, fields, row.pk)


def understand_issuer(row: Row, book: Book) -> Iterable[Change]:
    if row.lacks(ISSUER_COLUMNS):
        return
    address, pem = row.text("address"), str(row.values.get("certificate") or "").strip()
    if address and urlsplit(address).scheme not in ("http", "https"):
        row.doubt("address", _("it is no address of http or https; the row was left out"))
        return
    if pem:
        try:
            signing.certificate(pem)
        except ValueError:
            row.doubt("certificate", _("it is no certificate (PEM); the row was left out"))
            return
    org = book.organisation_called(row.text("org"))
    if not org:
        row.doubt("org", _("there is no such organisation; the row was left out"))
        return
    name = row.text("name")[:120]
    said = {"name": name, "sender": row.text("sender")[:120], "org": org}
    yield Change("issuer", name, {**said, "address": address[:300], "certificate": pem})


def carry_issuer(change: Change, session: Any) -> None:
    fields = dict(change.fields)
    session.record("issuer", change.key, {**fields, "org": session.organisation(fields["org"])})


def export_issuers() -> Iterator[Sequence[Any]]:
    for row in Issuer.objects.select_related("org").order_by("pk"):
        yield (row.name, row.sender, row.org.name, row.address, row.certificate)


ISSUERS = Sheet(
    name="预警发布单位",
    title="预警发布单位",
    also=("预警发布机构",),
    columns=ISSUER_COLUMNS,
    load=load_issuers,
    understand=understand_issuer,
    carry={"issuer": carry_issuer},
    export=export_issuers,
    order=89,
)
