"""The sheet 招商项目: the catalogue of cooperation projects."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from pilin.kit.facts import wording
from pilin.wording.values import Unclear, parse_quantity
from pilin.workbook.sheets import (
    Book,
    Change,
    Column,
    Row,
    column,
    in_chinese,
    known_parties,
    matter_sheet,
    source_row,
)

from . import rules
from .models import Opportunity

COLUMNS = (
    Column("项目名称", "title", ("名称", "项目"), required=True, width=40),
    Column("责任单位", "org", ("联系单位", "牵头单位"), required=True, width=20),
    Column("所在地", "place", ("地点", "乡镇"), width=16),
    *(column(Opportunity, n) for n in ("field", "planned", "stage", "text", "wanted")),
)


def understand(row: Row, book: Book) -> Iterable[Change]:
    if row.lacks(COLUMNS):
        return
    title = row.text("title")[:80]
    if "汇总" in title or "累计" in title:
        row.doubt(
            "title",
            _("a sum and no single project: it belongs into 合作项目; the row was left out"),
        )
        return
    stage = rules.stage_called(row.text("stage"))
    if not stage:
        row.doubt("stage", _("this stage is not known: %(stages)s") % {"stages": _stages()})
        return
    try:
        planned = parse_quantity(row.values.get("planned"), unit="元")
    except Unclear as unclear:
        row.doubt("planned", unclear.why)
        return
    if planned and not 0 <= planned.value < 10**15:
        row.doubt("planned", _("this amount cannot be; the row was left out"))
        return
    org = book.organisation_called(row.text("org")) or row.text("org")
    yield from known_parties(row, book, {"org": [org]})
    place = book.place(row.text("place")) if row.text("place") else None
    if row.text("place") and place is None:
        row.doubt("place", _("in no register of places; the office's own place is taken"))
    yield Change(
        "opportunity",
        title,
        {
            "title": title,
            "field": row.text("field")[:30],
            "planned": planned.to_json() if planned else None,
            "stage": stage,
            "text": row.text("text")[:2000],
            "wanted": row.text("wanted")[:1000],
            "parties": [org],
            **({"place": place or book.place(org)} if place or book.place(org) else {}),
            "source_row": source_row(row, COLUMNS),
        },
    )


def _stages() -> str:
    return "、".join(in_chinese(words) for _key, words in rules.stages())


def _as_row(found: Opportunity) -> dict[str, str]:
    matter = found.matter
    return {
        "title": matter.title,
        "org": matter.org.name if matter.org else "",
        "place": matter.place.name if matter.place else "",
        "field": found.field,
        "planned": wording(found.planned),
        "stage": in_chinese(rules.called("stages", found.stage)),
        "text": found.text,
        "wanted": found.wanted,
    }


def _row(found: Opportunity) -> dict[str, str]:
    """As it stands now, in the register's own words where these say the same."""
    own, before = _as_row(found), found.source_row
    if before:
        own |= {name: before[name] for name in ("org", "place")}
        if rules.stage_called(before["stage"]) == found.stage:
            own["stage"] = before["stage"]
    return {name: " ".join(words.split()) for name, words in own.items()}


CATALOGUE = matter_sheet(
    Opportunity,
    "招商项目",
    "合作项目推介目录",
    COLUMNS,
    understand=understand,
    key=lambda row: row["title"][:80],
    as_now=_row,
    related=("matter", "matter__org", "matter__place"),
    only=lambda rows: rows.filter(matter__is_open=True).exclude(matter__state="forward"),
    order=48,
    also=("推介项目", "招商项目库", "合作项目推介"),
)
