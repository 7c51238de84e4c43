"""The register of lots, what one shows, and the page behind the code on a bag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilin.deciding.chains.acts import ACTS, DRY, MILLED, Bound
from pilin.deciding.chains.gs1 import digital_link, gtin14
from pilin.engine.models import Matter
from pilin.kit.conditional import conditional
from pilin.kit.facts import Facts, Link, Table, rows_of
from pilin.kit.listing import Column, Listing, columns_of
from pilin.kit.nav import NavItem
from pilin.kit.paper import Paper as Sheet
from pilin.kit.paper import facts as paper_facts
from pilin.kit.paper import printed
from pilin.ledger import log
from pilin.people.actor import Actor
from pilin.people.models import Organisation
from pilin.wording.reading import day, in_chinese
from pilin.wording.saying import say

from . import epcis, offline, tracing
from .holding import HANDS
from .models import PAPERS, Affected, Lot, Paper, Recall, Shipment, act_words, amount_of, good_words

#: What a page of lots may change by, whoever's they are.
SCOPES = ("kind:lot", "kind:shipment", "kind:recall")
TITLE = gettext_lazy("Lots from seed to bag")
LEAD = gettext_lazy("What was sown, harvested, dried, milled and packed, by whom, and where it is.")
#: Rows of a table on a lot's page at most.
MOST = 100


def _offers() -> Mapping[str, Any]:
    field_page, recalls = reverse("chain:field"), reverse("chain:recalls")
    links = [Link(_("Record what was done"), field_page), Link(_("Recalls"), recalls)]
    return Facts("", links=links).context()


LISTING = Listing(
    "lot",
    "lots/",
    TITLE,
    LEAD,
    columns=(
        *columns_of(Lot),
        Column(gettext_lazy("How much"), lambda m: m.lot.measured),
        Column(gettext_lazy("Made by"), lambda m: m.lot.org.called),
    ),
    related=("lot__org",),
    more=_offers,
    telling=(1, 2, 3),
    template="chain/listing.html",
    moves=False,
)
NAV = (
    NavItem(
        gettext_lazy("Recalls"),
        "chain:recalls",
        "recall",
        gettext_lazy("Lots in which something was wrong, and what was found of them."),
    ),
)


def own(matter: Matter, actor: Actor) -> tuple[str, ...]:
    """Whether whoever reads works where some of it lies."""
    there = {o.organisation_id for o in actor.offices if o.role in HANDS}
    return ("hands",) if there and any(tracing.here_of(matter.pk, org) for org in there) else ()


BELIEVED = {"mill": MILLED, "dry": DRY}


def source_of(bound: Bound) -> str:
    """Where a bound comes from, in the reader's language."""
    return bound.chinese if in_chinese() else bound.english


def lot_facts(matter: Matter, *reader: str) -> Facts:
    lot = Lot.objects.select_related("org", "place").filter(pk=matter.pk).first()
    if lot is None:
        return Facts("")
    org = Link(lot.org.called, reverse("web:organisation", args=[lot.org_id]))
    share = f"{100 * lot.amount / lot.taken:.1f} %" if lot.act == "mill" and lot.taken else ""
    bounds = source_of(BELIEVED[lot.act]) if lot.act in BELIEVED and _doubts(lot) else ""
    return Facts(
        _("The lot"),
        [
            (_("Number of the lot"), lot.code),
            *rows_of(lot),
            (_("What was done"), act_words(lot.act)),
            (_("How much"), lot.measured),
            (_("Made by"), org),
            (_("Where"), lot.place.called if lot.place else ""),
            (_("Variety"), lot.variety),
            (_("Water"), _water(lot)),
            (_("Beside it came"), amount_of(lot.beside, lot.good) if lot.beside else ""),
            (_("Share that came out"), share),
            (_("Best before"), day(lot.best) if lot.best else ""),
            (_("GTIN"), lot.gtin),
            (_("Hard to believe"), list(_doubts(lot))),
            (_("Measured by"), bounds),
            (_("Recorded by mistake"), _("yes: it never was") if lot.void else ""),
            (_("Called back"), _recall_link(lot)),
        ],
        tables=_tables(lot),
        links=_links(lot, bool(reader)),
    )


def _water(lot: Lot) -> str:
    if lot.wet is None or lot.water is None:
        return ""
    return _("%(wet)s %% before, %(water)s %% after drying") % {"wet": lot.wet, "water": lot.water}


def _doubts(lot: Lot) -> Sequence[str]:
    first = log.get(log.MAIN, lot.pk)
    data = first.body["data"] if first else {}
    return [str(doubt) for doubt in (data.get("row") or data).get("doubts", ())]


def _recall_link(lot: Lot) -> Link | str:
    return Link(_("See the recall"), reverse("web:matter", args=[lot.recall])) if lot.recall else ""


