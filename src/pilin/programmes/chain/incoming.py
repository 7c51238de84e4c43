"""Events of EPCIS 2.0 that another system wrote, as rows of the sheets 批次 and 事件.

What is understood are makings (ObjectEvent ADD, TransformationEvent), shipping and receiving; everything
else is left, and what is said of it is nothing. A lot is known by our own words where they stand there, else
by the lot number of its GS1 Digital Link or the last part of its address; what it is and what was done to
it is asked of our words alone, since EPCIS does not say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from pilin.deciding.chains.acts import ACTS, GOODS
from pilin.wording.values import plain
from pilin.workbook.errors import WorkbookError
from pilin.workbook.sheets import Sheet

from .epcis import SQUARE_METRES
from .workbook import LOT_COLUMNS, LOTS, SHIPMENT_COLUMNS, SHIPMENTS, UNITS

Rows = Sequence[Sequence[Any]]
#: What stands before our own words, however the context calls it.
OURS = "pilin:"
_LINK = re.compile(r"/01/(\d{14})/10/([^/?#]+)")
#: Digits before or after the point of an amount; what is longer is no amount, and costs memory to write.
LONGEST = 20
_UNIT_OF = {"KGM": Decimal(1), "TNE": Decimal(1000), "GRM": Decimal("0.001")}


class NoEvents(WorkbookError):
    """Facts: `why`."""

    sentence = _("This is no document of EPCIS 2.0 that can be read: {why}")


def sheets(data: bytes) -> list[tuple[Sheet, Rows]] | None:
    """The rows of a document; None where the file is none. Raises NoEvents."""
    if data.lstrip()[:1] != b"{":
        return None
    try:
        document = json.loads(data, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError) as fault:
        raise NoEvents(why=str(fault)[:200]) from fault
    if document.get("type") != "EPCISDocument":
        raise NoEvents(why=_("it does not say that it is an EPCISDocument"))
    body = document.get("epcisBody")
    events = body.get("eventList") if isinstance(body, Mapping) else None
    if not isinstance(events, list) or not all(isinstance(e, Mapping) for e in events):
        raise NoEvents(why=_("there is no list of events in it"))
    try:
        read = _Read(events)
    except (KeyError, TypeError, ValueError, ArithmeticError) as fault:
        raise NoEvents(why=f"{type(fault).__name__}: {fault}"[:200]) from fault
    return [(LOTS, read.lots), (SHIPMENTS, read.shipments)]


class _Read:
    """The events in the order of their time; lots by their names among classes."""

    def __init__(self, events: Sequence[Mapping[str, Any]]) -> None:
        self.known: dict[str, dict[str, Any]] = {}
        self.lots: list[Sequence[Any]] = []
        self.shipments: list[Sequence[Any]] = []
        received = {}
        ordered = sorted(events, key=lambda e: str(e["eventTime"]))
        for event in ordered:
            if event.get("bizStep") == "receiving":
                received[self._moved(event)] = event["quantityList"][0]
        for event in ordered:
            if _did_not_occur(event):
                continue
            if event["type"] == "TransformationEvent":
                self._made(event, event["outputQuantityList"], event.get("inputQuantityList", ()))
            elif event["type"] == "ObjectEvent" and event.get("action") == "ADD":
                self._made(event, event["quantityList"], ())
            elif event["type"] == "ObjectEvent" and event.get("bizStep") == "shipping":
                self._sent(event, received)

    def _made(
        self,
        event: Mapping[str, Any],
        out: Sequence[Mapping[str, Any]],
        into: Sequence[Mapping[str, Any]],
    ) -> None:
        if len(out) != 1:
            raise ValueError("one lot comes of one event")
        said = _own(event.get("ilmd") or {})
        name = str(out[0]["epcClass"])
        gtin, code = _named(name)
        good, act = str(said.get("good", "")), str(said.get("act", ""))
        row: dict[str, Any] = {
            "code": str(said.get("lot") or code),
            "org": str(said.get("organisation", "")),
            "good": GOODS[good].also[0] if good in GOODS else good,
            "act": ACTS[act].also[0] if act in ACTS else act,
            "day": _day(event),
            "place": str(said.get("place", "")),
            "variety": str(said.get("variety", "")),
            "gtin": gtin,
            "best": str(said.get("bestBefore", "")),
            "bags": _text(said.get("bags")),
            "wet": _text(said.get("waterBefore")),
            "water": _text(said.get("water")),
            "beside": _text(said.get("beside")),
            "amount": _measure(out[0], good),
        }
        sources = []
        for source in into:
            lot = self.known.get(str(source["epcClass"]))
            code = lot["code"] if lot else _named(str(source["epcClass"]))[1]
            sources.append(f"{code} {_measure(source, lot['of'] if lot else '')}")
        row["sources"] = "；".join(sources)
        self.known[name] = {**row, "of": good}
        self.lots.append([row.get(c.field, "") for c in LOT_COLUMNS])

    def _sent(self, event: Mapping[str, Any], received: Mapping[Any, Mapping[str, Any]]) -> None:
        quantity = event["quantityList"][0]
        lot = self.known.get(str(quantity["epcClass"]))
        good = lot["of"] if lot else ""
        said = _own(event)
        arrived = received.get(self._moved(event))
        row = {
            "code": lot["code"] if lot else _named(str(quantity["epcClass"]))[1],
            "maker": lot["org"] if lot else "",
            "sender": str(said.get("sender") or _party(event, "source")),
            "to": str(said.get("receiver") or _party(event, "destination")),
            "amount": _measure(quantity, good),
            "day": _day(event),
            "received": _measure(arrived, good) if arrived else "",
        }
        self.shipments.append([row.get(c.field, "") for c in SHIPMENT_COLUMNS])

    def _moved(self, event: Mapping[str, Any]) -> tuple[str, str, str, str]:
        """What tells a shipment from another, whichever end speaks of it."""
        quantity = event["quantityList"][0]
        said = str(_own(event).get("shipment", ""))
        ends = _party(event, "source"), _party(event, "destination")
        return (str(quantity["epcClass"]), *ends, said)


def _did_not_occur(event: Mapping[str, Any]) -> bool:
    return bool((event.get("errorDeclaration") or {}).get("reason") == "did_not_occur")


def _own(said: Mapping[str, Any]) -> dict[str, Any]:
    return {k.removeprefix(OURS): v for k, v in said.items() if k.startswith(OURS)}


def _named(name: str) -> tuple[str, str]:
    """The GTIN and the lot number in a lot's name; a private name ends in the number."""
    if found := _LINK.search(name):
        return found[1], unquote(found[2])
    path = urlsplit(name).path or name
    return "", unquote(re.split(r"[/:]", path.rstrip("/"))[-1])


def _party(event: Mapping[str, Any], end: str) -> str:
    return next((str(party[end]) for party in event.get(f"{end}List", ())), "")


def _day(event: Mapping[str, Any]) -> str:
    """The local day where it happened."""
    text = str(event["eventTime"])
    found: date = datetime.fromisoformat(text.replace("Z", "+00:00")).date()
    return found.isoformat()


def _text(value: Any) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value or "")


def _measure(quantity: Mapping[str, Any], good: str) -> str:
    """An amount as a register writes it."""
    amount, unit = Decimal(quantity["quantity"]), quantity.get("uom", "")
    if not amount.is_finite() or abs(amount.adjusted()) > LONGEST:
        raise ValueError("a quantity that nobody weighs")
    kept = GOODS[good].unit if good in GOODS else "kg"
    if unit == "MTK":
        amount = (amount / SQUARE_METRES).quantize(Decimal("0.001"))
    elif unit:
        amount *= _UNIT_OF[unit]
    return f"{plain(amount)}{UNITS[kept]}"
