"""The sheets 批次 (lots, with what they were made of) and 事件 (what was sent, and what of it arrived)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilin.deciding.chains import acts
from pilin.deciding.chains.acts import ACTS, GOODS, KG, MU, TRAY, Made
from pilin.deciding.chains.gs1 import LONGEST_LOT, gtin14, is_lot
from pilin.wording.identity import identity
from pilin.wording.values import Unclear, parse_day, parse_quantity, plain
from pilin.workbook.sheets import (
    Book,
    Change,
    Column,
    Row,
    Sheet,
    cell,
    known_parties,
    source_row,
)

from . import tracing
from .forms import NO_LOT_OF_GS1
from .measures import measured
from .models import Lot, Shipment

LOT_COLUMNS = (
    Column("批号", "code", ("批次号", "批次"), required=True, width=20),
    Column("所属单位", "org", ("单位", "经营主体"), required=True, width=24),
    Column("品名", "good", ("产品",), required=True, width=12),
    Column("数量", "amount", (), required=True, width=14),
    Column("环节", "act", ("由来",), required=True, width=10),
    Column("来源批次", "sources", ("来源",), width=36),
    Column("日期", "day", ("生产日期",), required=True, width=14),
    Column("地点", "place", (), width=16),
    Column("品种", "variety", (), width=20),
    Column("烘前水分", "wet", (), width=10),
    Column("水分", "water", ("烘后水分",), width=10),
    Column("副产品", "beside", (), width=14),
    Column("袋数", "bags", (), width=8),
    Column("商品条码", "gtin", ("GTIN", "条码"), width=16),
    Column("保质期至", "best", (), width=14),
    Column("说明", "words", ("备注",), width=36),
)
SHIPMENT_COLUMNS = (
    Column("批号", "code", ("批次号",), required=True, width=20),
    Column("批次所属单位", "maker", ("生产单位",), required=True, width=24),
    Column("发货单位", "sender", (), required=True, width=24),
    Column("收货单位", "to", (), required=True, width=24),
    Column("数量", "amount", (), required=True, width=14),
    Column("发货日期", "day", ("日期",), required=True, width=14),
    Column("收到数量", "received", ("实收",), width=14),
)
UNITS = {KG: "千克", TRAY: "盘", MU: "亩"}
_SOURCES = re.compile("[;；\n]")


def _found(words: str, among: Mapping[str, Any]) -> str:
    said = identity(words)
    return next((n for n, one in among.items() if said in map(identity, (n, *one.also))), "")


def lot_key(org: str, code: str) -> str:
    return f"{org}｜{code}"


def load_lots(book: Book) -> None:
    rows = Lot.objects.filter(void=False).select_related("org", "place", "matter").order_by("pk")
    sources = tracing.went_into(list(rows.values_list("pk", flat=True)))
    codes = dict(rows.values_list("pk", "code"))
    for lot in rows:
        row = _lot_row(lot, sources.get(lot.pk, []), codes)
        book.learn("lot", lot_key(lot.org.name, lot.code), {"source_row": row}, lot.pk)


def _lot_row(
    lot: Lot, sources: Sequence[tuple[int, Decimal]], codes: Mapping[int, str]
) -> Mapping[str, str]:
    """The register's own words, else what Pilin writes into it."""
    if lot.source_row:
        said: Mapping[str, str] = lot.source_row
        return said
    return {
        "code": lot.code,
        "org": lot.org.name,
        "good": GOODS[lot.good].also[0],
        "amount": _amount(lot.amount, lot.good),
        "act": ACTS[lot.act].also[0],
        "sources": "；".join(f"{codes.get(key, '')} {plain(n)}" for key, n in sources),
        "day": lot.day.isoformat(),
        "place": lot.place.name if lot.place else "",
        "variety": lot.variety,
        "wet": plain(lot.wet) if lot.wet is not None else "",
        "water": plain(lot.water) if lot.water is not None else "",
        "beside": _amount(lot.beside, lot.good) if lot.beside else "",
        "bags": str(lot.bags or ""),
        "gtin": lot.gtin.lstrip("0"),
        "best": lot.best.isoformat() if lot.best else "",
        "words": lot.words,
    }


def _amount(amount: Decimal, good: str) -> str:
    return f"{plain(amount)}{UNITS[GOODS[good].unit]}"


def understand_lot(row: Row, book: Book) -> Iterable[Change]:
    """A lot with what it was made of; what is impossible is left out, and said so."""
    if row.lacks(LOT_COLUMNS):
        return
    doubts = len(row.doubts)
    fields = _lot_fields(row)
    if len(row.doubts) > doubts:
        return
    org = book.organisation_called(row.text("org")) or row.text("org")
    fields["sources"] = list(_sources(row, book, org, fields["act"]))
    fields["doubts"] = _weigh(row, fields) if len(row.doubts) == doubts else []
    if len(row.doubts) > doubts:
        return
    yield from known_parties(row, book, {"org": [org]})
    place = book.place(row.text("place")) if row.text("place") else None
    whole = source_row(row, LOT_COLUMNS)
    change = Change(
        "lot",
        lot_key(org, fields["code"]),
        {
            **{k: v for k, v in fields.items() if v not in ("", None, [])},
            "title": f"{GOODS[fields['good']].also[0]} {fields['code']}",
            "parties": [org],
            **({"place": place} if place else {}),
            "source_row": whole,
        },
    )
    yield change


