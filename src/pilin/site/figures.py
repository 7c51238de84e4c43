"""The page of promises kept, each of its blocks as a table for a spreadsheet, and all of it as JSON."""

from __future__ import annotations

import csv
import io
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _say
from django.utils.translation import gettext_lazy as _

from pilin.deciding.promises import ALL, FEW
from pilin.engine.models import Matter
from pilin.engine.positions import named, registers
from pilin.kit.as_of import as_of
from pilin.kit.bars import bars
from pilin.kit.conditional import conditional
from pilin.kit.definitions import FIGURES, Asked
from pilin.kit.figures import COUNTED
from pilin.kit.page import page
from pilin.ledger import log
from pilin.people.models import LEFT, RIGHT
from pilin.publishing import promises, recomputed
from pilin.publishing.figures import by_programme
from pilin.wording import reading

PERIODS = {
    "months": _("The last twelve months"),
    "year": _("This year"),
    "all": _("From the beginning"),
}
TREND = ("raised", "done", "confirmed", "silence")
BLOCKS = ("now", "trend", "offices", "registers")
#: Organisations on the page; the table for a spreadsheet has all of them.
MOST = 40
#: Due days on a page.
SIZE = 50


class Wanted(NamedTuple):
    """What the page is asked for; `since` is "" where that is everything."""

    period: str
    side: str
    since: str

    @property
    def first(self) -> date | None:
        return date.fromisoformat(self.since) if self.since else None

    @property
    def query(self) -> str:
        return "?" + urlencode({"period": self.period, "side": self.side})

    def matters(self, show: str, **more: Any) -> str:
        """The address of the matters of a figure."""
        wanted = Asked(side=self.side, show=show)._replace(**more)
        return f"{reverse('web:matters')}?{wanted.query}"

    def due(self, kept: bool, org: int) -> str:
        """The address of the due days kept, or not."""
        asked = {"kept": int(kept), "at": org or "", "since": self.since, "side": self.side}
        return (
            f"{reverse('web:figures-due')}?{urlencode({k: v for k, v in asked.items() if v != ''})}"
        )


def _wanted(request: HttpRequest) -> Wanted:
    key, side = request.GET.get("period", ""), request.GET.get("side", "")
    found = promises.period(key, timezone.localdate())
    return Wanted(found.key, side if side in (LEFT, RIGHT) else "", found.since)


@conditional(lambda request: ["all"])
def figures(request: HttpRequest) -> HttpResponse:
    """Promises kept: now, over time, and by organisation; then what the registers say."""
    return page(request, "site/figures.html", _figures, _wanted(request))


def _figures(wanted: Wanted) -> dict[str, Any]:
    today = timezone.localdate()
    found = promises.figures(today, wanted.first, wanted.side)
    steps = list(_steps(found["trend"], wanted, today))
    most = max((n for _step, numbers in steps for n in numbers.values()), default=1)
    rows = list(_offices(found, wanted))
    held = sum(row["held"][0] for row in rows if row["org"])
    return {
        **as_of(),
        "wanted": wanted,
        "periods": PERIODS,
        "sides": registers().sides,
        "now": [
            (FIGURES[key], found["now"][key], wanted.matters(key), key == "late") for key in COUNTED
        ],
        "charts": [
            bars(key, FIGURES[key].title, [(s.short, s.long, n[key]) for s, n in steps], most)
            for key in TREND
        ]
        if found["trend"]
        else [],
        "heads": [FIGURES[key] for key in TREND],
        "trend": [
            (step, [(FIGURES[key].title, numbers[key], step.url(wanted, key)) for key in TREND])
            for step, numbers in reversed(steps)
            if any(numbers.values())
        ],
        "offices": rows[: MOST + 1],
        "more": len(rows) - MOST - 1 if len(rows) > MOST + 1 else 0,
        "people": (found["now"]["open"] - held, wanted.matters("people")),
        "groups": by_programme(),
        "defined": FIGURES.values(),
        "record": settings.SITE_URL + reverse("ledger:log", args=["main"]),
        "defined_now": [FIGURES[key] for key in COUNTED],
        "defined_trend": [FIGURES[key] for key in TREND],
        "defined_offices": [
            FIGURES[key]
            for key in ("open", "late", "waiting", "answered", "through", "kept", "broken")
        ],
    }


