"""A workbook in, looked at before anything of it is recorded; and out, as the registers stand."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pilin.engine.act import act
from pilin.engine.positions import registers
from pilin.engine.refused import Refused
from pilin.people import charge
from pilin.people.actor import HOUSE, Actor
from pilin.workbook import exporting, importing
from pilin.workbook.carrying import PORTION
from pilin.workbook.differences import called, differences, name_of
from pilin.workbook.errors import WorkbookError
from pilin.workbook.importing import Plan
from pilin.workbook.sheets import Change

from . import incoming
from .carrying import carry
from .gate import Charge, operating
from .incoming import Incoming

#: Rows of a kind that are shown; the rest is counted.
SHOWN = 200


def _sides(own: Charge) -> set[str]:
    """The neighbours the actor runs. A workbook is of a whole neighbour: who runs none is refused."""
    roots = {p.pk: p.side for p in registers().places.values() if p.parent_id is None}
    held = (o for o in own.actor.offices if o.role == charge.OPERATOR and o.held(own.day))
    found = {roots[o.organisation_id] for o in held if o.organisation_id in roots}
    if not found:
        raise PermissionDenied
    return found


@operating
def workbook(request: HttpRequest, own: Charge) -> HttpResponse:
    """Where one is sent in, or taken out."""
    _sides(own)
    problem = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            problem = _("Please choose a file.")
        elif upload.size and upload.size > settings.WORKBOOK_LIMIT:
            problem = _("This file is larger than %(n)d MB.")
            problem %= {"n": settings.WORKBOOK_LIMIT // 2**20}
        else:
            one = incoming.keep(upload, own.actor.person)
            try:
                importing.plan(one.path)
            except WorkbookError as reason:
                incoming.drop(one)
                problem = str(reason)
            else:
                return redirect("web:manage-plan", one.key)
    status = 422 if problem else 200
    return render(request, "site/manage/workbook.html", {"problem": problem}, status=status)


@operating
def plan(request: HttpRequest, own: Charge, key: str) -> HttpResponse:
    """What it would bring, from what to what; confirmed, it is carried out."""
    mine, one = _sides(own), incoming.find(key, own.actor.person)
    if one is None:
        raise Http404
    if one.state != incoming.WAITS:
        return render(request, "site/manage/carried.html", {"one": one})
    if request.POST.get("do") == "drop":
        incoming.drop(one)
        messages.success(request, _("It was thrown away. Nothing was written."))
        return redirect("web:manage-workbook")
    found, problem = importing.plan(one.path, answers=one.names), ""
    if request.POST.get("do") == "names":
        one.now(names={**one.names, **_answers(request.POST, found)})
        return redirect("web:manage-plan", key)
    others = _others(found, mine, own)
    if request.method == "POST" and not others and not found.empty and not found.asked:
        if request.POST.get("seen") != _digest(found):
            problem = _("The record has moved on since. This is what it would bring now.")
        elif len(found.new) + len(found.changed) > PORTION:
            _later(own.actor, one, found)
            return redirect("web:manage-plan", key)
        else:
            try:
                with transaction.atomic():
                    _enter(own.actor, found)
                    entries = importing.carry_out(found, HOUSE)
            except (WorkbookError, Refused) as reason:
                problem = str(reason)
            else:
                one.now(state=incoming.DONE, said=str(entries))
                return redirect("web:manage-plan", key)
    context = {"one": one, "plan": found, "others": others, "problem": problem}
    context |= {"seen": _digest(found), **_shown(found)}
    return render(request, "site/manage/plan.html", context, status=409 if problem else 200)


def _answers(said: Mapping[str, Any], found: Plan) -> dict[str, str]:
    """What was asked, and what was said otherwise than shown; what is left open stays asked."""
    chosen = {name.key: str(said.get(f"name:{name.key}", "?")) for name in found.names}
    return {
        name.key: chosen[name.key]
        for name in found.names
        if chosen[name.key] in ("", *name.choices)
        and (name.asked or chosen[name.key] != name.meant)
    }


def _digest(found: Plan) -> str:
    """What somebody looks at, in a word: what is confirmed is that and nothing else."""
    said = found.as_json()
    words = json.dumps([said["new"], said["changed"]], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()


def _others(found: Plan, mine: set[str], own: Charge) -> list[Change]:
    """Rows that are the neighbour's alone, who has an operator to bring them in."""
    now = registers()
    theirs = {s.code for s in now.sides if s.code not in mine and charge.run(now, s.code, own.day)}
    rows = [*found.new, *found.changed]
    return [change for change in rows if (on := _on(change)) and on <= theirs]


def _on(change: Change) -> set[str]:
    fields = change.fields
    return set(str(fields.get("sides") or fields.get("side") or ""))


def _enter(actor: Actor, found: Plan) -> None:
    said = {"file": found.path.name, "sha256": found.sha256}
    act(actor, "manage", "workbook", {**said, "new": len(found.new), "changed": len(found.changed)})


def _later(actor: Actor, one: Incoming, found: Plan) -> None:
    """A large one is carried out beside the pages."""
    one.now(state=incoming.UNDER_WAY, all=len(found.new) + len(found.changed))
    with transaction.atomic():
        _enter(actor, found)
        carry.defer(key=one.key)


def _shown(found: Plan) -> dict[str, Any]:
    """New rows by type, changed ones field by field, doubts by cell."""
    new: dict[str, list[str]] = {}
    for change in found.new:
        new.setdefault(called(change.what), []).append(name_of(change))
    return {
        "asked": found.asked,
        "other_names": [name for name in found.names if not name.asked],
        "new": [(title, names[:SHOWN], len(names)) for title, names in new.items()],
        "changed": list(differences(found.changed[:SHOWN])),
        "more_changed": max(0, len(found.changed) - SHOWN),
        "doubts": found.doubts[:SHOWN],
        "more_doubts": max(0, len(found.doubts) - SHOWN),
    }


@require_POST
@operating
def out(request: HttpRequest, own: Charge) -> FileResponse:
    """The registers as they stand, as a workbook."""
    _sides(own)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pilin.xlsx"
        exporting.export(path)
        file = path.open("rb")  # open, it outlasts its folder
    return FileResponse(file, as_attachment=True, filename=f"pilin-{own.day}.xlsx")
