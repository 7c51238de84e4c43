"""The page of one vote: its arithmetic with the article of each threshold; for owners, every flat's vote.

Every owner can count it again: the file of a question is what `pilin decide owners-vote` reads.
"""

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from fractions import Fraction
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilin.kit.conditional import conditional
from pilin.kit.facts import Table
from pilin.kit.votes import OpenVote
from pilin.people.actor import viewer_of
from pilin.wording.reading import to_the_fen

from . import owners
from .counting import WHY, Row, ballots, hash_of, rows
from .models import Vote
from .rules import RULES, Rules
from .voting import ANSWERS, outcome

UNITS = 100  # units on one page


def url(vote: Vote) -> str:
    return reverse("renovation:vote", args=[vote.renovation_id, vote.number])


def under_way() -> Iterator[OpenVote]:
    """The owners' votes that papers can be handed in for."""
    today = timezone.localdate()
    rows = Vote.objects.filter(called_off=False, counted=None, first__lte=today, until__gte=today)
    for vote in rows.select_related("renovation__matter").defer("units"):
        over = datetime.combine(vote.until, time.max, timezone.get_current_timezone())
        matter = vote.renovation.matter
        yield OpenVote(matter.pk, matter.title, gettext_lazy("Owners' vote"), over, url(vote))


def standing(vote: Vote) -> str:
    """How a vote ended, in a word or two."""
    if vote.called_off:
        return _("called off")
    if not vote.results:
        return _("not counted yet")
    if len(vote.results) == 1:
        return outcome(vote.results[0])
    return "\n".join(f"{n}. {outcome(r)}" for n, r in enumerate(vote.results, 1))


def _vote(key: int, number: int) -> Vote:
    rows = Vote.objects.select_related("renovation__matter")
    vote: Vote = get_object_or_404(rows, renovation=key, number=number)
    return vote