class Step(NamedTuple):
    """A month or a year of the trend."""

    short: str
    long: str
    since: str
    until: str

    def url(self, wanted: Wanted, key: str) -> str:
        return wanted.matters(key, since=self.since, until=self.until)


def _steps(
    trend: Mapping[str, Mapping[str, int]], wanted: Wanted, today: date
) -> Iterator[tuple[Step, dict[str, int]]]:
    """Every month of the period up to this one, those without anything too; years of everything."""
    none = dict.fromkeys(TREND, 0)
    if not wanted.since:
        first = int(min(trend, default=today.isoformat())[:4])
        for year in range(first, today.year + 1):
            own = [n for month, n in trend.items() if month.startswith(f"{year:04d}-")]
            numbers = {key: sum(n[key] for n in own) for key in TREND}
            days = (date(year, 1, 1).isoformat(), date(year, 12, 31).isoformat())
            yield Step(str(year), str(year), *days), numbers
        return
    day = date.fromisoformat(wanted.since)
    while day <= today:
        end = day.replace(day=monthrange(day.year, day.month)[1])
        month = day.isoformat()[:7]
        words = reading.month(day)
        yield (
            Step(str(day.month), words, day.isoformat(), end.isoformat()),
            dict(trend.get(month, none)),
        )
        day = date.fromordinal(end.toordinal() + 1)


def _offices(figures: Mapping[str, Any], wanted: Wanted) -> Iterator[dict[str, Any]]:
    """A row of each organisation, with what each number leads to; most overdue, most held first."""
    here, found, now = registers(), figures["offices"], figures["now"]

    def order(org: int) -> tuple[bool, int, int, int]:
        return (org != ALL, -found[org]["late"], -found[org]["held"], org)

    for org in sorted(found, key=order):
        row = found[org]
        known = here.organisation(org)
        ended = row["kept"] + row["broken"]
        yield {
            "org": org,
            "name": known.called if known else "",
            "sides": known.sides if known else "",
            # All organisations together have a list where nothing is with people.
            "held": (
                row["held"],
                wanted.matters("open", at=org) if org or row["held"] == now["open"] else "",
            ),
            "late": (
                row["late"],
                wanted.matters("late", at=org) if org or row["late"] == now["late"] else "",
            ),
            "waiting": (row["waiting"], wanted.matters("waiting", at=org)),
            "answered": (
                row["answered"],
                wanted.matters("answered", at=org, since=wanted.since),
            ),
            "confirmed": (
                row["confirmed"],
                wanted.matters("through", org=org, since=wanted.since),
            ),
            "kept": (row["kept"], wanted.due(True, org)),
            "broken": (row["broken"], wanted.due(False, org)),
            "share": round(100 * row["kept"] / ended) if ended >= FEW else None,
            "ended": ended,
        }


# Due days -----------------------------------------------------------------------------------------


@conditional(lambda request: ["all"])
def due_days(request: HttpRequest) -> HttpResponse:
    """Each due day that was kept, or was not: its matter, and the entry that ended it."""
    given = {name: request.GET.get(name, "") for name in ("at", "start")}
    org, start = (
        int(v) if v.isascii() and v.isdigit() and len(v) < 10 else 0 for v in given.values()
    )
    kept = request.GET.get("kept", "") == "1"
    side = request.GET.get("side", "")
    try:
        since = date.fromisoformat(request.GET.get("since", "")[:10]).isoformat()
    except ValueError:
        since = ""
    side = side if side in (LEFT, RIGHT) else ""
    return page(request, "site/due_days.html", _due_days, kept, org, since, side, start)


