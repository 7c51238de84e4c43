"""The sheet 领办项目 (lead projects): a row a project and year, a column a quarter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.workbook.sheets import (
    Book,
    Change,
    Column,
    Row,
    Sheet,
    carry_matter,
    cell,
    known_parties,
    source_row,
)

from . import quarters
from .models import Accounting, Lead

_QUARTERS = ("q1", "q2", "q3", "q4")
COLUMNS = (
    Column("年度", "year", ("年份",), required=True, width=8),
    Column("项目名称", "title", ("领办项目",), required=True, width=40),
    Column("领办单位", "org", ("牵头单位",), required=True, width=20),
    Column("领办岗位", "official", ("领办人岗位",), required=True, width=20),
    Column("交办单位", "setter", ("确认单位",), required=True, width=20),
    Column("年度目标", "target", ("目标",), width=36),
    *(
        Column(f"{word}季度", name, (f"第{word}季度",), width=28)
        for word, name in zip("一二三四", _QUARTERS, strict=True)
    ),
)


def understand(row: Row, book: Book) -> Iterable[Change]:
    if row.lacks(COLUMNS):
        return
    words = row.text("year").removesuffix("年")
    year = int(words) if words.isascii() and words.isdigit() and len(words) == 4 else 0
    if not 1949 <= year <= 2199:
        row.doubt("year", _("this is no year, such as 2026; the row was left out"))
        return
    org = book.organisation_called(row.text("org")) or row.text("org")
    setter = book.organisation_called(row.text("setter")) or row.text("setter")
    if org == setter:
        row.doubt("setter", _("nobody confirms their own account; the row was left out"))
        return
    yield from known_parties(row, book, {"org": [org], "setter": [setter]})
    said = tuple(row.text(name)[:2000] for name in _QUARTERS)
    title = row.text("title")[:80]
    following = next((n for n, text in enumerate(said, 1) if not text), quarters.LAST)
    yield Change(
        "lead",
        _key({"year": str(year), "title": title}),
        {
            "title": title,
            "year": year,
            "official": row.text("official")[:60],
            "target": row.text("target")[:2000],
            "quarters": said,
            "parties": [org, setter],
            "due_day": quarters.due(year, following).isoformat(),
            "source_row": {**source_row(row, COLUMNS), "year": str(year)},
        },
    )


def _key(row: Mapping[str, str]) -> str:
    return f"{row['title']}（{row['year']}）"


def opening(fields: Mapping[str, Any]) -> str:
    """A year that is over, or of which the register says all, is past."""
    over = fields["year"] < timezone.localdate().year
    return "record_past" if over or all(fields["quarters"]) else "record"


def _rows() -> Iterator[tuple[Lead, dict[str, str]]]:
    """Each with its row: as the register had it, and in Pilin's accounts where these were given since."""
    given: dict[tuple[int, int], str] = {}
    for one in Accounting.objects.order_by("id"):
        given[one.lead_id, one.quarter] = one.done
    own = Lead.objects.select_related("matter", "matter__org", "setter").order_by("pk")
    for lead in own:
        fixed = lead.source_row or {
            "year": str(lead.year),
            "title": lead.matter.title,
            "org": lead.matter.org.name if lead.matter.org else "",
            "official": lead.official,
            "setter": lead.setter.name if lead.setter else "",
            "target": lead.target,
        }
        said = {
            name: given.get((lead.pk, n)) or lead.accounts.get(str(n), {}).get("words", "")
            for n, name in enumerate(_QUARTERS, 1)
        }
        yield lead, {**fixed, **said}


def load(book: Book) -> None:
    for lead, row in _rows():
        flat = {name: " ".join(words.split()) for name, words in row.items()}
        book.learn("lead", _key(row), {"source_row": flat}, lead.pk)


def export() -> Iterator[Sequence[Any]]:
    for _lead, row in _rows():
        yield tuple(cell(row[c.field]) for c in COLUMNS)


LEADS = Sheet(
    name="领办项目",
    title="领办项目清单",
    columns=COLUMNS,
    load=load,
    understand=understand,
    carry={"lead": carry_matter("lead", opening)},
    export=export,
    order=46,
    also=("书记领办项目", "领办项目清单"),
)