@conditional(lambda request, key, number: [f"matter:{key}"])
def page(request: HttpRequest, key: int, number: int) -> HttpResponse:
    """One vote, question by question; before it is counted, only what is asked and of whom.

    Everybody reads the sums; how each flat voted, only whoever counts and the owners, signed in.
    """
    vote = _vote(key, number)
    matter = vote.renovation.matter
    viewer = viewer_of(request)
    inside = owners.reader(matter, viewer).inside(vote.units)
    rules = RULES[matter.procedure]
    asked = request.GET.get("page", "")
    at = int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 5 else 1
    questions = [
        {
            "number": n,
            "text": q["text"],
            "about": rules.item(q["item"]),
            "item": q["item"],
            **(_said(vote.results[n - 1], n, rules) if vote.results else {}),
        }
        for n, q in enumerate(vote.questions, 1)
    ]
    last = -(-len(vote.units) // UNITS)
    context = {
        "vote": vote,
        "matter": matter,
        "rules": rules,
        "standing": standing(vote),
        "questions": questions,
        "inside": inside,
        "hash": hash_of(vote.units),
        "visitor": viewer.kind != "person",
        "missing": len(vote.left_out),
        "left_out": _left_out(vote) if inside else None,
        "units": _units(vote, at) if vote.results and inside else None,
        "pages": range(1, last + 1) if last > 1 and inside else (),
        "at": at,
        "to_print": not vote.called_off and not vote.results and matter.held_by(viewer_of(request)),
    }
    return render(request, "renovation/vote.html", context)


def _said(found: Mapping[str, Any], n: int, rules: Rules) -> dict[str, Any]:
    """A counted question in words and numbers: two tables and how it ended."""
    parts = (
        (_("Everybody"), "whole"),
        (_("Took part"), "took_part"),
        (_("In favour"), "agreed"),
        (_("Against"), "against"),
        (_("Abstain"), "abstained"),
        (_("Of those who took part, through somebody else"), "by_proxy"),
    )
    sums = [(words, _square(found[part]["area"]), found[part]["owners"]) for words, part in parts]
    lines = []
    measures = {"area": _("by area"), "owners": _("by number")}
    for name, words in (("took_part", _("Took part")), ("agreed", _("In favour"))):
        for c in found["arithmetic"][name]:
            lines.append(
                (
                    f"{words} · {measures[c['of']]}",
                    f"{c['part']} / {c['whole']} = {_percent(c['share'])}",
                    _needed(c),
                    _("reached") if c["reached"] else _("not reached"),
                    rules.articles.get(c["article"], c["article"]),
                )
            )
    heads = (_("What is compared"), _("There is"), _("Needed"), _("Outcome"), _("Article"))
    return {
        "passed": found["passed"],
        "valid": found["valid"],
        "outcome": outcome(found),
        "sums": Table(
            _("Question %(n)d: the votes") % {"n": n},
            (_("Who"), _("Area in m²"), _("Owners")),
            sums,
            numbers=(1, 2),
        ),
        "arithmetic": Table(_("Question %(n)d: the arithmetic") % {"n": n}, heads, lines),
    }


def _square(area: float) -> str:
    return to_the_fen(Fraction(area))


def _percent(share: str) -> str:
    return f"{float(Fraction(share)) * 100:.2f}%"


def _needed(c: Mapping[str, Any]) -> str:
    """What a threshold comes to: "at least 2/3: 140.3"; rounded only where it does not end."""
    value = c["needed"]
    if "/" in value:
        value = f"{float(Fraction(value)):.4f}… ({value})"
    share = c["threshold"]
    if c["more_than"]:
        return _("more than %(share)s: %(value)s") % {"share": share, "value": value}
    return _("at least %(share)s: %(value)s") % {"share": share, "value": value}


def _left_out(vote: Vote) -> Table:
    shown = [(owner, WHY[why]) for owner, why in vote.left_out.items()]
    return Table(_("Ballots not counted"), (_("Owner"), _("Why")), shown, note=vote.why)


def _units(vote: Vote, at: int) -> Table:
    """Unit by unit how its owner voted, one column a question."""
    cast = ballots(vote)
    every = [rows(vote, cast, n) for n in range(len(vote.questions))]
    shown = [
        (
            first.unit,
            first.area,
            first.owner.replace(";", "；"),
            *(_answer(question[n]) for question in every),
        )
        for n, first in list(enumerate(every[0]))[(at - 1) * UNITS : at * UNITS]
    ]
    one = len(every) == 1
    asked = [_("Vote") if one else _("Question %(n)d") % {"n": n} for n, _q in enumerate(every, 1)]
    heads = (_("Unit"), _("Area in m²"), _("Owner"), *asked)
    return Table(_("How each owner voted"), heads, shown, numbers=(1,))


def _answer(row: Row) -> str:
    if row.why:
        return str(row.why)
    if not row.vote:
        return _("did not take part")
    words = str(ANSWERS[row.vote])
    return f"{words} · {_through()}" if row.proxy else words


def _through() -> str:
    return _("through somebody else")


@conditional(lambda request, key, number, question: [f"matter:{key}"])
def as_csv(request: HttpRequest, key: int, number: int, question: int) -> HttpResponse:
    """The votes on one question as a file that `pilin decide owners-vote` counts: for whoever counts
    and the owners."""
    vote = _vote(key, number)
    viewer = viewer_of(request)
    if viewer.kind != "person":
        return redirect_to_login(request.path, reverse("web:sign-in"))
    if not owners.reader(vote.renovation.matter, viewer).inside(vote.units):
        raise Http404
    if not vote.results or not 1 <= question <= len(vote.questions):
        raise Http404
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    item = vote.questions[question - 1]["item"]
    name = f"owners-vote-{key}-{number}-{question}-item-{item}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    csv.writer(response).writerows(_lines(vote, question - 1))
    return response


def _lines(vote: Vote, question: int) -> Iterator[tuple[str, ...]]:
    yield "unit", "area", "owner", "vote", "proxy", "note"
    for row in rows(vote, ballots(vote), question):
        yield row.unit, row.area, row.owner, row.vote, "yes" if row.proxy else "", str(row.why)
