"""Offices in a text: those of the register first, by their names and the shorter ones in use, then by how names end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: What stands before an office's own name: the place it is of.
_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,4}?(?=[市区县])")
_ENDS = (
    "领导小组办公室|工作专班|办事处|办公室|委员会|管委会|党委|党总支|党支部|政府|法院|检察院|公安局|派出所|"
    "服务中心|指挥中心|中心|集团|公司|合作社|学校|小学|中学|医院|卫生院|联络室|工作室|驿站|议事堂|"
    "大队|中队|支队|站|所(?![需有在以属涉称])|局|委|办|联社|供销社|银行|街道|社区|居委会|村委会|村|镇|乡|科|处"
)
#: Characters with which no office's name begins: verbs and little words before one.
_NOT_FIRST = "由请要与和及将把对向在于从为是的了各该本并按经据让使被会再已未不应须需可能以到至等"
_GENERIC = re.compile(
    rf"(?:(?:各|其他|有关|相关)[\u4e00-\u9fff]{{0,6}}?(?:单位|部门|组长|党组织书记|村书记|站所|科室|网格员)(?![\u4e00-\u9fff]?[要求]的))"
    rf"|(?:其他(?:镇|村|街道|区|县)(?:[（(]街道[）)])?)"
    rf"|(?:各(?:镇|村|街道|部门|单位|责任单位|有关单位|有关部门|相关部门|相关单位|成员单位|社区|站所|科室)"
    rf"(?:[（(]?[、]?(?:街道|社区|村|镇)[）)]?)*)"
    rf"|(?:[市区县镇省](?:级)?[\u4e00-\u9fff]{{1,10}}?(?:{_ENDS}))"
    rf"|(?:[\u4e00-\u9fff]{{2,8}}?(?:局|镇|村|街道|社区|公司|办公室|中心|驿站|议事堂|办|委|站|所(?![需有在以属涉称])|队|合作社|专班))"
)
#: Words that end as offices do, and are none.
_NONE = frozenset(
    [
        "开办",
        "举办",
        "承办",
        "主办",
        "督办",
        "交办",
        "会办",
        "协办",
        "停办",
        "创办",
        "筹办",
        "经办",
        "领办",
        "中心",
        "镇村",
        "全镇",
        "全村",
        "本村",
        "全局",
        "大局",
        "格局",
        "布局",
        "结局",
        "场所",
        "住所",
        "站所",
        "厕所",
        "各办",
        "委",
        "办",
        "所",
        "站",
        "局",
        "处",
        "到位",
        "城镇",
        "乡镇",
        "农村",
        "乡村",
        "新村",
        "美丽乡村",
        "行政村",
        "自然村",
        "示范村",
        "两镇",
        "两村",
        "四镇",
        "五镇",
        "毗邻镇",
        "毗邻村",
        "邻村",
        "邻镇",
        "重要场所",
        "公共场所",
        "村镇",
        "核心",
        "为中心",
        "会议办",
        "试点村",
    ]
)
_TWO = re.compile(
    r"([\u4e00-\u9fff]{2,3})、([\u4e00-\u9fff]{2,3})(?:、([\u4e00-\u9fff]{2,3}))?[两三二]镇"
)


@dataclass(frozen=True)
class Found:
    """An office named from `start` to `end`; `known` where it is one of the register."""

    name: str
    start: int
    end: int
    known: bool


class Offices:
    """The register's names, with the shorter ones under which minutes know them."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(n for n in names if len(n) > 1))
        short: dict[str, set[str]] = {}
        for name in self.names:
            for other in _others(name):
                short.setdefault(other, set()).add(name)
        # A shorter name that several could mean is none.
        self._called = {
            other: next(iter(of)) for other, of in short.items() if len(of) == 1 and len(other) > 1
        } | {name: name for name in self.names}
        words = sorted(self._called, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, words))) if words else None

    def _shortened(self, name: str) -> str:
        """The one office of the register that this shortens; "" where there is none, or several."""
        fits = [whole for whole in self.names if _is_short_for(name, whole)]
        return fits[0] if len(fits) == 1 else ""

    def within(self, text: str) -> list[Found]:
        """Every office the text names, in its order, none within another."""
        found: list[Found] = []
        for m in _TWO.finditer(text):
            at = m.start()
            for part in filter(None, m.groups()):
                name = self._called.get(f"{part}镇", f"{part}镇")
                start = text.index(part, at)
                found.append(Found(name, start, start + len(part), f"{part}镇" in self._called))
                at = start + len(part)
            last = found.pop()
            found.append(Found(last.name, last.start, m.end(), last.known))
        if self._pattern is not None:
            for m in self._pattern.finditer(text):
                if _free(found, *m.span()):
                    found.append(Found(self._called[m[0]], *m.span(), True))
        for m in _GENERIC.finditer(text):
            start, end = m.span()
            while start < end and text[start] in _NOT_FIRST and not text.startswith("各", start):
                start += 1
            name = text[start:end]
            if len(name) > 1 and name not in _NONE and _free(found, start, end):
                known = self._shortened(name)
                found.append(Found(known or name, start, end, bool(known)))
        return sorted(found, key=lambda one: one.start)


def _is_short_for(name: str, whole: str) -> bool:
    """Whether its signs stand in the other in their order, and both end alike: 资规局, 自然资源和规划局."""
    if len(name) < 3 or name[-1] != whole[-1] or len(whole) <= len(name):
        return False
    rest = iter(whole)
    return all(sign in rest for sign in name)


def _free(found: Sequence[Found], start: int, end: int) -> bool:
    return all(end <= one.start or start >= one.end for one in found)


def _others(name: str) -> set[str]:
    """Shorter names: without the place, and without 人民 before 政府."""
    found = set()
    if place := _PLACE.match(name):
        own = name[place.end() :]
        found |= {own, own[1:] if len(own) > 3 else own}
    if name[0] in "省市区县镇" and len(name) > 3:
        found.add(name[1:])
    if "局" in name[:-2]:  # a part of a bureau, known by itself
        found.add(name[name.index("局") + 1 :])
    found.add(name.replace("人民政府", "政府"))
    if name.endswith(("镇", "街道")):
        found |= {f"{name}政府", f"{name}人民政府", f"{name}党委"}
    if name.endswith("村"):
        found |= {f"{name}委会", f"{name}党组织", f"{name}党总支"}
    return found - {name}
