"""Taking a step: one form, then a second look at what will be permanent, then the one door."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.forms.utils import ErrorDict
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from pilin.engine import drafts, evidence
from pilin.engine.act import check, foresee
from pilin.engine.at_hand import looked_at
from pilin.engine.draft_models import Draft
from pilin.engine.form import Form
from pilin.engine.models import Matter
from pilin.engine.procedure import Procedure, Step
from pilin.engine.programme import registry
from pilin.engine.refused import Refused, spoken
from pilin.engine.situation import Situation
from pilin.forms import points
from pilin.kit.programme import facts_of, own_of
from pilin.kit.timeline import drawn
from pilin.people.actor import Actor, account_of, actor_of, viewer_of
from pilin.people.sessions import ask_each_with

from . import across, look, twice, typed
from .second import kept_out

#: Refusals at which there is nothing to fill in; and those after which what was typed is kept.
BLOCKED = ("forbidden", "state", "unknown", "gone")
MENDED = ("form", "evidence", "file", "stale")
STATUS = {None: 200, "forbidden": 403, "state": 409, "stale": 409, "gone": 404, "unknown": 404}


def situation_of(actor: Actor, matter: Matter | None) -> Situation:
    now = timezone.now()
    return Situation(actor, matter, now, timezone.localtime(now).date())


@dataclass(frozen=True)
class Way:
    """A step that somebody is about to take."""

    procedure: Procedure
    step: Step
    matter: Matter | None
    actor: Actor

    @property
    def here(self) -> Situation:
        return situation_of(self.actor, self.matter)

    @property
    def target(self) -> Matter | str:
        """What it is taken on, as `act` wants it."""
        return self.matter if self.matter is not None else self.procedure.kind

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What its draft is found by."""
        number = self.matter.pk if self.matter is not None else 0
        person, kind = across.drafted(self.actor, self.procedure.kind)
        return person, kind, number, self.step.name

    @property
    def back(self) -> str:
        return self.matter.url if self.matter is not None else reverse("web:board")

    def answers(self, data: QueryDict) -> dict[str, list[str]]:
        """What of a request belongs to the step's form, and with what it is sent."""
        own = [*(self.step.asks.base_fields if self.step.asks else ()), "seen", "then"]
        if self.step.corrects:  # asks for the words of whichever entry is corrected
            own += [n for n in data if n.startswith("new_")]
        return {
            name: data.getlist(name)
            for name in data
            if name in own or any(name.startswith(f"{o}-") for o in own)
        }


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


