"""Lots as events of EPCIS 2.0 (ISO/IEC 19987:2024, JSON-LD), and such events as rows of our register.

A lot's making is a TransformationEvent, or an ObjectEvent with ADD where it came from nowhere we know;
sending, receiving, selling and losing are ObjectEvents. A lot is named by its GS1 Digital Link where it has
a GTIN, else by its page here: private URIs need no membership. The time of day is not recorded: it is noon.
Our own words stand under `pilin:`, whose names begin with the address of this installation.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone

from pilin.deciding.chains.acts import ACTS, GOODS, MU

from . import tracing
from .models import Lot, Move, Paper, Shipment

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
#: A mu in square metres, as EPCIS counts areas (UN/ECE Recommendation 20: MTK).
SQUARE_METRES = Decimal(2000) / 3


def vocabulary() -> str:
    return f"{settings.SITE_URL}/vocabulary#"


def document(lot: Lot) -> dict[str, Any]:
    """All that happened on the way to a lot and with it, oldest first."""
    lots = tracing.way(lot)
    events = [*_events(lots), *_moved(lot)]
    return wrapped(events)


def wrapped(events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "@context": [CONTEXT, {"pilin": vocabulary()}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": timezone.localtime().isoformat(timespec="seconds"),
        "epcisBody": {"eventList": list(events)},
    }


def _events(lots: Iterable[Lot]) -> Iterator[dict[str, Any]]:
    rows = {lot.pk: lot for lot in lots}
    sources = tracing.went_into(rows)
    papers: dict[int, list[Paper]] = {}
    for paper in Paper.objects.filter(lot__in=rows).order_by("entry"):
        papers.setdefault(paper.lot_id, []).append(paper)
    for lot in rows.values():
        made = [_quantity(lot, lot.amount)]
        taken = [_quantity(rows[key], amount) for key, amount in sources.get(lot.pk, [])]
        shape: dict[str, Any] = (
            {
                "type": "TransformationEvent",
                "inputQuantityList": taken,
                "outputQuantityList": made,
            }
            if taken
            else {"type": "ObjectEvent", "action": "ADD", "epcList": [], "quantityList": made}
        )
        yield {
            **_when(shape, lot.day, lot.pk),
            "bizStep": ACTS[lot.act].step or f"{vocabulary()}{lot.act}",
            "readPoint": {"id": _place(lot)},
            "bizLocation": {"id": _at(lot.org_id)},
            "ilmd": _said(lot, papers.get(lot.pk, [])),
            **(
                {"errorDeclaration": {"declarationTime": _noon(lot.day), "reason": "did_not_occur"}}
                if lot.void
                else {}
            ),
        }


def _said(lot: Lot, papers: Iterable[Paper]) -> dict[str, Any]:
    """What we know of it beyond EPCIS."""
    said = {
        "pilin:lot": lot.code,
        "pilin:act": lot.act,
        "pilin:good": lot.good,
        "pilin:organisation": lot.org.name,
        "pilin:place": lot.place.name if lot.place else "",
        "pilin:variety": lot.variety,
        "pilin:beside": float(lot.beside) if lot.beside else "",
        "pilin:waterBefore": float(lot.wet) if lot.wet is not None else "",
        "pilin:water": float(lot.water) if lot.water is not None else "",
        "pilin:bags": lot.bags or "",
        "pilin:bestBefore": lot.best.isoformat() if lot.best else "",
        "pilin:papers": [f"ni:///sha-256;{_base64(paper.sha256)}" for paper in papers],
    }
    return {name: value for name, value in said.items() if value not in ("", [])}


def _base64(sha256: str) -> str:
    """A digest as RFC 6920 writes it."""
    return urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")


def _moved(lot: Lot) -> Iterator[dict[str, Any]]:
    """Where it went from where it was made, and what of it is no more."""
    rows = Shipment.objects.filter(lot=lot).select_related("matter", "sender", "to").order_by("pk")
    for sent in rows.exclude(matter__state__in=("refused", "back")):
        parties = {
            "pilin:shipment": str(sent.pk),
            "pilin:sender": sent.sender.name,
            "pilin:receiver": sent.to.name,
            "sourceList": [{"type": "possessing_party", "source": _at(sent.sender_id)}],
            "destinationList": [{"type": "possessing_party", "destination": _at(sent.to_id)}],
        }
        yield {
            **_observed(lot, sent.amount, sent.day, sent.pk, "shipping"),
            "disposition": "in_transit",
            **parties,
        }
        if sent.received is not None and sent.matter.closed:
            day = timezone.localtime(sent.matter.closed).date()
            yield {
                **_observed(lot, sent.received, day, sent.matter.last, "receiving"),
                "disposition": "in_progress",
                **parties,
            }
    steps = {Move.SOLD: ("retail_selling", "retail_sold"), Move.LOST: ("destroying", "destroyed")}
    for move in Move.objects.filter(lot=lot, why__in=steps).order_by("entry"):
        step, disposition = steps[move.why]
        event = _observed(lot, move.went, lot.day, move.entry, step)
        yield {**event, "disposition": disposition, "bizLocation": {"id": _at(move.org_id)}}


def _observed(lot: Lot, amount: Decimal, day: date, entry: int, step: str) -> dict[str, Any]:
    shape = {
        "type": "ObjectEvent",
        "action": "DELETE" if step == "destroying" else "OBSERVE",
        "epcList": [],
        "quantityList": [_quantity(lot, amount)],
    }
    return {**_when(shape, day, entry), "bizStep": step}


def _when(shape: Mapping[str, Any], day: date, entry: int) -> dict[str, Any]:
    noon = _noon(day)
    return {
        **shape,
        "eventTime": noon,
        "eventTimeZoneOffset": noon[-6:],
        "eventID": f"{settings.SITE_URL}/lots/entries/{entry}",
    }


def _noon(day: date) -> str:
    at = timezone.make_aware(datetime.combine(day, time(12)))
    return at.isoformat(timespec="seconds")


def class_of(lot: Lot) -> str:
    """The lot's name among EPCIS classes."""
    if lot.gtin:
        return f"https://id.gs1.org/01/{lot.gtin}/10/{quote(lot.code, safe='')}"
    return f"{settings.SITE_URL}/lots/{lot.pk}/"


def _quantity(lot: Lot, amount: Decimal) -> dict[str, Any]:
    unit = GOODS[lot.good].unit
    if unit == "kg":
        return {"epcClass": class_of(lot), "quantity": float(amount), "uom": "KGM"}
    if unit == MU:
        area = (amount * SQUARE_METRES).quantize(Decimal("0.000001"))
        return {"epcClass": class_of(lot), "quantity": float(area), "uom": "MTK"}
    return {"epcClass": class_of(lot), "quantity": float(amount)}


def _at(org: int | None) -> str:
    return f"{settings.SITE_URL}/organisations/{org}/"


def _place(lot: Lot) -> str:
    where = f"places/{lot.place_id}" if lot.place_id else f"organisations/{lot.org_id}"
    return f"{settings.SITE_URL}/{where}/"