def _due_days(kept: bool, org: int, since: str, side: str, start: int) -> dict[str, Any]:
    here, today = registers(), timezone.localdate()
    first = date.fromisoformat(since) if since else None
    rows = promises.due_days(kept, today, first, side, org, start, SIZE + 1)
    found = Matter.objects.defer("search").filter(pk__in={row.matter for row in rows})
    matters = {m.pk: m for m in named(found)}
    known = here.organisation(org)
    asked = {"kept": int(kept), "at": org or "", "since": since, "side": side}
    return {
        "figure": FIGURES["kept" if kept else "broken"],
        "kept": kept,
        "org": known,
        "since": first,
        "n": rows[0].n if rows else 0,
        "rows": [(r, matters[r.matter], here.organisation(r.org)) for r in rows[:SIZE]],
        "next": "?" + urlencode({**asked, "start": start + SIZE}) if len(rows) > SIZE else "",
    }


# For other programs -------------------------------------------------------------------------------


@conditional(lambda request: ["all"])
def as_json(request: HttpRequest) -> HttpResponse:
    """What `pilin decide promises --json` gives."""
    wanted, today, here = _wanted(request), timezone.localdate(), registers()
    found = promises.figures(today, wanted.first, wanted.side)
    names = {org: known.name for org in found["offices"] if (known := here.organisation(org))}
    size = log.size(log.MAIN)
    said = recomputed.as_json(found, names, size, today, wanted.first, wanted.side)
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 1})


@conditional(lambda request, block: ["all"])
def as_csv(request: HttpRequest, block: str) -> HttpResponse:
    """A block as a table. It begins with a byte order mark, so that Excel reads the Chinese."""
    if block not in BLOCKS:
        raise Http404
    wanted, today = _wanted(request), timezone.localdate()
    if block == "registers":
        heads, rows = _register_rows()
    else:
        found = promises.figures(today, wanted.first, wanted.side)
        heads, rows = {"now": _now_rows, "trend": _trend_rows, "offices": _office_rows}[block](
            found
        )
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([f"{words} ({key})" for key, words in heads.items()])
    writer.writerows([_cell(value) for value in row] for row in rows)
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"pilin-{block}-{today.isoformat()}-{log.size(log.MAIN)}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _cell(value: Any) -> Any:
    """What a spreadsheet would take for a formula is taken for text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


Heads = dict[str, Any]
Rows = Iterable[Iterable[Any]]


def _titles(*keys: str) -> Heads:
    return {key: FIGURES[key].title for key in keys}


def _now_rows(found: Mapping[str, Any]) -> tuple[Heads, Rows]:
    return _titles(*COUNTED), [[found["now"][key] for key in COUNTED]]


def _trend_rows(found: Mapping[str, Any]) -> tuple[Heads, Rows]:
    rows = ([month, *(n[key] for key in TREND)] for month, n in found["trend"].items())
    return {"month": _say("Month"), **_titles(*TREND)}, rows


def _office_rows(found: Mapping[str, Any]) -> tuple[Heads, Rows]:
    counts = ("held", "late", "waiting", "kept", "broken")
    heads: Heads = {
        "id": _say("Number"),
        "name": _say("Organisation"),
        "held": FIGURES["open"].title,
        **_titles(*counts[1:]),
    }
    spread = {"n": _say("matters"), "half": _say("half"), "most": _say("nine in ten")}
    spread["each"] = _say("days of each")
    for key, figure in (("answered", "answered"), ("confirmed", "through")):
        title = FIGURES[figure].title
        heads |= {f"{key}_{part}": f"{title}: {words}" for part, words in spread.items()}
    here = registers()

    def row(org: int, n: Mapping[str, Any]) -> Iterator[Any]:
        known = here.organisation(org)
        yield org
        yield known.name if known else _say("All organisations")
        yield from (n[key] for key in counts)
        for key in ("answered", "confirmed"):
            yield from (n[key][part] for part in ("n", "half", "most"))
            yield " ".join(map(str, n[key]["each"]))

    return heads, (row(org, n) for org, n in found["offices"].items())


def _register_rows() -> tuple[Heads, Rows]:
    heads = {
        "key": _say("Key"),
        "title": _say("Figure"),
        "at_least": _say("More than"),
        "value": _say("Value"),
        "unit": _say("Unit of measure"),
    }
    found = (figure for _title, _url, figures in by_programme() for figure in figures)
    return heads, ([s[key] for key in heads] for s in (f.as_json() for f in found))
