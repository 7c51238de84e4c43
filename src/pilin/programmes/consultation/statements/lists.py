"""Which statements there are."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pilin.engine.act import LOG
from pilin.engine.search import similarity
from pilin.intake import polls
from pilin.kit.programme import Unseen
from pilin.ledger import sealed_parts
from pilin.programmes.consultation.models import Statement

#: The newest vote on statements of a matter.
latest = polls.latest
#: Share of common pieces above which two statements are offered as alike.
ALIKE = 0.35


def waiting(matter: int) -> list[tuple[Statement, str]]:
    """Statements nobody has looked at, oldest first, with their texts; those erased are left out.

    Until a statement is put to the vote, its text lies in the sealed part of its entry.
    """
    rows = Statement.objects.filter(matter=matter, status="waiting").order_by("number")
    sealed = {record.number: part for record, part in sealed_parts.sealed_of_matter(LOG, matter)}
    return [(row, text) for row in rows if (text := sealed.get(row.entry, {}).get("text", ""))]


def to_look_at(matter: int) -> int:
    return Statement.objects.filter(matter=matter, status="waiting").count()


def shown(matter: int) -> list[Statement]:
    """Statements that can be voted on, in the order they were put to the vote."""
    return list(Statement.objects.filter(matter=matter, status="shown").order_by("number"))


def columns(matter: int) -> list[Statement]:
    """Statements that were ever put to the vote, by number: the columns of the votes, from 0.

    Those of an earlier vote and those taken out keep their column, as Polis keeps it.
    """
    return list(Statement.objects.filter(matter=matter).exclude(text="").order_by("number"))


def alike(text: str, among: list[Statement], most: int = 3) -> list[Statement]:
    """Statements much like a text, most alike first."""
    scored = [(similarity(text, row.text), row) for row in among]
    near = sorted((s for s in scored if s[0] >= ALIKE), key=lambda s: (-s[0], s[1].number))
    return [row for _score, row in near[:most]]


def unseen() -> Iterator[Unseen]:
    """Statements nobody has looked at, in every vote that is open."""
    for row in Statement.objects.filter(status="waiting", matter__is_open=True):
        url = reverse("consultation:moderate", args=[row.matter_id])
        yield Unseen(row.entry, row.matter_id, _("A statement to be voted on"), url)
