"""Offices, organisations and places in one's charge, each with what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pilin.engine.positions import registers
from pilin.people.models import Account, Office, Organisation, Place
from pilin.wording.identity import identity

from .gate import Charge, appointing, operating

ROWS = 50


def _found(request: HttpRequest, rows: Iterable[Any]) -> tuple[str, Page[Any]]:
    """The words looked for, and this page of those called so."""
    words = request.GET.get("q", "").strip()[:60]
    key = identity(words)
    fitting: Sequence[Any] = [r for r in rows if key in identity(f"{r.name} {r.name_en}")]
    return words, Paginator(fitting, ROWS).get_page(request.GET.get("page"))


@appointing
def offices(request: HttpRequest, own: Charge) -> HttpResponse:
    """Who holds which office where, with those that are to come."""
    orgs = sorted(own.organisations, key=lambda o: (o.sides, o.place_id or 0, o.pk))
    if key := request.GET.get("at", ""):
        orgs = [org for org in orgs if str(org.pk) == key]
    words, page = _found(request, orgs)
    held = Office.objects.filter(organisation__in=[org.pk for org in page.object_list])
    there: dict[int, list[Office]] = {}
    for office in held.order_by("role", "since", "id"):
        if office.until is None or office.until >= own.day:
            there.setdefault(office.organisation_id, []).append(office)
    accounts = {
        a.person: a
        for a in Account.objects.filter(person__in={o.person for r in there.values() for o in r})
    }
    rows = [
        {"org": org, "offices": [_office(o, own, accounts) for o in there.get(org.pk, ())]}
        for org in page.object_list
    ]
    return render(
        request, "site/manage/offices.html", {"rows": rows, "page": page, "q": words, "at": key}
    )


def _office(office: Office, own: Charge, accounts: dict[str, Account]) -> dict[str, Any]:
    account = accounts.get(office.person)
    return {
        "office": office,
        "called": registers().called(office),
        "login": account.username if account else "",
        "begins": office.since > own.day,
    }


@operating
def organisations(request: HttpRequest, own: Charge) -> HttpResponse:
    mine: list[Organisation] = [
        org
        for org in registers().organisations.values()
        if org.category != "government" and own.runs(org)
    ]
    words, page = _found(request, sorted(mine, key=lambda o: (o.sides, o.place_id or 0, o.pk)))
    return render(request, "site/manage/organisations.html", {"page": page, "q": words})


@operating
def places(request: HttpRequest, own: Charge) -> HttpResponse:
    mine: list[Place] = [p for p in registers().places.values() if own.runs(p)]
    words, page = _found(request, sorted(mine, key=lambda p: (p.side, p.path)))
    neighbour = len(registers().sides) < 2 and own.runs(None)
    context = {"page": page, "q": words, "neighbour": neighbour}
    return render(request, "site/manage/places.html", context)
