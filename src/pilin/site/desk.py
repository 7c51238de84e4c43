"""The desk: what waits for whoever is signed in, as a list of work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _say
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from pilin.engine.builtin import NUDGE
from pilin.engine.models import Matter
from pilin.engine.positions import registers, with_names
from pilin.engine.procedure import Step
from pilin.engine.programme import registry
from pilin.kit.asking import Question, question
from pilin.kit.cards import Row
from pilin.kit.conditional import knowing
from pilin.kit.drawn import Pieces
from pilin.kit.page import page
from pilin.people.actor import Actor, account_of, viewer_of
from pilin.people.models import Account, DeskView, Office

from . import both
from .worklist import GROUPS, MINE, Chosen, Counts, Line, worklist

SHOWS = {
    "": _("All"),
    "late": _("Overdue"),
    "week": _("This week"),
    "later": _("Later"),
    MINE: _("Given to me"),
    "others": _("Waiting on others"),
}
LONGEST = 40  # key of a next page
Views = tuple[tuple[Any, ...], ...]
_drawn = Pieces(4096)


@knowing
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for me, soonest due first, each with what I can do; what waits on others."""
    actor, chosen = viewer_of(request), chosen_of(request.GET.dict())
    after = request.GET.get("after", "")
    kept = _kept(account_of(request).pk)
    found = worklist(actor, chosen, after if len(after) <= LONGEST else "", kept)
    counts = tuple(sorted(found.counts.items(), key=repr))
    first = chosen == Chosen() and not after
    return page(
        request,
        "site/desk.html",
        _desk,
        actor.offices,
        chosen,
        found.lines,
        counts,
        found.after,
        tuple(found.beside),
        _beyond(account_of(request)) if first else (),
    )


#: A neighbour's name, where their pages begin, how many matters there wait for one, and their rows.
Beyond = tuple[tuple[str, str, int, SafeString], ...]


def _beyond(account: Account) -> Beyond:
    """What waits for somebody in neighbours' records: what they do there is asked for from here."""

    def see(actor: Actor) -> list[SafeString]:
        if not actor.offices and not actor.homes:
            return []
        lines = worklist(actor, Chosen(), "", Question("", ())).lines
        return [_draw(line, False) for line in lines if line.group != "others"]

    seen = list(both.beyond_as(account, see))
    return tuple(
        (n.name, n.there.prefix, len(rows), mark_safe("".join(rows))) for n, rows in seen if rows
    )


@lru_cache(256)
def _kept(account: int) -> Question:
    rows = DeskView.objects.filter(account=account).order_by("id")
    return question(rows.values_list("id", "name", "query"))


def chosen_of(given: dict[str, str]) -> Chosen:
    """What of the desk an address asks for; what it cannot ask for is left out."""
    show, kind, org = (given.get(name, "") for name in Chosen._fields)
    known = org.isascii() and org.isdigit() and len(org) < 19
    return Chosen(
        show if show in SHOWS else "",
        kind if registry.latest(kind) else "",
        int(org) if known else 0,
    )


def _query(chosen: Chosen, **more: Any) -> str:
    return "?" + urlencode({k: v for k, v in {**chosen._asdict(), **more}.items() if v})


def _desk(
    offices: tuple[Office, ...],
    chosen: Chosen,
    lines: tuple[Line, ...],
    counted: tuple[tuple[Any, int], ...],
    after: str,
    views: Views,
    beyond: Beyond,
) -> dict[str, Any]:
    counts: Counts = Counter(dict(counted))
    now = registers()
    kinds = {key[0]: registry.latest(key[0]) for key in counts}
    orgs = {key[1]: now.organisation(key[1]) for key in counts if key[1]}
    return {
        "offices": offices,
        "chosen": chosen,
        "groups": list(_groups(lines, counts, chosen)),
        "bulk": list(_bulk(lines)),
        "next": _query(chosen, after=after) if after else "",
        "shows": [
            (show, title, _query(chosen._replace(show=show)), n)
            for show, title in SHOWS.items()
            if (n := _sum(counts, chosen._replace(show=show))) or show in ("", chosen.show)
        ],
        "filters": [
            (
                _("Kind"),
                list(_facet(counts, chosen, "kind", {k: p.title for k, p in kinds.items() if p})),
            ),
            (
                _("In charge"),
                list(_facet(counts, chosen, "org", {k: o.called for k, o in orgs.items() if o})),
            ),
        ],
        "views": [(key, name, query, query == _query(chosen)) for key, name, query in views],
        "query": _query(chosen),
        "may_keep": chosen != Chosen() and len(views) < DeskView.MOST,
        "name": _name(chosen),
        "longest": DeskView.LONGEST,
        "beyond": beyond,
    }


