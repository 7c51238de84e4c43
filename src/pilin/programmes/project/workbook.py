"""The sheet 合作项目: the register of joint projects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.kit.facts import wording
from pilin.people.models import Organisation
from pilin.wording.values import parse_moment, parse_quantity
from pilin.workbook.sheets import (
    Book,
    Change,
    Column,
    Row,
    Sheet,
    carry_matter,
    cell,
    column,
    known_parties,
    names,
    source_row,
)

from .models import Project

DONE = re.compile("已(运行|完成|建成|投用|投运|竣工|交付)")
COLUMNS = (
    column(Project, "serial"),
    Column("项目名称", "title", ("名称", "项目"), required=True, width=40),
    *(column(Project, name) for name in ("lead", "partners", "category", "planned", "start")),
    column(Project, "finish_words"),
    column(Project, "progress"),
)


def load(book: Book) -> None:
    """What the register said when it was last read, or what Pilin would write into it."""
    for p in Project.objects.select_related("matter", "lead").order_by("pk"):
        row = p.source_row or _as_row(p, _partner_names([p]))
        book.learn("project", p.matter.title, {"source_row": row}, p.pk)


def understand(row: Row, book: Book) -> Iterable[Change]:
    title, lead = row.text("title"), row.text("lead")
    if not title or not lead:
        row.doubt(
            "lead" if title else "title",
            _("a project needs a name and a lead; the row was left out"),
        )
        return
    partners = names(row.text("partners"))
    yield from known_parties(row, book, {"lead": [lead], "partners": partners})
    summary = "汇总" in title
    if summary:
        row.doubt("title", _("a summary row: kept, but not counted as one project"))
    finish = row.read("finish", parse_moment)
    fields = {
        "title": title[:200],
        "serial": row.text("serial"),
        "lead": lead,
        "partners": partners,
        "parties": [lead, *partners],
        "due_day": (finish or {}).get("end"),
        "category": row.text("category"),
        "planned": row.read("planned", _money),
        "start": row.read("start", parse_moment),
        "finish": finish,
        "progress": row.text("progress"),
        "is_summary": summary,
        "source_row": source_row(row, COLUMNS),
    }
    yield Change("project", title[:200], fields)


def _money(cell: Any) -> Any:
    return parse_quantity(cell, unit="元")


def opening(fields: Mapping[str, Any]) -> str:
    """The step that records a row as the register says it stands."""
    if fields["is_summary"]:
        return "record_summary"
    return "record_delivered" if DONE.search(fields["progress"]) else "record"


def export() -> Iterator[Sequence[Any]]:
    rows = list(Project.objects.select_related("matter", "lead").order_by("pk"))
    known = _partner_names(rows)
    for p in rows:
        yield tuple(map(cell, _as_row(p, known).values()))


def _partner_names(rows: Iterable[Project]) -> dict[int, str]:
    wanted = {key for p in rows for key in p.partners}
    return dict(Organisation.objects.filter(pk__in=wanted).values_list("pk", "name"))


def _as_row(p: Project, known: dict[int, str]) -> dict[str, str]:
    finish = wording(p.finish_words) or (p.finish.isoformat() if p.finish else "")
    finish = finish or p.source_row.get("finish", "")
    return {
        "serial": p.serial,
        "title": p.matter.title,
        "lead": p.lead.name,
        "partners": ";".join(known.get(key, "") for key in p.partners),
        "category": p.category,
        "planned": wording(p.planned),
        "start": wording(p.start),
        "finish": finish,
        "progress": p.progress,
    }


PROJECTS = Sheet(
    name="合作项目",
    title="毗邻合作项目台账(金额含约数)",
    also=("项目", "项目清单", "合作项目清单", "合作项目表"),
    columns=COLUMNS,
    load=load,
    understand=understand,
    carry={"project": carry_matter("project", opening)},
    export=export,
    order=40,
)
