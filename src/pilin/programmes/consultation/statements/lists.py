"""Which statements there are, and the poll they are voted on in."""

from __future__ import annotations

from pilin.intake.models import Poll
from pilin.ledger import log
from pilin.loop.act import LOG
from pilin.loop.search import similarity
from pilin.programmes.consultation.models import Statement

#: Share of common pieces above which two statements are offered as alike.
ALIKE = 0.35


def under_way(matter: int) -> Poll | None:
    """The vote of a matter that was not closed yet, even where its time is up."""
    return Poll.objects.filter(matter=matter, closed=False).order_by("-pk").first()


def latest(matter: int) -> Poll | None:
    return Poll.objects.filter(matter=matter).order_by("-pk").first()


def waiting(matter: int) -> list[tuple[Statement, str]]:
    """Statements nobody has looked at, oldest first, with their texts; those erased are left out."""
    rows = Statement.objects.filter(matter=matter, status="waiting").order_by("number")
    return [(row, text) for row in rows if (text := text_of(row))]


def text_of(row: Statement) -> str:
    """A statement's text; before it is put to the vote it lies in the sealed part of its entry."""
    if row.text:
        return str(row.text)
    sealed = log.sealed(LOG, row.entry) or {}
    return str(sealed.get("text", ""))


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
