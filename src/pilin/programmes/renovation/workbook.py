"""The sheets 老旧小区改造 (a row a renovation) and 业主名册 (a row a unit)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.deciding.owners import together as one_owner
from pilin.engine.models import Matter
from pilin.workbook.sheets import (
    Book,
    Change,
    Column,
    Row,
    Sheet,
    column,
    in_chinese,
    known_parties,
    matter_sheet,
    nothing,
    source_row,
)

from .fields import Units, parts
from .models import Register, Renovation
from .procedure import BEFORE_THE_VOTE

COLUMNS = (
    Column("项目名称", "title", ("名称", "改造项目"), required=True, width=32),
    column(Renovation, "neighbourhood"),
    Column("组织单位", "org", ("牵头单位", "社区", "居委会"), required=True, width=24),
    column(Renovation, "households"),
    Column("状态", "status", width=24),
)
DONE = ("已完成", "已完工", "已竣工", "已验收", in_chinese("Accepted by residents"))


def understand(row: Row, book: Book) -> Iterable[Change]:
    title, org = row.text("title")[:200], row.text("org")
    if not (title and org and row.text("neighbourhood")):
        row.doubt("title", _("a renovation needs a name, a neighbourhood and who is in charge"))
        return
    yield from known_parties(row, book, {"org": [org]})
    households = row.text("households")
    if households and not households.isdigit():
        row.doubt("households", _("this is no whole number; the cell was left out"))
        households = ""
    yield Change(
        "renovation",
        title,
        {
            "title": title,
            "parties": [org],
            "place": next(iter((book.current("organisation", org) or {}).get("places", ())), None),
            "neighbourhood": row.text("neighbourhood")[:80],
            "households": int(households) if households else None,
            "done": row.text("status").startswith(DONE),
            "source_row": source_row(row, COLUMNS),
        },
    )


def opening(fields: Mapping[str, Any]) -> str:
    return "record_done" if fields["done"] else "record"


def _as_row(r: Renovation) -> dict[str, str]:
    """What Pilin writes into the register."""
    return {
        "title": r.matter.title,
        "neighbourhood": r.neighbourhood,
        "org": r.matter.org.name if r.matter.org else "",
        "households": str(r.households or ""),
        "status": in_chinese(r.matter.state_title),
    }


RENOVATIONS = matter_sheet(
    Renovation,
    "老旧小区改造",
    "老旧小区改造项目",
    COLUMNS,
    also=("旧改", "旧改项目", "小区改造"),
    understand=understand,
    key=lambda row: row["title"][:200],
    as_row=_as_row,
    step=opening,
    related=("matter__org",),
    order=70,
)

UNIT_COLUMNS = (
    Column("项目名称", "title", ("改造项目",), required=True, width=32),
    Column("房号", "unit", ("单元", "室号"), required=True),
    Column("建筑面积", "area", ("面积", "专有部分面积"), required=True),
    Column("业主代码", "owners", ("业主",), required=True, width=24),
)


def load_units(book: Book) -> None:
    for r in _registers():
        book.learn("units", r.renovation.matter.title, {"units": r.units}, r.pk)


def _registers() -> Iterable[Register]:
    return Register.objects.select_related("renovation__matter").order_by("pk")


def units_together(rows: Sequence[Row], book: Book) -> Iterator[tuple[Row, Change]]:
    """All rows of one renovation are its register; where one row is wrong, none of it is taken."""
    registers: dict[str, list[Row]] = {}
    for row in rows:
        registers.setdefault(row.text("title")[:200], []).append(row)
    for title, own in registers.items():
        if ("renovation", title) not in book.known:
            own[0].doubt("title", _("there is no such renovation; its units were left out"))
            continue
        try:
            units = Units().clean([list(_unit(row)) for row in own])
        except ValidationError as fault:
            own[0].doubt("unit", " ".join(fault.messages))
            continue
        change = Change("units", title, {"title": title, "units": [list(u) for u in units]})
        frozen = _frozen(book.ids.get(("renovation", title)))
        if frozen and (book.current("units", title) or {}).get("units") != change.fields["units"]:
            own[0].doubt("unit", _("the owners are voting or have voted: the register is frozen"))
            continue
        yield own[0], change


def _unit(row: Row) -> Iterator[Any]:
    """A row's cells, checked one by one so that a fault names its cell."""
    cells = [row.text("unit"), row.text("area"), row.text("owners")]
    try:
        yield from Units.unit(cells)
    except ValidationError as fault:
        row.doubt("unit", " ".join(fault.messages))
        yield from (cells[0], cells[1], [cells[2]])


def _frozen(matter: int | None) -> bool:
    if matter is None:
        return False
    state = Matter.objects.filter(pk=matter).values_list("state", flat=True).first()
    return state is not None and state not in BEFORE_THE_VOTE


def carry_units(change: Change, session: Any) -> None:
    matter = session.ids["renovation", change.key]
    for n, part in enumerate(parts(change.fields["units"])):
        session.act(matter, "units", {"units": part, "add": n > 0})


def export_units() -> Iterator[Sequence[Any]]:
    for r in _registers():
        for code, area, owners in r.units:
            yield r.renovation.matter.title, code, area, one_owner(owners)


UNITS = Sheet(
    name="业主名册",
    title="业主名册（房号、建筑面积、业主代码，不写姓名）",
    also=("业主", "业主清册", "业主名单"),
    columns=UNIT_COLUMNS,
    load=load_units,
    understand=nothing,
    together=units_together,
    carry={"units": carry_units},
    export=export_units,
    called={"units": _("register of units")},
    order=71,
)
