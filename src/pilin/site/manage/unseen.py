"""What people sent in and nobody has looked at yet, and what the house could not do by itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from pilin.engine.builtin import ANSWER
from pilin.engine.models import Enquiry, Matter
from pilin.engine.moderation_models import Report
from pilin.engine.positions import named
from pilin.engine.procedure import Words
from pilin.engine.programme import registry
from pilin.kit.programme import Unseen
from pilin.ledger import log
from pilin.telling import sending

from .gate import Charge, appointing, operating

MOST = 100  # shown at once
_log = logging.getLogger(__name__)
#: What jobs do, in plain words.
JOBS: dict[str, Words] = {
    "loop.deadlines": _("Looking after due days"),
    "loop.letters": _("Sending letters"),
    "loop.sweep": _("Clearing away what was abandoned"),
    "site.look_at_files": _("Looking at files of evidence"),
    "site.be_witnessed": _("Having the record witnessed"),
    "site.account_letter": _("Sending letters about accounts"),
    "intake.close": _("Closing votes whose time is up"),
    "intake.mark": _("Entering in the record what is cast in votes that run"),
    "intake.unlink": _("Destroying the keys of votes that are over"),
}


@dataclass(frozen=True)
class ToLook:
    found: Unseen
    matter: Matter
    since: date


def to_look_at(own: Charge) -> list[ToLook]:
    """What waits to be looked at in one's charge, oldest first."""
    found = sorted(_everything(), key=lambda one: one.entry)
    rows = Matter.objects.filter(pk__in={one.matter for one in found}, org__in=own.at)
    matters = {m.pk: m for m in named(rows)}
    mine = [one for one in found if one.matter in matters][:MOST]
    records = log.some(log.MAIN, [one.entry for one in mine])
    since = {r.number: date.fromisoformat(r.body["day"]) for r in records}
    return [ToLook(one, matters[one.matter], since[one.entry]) for one in mine]


def _everything() -> Iterator[Unseen]:
    for found in registry.each("unseen"):
        yield from found()
    for enquiry in Enquiry.objects.filter(settled=None, matter__is_open=True):
        url = reverse("web:step", args=[enquiry.matter_id, ANSWER])
        yield Unseen(enquiry.pk, enquiry.matter_id, _("A question to whoever has it"), url)
    for report in Report.objects.filter(settled=None).order_by("matter", "pk").distinct("matter"):
        yield Unseen(
            report.pk, report.matter_id, _("Words that were reported"), reverse("web:reports")
        )


@appointing
def unseen(request: HttpRequest, own: Charge) -> HttpResponse:
    context = {"items": to_look_at(own), "most": MOST}
    return render(request, "site/manage/unseen.html", context)


@dataclass(frozen=True)
class Failed:
    job: ProcrastinateJob

    @property
    def words(self) -> Words:
        return JOBS.get(self.job.task_name, self.job.task_name)


def failed() -> list[Failed]:
    """Jobs that were given up, newest first."""
    rows = ProcrastinateJob.objects.filter(status="failed").order_by("-id")
    return [Failed(job) for job in rows[:MOST]]


@operating
def notices(request: HttpRequest, own: Charge) -> HttpResponse:
    """What could not be sent, and jobs that were given up; whom it was for is told by number alone."""
    context = {
        "aside": sending.put_aside()[:MOST],
        "late": sending.late()[:MOST],
        "failed": failed(),
    }
    return render(request, "site/manage/notices.html", context)


@require_POST
@operating
def send_again(request: HttpRequest, own: Charge, key: int) -> HttpResponse:
    """Try what was put aside once more: nobody is told anything they were not to be told."""
    if sending.again(key):
        _log.warning("dispatch %d is tried again, as %s wished", key, own.actor.person)
    return redirect("web:manage-notices")


@require_POST
@operating
def again(request: HttpRequest, own: Charge, key: int) -> HttpResponse:
    """Let a job that was given up run once more: the record does not change by it."""
    if ProcrastinateJob.objects.filter(pk=key, status="failed").exists():
        app.job_manager.retry_job_by_id(key, timezone.now())
        _log.warning("job %d runs again, as %s wished", key, own.actor.person)
    return redirect("web:manage-notices")
