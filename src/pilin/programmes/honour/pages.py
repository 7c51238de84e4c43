"""The register of nominations and awards, and what one shows: inquiries, committee, sheet, objections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilin.deciding import award
from pilin.engine.models import Matter
from pilin.kit.facts import Facts, Link, Table, rows_of
from pilin.kit.listing import Listing, columns_of
from pilin.ledger import log
from pilin.people.models import Office
from pilin.wording.reading import short_day

from . import forms, rules
from .models import FINDINGS, RELATIONS, Inquiry, Member, Nomination, Objection


def _ranking() -> Mapping[str, Any]:
    """Who was awarded, by the committee's score; those who share a place say so."""
    rows = Nomination.objects.filter(conferred__isnull=False, revoked=False, sheet__isnull=False)
    found = {str(one.pk): one for one in rows.select_related("matter")[:200]}
    scores = [(key, one.score) for key, one in found.items() if one.score is not None]
    table = [
        (
            _("%(place)d (shared)") % {"place": place} if shared else str(place),
            Link(found[key].matter.title, found[key].matter.url),
            found[key].name or "–",
            points(found[key].score),
        )
        for place, key, shared in award.ranked(scores)
    ]
    heads = (_("Rank"), _("What was done"), _("Name of the nominee"), _("Score"))
    title = _("Awarded, by the committee's score")
    tables = [Table(title, heads, table, numbers=(3,))]
    return Facts(_("Who was awarded"), tables=tables).context()


LISTING = Listing(
    "nomination",
    "honours/",
    gettext_lazy("Award for those who stepped in"),
    gettext_lazy(
        "Who is nominated, who judges it, what the committee's sheet says, what was objected."
    ),
    columns=columns_of(Nomination),
    related=("nomination",),
    openings=("nominate",),
    more=_ranking,
)


def points(score: Fraction | None) -> str:
    """A score as people read it, to a hundredth."""
    return f"{float(score):.2f}" if score is not None else ""


def facts(matter: Matter) -> Facts:
    found = Nomination.objects.select_related("unit", "matter").filter(pk=matter.pk).first()
    if found is None:
        return Facts("")
    agreed = {"yes": _("They agreed"), "no": _("They did not agree")}
    links = []
    if found.sheet:
        links = [Link(_("The committee's sheet (CSV)"), reverse("honour:sheet", args=[matter.pk]))]
    return Facts(
        _("The nomination"),
        [
            (_("Name of the nominee"), found.name),
            *rows_of(found),
            (_("Where they work"), found.unit.called if found.unit else ""),
            (_("Agrees to be named"), agreed.get(found.agrees, "")),
            (_("A minor"), _("The name stays sealed for ever.") if found.minor else ""),
            (_("Can be objected to until"), short_day(found.until)),
            (_("The committee"), _result(found)),
            (_("Revoked"), _("The award does not stand any more.") if found.revoked else ""),
            (_("Rules"), rules.source()),
        ],
        tables=list(_tables(found)),
        links=links,
    )


def _result(found: Nomination) -> list[str]:
    """What the sheet comes to, in sentences."""
    sheet = found.sheet
    if not sheet:
        return []
    said = {"yes": sheet["yes"], "no": sheet["no"], "n": sheet["entitled"]}
    lines = [_("%(yes)d yes, %(no)d no, of %(n)d who may vote") % said]
    if found.score is not None:
        lines.append(_("Score %(score)s of 100") % {"score": points(found.score)})
    if sheet["tie"] == "yes":
        lines.append(_("As many yes as no: a tie, so it is not carried."))
    elif sheet["quorate"] == "no":
        lines.append(_("Too few voted for it to count."))
    lines.append(_("Carried") if sheet["carried"] == "yes" else _("Not carried"))
    return lines


def _tables(found: Nomination) -> Iterator[Table]:
    today, waits = timezone.localdate(), found.matter.state == "inquiring"
    asked = Inquiry.objects.filter(nomination=found).select_related("org").order_by("pk")
    yield Table(
        _("Offices asked"),
        (_("Office asked"), _("Answer by"), _("Answer")),
        [(one.org.called, one.due, _finding(one, waits, today)) for one in asked],
    )
    members = Member.objects.filter(nomination=found).order_by("number")
    if found.sheet:  # the votes stand in the sheet
        members = members.filter(voted=None)
    yield Table(
        _("The committee"),
        (_("Member"), _("Now")),
        [(str(member.number), _standing(member)) for member in members],
    )
    if found.sheet:
        weights = rules.ordered(found.sheet["weights"])
        yield Table(
            _("The sheet"),
            (
                _("Entry of the vote"),
                _("Carried"),
                *(f"{rules.criterion(key)} ({weight})" for key, weight in weights.items()),
            ),
            [
                (
                    str(line["entry"]),
                    _("Yes") if line["yes"] else _("No"),
                    *(line["scores"][key] for key in weights),
                )
                for line in found.sheet["sheet"]
            ],
            numbers=tuple(range(2, 2 + len(weights))),
        )
    objections = Objection.objects.filter(nomination=found).order_by("pk")
    yield Table(
        _("Objections"),
        (_("Objection"), _("Answer")),
        [(one.text, one.answer or _("not answered yet")) for one in objections],
    )


def _finding(one: Inquiry, waits: bool, today: Any) -> str:
    if one.finding:
        return str(FINDINGS[one.finding])
    if not waits:
        return _("did not answer: it went on without it")
    return _("late") if one.due < today else _("not yet")


def _standing(member: Member) -> str:
    if member.recused:
        return _("recused: %(why)s") % {"why": RELATIONS[member.recused]}
    return (
        _("has voted, in a closed envelope") if member.voted is not None else _("has not voted yet")
    )


def sheet(request: HttpRequest, key: int) -> HttpResponse:
    """The sheet as `pilin decide award` reads it: members by the number of their vote's entry."""
    found = Nomination.objects.filter(pk=key, sheet__isnull=False).first()
    if found is None:
        raise Http404
    assert found.sheet is not None
    ballots = [
        award.Ballot(str(line["entry"]), line["yes"], line["scores"])
        for line in found.sheet["sheet"]
    ]
    said = found.sheet
    quorum = Fraction(said["quorum"]) if said.get("quorum") else rules.QUORUM
    weights = rules.ordered(said["weights"])
    text = award.written(weights, ballots, entitled=said["entitled"], quorum=quorum)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="award-{key}.csv"'
    return response


def asked(offices: Sequence[Office]) -> QuerySet[Inquiry, int]:
    """Nominations in which an office these answer for was asked and has not answered."""
    own = {o.organisation_id for o in offices if o.role == o.organisation.steward}
    rows = Inquiry.objects.filter(finding="", org__in=own)
    return rows.values_list("nomination_id", flat=True)


def recounts() -> Iterator[int]:
    """Entries that opened envelopes and say something else than the votes come to."""
    for found in Nomination.objects.filter(opened__isnull=False).order_by("pk"):
        entry = log.get(log.MAIN, found.opened or 0)
        if entry is not None and entry.body["data"] != forms.opened(found.pk):
            yield entry.number


URLS = (path("honours/<int:key>/sheet.csv", sheet, name="sheet"),)