def open_new(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    with looked_at(None, partial(ask_each_with, request)):
        if elsewhere := _first(request):
            return elsewhere
        procedure = registry.latest(kind)
        step = procedure.step(name) if procedure else None
        if procedure is None or step is None or step.source is not None:
            raise Http404
        return _page(request, Way(procedure, step, None, viewer_of(request)))


def take(request: HttpRequest, key: int, name: str) -> HttpResponse:
    with looked_at(key, partial(ask_each_with, request)) as matter:
        if elsewhere := _first(request):
            return elsewhere
        step = registry.step(matter.rules, name) if matter else None
        if matter is None or step is None or step.source is None:
            raise Http404
        return _page(request, Way(matter.rules, step, matter, viewer_of(request)))


def _first(request: HttpRequest) -> HttpResponse | None:
    """Where to go first: to sign in, or to set up a second key; None where one may go on.

    It is asked once registers and session are read, in the one trip that brings both.
    """
    if not request.user.is_authenticated:
        key = typed.keep(request) if request.method == "POST" else ""
        return redirect_to_login(f"{request.path}?typed={key}" if key else request.get_full_path())
    return kept_out(request)


def _page(request: HttpRequest, way: Way) -> HttpResponse:
    if request.method != "POST":
        response = _form_page(request, way)
    else:
        match request.POST.get("do", ""):
            case "record":
                response = _record(request, way)
            case "drop":
                if draft := drafts.unfinished(*way.key):
                    drafts.drop(draft)
                response = redirect(request.path)
            case "leave":
                response = _left(way, request.POST)
            case do:
                given = _tapped(request, way)
                if given is None:
                    response = _written(request, way, keep=do == "keep")
                else:
                    response = _pointed(request, way, given)
    response["Cache-Control"] = "no-store"  # what is typed may be sealed
    return response


def _tapped(request: HttpRequest, way: Way) -> QueryDict | None:
    """What was filled in, where it came because a map in the form was tapped."""
    if not points.may_be_tapped(way.step.asks, request.POST):
        return None
    assert way.step.asks is not None
    return points.tapped(way.step.asks(request.POST, situation=way.here))


def _pointed(request: HttpRequest, way: Way, given: QueryDict) -> HttpResponse:
    """A map in the form was tapped: the form again, with the point and all that is typed and sent."""
    try:
        check(way.procedure, way.step, way.here)
        uploads, without = request.FILES.getlist("files"), request.POST.getlist("without")
        evidence.allow(way.actor.person, uploads)
        draft = drafts.save(*way.key, way.answers(given), uploads, without=without)
    except Refused as refusal:
        return _show(request, way, refusal, drafts.unfinished(*way.key), given)
    if draft is None:
        return _show(request, way, typed=given)
    return redirect(f"{request.path}?change=1#id_{next(iter(points.fields_of(way.step.asks)))}")


def _form_page(request: HttpRequest, way: Way) -> HttpResponse:
    """The form, filled in as far as it was before; or the second look at it."""
    try:
        check(way.procedure, way.step, way.here)
    except Refused as refusal:
        return _show(request, way, refusal)
    if "typed" in request.GET:  # before they had to sign in again
        if given := typed.take(request.GET["typed"]):
            drafts.save(*way.key, way.answers(given))
        return redirect(request.path)
    draft = drafts.unfinished(*way.key)
    if "check" not in request.GET:
        return _show(request, way, draft=draft)
    if draft is None or not draft.ready or draft.token != request.GET["check"]:
        return redirect(request.path)
    data = drafts.answers(draft)
    try:
        with drafts.opened(draft) as files:
            seen = foresee(
                way.actor, way.target, way.step.name, data, files=files, seen=_seen(data)
            )
    except Refused as refusal:
        return _show(request, way, refusal, draft, data)
    context = {
        "draft": draft,
        "files": drafts.files_of(draft),
        "matter": way.matter,
        "step": way.step,
        **look.at(way.procedure, way.step, way.here, seen),
    }
    return render(request, "site/check.html", context)


def _left(way: Way, data: QueryDict) -> HttpResponse:
    """What was typed into a form that somebody leaves; files stay."""
    try:
        check(way.procedure, way.step, way.here)
    except Refused:
        return HttpResponse(status=403)
    drafts.save(*way.key, way.answers(data))
    return HttpResponse(status=204)


def _written(request: HttpRequest, way: Way, keep: bool) -> HttpResponse:
    """The form came in: in order, it is shown once more; without words or money it is recorded."""
    refused: Refused | None = None
    uploads = request.FILES.getlist("files")
    if way.step.asks is None:
        return _one_tap(request, way, [])
    before = drafts.unfinished(*way.key)
    without = request.POST.getlist("without")
    try:
        with drafts.opened(before, without) as files:
            foreseen = foresee(
                way.actor,
                way.target,
                way.step.name,
                request.POST,
                files=[*files, *uploads],
                seen=_seen(request.POST),
            )
            evidence.allow(way.actor.person, uploads)
            if not keep and not files and not uploads and not look.writes(foreseen.form):
                return _one_tap(request, way, [])
    except Refused as refusal:
        refused = refusal
    if refused and (again := None if uploads else _again(request, way, refused)):
        return again
    if refused and refused.code not in MENDED:
        return _show(request, way, refused)
    try:
        fit = [] if refused and refused.code == "file" else uploads
        given, ready = way.answers(request.POST), refused is None and not keep
        draft = drafts.save(*way.key, given, fit, without=without, ready=ready)
    except Refused as refusal:
        return _show(request, way, refusal, before)
    if keep and draft is not None:
        said = _("Kept for you for 30 days. Nobody else sees it, and nothing is recorded.")
        messages.success(request, said)
        return redirect(way.back)
    if refused is not None or draft is None:
        return _show(request, way, refused, draft)
    return redirect(f"{request.path}?check={draft.token}")


def _one_tap(request: HttpRequest, way: Way, files: list[Any]) -> HttpResponse:
    data = request.POST
    try:
        record = across.taken(request, way.actor, way.target, way.step, data, files, _seen(data))
    except Refused as refusal:
        again = None if files else _again(request, way, refusal)
        return again or _show(request, way, refusal, drafts.unfinished(*way.key))
    # With "instead", what was about to be raised is there already.
    for draft in drafts.waiting(*way.key, data.get("instead", "")):
        drafts.drop(draft)
    return across.done(request, record, _then(data))


def _again(request: HttpRequest, way: Way, refusal: Refused) -> HttpResponse | None:
    if refusal.code not in ("stale", *BLOCKED) or not look.is_bare(way.step.asks, request.POST):
        return None
    seen = _seen(request.POST)
    return twice.again(request, way.matter, way.actor.person, way.step.name, seen)


def _record(request: HttpRequest, way: Way) -> HttpResponse:
    """Record what was looked at, once: nothing but the token is taken from the request."""
    draft: Draft | None = None
    try:
        # What the database checks only at the end is told in words, too.
        with spoken(), transaction.atomic():
            draft = drafts.locked(*way.key, request.POST.get("token", ""))
            if draft is None or not (draft.ready or draft.recorded):
                said = _("Not recorded yet: something was changed since. Please look once more.")
                messages.warning(request, said)
                return redirect(f"{request.path}?change=1")
            if draft.recorded is not None:
                return twice.already(request, way.matter, draft.recorded)
            data = drafts.answers(draft)
            with drafts.opened(draft) as files:
                seen = _seen(data)
                record = across.taken(
                    request, way.actor, way.target, way.step, data, files, seen, last=True
                )
            drafts.recorded(draft, record.number, bool(files))
    except Refused as refusal:
        return _show(request, way, refusal, draft, drafts.answers(draft) if draft else None)
    return across.done(request, record, _then(data))


def _seen(data: QueryDict) -> int | None:
    seen = data.get("seen", "") or ""
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else None


def _then(data: QueryDict) -> str:
    """The page of ours to go on to once the step is taken, where one is named; "" else."""
    where = data.get("then", "") or ""
    fine = where.startswith("/") and url_has_allowed_host_and_scheme(where, allowed_hosts=None)
    return where if fine else ""


def _show(
    request: HttpRequest,
    way: Way,
    refused: Refused | None = None,
    draft: Draft | None = None,
    typed: QueryDict | None = None,
) -> HttpResponse:
    """The form: with what was just typed, else with what waits; and why it was refused."""
    matter, step = way.matter, way.step
    blocked = refused is not None and refused.code in BLOCKED
    if matter is not None and refused is not None:
        matter = Matter.objects.select_related("org", "place", "holder_org").get(pk=matter.pk)
    if typed is None and request.method == "POST":
        typed = request.POST
    asked = [name for name in request.GET if step.asks and name in step.asks.base_fields]
    waiting = draft is not None and typed is None
    other = waiting and bool(asked) and "change" not in request.GET  # begun with other words
    form = None if blocked else _form(request, way, refused, typed, None if other else draft)
    context: dict[str, Any] = {
        "procedure": way.procedure,
        "step": step,
        "matter": matter,
        "form": form,
        "points": form is not None and bool(points.fields_of(form)),
        "looks": form is not None and look.may_write(form),
        "refused": refused,
        "unchecked": refused is not None
        and refused.code == "forbidden"
        and step.by.wants_home
        and not way.actor.lives(timezone.localdate()),
        "since": drawn(matter, refused.since, way.actor.person) if matter and refused else "",
        "file_errors": refused.errors.get("files", [refused.reason])
        if refused and refused.code in ("file", "evidence")
        else [],
        "accept": evidence.ACCEPT,
        "then": _then(typed if typed is not None else request.GET),
        "draft": draft,
        "begun": waiting and not other and "change" not in request.GET,
        "other": other,
        "files": list(draft.files.order_by("pk")) if draft and not other else [],
    }
    if matter is not None and step.asks is None:  # what the one button is about
        context |= facts_of(matter, own_of(matter, way.actor))
    status = STATUS.get(refused.code if refused else None, 422)
    return render(request, "site/step.html", context, status=status)


def _form(
    request: HttpRequest,
    way: Way,
    refused: Refused | None,
    typed: QueryDict | None,
    draft: Draft | None,
) -> Form | None:
    if way.step.asks is None:
        return None
    kept = drafts.answers(draft) if typed is None and draft is not None else None
    data = typed if typed is not None else kept
    form: Any = way.step.asks(data, situation=way.here, initial=request.GET.dict())
    if kept is not None:
        form._errors = ErrorDict()  # as it was left: nothing is wrong with not being at its end
    # What was typed stays, with its own errors and those that only the door can tell.
    for name, said in refused.errors.items() if refused else ():
        if name in form.fields and name not in form.errors:
            form.add_error(name, list(said))
    shown: Form = form
    return shown
