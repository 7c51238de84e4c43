"""One step on several matters: asked once, looked at once more, then taken one by one.

Each is an entry of its own, by the one door. What is refused is told apart with its reason; what was
done stays done.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from pilin.engine.act import act, check
from pilin.engine.form import Form
from pilin.engine.models import Matter
from pilin.engine.positions import named
from pilin.engine.procedure import Step
from pilin.engine.programme import registry
from pilin.engine.refused import Refused
from pilin.engine.situation import Situation
from pilin.people.actor import Actor, account_of, actor_of

#: Matters at once; the desk offers fewer.
MOST = 50


class Each(NamedTuple):
    """One of the matters: `seen` is its newest entry the person knew of."""

    matter: Matter
    seen: int
    refused: Refused | None = None
    entry: int = 0

    @property
    def ticket(self) -> str:
        return f"{self.matter.pk}.{self.seen}"


@login_required
def together(request: HttpRequest) -> HttpResponse:
    """A page to fill in, one to look at all once more, and one that says what was done."""
    asked = request.POST if request.method == "POST" else request.GET
    actor = actor_of(account_of(request))
    kind, _dot, name = asked.get("step", "").partition(".")
    rules = registry.latest(kind)
    step = rules.step(name) if rules else None
    if step is None or not step.in_bulk:
        raise Http404
    each = [_looked_at(one, actor, name) for one in _ticked(asked.getlist("m"), kind)]
    able = [one for one in each if one.refused is None]
    page: dict[str, Any] = {"step": step, "key": f"{kind}.{name}", "each": each, "able": able}
    if request.method != "POST" or not able:
        page["form"] = _form(step, actor, able) if able else None
        return _show(request, page)
    form = _form(step, actor, able, request.POST)
    if form is not None and not form.is_valid():
        page["form"] = form
        return _show(request, page, 422)
    if "sure" not in request.POST:
        page["answers"] = list(form.answers(form.public())) if form else []
        page["given"] = [
            (k, v) for k in (form.base_fields if form else ()) for v in asked.getlist(k)
        ]
        return _show(request, page | {"stage": "check"})
    done = [_taken(one, actor, name, request.POST) for one in each]
    page["done"] = [one for one in done if one.entry]
    page["refused"] = [one for one in done if one.refused]
    return _show(request, page | {"stage": "done"})


def _show(request: HttpRequest, page: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "site/together.html", {"stage": "ask", **page}, status=status)


def _ticked(given: list[str], kind: str) -> Iterator[Each]:
    """The matters, as they are now, in the order in which they were ticked. One query."""
    wanted: dict[int, int] = {}
    for ticket in given[:MOST]:
        key, _dot, seen = ticket.partition(".")
        if all(n.isascii() and n.isdigit() and len(n) < 19 for n in (key, seen)):
            wanted[int(key)] = int(seen)
    found = Matter.objects.defer("search").filter(kind=kind, pk__in=wanted)
    by_key = {matter.pk: matter for matter in named(found)}
    return (Each(by_key[key], seen) for key, seen in wanted.items() if key in by_key)


def _situation(actor: Actor, matter: Matter) -> Situation:
    now = timezone.now()
    return Situation(actor, matter, now, timezone.localdate(now))


def _looked_at(one: Each, actor: Actor, name: str) -> Each:
    """With the reason why it cannot be done, where it cannot."""
    rules = one.matter.rules
    try:
        check(rules, rules.step(name), _situation(actor, one.matter))
    except Refused as refused:
        return one._replace(refused=refused)
    return one


def _form(step: Step, actor: Actor, able: list[Each], typed: Any = None) -> Form | None:
    """The step's form, asked of the first: whoever declares it fit says that it asks all the same."""
    return step.asks(typed, situation=_situation(actor, able[0].matter)) if step.asks else None


def _taken(one: Each, actor: Actor, name: str, typed: Any) -> Each:
    if one.refused:
        return one
    try:
        return one._replace(entry=act(actor, one.matter.pk, name, typed, seen=one.seen).number)
    except Refused as refused:
        return one._replace(refused=refused)
