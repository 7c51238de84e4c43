"""Panels drawn by lot: the list, what one shows, and its files, from which anybody draws it again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilin.engine.models import Matter
from pilin.kit.beside import Beside
from pilin.kit.facts import Facts, Link, Table, rows_of
from pilin.kit.listing import Listing, columns_of
from pilin.people.actor import Actor

from . import forms
from .features import TITLES, said
from .models import Panel, Volunteer
from .rules import source

LISTING = Listing(
    "panel",
    "panels/",
    gettext_lazy("Panels drawn by lot"),
    gettext_lazy(
        "People drawn by lot sit in a consultation: who was on the roll, and how they were drawn."
    ),
    columns=columns_of(Panel),
    related=("panel",),
    openings=("call",),
)
SEATS = {
    "": gettext_lazy("on the roll"),
    "asked": gettext_lazy("drawn, asked to take the seat"),
    "taken": gettext_lazy("sits"),
    "declined": gettext_lazy("did not take the seat"),
}


def own(matter: Matter, actor: Actor) -> tuple[int, ...]:
    """The reader's own number on the roll."""
    rows = Volunteer.objects.filter(panel=matter.pk, person=actor.person)
    return tuple(rows.values_list("number", flat=True)) if actor.person else ()


def facts(matter: Matter, *number: int) -> Facts:
    found = Panel.objects.filter(pk=matter.pk).first()
    if found is None:
        return Facts("")
    asked = Matter.objects.filter(pk=found.consultation).first()
    links = []
    if found.committed:
        names = {
            "roll": _("The roll (CSV)"),
            "quotas": _("Quotas (CSV)"),
            "lottery": _("The lottery (JSON)"),
        }
        links = [
            Link(words, reverse("panel:file", args=[matter.pk, name]))
            for name, words in names.items()
        ]
    seed = (found.drawn or {}).get("seed", "")
    return Facts(
        _("The panel"),
        [
            (_("In the consultation"), Link(asked.title, asked.url) if asked else ""),
            *rows_of(found),
            (_("Put themselves down"), str(Volunteer.objects.filter(panel=found).count())),
            (_("My number on the roll"), str(number[0]) if number else ""),
            (
                _("Fingerprint of the lottery"),
                (found.committed or {}).get("lottery", {}).get("fingerprint", ""),
            ),
            (_("Hash of the seed's first part"), (found.committed or {}).get("seed_hash", "")),
            (_("Second part of the seed"), found.word),
            (_("The seed"), seed),
            (_("To draw it again"), _command(found, seed)),
            (_("Rules"), source()),
        ],
        tables=list(_tables(found)),
        links=links,
    )


def _command(found: Panel, seed: str) -> str:
    if not seed:
        return ""
    return f"pilin decide lots roll.csv quotas.csv --size {found.size} --lottery lottery.json --seed '{seed}'"


def _tables(found: Panel) -> Iterator[Table]:
    yield Table(
        _("Seats are kept for"),
        (_("What they are like"), _("At least"), _("At most")),
        [(_label(q["feature"], q["value"]), q["least"], q["most"]) for q in found.quotas],
        numbers=(1, 2),
    )
    rows = Volunteer.objects.filter(panel=found).exclude(seat="").order_by("number")
    yield Table(
        _("Drawn"),
        (_("Number on the roll"), _("What they are like"), _("Now")),
        [
            (str(v.number), " · ".join(said(*pair) for pair in v.features.items()), SEATS[v.seat])
            for v in rows
        ],
    )


def _label(feature: str, value: str) -> str:
    return f"{TITLES.get(feature, feature)} · {said(feature, value)}"


def of_consultation(matter: Matter) -> Iterator[Beside]:
    """Panels that sit in a consultation, and what each has reported, on the consultation's page."""
    for found in (
        Panel.objects.filter(consultation=matter.pk).select_related("matter").order_by("pk")
    ):
        yield Beside(_("Panel drawn by lot"), found.matter, found.report)


def file(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """The roll, the quotas, the lottery: as `pilin decide lots` reads them."""
    found = Panel.objects.filter(pk=key, committed__isnull=False).first()
    if found is None or found.committed is None:
        raise Http404
    if name == "lottery":
        return JsonResponse(
            {"lottery": found.committed["lottery"]}, json_dumps_params={"ensure_ascii": False}
        )
    rows: list[list[Any]]
    if name == "quotas":
        rows = [["feature", "value", "min", "max"]]
        rows += [[q["feature"], q["value"], q["least"], q["most"]] for q in found.quotas]
    else:
        features = sorted({q["feature"] for q in found.quotas})
        rows = [["id", *features]]
        rows += [
            [p["number"], *(p["features"][f] for f in features)] for p in found.committed["roll"]
        ]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def recounts() -> Iterator[int]:
    """Entries of draws that the published lottery and the seed do not come to."""
    for found in Panel.objects.filter(drawn__isnull=False).order_by("pk"):
        said = found.drawn or {}
        again = forms.drawn(found, said["seed"])
        if any(list(said[name]) != list(again[name]) for name in ("panel", "substitutes")):
            yield said["entry"]


URLS = (path("panels/<int:key>/<slug:name>", file, name="file"),)
