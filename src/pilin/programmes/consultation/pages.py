"""Stations and halls, and what a consultation's page shows beyond its timeline."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.intake import polls
from pilin.kit.calendar import calendar_of
from pilin.kit.cards import Row, cards, row_of
from pilin.kit.conditional import conditional
from pilin.kit.figures import figures
from pilin.kit.nav import NavItem
from pilin.kit.paging import slice_of
from pilin.people.actor import Actor
from pilin.people.models import Organisation, Side

from . import printing
from .forms import like
from .models import SIX_HAVES, Coverage, Meeting, Outcome, Question, Readiness
from .statements import lists
from .statements import pages as statements

FORUMS = ("station", "hall")
NAV = NavItem(
    _("Stations and halls"),
    "consultation:forums",
    "consultation",
    _("Village stations and town halls deliberate, and pass matters up and down."),
)


def own(matter: Matter, actor: Actor) -> tuple[bool, tuple[Row, ...]]:
    """Whether the reader has it, and then like matters, which no position of this one covers."""
    holds = matter.held_by(actor)
    screening = holds and matter.state in ("raised", "screened")
    return holds, tuple(map(row_of, like(matter))) if screening else ()


def facts(matter: Matter, holds: bool, alike: Sequence[Row]) -> Mapping[str, Any]:
    """Its meeting, its outcomes with what became of them, and like matters for the holder."""
    return {
        "meeting": Meeting.objects.filter(matter=matter).first(),
        "outcomes": Outcome.objects.filter(matter=matter).order_by("number"),
        "alike": cards(alike),
        "vote": polls.latest(matter.pk),
        "question": Question.objects.filter(matter=matter).order_by("-poll").first(),
        "to_look_at": lists.to_look_at(matter.pk) if holds else 0,
        "hosts": holds,
    }


@conditional(lambda request: ["all", "kind:consultation", "register:coverage"])
def forums(request: HttpRequest) -> HttpResponse:
    """Every hall with its stations, by side, and how far each town is covered."""
    rows = list(
        Organisation.objects.filter(category__in=FORUMS).select_related("place").order_by("id")
    )
    counts = figures([f"org:{o.pk}" for o in rows], timezone.localdate(), "consultation")
    listed = [{"forum": o, "figures": counts[f"org:{o.pk}"]} for o in rows]
    sides = []
    for side in Side.objects.order_by("code"):
        own = [r for r in listed if r["forum"].sides == side.code]
        halls = [r for r in own if r["forum"].category == "hall"]
        for hall in halls:
            hall["stations"] = [r for r in own if r["forum"].parent_id == hall["forum"].pk]
        placed = {r["forum"].pk for h in halls for r in (h, *h["stations"])}
        alone = [r for r in own if r["forum"].pk not in placed]
        sides.append({"side": side, "halls": halls, "alone": alone})
    coverage = Coverage.objects.select_related("place").order_by("place_id")
    return render(request, "consultation/forums.html", {"sides": sides, "coverage": coverage})


@conditional(lambda request, key: [f"org:{key}", "kind:consultation", "register:readiness"])
def forum(request: HttpRequest, key: int) -> HttpResponse:
    """One station or hall: its matters, next meetings, readiness, and who is above and below."""
    found = get_object_or_404(
        Organisation.objects.select_related("place", "parent"), pk=key, category__in=FORUMS
    )
    matters = Matter.objects.filter(kind="consultation")
    rows = matters.filter(org=found).select_related("org", "place", "holder_org")
    page = slice_of(rows, ("-last",), request.GET.get("after", ""), size=20)
    passed = matters.filter(orgs__contains=[key]).exclude(org=found)
    context = {
        "forum": found,
        "raise_here": f"{reverse('web:new', args=['consultation', 'raise'])}?forum={found.pk}",
        "page": page,
        "next": f"?after={page.after}" if page.after else "",
        "passed_on": passed.select_related("org", "place", "holder_org").order_by("-last")[:10],
        "figures": figures([f"org:{key}"], timezone.localdate(), "consultation")[f"org:{key}"],
        "meetings": Meeting.objects.filter(org=found, held=False, time__gte=timezone.now())
        .select_related("matter")
        .order_by("time")[:5],
        "readiness": readiness(found),
        "stations": found.children.filter(category="station").order_by("id"),
        "coverage": Coverage.objects.filter(place=found.place_id).first(),
    }
    return render(request, "consultation/forum.html", context)


def readiness(forum: Organisation) -> list[tuple[Any, bool | None]]:
    """The things a forum should have, each with whether it has it (None: nobody has said)."""
    said = {r.item: r for r in Readiness.objects.filter(org=forum).order_by("id")}
    titles = {**SIX_HAVES, **{k: r.title for k, r in said.items() if r.title}}
    return [(title, said[k].has if k in said else None) for k, title in titles.items()]


def meeting_ics(request: HttpRequest, key: int) -> HttpResponse:
    """The meeting as a calendar entry."""
    meeting = get_object_or_404(Meeting.objects.select_related("matter", "org"), pk=key)
    entry = {
        "key": f"matter-{meeting.matter_id}",
        "sequence": meeting.matter.last,
        "cancelled": meeting.attendance is None and not meeting.matter.is_open,
        "start": meeting.time,
        "end": meeting.time + timedelta(hours=2),
        "summary": f"{meeting.org.called}：{meeting.matter.title}",
        "location": meeting.where,
        "description": "\n\n".join(filter(None, [meeting.agenda, meeting.invitees])),
        "path": meeting.matter.url,
        "organizer": meeting.org.called,
    }
    return calendar_of([entry], f"meeting-{key}.ics")


URLS = (
    path("forums/", forums, name="forums"),
    path("forums/<int:key>/", forum, name="forum"),
    path("forums/meetings/<int:key>.ics", meeting_ics, name="meeting"),
    path("consultations/<int:key>/minutes.pdf", printing.minutes, name="minutes-pdf"),
    path("consultations/<int:key>/slips.pdf", printing.blank_slips, name="slips-pdf"),
    *statements.urlpatterns,
)
