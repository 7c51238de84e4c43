"""Voting on statements one at a time, what came of it, and the host's pages."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control, never_cache

from pilin.engine.models import Matter
from pilin.intake import batches, polls
from pilin.intake import slips as slipped
from pilin.intake.models import Ballot as Kept
from pilin.intake.models import Poll
from pilin.intake.shapes import STANCE
from pilin.kit.votes import OpenVote
from pilin.people.actor import Actor, account_of, actor_of, viewer_of
from pilin.programmes.consultation.models import Opinions, Question, Statement

from . import lists, picture

STANCES = (("1", _("Agree")), ("-1", _("Disagree")), ("0", _("Pass")))


def _asked(key: int) -> tuple[Matter, Poll, Question]:
    """The newest vote on statements of a matter."""
    matter = get_object_or_404(
        Matter.objects.select_related("org", "place", "holder_org"), pk=key, kind="consultation"
    )
    poll = polls.latest(key)
    if poll is None:
        raise Http404
    return matter, poll, Question.objects.get(poll=poll.pk)


def votes() -> Iterator[OpenVote]:
    """The votes on statements that take ballots now."""
    open_polls = polls.open_now(STANCE)
    questions = Question.objects.in_bulk([poll.pk for poll, _matter in open_polls])
    for poll, matter in open_polls:
        title = questions[poll.pk].text if poll.pk in questions else matter.title
        url = reverse("consultation:vote", args=[matter.pk])
        yield OpenVote(matter.pk, title, _("Say what you think"), poll.until, url)


def _statements(poll: Poll) -> dict[int, Statement]:
    rows = Statement.objects.filter(matter=poll.matter, number__in=poll.items)
    return {row.number: row for row in rows.order_by("number")}


@never_cache
@login_required
def vote(request: HttpRequest, key: int) -> HttpResponse:
    """One statement, three answers; then the next."""
    matter, poll, question = _asked(key)
    if not poll.takes_ballots:
        return redirect("consultation:opinions", key=key)
    actor = actor_of(account_of(request))
    person = actor.person
    statements, said = _statements(poll), polls.said_by(poll, person)
    asked = request.GET.get("statement", "")
    chosen = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0
    number = chosen if chosen in statements else following(poll, statements, said)
    counted = request.GET.get("counted", "")
    context = {
        "matter": matter,
        "poll": poll,
        "question": question,
        "statement": statements.get(number or 0),
        "before": said.get(number or 0, ""),
        "token": polls.word_for(poll, actor),
        "lives": actor.lives(timezone.localdate()),
        "turnout": polls.turnout(poll),
        "stances": STANCES,
        "answered": sum(n in said for n in statements),
        "number_of": len(statements),
        "mine": [(s, dict(STANCES)[said[n]]) for n, s in statements.items() if n in said],
        "counted": int(counted) if counted.isascii() and counted.isdigit() else None,
        "counts": polls.counts(poll.pk),
        "back": reverse("consultation:vote", args=[key]) + "?counted=NUMBER",
    }
    return render(request, "consultation/vote.html", context)


def following(poll: Poll, statements: dict[int, Statement], said: dict[int, str]) -> int | None:
    """The statement to show next: drawn by priority among those not voted on (Polis).

    Until a map was computed all have the same; a new statement has that of the best known one.
    """
    left = [n for n in statements if n not in said]
    if not left:
        return None
    kept = Opinions.objects.filter(poll=poll.pk).first()
    known = dict(zip(kept.found["statements"], kept.found["weights"], strict=True)) if kept else {}
    highest = max((known[n] for n in left if n in known), default=1.0) or 1.0
    # Even one without weight has a chance.
    weights = [max(known.get(n, highest), highest / 100) for n in left]
    return random.choices(left, weights)[0]


@cache_control(private=True, no_cache=True)
def opinions(request: HttpRequest, key: int) -> HttpResponse:
    """The map, and in words: the groups, what each stands for, and what all agree on.

    Where the reader lies is worked out for this answer alone, from their own ballots.
    """
    matter, poll, question = _asked(key)
    kept = Opinions.objects.filter(poll=poll.pk).first()
    counts = polls.counts(poll.pk)
    texts = {row.number: row for row in _statements(poll).values()}
    viewer = viewer_of(request)
    hosts = matter.held_by(viewer)
    said = polls.said_by(poll, viewer.person) if viewer.kind == "person" else {}
    context = {
        "matter": matter,
        "poll": poll,
        "question": question,
        "open": poll.takes_ballots,
        "counts": counts,
        "kept": kept,
        "map": picture.draw(kept.found) if kept else None,
        "here": picture.here(kept.found, said) if kept and viewer.kind == "person" else None,
        "groups": picture.groups(kept.found, texts) if kept else [],
        "common": picture.common(kept.found, texts) if kept else [],
        "rows": [_told(s, counts.by_item.get(n, {}), kept) for n, s in texts.items()],
        "turnout": polls.turnout(poll, counts),
        "hosts": hosts,
        "waiting": lists.to_look_at(matter.pk) if hosts else 0,
    }
    return render(request, "consultation/opinions.html", context)


def _told(statement: Statement, said: Any, kept: Opinions | None) -> tuple[Any, ...]:
    """A statement, its votes of all with their bar, and how each group of the map answered."""
    numbers = [said.get(choice, 0) for choice in ("1", "0", "-1")]
    by_group = picture.splits(kept.found, statement.number) if kept else []
    return (statement, *numbers, picture.pieces(numbers), by_group)


def _host_of(request: HttpRequest, matter: Matter) -> Actor:
    """Whoever has the matter now: they look at statements and enter slips."""
    actor = viewer_of(request)
    if not matter.held_by(actor):
        raise Http404
    return actor


@never_cache
@login_required
def moderate(request: HttpRequest, key: int) -> HttpResponse:
    """Statements that wait to be looked at, each with those like it."""
    matter, poll, question = _asked(key)
    _host_of(request, matter)
    shown = list(_statements(poll).values())
    rows = [(row, text, lists.alike(text, shown)) for row, text in lists.waiting(matter.pk)]
    context = {"matter": matter, "poll": poll, "question": question, "rows": rows, "shown": shown}
    return render(request, "consultation/moderate.html", context)


@never_cache
@login_required
def slips(request: HttpRequest, key: int) -> HttpResponse:
    """Two people read each paper slip: its number, and an answer to each statement."""
    matter, poll, question = _asked(key)
    actor = viewer_of(request)
    if not batches.reads(actor, matter):
        raise Http404
    if not poll.takes_ballots:
        return redirect("consultation:opinions", key=key)
    statements = _statements(poll)
    number = request.POST.get("slip", "")
    said = {n: request.POST.get(f"s{n}", "") for n in statements}
    found: slipped.Read | None = None
    if request.method == "POST":
        answers = {n: (c,) for n, c in said.items() if c in dict(STANCES)}
        found = slipped.typed(poll, number, answers, actor.person)
    kept = bool(found and found.became == slipped.REFUSED)  # what was typed is there again
    context = {
        **batches.context(poll, actor, found, number),
        "matter": matter,
        "poll": poll,
        "question": question,
        "rows": [(s, said.get(n, "") if kept else "") for n, s in statements.items()],
        "stances": STANCES,
    }
    return render(request, "consultation/slips.html", context, status=422 if kept else 200)


def votes_csv(request: HttpRequest, key: int) -> HttpResponse:
    """The newest votes as Polis exports them, for `pilin decide opinion`; once the vote is closed."""
    _matter, poll, _question = _asked(key)
    if not poll.closed:
        raise Http404
    people: dict[str, int] = {}
    column = {row.number: n for n, row in enumerate(lists.columns(key))}
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(("timestamp", "comment-id", "voter-id", "vote"))
    rows = Kept.objects.filter(poll=poll.pk).order_by("number")
    for voter, item, choice, number in rows.values_list("voter", "item", "choice", "number"):
        sheet.writerow((number, column[item], people.setdefault(voter, len(people)), choice))
    return _csv(out.getvalue(), f"votes-{key}.csv")


def statements_csv(request: HttpRequest, key: int) -> HttpResponse:
    """The statements, as `--comments` of `pilin decide opinion`; those taken out are −1."""
    _matter, poll, _question = _asked(key)
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(("comment-id", "moderated", "comment-body"))
    for n, row in enumerate(lists.columns(key)):
        sheet.writerow((n, 1 if row.number in poll.items else -1, _inert(row.text)))
    return _csv(out.getvalue(), f"statements-{key}.csv")


def _inert(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in "=+-@\t" else text


def _csv(text: str, name: str) -> HttpResponse:
    response = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


urlpatterns = [
    path("consultations/<int:key>/vote/", vote, name="vote"),
    path("consultations/<int:key>/opinions/", opinions, name="opinions"),
    path("consultations/<int:key>/statements/", moderate, name="moderate"),
    path("consultations/<int:key>/slips/", slips, name="slips"),
    path("consultations/<int:key>/votes.csv", votes_csv, name="votes-csv"),
    path("consultations/<int:key>/statements.csv", statements_csv, name="statements-csv"),
]
