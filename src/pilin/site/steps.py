"""Taking a step: one page a step, one form, one door."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from pilin.engine import evidence
from pilin.engine.act import act, check
from pilin.engine.at_hand import looked_at
from pilin.engine.models import Matter
from pilin.engine.procedure import Form, Procedure, Step
from pilin.engine.programme import registry
from pilin.engine.refused import Refused
from pilin.engine.situation import Situation
from pilin.kit.programme import facts_of, own_of
from pilin.kit.timeline import drawn
from pilin.people.actor import Actor, account_of, actor_of


def situation_of(actor: Actor, matter: Matter | None) -> Situation:
    now = timezone.now()
    return Situation(actor, matter, now, timezone.localtime(now).date())


@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """What somebody with these offices may open."""
    here = situation_of(actor_of(account_of(request)), None)
    ways = [
        (p, s)
        for kind in registry.kinds()
        if (p := registry.latest(kind))
        for s in p.openings()
        if p.listed and s.by.allows(here)
    ]
    return render(request, "site/choose.html", {"ways": ways})


@login_required
def open_new(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    procedure = registry.latest(kind)
    step = procedure.step(name) if procedure else None
    if procedure is None or step is None or step.source is not None:
        raise Http404
    with looked_at(None):
        return _page(request, procedure, step, None)


@login_required
def take(request: HttpRequest, key: int, name: str) -> HttpResponse:
    with looked_at(key) as matter:
        step = registry.step(matter.rules, name) if matter else None
        if matter is None or step is None or step.source is None:
            raise Http404
        return _page(request, matter.rules, step, matter)


def _page(
    request: HttpRequest, procedure: Procedure, step: Step, matter: Matter | None
) -> HttpResponse:
    actor = actor_of(account_of(request))
    here = situation_of(actor, matter)
    refused: Refused | None = None
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            record = act(
                actor,
                matter if matter is not None else procedure.kind,
                step.name,
                request.POST,
                files=request.FILES.getlist("files"),
                seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else None,
            )
        except Refused as refusal:
            refused = refusal
        else:
            messages.success(
                request,
                _("Recorded as entry %(number)d. Your receipt is in the timeline.")
                % {"number": record.number},
            )
            return redirect(_then(request) or reverse("web:matter", args=[record.body["matter"]]))
    else:
        try:
            check(procedure, step, here)
        except Refused as refusal:
            refused = refusal
    return _show(request, procedure, step, here, refused)


def _then(request: HttpRequest) -> str:
    """The page of ours to go on to once the step is taken, where one is named; "" else."""
    where = (request.POST if request.method == "POST" else request.GET).get("then", "")
    fine = where.startswith("/") and url_has_allowed_host_and_scheme(where, allowed_hosts=None)
    return where if fine else ""


def _show(
    request: HttpRequest, procedure: Procedure, step: Step, here: Situation, refused: Refused | None
) -> HttpResponse:
    blocked = refused is not None and refused.code in ("forbidden", "state", "unknown", "gone")
    matter = here.matter
    if matter is not None and refused is not None:
        matter = Matter.objects.select_related("org", "place", "holder_org").get(pk=matter.pk)
    context: dict[str, Any] = {
        "procedure": procedure,
        "step": step,
        "matter": matter,
        "form": None if blocked else _form(request, step, here, refused),
        "refused": refused,
        "since": drawn(matter, refused.since, here.actor.person) if matter and refused else "",
        "file_errors": refused.errors.get("files", [refused.reason])
        if refused and refused.code in ("file", "evidence")
        else [],
        "accept": evidence.ACCEPT,
        "then": _then(request),
    }
    if matter is not None and step.asks is None:  # what the one button is about
        context |= facts_of(matter, own_of(matter, here.actor))
    status = {None: 200, "forbidden": 403, "state": 409, "stale": 409, "gone": 404, "unknown": 404}
    code = status.get(refused.code if refused else None, 422)
    return render(request, "site/step.html", context, status=code)


def _form(
    request: HttpRequest, step: Step, here: Situation, refused: Refused | None
) -> Form | None:
    if step.asks is None:
        return None
    typed = request.POST if request.method == "POST" else None
    form: Any = step.asks(typed, situation=here, initial=request.GET.dict())
    # What was typed stays, with its own errors and those that only the door can tell.
    for name, said in refused.errors.items() if refused else ():
        if name in form.fields and name not in form.errors:
            form.add_error(name, list(said))
    shown: Form = form
    return shown
