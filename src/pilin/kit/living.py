"""What pages are made of, on one page: each part in each of its states, and when to use it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from pilin.engine.models import Matter
from pilin.engine.procedure import Procedure
from pilin.engine.programme import registry
from pilin.engine.refused import Refused
from pilin.forms.points import POINT_IS_PUBLIC, PointField

from .bars import bars
from .cards import card_of
from .definitions import FIGURES
from .facts import Facts, Link, Table
from .figures import Figures
from .flow import Flow
from .maps import Area, Circle, Mark, Name, Picture
from .offered import Offered
from .stages import stages
from .votes import OpenVote

#: Received and paid: some left, nothing left, nothing received yet.
FLOWS = ((120_000, 45_000), (3_000, 3_000), (0, 0))


class Example(forms.Form):
    """Fields as every form has them."""

    title = forms.CharField(label="In one sentence", help_text="As you would tell a neighbour.")
    text = forms.CharField(label="More", widget=forms.Textarea, required=False)
    where = forms.ChoiceField(label="Where", choices=[("", "Please choose"), ("a", "Here")])
    marks = forms.MultipleChoiceField(
        label="Which", choices=[("1", "One"), ("2", "Two")], widget=forms.CheckboxSelectMultiple
    )


class WithPoint(forms.Form):
    """A point on a map, here with something that is none."""

    point = PointField(label="Where is it?", help_text=POINT_IS_PUBLIC)


def living(request: HttpRequest) -> HttpResponse:
    """In the demo alone: it is for those who build pages."""
    if not settings.DEMO:
        raise Http404
    rules = next(p for p in registry.procedures if p.listed and any(p.openings()))
    matters = list(_matters(rules))
    closing = timezone.now() + timedelta(days=3)
    return render(
        request,
        "kit/living.html",
        {
            "rows": [card_of(m) for m in matters],
            "strips": [
                {"matter": m, "offered": _offered(rules, m), "stages": stages(m)} for m in matters
            ],
            "votes": [OpenVote(0, _("A path by the river"), _("Say what you think"), closing, "#")],
            "figures": Figures(open=12, late=2, soon=3, confirmed=40, silence=1),
            "charts": [
                bars("raised", FIGURES["raised"].title, _months([3, 0, 12, 7, 140, 9])),
                bars("confirmed", FIGURES["confirmed"].title, _months([0] * 6)),
            ],
            "empty": Example(),
            "wrong": Example({"text": "…"}),
            "refused": Refused("state", _("This step does not apply here.")),
            "next": "?after=1",
            "flows": [Flow(Decimal(came), Decimal(paid)) for came, paid in FLOWS],
            "maps": _maps(),
            "point": WithPoint({"point": "x"}),
            **_facts().context(),
        },
    )


def _months(numbers: list[int]) -> list[tuple[str, str, int]]:
    return [(str(n), f"2026-{n:02d}", value) for n, value in enumerate(numbers, 1)]


def _maps() -> list[Picture]:
    """What lies where, with a border both outlines share; one point, and a border half way."""
    areas = (
        Area("M20 20L200 20L180 110L210 200L20 200z", "a", False),
        Area("M200 20L380 20L380 200L210 200L180 110z", "b", False),
    )
    line, half_way = "200,20 180,110 210,200", "200,0 200,220"
    circles = (
        Circle(90, 70, 3, 0, _("Open, in time"), "#"),
        Circle(290, 150, 21, 2, _("Overdue, across the border"), "#"),
    )
    kinds = ("matter", "late", "station", "hall", "school")
    marks = tuple(
        Mark(60 + 26 * n, 170, kind, kind, "#", 1 + n % 2) for n, kind in enumerate(kinds)
    )
    names = (Name(90, 105, "West", "middle", "a"), Name(290, 192, "East", "middle", "b"))
    return [
        Picture(400, 220, (), areas, (line,), True, circles, marks, names),
        Picture(400, 220, (), (), (half_way,), False, dots=((90, 60), (310, 90)), here=(120, 130)),
    ]


def _matters(rules: Procedure) -> Iterator[Matter]:
    """One open, one overdue, one confirmed, one closed in silence, one ended."""
    today = timezone.localdate()
    still = next(name for name, state in rules.states.items() if not state.closed)
    ends = [name for name, state in rules.states.items() if state.closed]
    kinds = [
        (_("Open, in time"), still, "", "a", 5),
        (_("Overdue, across the border"), still, "", "ab", -2),
        (_("Confirmed by whoever raised it"), ends[0], "confirmed", "b", 0),
        (_("Closed in silence"), ends[0], "silence", "a", 0),
        (_("Ended before it was done"), ends[-1], "withdrawn", "", 0),
    ]
    for number, (title, state, how, sides, days) in enumerate(kinds, 1):
        closed = rules.states[state].closed
        yield Matter(
            id=number,
            kind=rules.kind,
            procedure=rules.version,
            state=state,
            is_open=not closed,
            title=title,
            sides=sides,
            holder_person="" if closed else "p",
            due=None if closed else today + timedelta(days=days),
            closed_how=how,
            raiser="p",
            opened=datetime.combine(today, time(), UTC),
            last=number,
        )


def _offered(rules: Procedure, matter: Matter) -> Offered:
    return Offered.of(rules, list(rules.steps_from(matter.state)) if matter.is_open else [])


def _facts() -> Facts:
    return Facts(
        _("What is known"),
        [(_("What it costs"), ["12万元"]), (_("Partner"), [Link(_("the town across"), "#")])],
        tables=[
            Table(_("Year by year"), (_("Year"), _("Sum")), [("2026", "12万元")], numbers=(1,))
        ],
    )
