"""Notices by matter: what happened, in sentences, and what one can do now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import F, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.engine.act import LOG
from pilin.engine.models import ASKING, REASONS, Matter, Notice
from pilin.engine.positions import as_they_stand, named
from pilin.engine.procedure import Step, Words
from pilin.engine.sentence import sentence
from pilin.kit.offered import first_for
from pilin.kit.votes import OpenVote, asked_to_vote
from pilin.ledger import log
from pilin.people.actor import account_of, actor_of
from pilin.people.models import Account

from .steps import situation_of

#: Matters on a page; sentences of each, the others are told by their number.
SIZE, FEW = 20, 3
SEEN_TO = _("It has been seen to")


@dataclass
class Group:
    """One matter's notices: `verb` is the step its page offers the reader first."""

    matter: Matter
    at: datetime
    reason: Words
    new: int = 0
    sentences: list[str] = field(default_factory=list)
    more: int = 0
    verb: Step | None = None
    vote: OpenVote | None = None


@login_required
def bell(request: HttpRequest) -> HttpResponse:
    """Newest first; one button marks them read."""
    account = account_of(request)
    if request.method == "POST":
        read(account)
        return redirect("web:bell")
    after = request.GET.get("after", "")
    rows = Notice.objects.filter(person=account.person).values("matter").annotate(newest=Max("id"))
    if after.isascii() and after.isdigit() and len(after) < 19:
        rows = rows.filter(newest__lt=int(after))
    found = list(rows.order_by("-newest")[: SIZE + 1])
    with as_they_stand():
        groups = _groups(account, [row["matter"] for row in found[:SIZE]])
    more = found[SIZE - 1]["newest"] if len(found) > SIZE else None
    context = {"groups": groups, "next": f"?after={more}" if more else ""}
    return render(request, "site/bell.html", context)


def read(account: Account) -> None:
    """Everything up to now is read."""
    with transaction.atomic():
        # The account first, as where notices are written: the two do not wait for each other.
        rows = Account.objects.filter(pk=account.pk)
        rows.update(unread=0, bell=F("bell") + 1)
        Notice.objects.filter(person=account.person, read=None).update(read=timezone.now())


def _groups(account: Account, keys: Sequence[int]) -> list[Group]:
    rows = Matter.objects.defer("search").filter(pk__in=keys)
    matters = {m.pk: m for m in named(rows)}
    notices: dict[int, list[Notice]] = {}
    for notice in Notice.objects.filter(person=account.person, matter__in=keys).order_by("-id"):
        notices.setdefault(notice.matter, []).append(notice)
    shown = {n.entry for own in notices.values() for n in own[:FEW]}
    records = {r.number: r for r in log.some(LOG, shown)}
    actor = actor_of(account)
    found = []
    for matter in (matters[key] for key in keys if key in matters):
        own = notices[matter.pk]
        group = Group(matter, own[0].made, _reason(own), sum(n.read is None for n in own))
        told = (records[n.entry] for n in own[:FEW] if n.entry in records)
        group.sentences = [
            sentence(matter, r, account.person) for r in told if r.body["matter"] == matter.pk
        ]
        group.more = max(len(own) - FEW, 0)
        group.vote = asked_to_vote(own)
        if matter.is_open:
            here = situation_of(actor, matter)
            group.verb = first_for(here)
            if group.verb and here.holds:
                group.reason = REASONS["yours"]
        found.append(group)
    return found


def _reason(own: Sequence[Notice]) -> Words:
    """Why they are told of it: what is still asked of them, before what is only news."""
    still = next((n for n in own if n.reason in ASKING and n.settled is None), None)
    told = still or next((n for n in own if n.reason not in ASKING), None)
    return told.reason_title if told else SEEN_TO