def _tables(lot: Lot) -> list[Table]:
    into = tracing.next_of(lot.pk)
    sources = tracing.went_into([lot.pk]).get(lot.pk, [])
    rows = {one.pk: one for one in Lot.objects.filter(pk__in=[*(s for s, _n in sources), *into])}
    held = tracing.held([lot.pk])
    orgs = {org.pk: org for org in Organisation.objects.filter(pk__in=[h.org for h in held])}
    how_much, title = _("How much"), _("Lot")
    return [
        Table(
            _("Made of"),
            (title, how_much),
            [(_link(rows[s]), amount_of(amount, rows[s].good)) for s, amount in sources],
            numbers=(1,),
        ),
        Table(
            _("Where it lies now"),
            (_("Organisation"), how_much),
            [(orgs[h.org].called, amount_of(h.amount, lot.good)) for h in held],
            numbers=(1,),
        ),
        Table(
            _("What was made of it"),
            (title, how_much),
            [(_link(rows[pk]), rows[pk].measured) for pk in into],
            numbers=(1,),
        ),
        Table(
            _("Tests and certificates"),
            (_("Paper"), _("By"), _("Day"), _("It says"), "SHA-256"),
            [
                (
                    PAPERS.get(paper.what, paper.what),
                    f"{paper.by} {paper.number}".strip(),
                    paper.day,
                    _("in order") if paper.passed else _("not in order"),
                    paper.sha256[:16] + "…",
                )
                for paper in Paper.objects.filter(lot=lot).order_by("entry")[:MOST]
            ],
        ),
    ]


def _link(lot: Lot) -> Link:
    return Link(lot.called, reverse("web:matter", args=[lot.pk]))


def _links(lot: Lot, hands: bool) -> list[Link]:
    found = [Link(_("The page behind the code on the bag"), page_of(lot))]
    if hands and not lot.recall and not lot.void:
        new = reverse("web:new", args=["lot", "make"])
        for act in ACTS.values():
            if lot.good in act.of:
                found.append(Link(say(act.title), f"{new}?act={act.name}&of={lot.pk}"))
        send = reverse("web:new", args=["shipment", "send"])
        found.append(Link(_("Send some of it"), f"{send}?lot={lot.pk}"))
        found.append(Link(_("Label with its code (PDF)"), reverse("chain:label", args=[lot.pk])))
    return found


def page_of(lot: Lot) -> str:
    """The address that stands in the code on a bag: of GS1, where it has a number of GS1."""
    return (
        digital_link(lot.gtin, lot.code, lot.best)
        if lot.gtin
        else reverse("chain:bag", args=[lot.pk])
    )


def shipment_facts(matter: Matter) -> Facts:
    found = Shipment.objects.select_related("lot", "sender", "to").filter(pk=matter.pk).first()
    if found is None:
        return Facts("")
    received = amount_of(found.received, found.lot.good) if found.received is not None else ""
    return Facts(
        _("The shipment"),
        [
            (_("Lot"), _link(found.lot)),
            (_("From"), found.sender.called),
            (_("To"), found.to.called),
            (_("How much"), found.measured),
            *rows_of(found),
            (_("How much arrived"), received),
        ],
    )


def recall_facts(matter: Matter) -> Facts:
    found = Recall.objects.select_related("lot").filter(pk=matter.pk).first()
    if found is None:
        return Facts("")
    rows = list(
        Affected.objects.filter(recall=found).select_related("lot", "org").order_by("org", "lot")
    )
    lots = Lot.objects.filter(recall=found.pk).count() if found.ordered is not None else 0
    waiting = len({row.org_id for row in rows if row.held is None})
    return Facts(
        _("The recall"),
        [
            (_("Lot"), _link(found.lot)),
            (_("Lots called back"), str(lots) if lots else ""),
            (_("Holders that have not answered yet"), str(waiting) if rows else ""),
        ],
        tables=[
            Table(
                _("Who held some of it when it was called back"),
                (_("Organisation"), _("Lot"), _("There was"), _("Held back"), _("Gone")),
                [_affected(row) for row in rows],
                numbers=(2, 3, 4),
            )
        ],
    )


def _affected(row: Affected) -> tuple[Any, ...]:
    good = row.lot.good
    held = amount_of(row.held, good) if row.held is not None else _("not said yet")
    gone = amount_of(row.amount - row.held, good) if row.held is not None else ""
    return (row.org.called, _link(row.lot), amount_of(row.amount, good), held, gone)


@dataclass(frozen=True)
class Stop:
    """One lot on the way to the bag, as its buyer reads it."""

    lot: Lot
    amount: str
    papers: list[Paper] = field(default_factory=list)

    @property
    def done(self) -> str:
        return act_words(self.lot.act)

    @property
    def side(self) -> str:
        return _side(self.lot.org)


@dataclass
class Shop:
    """Where it arrived since, all of it together."""

    name: str
    side: str
    day: date
    left: Decimal
    amount: str = ""


def _side(org: Organisation) -> str:
    return org.sides if len(org.sides) == 1 else ""