def _lot_fields(row: Row) -> dict[str, Any]:
    good, doing = _found(row.text("good"), GOODS), _found(row.text("act"), ACTS)
    if not good:
        row.doubt("good", gettext_lazy("no good of the chain is called so; the row was left out"))
    if not doing:
        row.doubt("act", gettext_lazy("nothing that is done is called so; the row was left out"))
    if good and doing and ACTS[doing].makes not in ("", good):
        row.doubt("good", gettext_lazy("this does not come of what was done; the row was left out"))
    unit = GOODS[good].unit if good else KG
    if len(row.text("code")) > LONGEST_LOT:
        row.doubt("code", gettext_lazy("longer than 20 characters; the row was left out"))
    digits = row.text("gtin")
    gtin = gtin14(digits.zfill(14) if len(digits) > 6 else digits)  # Excel drops noughts
    if digits and not gtin:
        row.doubt("gtin", gettext_lazy("this is no GTIN: its last digit does not fit"))
    if gtin and not is_lot(row.text("code")):
        row.doubt("code", NO_LOT_OF_GS1)
    return {
        "code": row.text("code"),
        "good": good,
        "act": doing,
        "amount": _read(row, "amount", lambda raw: measured(raw, unit)),
        "day": _read(row, "day", parse_day),
        "variety": row.text("variety")[:60],
        "wet": _read(row, "wet", _share),
        "water": _read(row, "water", _share),
        "beside": _read(row, "beside", lambda raw: measured(raw, KG)),
        "bags": _read(row, "bags", _whole),
        "gtin": gtin,
        "best": _read(row, "best", parse_day),
        "words": row.text("words")[:1000],
    }


def _read(row: Row, name: str, reader: Any) -> Any:
    """A cell as an entry has it; None where it is empty, or doubted."""
    if not row.text(name):
        return None
    try:
        found = reader(row.values.get(name))
    except Unclear as unclear:
        row.doubt(name, unclear.why)
        return None
    return plain(found) if isinstance(found, Decimal) else found


def _share(raw: Any) -> Decimal:
    """Per cent of water: 14.5 or 14.5%."""
    found = parse_quantity(raw, "%")
    if found is None or found.unit not in ("%", "％") or not 0 < found.value < 100:
        raise Unclear(_("Per cent of water, please: 14.5"), str(raw))
    return found.value


def _whole(raw: Any) -> int:
    found = parse_quantity(raw, "袋")
    if found is None or found.value != found.value.to_integral_value() or found.value < 1:
        raise Unclear(_("A whole number is needed here."), str(raw))
    return int(found.value)


def _sources(row: Row, book: Book, org: str, doing: str) -> Iterator[dict[str, Any]]:
    """ "批号 数量" each; what lies at the same organisation."""
    for part in filter(None, map(str.strip, _SOURCES.split(row.text("sources")))):
        code, _gap, amount = part.rpartition(" ")
        known = book.current("lot", lot_key(org, code)) if code else None
        if known is None:
            words = gettext_lazy("a source is a lot known here and an amount: 260901-1 500")
            row.doubt("sources", words)
            return
        good = known.get("good") or _found(known["source_row"]["good"], GOODS)
        try:
            found = measured(amount, GOODS[good].unit)
        except Unclear as unclear:
            row.doubt("sources", unclear.why)
            return
        if good not in ACTS[doing].of or found is None:
            row.doubt("sources", gettext_lazy("what was done does not take this good"))
            return
        yield {"key": lot_key(org, code), "code": code, "good": good, "amount": plain(found)}


def _weigh(row: Row, fields: Mapping[str, Any]) -> list[str]:
    """What is hard to believe; what is impossible is doubted, and the row left out."""
    taken = [(source["good"], Decimal(source["amount"])) for source in fields["sources"]]
    made = Made(
        fields["act"],
        fields["good"],
        Decimal(fields["amount"]),
        taken,
        Decimal(fields["beside"] or 0),
        Decimal(fields["wet"]) if fields["wet"] else None,
        Decimal(fields["water"]) if fields["water"] else None,
    )
    for fault in acts.faults(made):
        row.doubt("sources", fault)
    return acts.doubts(made)


