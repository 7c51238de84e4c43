"""The table in which a clerk corrects what was read: each row keeps the sentence it is from.

The rows are read anew from the text at each look; nothing of them is kept before the clerk confirms. Then each is a
step of its own, all of them or none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pilin.deciding.minutes.row import DECISION, Row
from pilin.deciding.minutes.rules import read
from pilin.engine import workdays
from pilin.engine.act import act, available
from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.engine.refused import Refused
from pilin.people.actor import account_of, actor_of
from pilin.people.models import Organisation

from .models import Sitting

TASK, PROJECT, FORUM, DECIDED, NOTHING = "demand", "commission", "refer", "resolve", ""
BECOMES = (
    (TASK, gettext_lazy("a requirement with a day")),
    (PROJECT, gettext_lazy("a joint project")),
    (FORUM, gettext_lazy("a matter for a station or hall")),
    (DECIDED, gettext_lazy("a decision, to be kept")),
    (NOTHING, gettext_lazy("nothing: leave it out")),
)
#: Rows at most, and empty ones for what was not found.
MOST, SPARE = 60, 3


@dataclass
class Line:
    """One row as it is shown: what was read, or what the clerk made of it."""

    n: int
    sentence: str
    what: str
    becomes: str
    lead: str
    helpers: Sequence[str]
    due: str
    found: str = ""  # who and by when, in the document's own words
    faults: list[str] = field(default_factory=list)
    done: str = ""  # the number of the matter it became


def rows_of(meeting: Sitting) -> list[Row]:
    offices = [org.name for org in registers().organisations.values()]
    return read(meeting.text, meeting.day, offices)[:MOST]


def proposed(meeting: Sitting, today: date) -> Iterator[Line]:
    """What was read, with the offices as the register knows them."""
    by_name = {org.name: org for org in registers().organisations.values()}
    places = {p.name: p.pk for p in registers().places.values()}
    n = 0
    for n, row in enumerate(rows_of(meeting), 1):
        lead = next((org for name in row.leads if (org := _org(name, by_name, places))), None)
        helpers = [_org(name, by_name, places) for name in (*row.leads[1:], *row.helpers)]
        due = row.due or (workdays.after(meeting.day, row.workdays) if row.workdays else None)
        words = "、".join((*row.leads, *row.helpers))
        yield Line(
            n,
            row.sentence,
            row.what[:80],
            DECIDED if row.kind == DECISION else TASK,
            str(lead.pk) if lead else "",
            [str(org.pk) for org in helpers if org and org != lead],
            due.isoformat() if due and due > today else "",
            "，".join(filter(None, (words, row.due_words))),
        )
    for spare in range(n + 1, n + 1 + SPARE):
        yield Line(spare, "", "", NOTHING, "", [], "")


def _org(
    name: str, by_name: dict[str, Organisation], places: dict[str, int]
) -> Organisation | None:
    return by_name.get(name) or registers().organisation(places.get(name))


def _given(request: HttpRequest, count: int) -> Iterator[Line]:
    said = request.POST
    for n in range(1, count + 1):
        yield Line(
            n,
            said.get(f"sentence-{n}", "")[:600],
            said.get(f"what-{n}", "")[:200],
            said.get(f"becomes-{n}", ""),
            said.get(f"lead-{n}", ""),
            said.getlist(f"helpers-{n}"),
            said.get(f"due-{n}", ""),
            said.get(f"found-{n}", "")[:200],
        )


def _data(line: Line) -> dict[str, Any]:
    said = {"what": line.what, "sentence": line.sentence or line.what}
    if line.becomes == FORUM:
        return {**said, "forum": line.lead, "due": line.due}
    if line.becomes == DECIDED:
        return said
    return {**said, "lead": line.lead, "helpers": line.helpers, "due": line.due}


@login_required
def rows(request: HttpRequest, key: int) -> HttpResponse:
    """The table; sent, every row that becomes something is a step, all of them or none."""
    meeting = get_object_or_404(Sitting.objects.select_related("matter"), pk=key)
    actor = actor_of(account_of(request))
    if TASK not in {step.name for step in available(actor, meeting.matter)}:
        raise PermissionDenied(_("Whoever has this meeting hands out what it requires."))
    today = timezone.localdate()
    if request.method == "POST":
        lines = list(_given(request, min(int(request.POST.get("count", "0") or 0), MOST + SPARE)))
        if done := _carried_out(actor, meeting.matter, lines):
            said = ngettext("%(n)d row handed out.", "%(n)d rows handed out.", done) % {"n": done}
            messages.success(request, said)
            return redirect("web:matter", key)
    else:
        lines = list(proposed(meeting, today))
    orgs = sorted(registers().organisations.values(), key=lambda o: (o.sides, o.name))
    context = {
        "meeting": meeting,
        "lines": lines,
        "becomes": BECOMES,
        "orgs": [(str(o.pk), o.called) for o in orgs],
        "faults": [line for line in lines if line.faults],
        "already": Matter.objects.filter(source=key).exists(),
    }
    return render(request, "meeting/rows.html", context)


def _carried_out(actor: Any, matter: Matter, lines: Sequence[Line]) -> int:
    """How many rows became something; 0, and what is wrong at each, where one cannot."""
    wanted = [line for line in lines if line.becomes]
    try:
        with transaction.atomic():
            for line in wanted:
                try:
                    with transaction.atomic():
                        act(actor, matter.pk, line.becomes, _data(line))
                except Refused as refusal:
                    line.faults = refusal.words
            if any(line.faults for line in wanted):
                raise _Wrong
            if wanted:
                _handed_out(actor, matter.pk)
    except _Wrong:
        return 0
    return len(wanted)


class _Wrong(Exception):
    """Some row is wrong: nothing is handed out."""


def _handed_out(actor: Any, key: int) -> None:
    """With requirements it is handed out; with decisions alone it stays to be filed."""
    matter = Matter.objects.get(pk=key)
    if matter.state == "read" and Matter.objects.filter(source=key).exists():
        act(actor, key, "hand_out", {})