def _shown(key: int) -> dict[str, Any]:
    lot = Lot.objects.select_related("org", "place", "matter").get(pk=key)
    way = tracing.way(lot)
    papers: dict[int, list[Paper]] = {}
    for paper in Paper.objects.filter(lot__in=[one.pk for one in way]).order_by("entry"):
        papers.setdefault(paper.lot_id, []).append(paper)
    shown = way[-tracing.DRAWN :]
    found = [paper for of in papers.values() for paper in of]
    grown = dict.fromkeys(
        one.place.called for one in way if one.place and one.act in ("plant", "harvest")
    )
    return {
        "lot": lot,
        "good": good_words(lot.good),
        "variety": "；".join(dict.fromkeys(one.variety for one in way if one.variety)),
        "grown": "、".join(grown),
        "tests": len(found),
        "failed": not all(paper.passed for paper in found),
        "stops": [Stop(one, one.measured, papers.get(one.pk, [])) for one in shown],
        "left_out": len(way) - len(shown),
        "arrived": _shops(lot),
        "recall": Matter.objects.filter(pk=lot.recall).first() if lot.recall else None,
    }


def _shops(lot: Lot) -> list[Shop]:
    """Organisations that received some of it, in the order in which the first came."""
    found: dict[int, Shop] = {}
    rows = Shipment.objects.filter(lot=lot, received__isnull=False).select_related("to")
    for sent in rows.order_by("day", "pk"):
        new = Shop(sent.to.called, _side(sent.to), sent.day, Decimal(0))
        shop = found.setdefault(sent.to_id, new)
        shop.left += sent.received or 0
        shop.amount = amount_of(shop.left, lot.good)
    return list(found.values())[:MOST]


def find(request: HttpRequest) -> HttpResponse:
    """The page of a lot by the number on its bag; a choice, where several makers have one of it."""
    code = request.GET.get("code", "").strip()[:40]
    rows = Lot.objects.filter(code__in={code, code.upper()} - {""}, void=False)
    lots = list(rows.select_related("org").order_by("-pk")[:20])
    if len(lots) == 1:
        return redirect("chain:bag", key=lots[0].pk)
    return render(request, "chain/found.html", {"lots": lots, "code": code})


@conditional(lambda request, key: [f"matter:{key}", *SCOPES])
def bag(request: HttpRequest, key: int) -> HttpResponse:
    """What a buyer sees who scans the code: the way back to the field, in both languages."""
    get_object_or_404(Lot, pk=key)
    return render(request, "chain/bag.html", _shown(key))


def scanned(request: HttpRequest, gtin: str, code: str) -> HttpResponse:
    """GS1 Digital Link: the page of a lot by the article's number and the lot's."""
    lot = Lot.objects.filter(gtin=gtin14(gtin), code=code, void=False).order_by("pk").first()
    if lot is None or not lot.gtin:
        raise Http404
    return redirect("chain:bag", key=lot.pk)


@conditional(lambda request: SCOPES)
def recalls(request: HttpRequest) -> HttpResponse:
    """Every recall, the newest first."""
    rows = Matter.objects.filter(kind="recall").select_related("recall__lot__org").order_by("-last")
    heads = (_("Recall"), _("Made by"), _("Now"))
    cells = [(Link(m.title, m.url), m.recall.lot.org.called, m.state_title) for m in rows[:MOST]]
    return render(request, "chain/recalls.html", {"table": Table(_("Recalls"), heads, cells)})


def label(request: HttpRequest, key: int) -> HttpResponse:
    """A label to print and stick on: what it is, of whom, and the code."""
    lot = get_object_or_404(Lot.objects.select_related("org", "place"), pk=key)
    rows = [
        (_("Number of the lot"), lot.code),
        (_("How much"), lot.measured),
        (_("Made by"), lot.org.called),
        (_("Where"), lot.place.called if lot.place else ""),
        (_("Made on"), day(lot.day)),
        (_("Best before"), day(lot.best) if lot.best else ""),
    ]
    sheet = Sheet(
        good_words(lot.good),
        kicker=lot.variety,
        link=page_of(lot),
        blocks=[paper_facts([row for row in rows if row[1]])],
    )
    return printed(sheet, f"lot-{lot.code}")


def events(request: HttpRequest, key: int) -> JsonResponse:
    """What happened on the way to this lot and with it, as EPCIS 2.0."""
    lot = get_object_or_404(Lot, pk=key)
    response = JsonResponse(epcis.document(lot), json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/ld+json"
    return response


URLS = (
    path("lots/field/", offline.field, name="field"),
    path("lots/find/", find, name="find"),
    path("lots/recalls/", recalls, name="recalls"),
    path("lots/<int:key>/", bag, name="bag"),
    path("lots/<int:key>/label.pdf", label, name="label"),
    path("lots/<int:key>/epcis.json", events, name="epcis"),
    path("01/<slug:gtin>/10/<path:code>", scanned, name="scanned"),
)
