"""Reporting words, what was reported and waits, and the public list of what was struck and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from pilin.engine import builtin, sealed, striking
from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.engine.moderation_models import Report, Strike
from pilin.engine.positions import named, registers
from pilin.engine.procedure import Words
from pilin.engine.refused import Refused
from pilin.engine.situation import Situation
from pilin.forms.reporting import WHY, ReportForm, heaps
from pilin.kit.cards import matter_or_404
from pilin.ledger import log, sealed_parts
from pilin.people import used
from pilin.people.actor import HOUSE, Actor, viewer_of
from pilin.people.models import ROLES, Account
from pilin.programmes.residence import secret

#: Reports of one person on a day; from one address, for those who did not sign in.
A_DAY, OF_ADDRESS = 5, 20
ROWS = 50
MANY = _("You have reported several things today. Please wait until they were looked at.")


@never_cache
def report(request: HttpRequest, key: int) -> HttpResponse:
    """Anybody reports public words of a matter, signed in or not."""
    matter = matter_or_404(key)
    if not matter.rules.listed:
        raise Http404
    viewer = viewer_of(request)
    now = timezone.now()
    here = Situation(HOUSE, matter, now, timezone.localdate(now))
    person = viewer.person if viewer.kind == "person" else ""
    form = ReportForm(request.POST or None, situation=here)
    done, known = False, False
    if request.method == "POST" and form.is_valid():
        if _is_too_many(request, person):
            form.add_error(None, MANY)
        else:
            said = {name: form.cleaned_data[name] for name in ("which", "why", "words")}
            try:
                act(HOUSE, matter, builtin.REPORT, {**said, "reporter": person})
                done = True
            except Refused as refused:
                form.add_error(None, str(refused))
    known = any(e.code == "known" for e in form.errors.as_data().get("which", ()))
    context = {"matter": matter, "form": form, "done": done or known, "known": known}
    bad = bool(form.errors) and not known
    return render(request, "site/report.html", context, status=422 if bad else 200)


def _is_too_many(request: HttpRequest, person: str) -> bool:
    if person:
        return used.use("reports", person) > A_DAY
    address = get_adapter().get_client_ip(request)
    return used.use("reports", secret.of_address(address)) > OF_ADDRESS


@dataclass(frozen=True)
class Heap:
    """Reports of the same words: the words, how many say what of them, and what else they say."""

    texts: list[str]
    which: str  # as the form to strike takes it
    since: date
    whys: list[tuple[Words, int]]
    said: list[str]
    again: bool


@login_required
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """What was reported and waits for whoever reads this, matter by matter, oldest first."""
    viewer = viewer_of(request)
    rows = [(m, found) for m in _reported() if (found := list(_heaps(viewer, m)))]
    return render(request, "site/reports.html", {"rows": rows})


def _reported() -> list[Matter]:
    keys = Report.objects.filter(settled=None).values("matter")
    return list(named(Matter.objects.filter(pk__in=keys).order_by("pk")))


def _here(viewer: Actor, matter: Matter) -> Situation:
    now = timezone.now()
    return Situation(viewer, matter, now, timezone.localdate(now))


def _heaps(viewer: Actor, matter: Matter) -> Iterator[Heap]:
    here = _here(viewer, matter)
    found = heaps(here)
    if not found:
        return
    records = log.of_matter(log.MAIN, matter.pk)
    texts = {f"{n}:{path}": text for (n, path), text, _r in striking.standing(records)}
    by_number = {r.number: r for r in records}
    for reports in found.values():
        places = reports[0].places
        counted = {why: sum(r.why == why for r in reports) for why in WHY}
        parts = {r.pk: sealed_parts.sealed(log.MAIN, r.pk) or {} for r in reports}
        sealed.note_read(here, [by_number[pk] for pk, part in parts.items() if part])
        yield Heap(
            [texts[place] for place in places if place in texts],
            places[0],
            date.fromisoformat(by_number[reports[0].pk].body["day"]),
            [(WHY[why], n) for why, n in counted.items() if n],
            [str(part["words"]) for part in parts.values() if part.get("words")],
            any(r.again for r in reports),
        )


def struck(request: HttpRequest) -> HttpResponse:
    """Everything that was struck, by whom, when and why; and what came of reports and appeals."""
    rows = Strike.objects.select_related("matter").order_by("-pk")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    reports = Report.objects.all()
    context = {
        "page": page,
        "q": "",
        "rows": [(row, _office(row)) for row in page.object_list],
        "numbers": [
            (_("Reports"), reports.count()),
            (_("of those, words were struck"), reports.filter(struck=True).count()),
            (_("of those, words were left standing"), _left(reports)),
            (_("of those, waiting"), reports.filter(settled=None).count()),
            (_("Appeals"), rows.exclude(appeal=None).count()),
            (_("of those, right"), rows.filter(right=True).count()),
            (_("People who had all of theirs erased"), _erased()),
        ],
    }
    return render(request, "site/struck.html", context)


def _left(reports: Any) -> int:
    return int(reports.exclude(settled=None).filter(struck=False).count())


def _erased() -> int:
    return int(Account.objects.exclude(erased_at=None).count())


def _office(row: Strike) -> str:
    org = registers().organisation(row.org)
    role = ROLES.get(row.role, row.role)
    return f"{org.called} · {role}" if org else ""
