"""The sheets 区划 (places), 组织 (organisations) and 名称对照 (what names in workbooks mean)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pilin.people.geometry import Misshapen, point_text, read_point, read_shape
from pilin.people.models import Organisation, Place, Side
from pilin.workbook.naming import NAMES, NAMING, key_of, naming
from pilin.workbook.sheets import Book, Change, Column, Row, Sheet, organisation

from .models import Naming

LEVELS = {
    "county": ("县(市、区)", "县（市、区）", "县", "市", "区", "县级市"),
    "town": ("乡镇街道", "镇", "乡", "街道"),
    "village": ("村社区", "村", "社区", "行政村"),
}
LEVEL_OF = {word: level for level, words in LEVELS.items() for word in words}
DEPTH = {"county": 0, "town": 1, "village": 2}
CATEGORIES = {
    "服务中心": "service-centre",
    "党群服务中心": "service-centre",
    "园区": "park",
    "企业": "company",
    "产业中心": "industry-centre",
    "政协联络机构": "liaison",
    "委员工作室": "studio",
    "机关": "agency",
    "党组织": "party",
    "学校": "school",
    "联盟": "alliance",
    "其他": "other",
    "民生议事堂": "hall",
    "协商驿站": "station",
}


# What both may say -------------------------------------------------------------------------------


def _kept(row: Row, name: str, known: Mapping[str, Any]) -> str:
    """A cell; where the sheet has no such column, what is known already stays."""
    return row.text(name) if name in row.values else str(known.get(name, ""))


def _where(row: Row, name: str, known: Mapping[str, Any], read: Callable[[str], str]) -> str:
    """A point or a shape; what is none is doubted, and what is known stays."""
    text = _kept(row, name, known)
    if not text:
        return ""
    try:
        return read(text)
    except Misshapen as fault:
        row.doubt(name, _said_lazy(fault))
        return str(known.get(name, ""))


def _said(fault: Misshapen) -> str:
    return f"{fault} " + gettext("It was left out.")


_said_lazy = lazy(_said, str)  # in the language of whoever reads it


def _shape(text: str) -> str:
    return read_shape(text).text


def _point(text: str) -> str:
    return point_text(read_point(text))


# 区划 ---------------------------------------------------------------------------------------------


def load_places(book: Book) -> None:
    for n, side in enumerate(Side.objects.order_by("code"), 1):  # a side has a letter and no number
        book.sides[side.name] = side.code
        book.learn("side", side.code, _side(side.code, side.name, side.name_en), n)
    for p in Place.objects.select_related("parent").order_by("path"):
        parent = p.parent.name if p.parent else ""
        fields = {
            "name": p.name,
            "code": p.code,
            "level": p.level,
            "parent": parent,
            "within": p.within,
            "side": p.side,
            "name_en": p.name_en,
            "shape": p.shape,
            "shape_note": p.shape_note,
        }
        book.learn("place", f"{parent}/{p.name}", fields, p.pk)


def _side(code: str, name: str, name_en: str) -> dict[str, str]:
    return {"code": code, "name": name, "name_en": name_en}


def understand_place(row: Row, book: Book) -> Iterable[Change]:
    name, side, level = row.text("name"), row.text("side"), LEVEL_OF.get(row.text("level"))
    if not name or level is None:
        row.doubt(
            "level" if name else "name",
            _("the level is not known; the row was left out")
            if name
            else _("there is no name; the row was left out"),
        )
        return
    letter = book.sides.get(side)
    if letter is None:
        if not side or len(book.sides) == 2:
            row.doubt("side", _("there are two sides, and this is neither; the row was left out"))
            return
        letter = "ab"[len(book.sides)]
        book.sides[side] = letter
        yield Change("side", letter, _side(letter, side, row.text("side_en")))
    elif called := row.text("side_en"):
        yield Change("side", letter, _side(letter, side, called))
    above = row.text("parent")
    parent = within = ""
    if level == "county":
        within = above
    elif book.place(above):
        parent = above
        if DEPTH[level] - DEPTH[book.known["place", str(book.place(above))]["level"]] != 1:
            row.doubt("parent", _("it lies directly below a place two levels higher"))
    else:
        row.doubt("parent", _("the place above is not in this register; the row was left out"))
        return
    known = book.current("place", f"{parent}/{name}") or {}
    yield Change(
        "place",
        f"{parent}/{name}",
        {
            "name": name,
            "code": _code(row),
            "level": level,
            "parent": parent,
            "within": within,
            "side": letter,
            "name_en": _kept(row, "name_en", known)[:120],
            "shape": _where(row, "shape", known, _shape),
            "shape_note": _kept(row, "shape_note", known)[:200],
        },
    )


def _code(row: Row) -> str:
    code = row.text("code")
    if code and not re.fullmatch(r"\d{6}(\d{3}){0,2}", code):
        row.doubt("code", _("a code has 6, 9 or 12 digits (GB/T 2260); it was left out"))
        return ""
    return code


def carry_side(change: Change, session: Any) -> None:
    session.record("side", change.key, dict(change.fields))


def carry_place(change: Change, session: Any) -> None:
    row = dict(change.fields)
    parent = session.place_called(row["parent"]) if row["parent"] else None
    session.record("place", change.key, {**row, "parent": parent})


def export_places() -> Iterator[Sequence[Any]]:
    sides = {side.code: side for side in Side.objects.all()}
    for p in Place.objects.select_related("parent").order_by("id"):
        yield (
            int(p.code) if p.code else None,
            p.name,
            LEVELS[p.level][0],
            p.parent.name if p.parent else p.within,
            sides[p.side].name if p.side in sides else "",
            p.name_en,
            sides[p.side].name_en if p.side in sides and not p.parent_id else "",
            _cell(p.shape),
            p.shape_note,
        )


def _cell(shape: str) -> str:
    """A point as people write it, anything else as GeoJSON."""
    found = read_shape(shape) if shape else None
    return point_text(found.spot) if found and found.spot else shape


PLACES = Sheet(
    name="区划",
    title="毗邻区域行政区划登记表",
    also=("行政区划", "行政区域", "区划表", "行政区划表", "村居名录"),
    note=(
        "填表说明:代码按GB/T 2260,镇村代码待补;位置填“纬度, 经度”(WGS 84 或 CGCS2000)或粘贴 GeoJSON;"
        "高德、腾讯、百度地图的坐标偏移数百米,请先换算"
    ),
    columns=(
        Column("代码", "code", ("行政区划代码",)),
        Column("名称", "name", ("区划名称",), required=True, width=24),
        Column("级别", "level", ("层级",), required=True),
        Column("上级", "parent", ("上级区划",), required=True, width=24),
        Column("所属一侧", "side", ("一侧", "所属侧"), required=True),
        Column("英文名", "name_en", ("英文名称",), width=24),
        Column("一侧英文名", "side_en", ("所属一侧英文名",)),
        Column("位置", "shape", ("位置或边界", "边界", "GeoJSON"), width=32),
        Column("位置说明", "shape_note", ("边界说明",), width=32),
    ),
    load=load_places,
    understand=understand_place,
    carry={"side": carry_side, "place": carry_place},
    export=export_places,
    order=10,
    rank=lambda row: DEPTH.get(LEVEL_OF.get(row.text("level"), "village"), 2),
)


# 组织 ---------------------------------------------------------------------------------------------


def load_organisations(book: Book) -> None:
    key_of = {pk: key for (what, key), pk in book.ids.items() if what == "place"}
    for o in Organisation.objects.exclude(category="government").order_by("id"):
        fields = {
            "name": o.name,
            "category": o.category,
            "category_wording": o.category_wording,
            "places": [key_of[p] for p in o.places if p in key_of],
            "where": o.where,
            "sides": o.sides,
            "note": o.note,
            "name_en": o.name_en,
            "point": o.point,
            "pay": o.pay,
        }
        book.learn("organisation", o.name, fields, o.pk)


def understand_organisation(row: Row, book: Book) -> Iterable[Change]:
    name, where = row.text("name"), row.text("where")
    if not name:
        row.doubt("name", _("there is no name; the row was left out"))
        return
    if book.place(name):
        row.doubt("name", _("a place is called the same; its government is already registered"))
        return
    places = []
    for part in filter(None, re.split("[、;；,，/]", where)):
        key = book.place(part.strip())
        if key:
            places.append(key)
        else:
            row.doubt("where", _("this place is not in the register; it is kept in words"))
    wording = row.text("category")
    category = CATEGORIES.get(wording, "other")
    if wording and wording not in CATEGORIES:
        row.doubt("category", _("this category is not known; it is kept in words"))
    known = book.current("organisation", name) or {}
    yield organisation(
        name,
        category,
        places,
        book,
        category_wording=wording,
        where=where,
        note=row.text("note"),
        name_en=_kept(row, "name_en", known)[:120],
        point=_where(row, "point", known, _point),
        pay=_kept(row, "pay", known)[:300],
    )


def carry_organisation(change: Change, session: Any) -> None:
    row = dict(change.fields)
    places = [session.ids["place", key] for key in row["places"]]
    session.record("organisation", change.key, {**row, "places": places})


def export_organisations() -> Iterator[Sequence[Any]]:
    names = dict(Place.objects.values_list("pk", "name"))
    words = {code: word for word, code in reversed(CATEGORIES.items())}
    for o in Organisation.objects.exclude(category="government").order_by("id"):
        where = o.where or "、".join(names[p] for p in o.places)
        yield (
            o.name,
            o.category_wording or words.get(o.category, ""),
            where,
            o.note,
            o.name_en,
            o.point,
            o.pay,
        )


ORGANISATIONS = Sheet(
    name="组织",
    title="组织登记表",
    also=("机构", "单位", "组织机构", "单位名录", "机构名录"),
    columns=(
        Column("名称", "name", ("组织名称", "单位名称"), required=True, width=36),
        Column("类别", "category", ("类型",), required=True),
        Column("所在地", "where", ("地点", "所在区划"), required=True, width=24),
        Column("备注", "note", ("说明",), width=48),
        Column("英文名", "name_en", ("英文名称",), width=36),
        Column("坐标", "point", ("位置", "经纬度"), width=24),
        Column("缴款方式", "pay", ("收款方式", "收款账户", "缴费方式"), width=48),
    ),
    load=load_organisations,
    understand=understand_organisation,
    carry={"organisation": carry_organisation},
    export=export_organisations,
    order=20,
)


# 名称对照 -----------------------------------------------------------------------------------------


def load_namings(book: Book) -> None:
    for n in Naming.objects.order_by("id"):
        fields = {"sheet": n.sheet, "written": n.written, "meant": n.meant}
        book.learn(NAMING, key_of(n.sheet, n.written), fields, n.pk)


def understand_naming(row: Row, book: Book) -> Iterable[Change]:
    yield naming(row.text("sheet")[:60], row.text("written")[:120], row.text("meant")[:60])


def carry_naming(change: Change, session: Any) -> None:
    session.record(NAMING, change.key, dict(change.fields))


NAMINGS = Sheet(
    name=NAMES,
    title="工作表与列的名称对照",
    note="填表说明:所在工作表空着,说的是工作表自己的名字;对应空着,就是不读",
    columns=(
        Column("所在工作表", "sheet", width=24),
        Column("表中写法", "written", required=True, width=32),
        Column("对应", "meant", width=24),
    ),
    load=load_namings,
    understand=understand_naming,
    carry={NAMING: carry_naming},
    export=lambda: (
        Naming.objects.order_by("id").values_list("sheet", "written", "meant").iterator()
    ),
    order=1,
)