def carry_lot(change: Change, session: Any) -> None:
    fields = dict(change.fields)
    orgs = [session.organisation(name) for name in fields["parties"]]
    place = session.ids.get(("place", fields.get("place"))) if fields.get("place") else None
    sources = [
        {
            "lot": session.ids.get(("lot", source["key"]), 0),
            "code": source["code"],
            "amount": source["amount"],
        }
        for source in fields.get("sources", ())
    ]
    row = {**fields, "org": orgs[0], "orgs": orgs, "place": place, "sources": sources}
    known = session.ids.get(("lot", change.key))
    data = {"row": {k: v for k, v in row.items() if v not in ([], None)}, "due_day": ""}
    if known:
        session.act(known, "amend", data)
    else:
        session.ids["lot", change.key] = session.act("lot", "record", data)


def export_lots() -> Iterator[Sequence[Any]]:
    rows = Lot.objects.filter(void=False).select_related("org", "place", "matter").order_by("pk")
    sources = tracing.went_into(list(rows.values_list("pk", flat=True)))
    codes = dict(rows.values_list("pk", "code"))
    for lot in rows:
        row = _lot_row(lot, sources.get(lot.pk, []), codes)
        yield tuple(cell(row[c.field]) for c in LOT_COLUMNS)


LOTS = Sheet(
    name="批次",
    title="粮食全产业链批次",
    also=("批次台账", "生产批次"),
    columns=LOT_COLUMNS,
    load=load_lots,
    understand=understand_lot,
    carry={"lot": carry_lot},
    export=export_lots,
    order=86,
)


def shipment_key(row: Mapping[str, str]) -> str:
    return "｜".join(row[n] for n in ("code", "maker", "sender", "to", "amount", "day"))


def load_shipments(book: Book) -> None:
    for sent in _shipments():
        row = _shipment_row(sent)
        book.learn("shipment", shipment_key(row), {"source_row": row}, sent.pk)


def _shipments() -> Any:
    rows = Shipment.objects.select_related("lot__org", "sender", "to", "matter").order_by("pk")
    return rows.exclude(matter__state__in=("refused", "back"))


def _shipment_row(sent: Shipment) -> Mapping[str, str]:
    if sent.source_row:
        said: Mapping[str, str] = sent.source_row
        return said
    good = sent.lot.good
    return {
        "code": sent.lot.code,
        "maker": sent.lot.org.name,
        "sender": sent.sender.name,
        "to": sent.to.name,
        "amount": _amount(sent.amount, good),
        "day": sent.day.isoformat(),
        "received": _amount(sent.received, good) if sent.received is not None else "",
    }


def understand_shipment(row: Row, book: Book) -> Iterable[Change]:
    if row.lacks(SHIPMENT_COLUMNS):
        return
    names = {
        n: book.organisation_called(row.text(n)) or row.text(n) for n in ("maker", "sender", "to")
    }
    key = lot_key(names["maker"], row.text("code"))
    known = book.current("lot", key)
    if known is None:
        row.doubt("code", gettext_lazy("there is no such lot; the row was left out"))
        return
    good = known.get("good") or _found(known["source_row"]["good"], GOODS)
    unit, doubts = GOODS[good].unit, len(row.doubts)
    amount = _read(row, "amount", lambda raw: measured(raw, unit))
    received = _read(row, "received", lambda raw: measured(raw, unit, nothing=True))
    day = _read(row, "day", parse_day)
    if received is not None and amount is not None and Decimal(received) > Decimal(amount):
        row.doubt("received", gettext_lazy("more would arrive than was sent"))
    if names["sender"] == names["to"]:
        row.doubt("to", gettext_lazy("it lies there already; the row was left out"))
    if len(row.doubts) > doubts:
        return
    yield from known_parties(row, book, {"to": [names["to"]]})
    whole = source_row(row, SHIPMENT_COLUMNS)
    fields = {
        "title": f"{GOODS[good].also[0]} {row.text('code')} → {names['to']}"[:200],
        "lot": key,
        "amount": amount,
        "day": day,
        "parties": [names["sender"], names["to"]],
        "source_row": whole,
        **({"received": received} if received is not None else {}),
    }
    yield Change("shipment", shipment_key(whole), fields)


def carry_shipment(change: Change, session: Any) -> None:
    fields = dict(change.fields)
    sender, to = (session.organisation(name) for name in fields["parties"])
    row = {
        **fields,
        "lot": session.ids.get(("lot", fields["lot"]), 0),
        "org": sender,
        "orgs": [sender, to],
    }
    data = {"row": row, "due_day": ""}
    known = session.ids.get(("shipment", change.key))
    step = "record" if fields.get("received") is not None else "record_sent"
    if known:
        session.act(known, "amend", data)
    else:
        session.ids["shipment", change.key] = session.act("shipment", step, data)


def export_shipments() -> Iterator[Sequence[Any]]:
    for sent in _shipments():
        row = _shipment_row(sent)
        yield tuple(cell(row[c.field]) for c in SHIPMENT_COLUMNS)


SHIPMENTS = Sheet(
    name="事件",
    title="粮食批次发运",
    also=("发运", "发货"),
    columns=SHIPMENT_COLUMNS,
    load=load_shipments,
    understand=understand_shipment,
    carry={"shipment": carry_shipment},
    export=export_shipments,
    order=87,
)