def _sum(counts: Counts, chosen: Chosen) -> int:
    return sum(n for key, n in counts.items() if chosen.takes(*key))


def _facet(
    counts: Counts, chosen: Chosen, part: str, titles: dict[Any, Any]
) -> Iterator[tuple[Any, str, int, bool]]:
    """Words, address, how many, whether chosen: of each value there is, and of all of them."""
    every = chosen._replace(**{part: Chosen._field_defaults[part]})
    if len(titles) < 2 and every == chosen:
        return
    yield _("All"), _query(every), _sum(counts, every), every == chosen
    for value, title in titles.items():
        one = chosen._replace(**{part: value})
        if n := _sum(counts, one):
            yield title, _query(one), n, one == chosen


def _name(chosen: Chosen) -> str:
    """What a view might be called."""
    kind, org = registry.latest(chosen.kind), registers().organisation(chosen.org)
    parts = [SHOWS[chosen.show] if chosen.show else "", kind.title if kind else "", org or ""]
    return " ".join(str(part) for part in parts if part)[: DeskView.LONGEST]


def _groups(
    lines: tuple[Line, ...], counts: Counts, chosen: Chosen
) -> Iterator[tuple[str, Any, int, SafeString]]:
    several = {step for step, n in _steps(lines).items() if n > 1}
    for group in GROUPS:
        found = [line for line in lines if line.group == group]
        if found:
            n = sum(n for key, n in counts.items() if key[2] == group and chosen.takes(*key))
            drawn = "".join([_draw(line, _bulk_key(line) in several) for line in found])
            yield group, SHOWS[group], n, mark_safe(drawn)


def _bulk_key(line: Line) -> str:
    """The step on many at once that this row could be one of; "" else."""
    step = _step(line)
    return f"{line.row.kind}.{line.verb}" if step and step.in_bulk else ""


def _steps(lines: tuple[Line, ...]) -> Counter[str]:
    return Counter(key for line in lines if (key := _bulk_key(line)))


def _bulk(lines: tuple[Line, ...]) -> Iterator[tuple[str, Any, Any]]:
    """Steps that could be taken on several of these rows at once."""
    for key, n in _steps(lines).items():
        kind, _dot, name = key.partition(".")
        rules = registry.latest(kind)
        step = rules.step(name) if rules else None
        if n > 1 and rules and step:
            yield key, step.title, rules.title


def _step(line: Line) -> Step | None:
    return registry.step(registry.get(line.row.kind, line.row.procedure), line.verb)


def _draw(line: Line, several: bool) -> SafeString:
    here, today = registers(), timezone.localdate()

    def draw() -> SafeString:
        matter = with_names(Matter.from_db(connection.alias, Row._fields, line.row), here)
        there = here.offices_of(line.assigned, today)
        office = next((o for o in there if o.organisation_id == matter.holder_org_id), None)
        context = {
            "matter": matter,
            "line": line,
            "several": several,
            "step": registry.built_in[NUDGE] if line.nudge else _step(line),
            "colleague": here.called(office) if office else _say("a colleague"),
        }
        return render_to_string("site/desk_row.html", context)

    return _drawn.of((line, several, here.version, get_language(), today), draw)


@require_POST
@login_required
def views(request: HttpRequest) -> HttpResponse:
    """Keep a way of looking at the desk under a name, or forget one."""
    own = DeskView.objects.filter(account=account_of(request))
    forgotten, name = request.POST.get("forget", ""), request.POST.get("name", "")
    if forgotten.isascii() and forgotten.isdigit() and len(forgotten) < 19:
        own.filter(pk=int(forgotten)).delete()
        return redirect("web:desk")
    chosen = chosen_of(request.POST.dict())
    name = " ".join(name.replace("\0", "").split())[: DeskView.LONGEST]
    if not name or chosen == Chosen():
        messages.error(request, _say("Please choose what to look at, and give it a name."))
    elif own.exclude(name=name).count() >= DeskView.MOST:
        messages.error(request, _say("There is room for ten. Please forget one first."))
    else:
        own.update_or_create(
            account=account_of(request), name=name, defaults={"query": _query(chosen)}
        )
    return redirect(reverse("web:desk") + _query(chosen))
