"""What minutes decide and require: rows, each with the sentence it stands in.

Rules, no model: high precision where an office is named beside "leads", "is responsible" or a day, and little found
where minutes only exhort. So the rows are a proposal that a clerk corrects (`docs/decisions/0061-meetings.md`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from .days import By, deadlines
from .offices import Found, Offices
from .row import DECISION, LONGEST, REQUIREMENT, Row
from .tables import cells_of, lines_of, row_of

#: What is required stands after these; and general talk does, too.
_VERBS = (
    "要|需|须|应|负责|尽快|抓紧|立即|务必|于|在|按|每|会同|牵头|做好|完成|组织|提交|报送|上报|制定|制订|出台|落实|"
    "对|将|根据|统筹|加快|继续|开展|编制|梳理|排查|拿出|形成|印发|启动|推进|协调|配合|安排|汇总|明确|尽早|一并|抽调|"
    "加强|指导|参照|研究|先行|率先|重新|互派|利用|联系|商|核实|整改|处理|解决|答复|反馈|公示|公开|收集|修复|联合|"
    "共同|高度重视|分别|抓好|抓|推动|保障|确保|管好|把|会后|各|召开|出具|审核|负|逐|本周|下周|本月|下月|年底|[0-9〇一二三四五六七八九十]"
)
_LEAD_AFTER = re.compile(
    rf"^(?:同志)?(?:作为[^，]{{1,10}}，)?(?:具体|共同|分别|总)?(?:牵头|负责|承办|主办|落实|{_VERBS})"
)
_LEADS = re.compile(r"^(?:共同|具体)?(?:牵头|负责牵头|主办)")
_HELPS = re.compile(
    r"^(?:等(?:单位|部门)?)?(?:要?(?:积极|全力|做好|予以|共同|主动|密切))?(?:配合|协助|协同|参与|协办)"
)
_ASKED = re.compile(r"(?:责成|请|要求|督促|交由|委托|指定|确定由|明确由|同意由|决定由|由)$")
_WITH = re.compile(r"(?:会同|联合|协同|商|配合单位[:：]?|协办单位[:：]?)$")
_TAG = re.compile(
    r"(?P<lead>(?:牵头|责任|承办|主办|落实|整改)(?:责任)?(?:单位|部门|科室)|责任人)[:：]\s*(?P<leads>[^；;】）)\]\n|\t。，,]+(?:[，,][^；;：:】）)\]\n|\t。]+)*)"
)
_TAG_HELP = re.compile(r"(?:配合|协办|协助|参与)(?:单位|部门)[:：]\s*([^；;】）)\]\n|\t。]+)")
_TAG_DUE = re.compile(
    r"(?:完成|办结|整改|落实|报送|办理)?(?:时限|时间|期限|日期)(?:要求)?[:：]\s*([^；;】）)\]\n|\t。]+)"
)
_BRACKET = re.compile(
    r"[【\[（(][^【】\[\]（）()]*(?:单位|部门|时限|期限|时间)[:：][^【】\[\]]*?[】\]）)]"
)
_DECIDES = re.compile(
    r"(?:原则同意|一致同意|会议同意|同意|审议通过|原则通过|表决通过|一致通过|会议决定|会议议定|决定|研究决定|议定|批准)"
)
_HEAD = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\([一二三四五六七八九十]+\)|[0-9]+[.、．)）]|[①-⑳]|第[一二三四五六七八九十]+[,，、])\s*"
)
_SAYS = re.compile(
    r"^(?:会议|会上|市长|县长|区长|镇长|书记|[^，。：]{0,12}?)?(?:强调|指出|要求|明确|决定|议定|认为|提出)[，,：:]?"
)
#: Lines that say when, where and who, and what has been: they ask nobody for anything.
_FRAME = re.compile(
    r"^[^，。：:]{0,8}(?:时间|地点|主持人?|出席|列席|参会(?:人员|单位|范围)|参加人员|记录人?|日期|印发|抄送|主送|联系人|议题)[:：]"
)
_TOLD = re.compile(
    r"过去一年|今年以来|去年以来|去年|截至|上半年[^，]{0,20}(?:好于|增长|完成)|(?:查处|开展|完成|收到)[^，。]{0,16}[0-9]+[起轮件次个]"
)
_EXHORTS = re.compile(
    r"认识|站位|责任意识|压实责任|警钟|麻痹|高度重视|担当|作风|大局|统一思想|加强领导|形成合力|落到实处|抓好落实|切实|务必"
)
_AGREED_BEFORE = re.compile(
    r"经[^，。]{0,10}(?:同意|批准|研究决定)|(?:以下|如下)|同意搬|(?:已|都)同意"
)
_SENTENCE = re.compile(r"[^。；;\n！？]+[。；;！？]?")


def read(text: str, told: date, offices: Iterable[str]) -> list[Row]:
    """The rows of a text, in its order; `told` is its day, `offices` the names on the register."""
    known = offices if isinstance(offices, Offices) else Offices(offices)
    rows: list[Row] = []
    for line_start, line in lines_of(text):
        if (cells := cells_of(line)) is not None:
            rows.extend(row_of(cells, line, line_start, told, known, text))
            continue
        for start, sentence in _sentences(line, line_start):
            rows.extend(_of_sentence(sentence, start, told, known))
    return _with_what_is_above(rows, text)


def _sentences(line: str, at: int) -> Iterator[tuple[int, str]]:
    """Sentences of a line; a bracket is not torn, and one that only tags what stands before goes with it."""
    masked = _BRACKET.sub(lambda m: "＃" * len(m[0]), line)
    spans = [m.span() for m in _SENTENCE.finditer(masked)]
    whole: list[tuple[int, int]] = []
    for start, end in spans:
        only_tag = not masked[start:end].replace("＃", "").strip(" 。；;　")
        if only_tag and whole:
            whole[-1] = (whole[-1][0], end)
        else:
            whole.append((start, end))
    for start, end in whole:
        part = line[start:end]
        skip = len(part) - len(part.lstrip(" \t　"))
        if part.strip(" \t　。；;"):
            yield at + start + skip, part[skip:].rstrip(" \t　")


def _of_sentence(sentence: str, at: int, told: date, known: Offices) -> Iterator[Row]:
    plain = _HEAD.sub("", sentence)
    at += len(sentence) - len(plain)
    sentence = plain
    tags = _tags(sentence, told, known)
    body = _BRACKET.sub(lambda m: "＃" * len(m[0]), sentence)
    groups = list(_groups(body, known))
    roles = [(_role(body, first, last, people), people) for first, last, people in groups]
    leads = [(groups[n][0], people) for n, (role, people) in enumerate(roles) if role == "lead"]
    helpers = [f.name for role, people in roles for f in people if role == "help"]
    if _FRAME.match(body) or (_TOLD.search(body) and not re.search(r"要|请|责成", body)):
        return
    by = list(deadlines(body, told))
    base = Row(REQUIREMENT, sentence, "", at, at + len(sentence))
    if tags is not None:
        yield replace(
            base,
            what=_what(body, [], tags.due_words),
            leads=tags.leads or tuple(f.name for _at, people in leads for f in people),
            helpers=tags.helpers or tuple(helpers),
            due=tags.due or _day(by),
            workdays=tags.workdays or _days(by),
            due_words=tags.due_words or (by[0].words if by else ""),
        )
        return
    leads = [one for one in leads if not _only_exhorts(body, one[1], by)]
    decides = _DECIDES.search(body) and not _AGREED_BEFORE.search(body)
    if leads:
        first = _DECIDES.search(body)
        if (
            decides
            and first
            and first.start() < leads[0][0]
            and "，" in body[first.end() : leads[0][0]]
        ):
            yield replace(base, kind=DECISION, what=_what(body[: leads[0][0]], [], ""))
        yield from _apart(base, body, leads, helpers, by)
        return
    if decides and not (by and _demands(body)):
        yield replace(base, kind=DECISION, what=_what(body, [], ""))
        return
    if by and any(b.day or b.workdays for b in by) and _demands(body):
        own_by = [b for b in by if b.day or b.workdays]
        yield replace(
            base,
            what=_what(body, [], own_by[0].words),
            helpers=tuple(helpers),
            due=_day(own_by),
            workdays=_days(own_by),
            due_words=own_by[0].words,
        )


def _only_exhorts(body: str, people: Sequence[Found], by: Sequence[By]) -> bool:
    """Everybody is told to be careful, and nobody to do anything by a day."""
    everybody = all(one.name.startswith(("各", "全")) for one in people)
    return everybody and not by and bool(_EXHORTS.search(body))


def _demands(body: str) -> bool:
    """Whether something is asked for, and not only told."""
    if re.search(r"(?:已|已经|截至|目前|自[^，]{0,10}起|召开|举行|成立于|共有|收到|累计)", body):
        return False
    return bool(re.search(r"要|请|须|需|应|务必|完成|提交|报送|上报|报|前|内", body))


def _apart(
    base: Row,
    body: str,
    leads: Sequence[tuple[int, Sequence[Found]]],
    helpers: Sequence[str],
    by: Sequence[By],
) -> Iterator[Row]:
    """A sentence with several who lead is several rows, parted where the next of them begins."""
    cuts = [start for start, _people in leads[1:]]
    ends = [*cuts, len(body)]
    begin = 0
    for (_start, people), end in zip(leads, ends, strict=True):
        part = body[begin:end]
        own = [b for b in by if begin <= b.start < end]
        inside = [name for name in helpers if name in part or len(leads) == 1]
        names = dict.fromkeys(f.name for f in people)
        row = replace(
            base,
            leads=tuple(names),
            helpers=tuple(dict.fromkeys(n for n in inside if n not in names)),
        )
        for piece, piece_by in _by_days(part, begin, own):
            yield replace(
                row,
                what=_what(piece, people, piece_by.words if piece_by else ""),
                due=piece_by.day if piece_by else None,
                workdays=piece_by.workdays if piece_by else None,
                due_words=piece_by.words if piece_by else "",
            )
        begin = end


def _by_days(part: str, begin: int, by: Sequence[By]) -> Iterator[tuple[str, By | None]]:
    """What one office is to do, parted where a second day follows in a clause of its own."""
    certain = [b for b in by if b.day or b.workdays]
    if not certain:
        yield part, (by[0] if by else None)
        return
    cuts = [0]
    for one, other in pairwise(certain):
        if (comma := part.rfind("，", one.end - begin, other.start - begin)) > 0:
            cuts.append(comma)
    then = re.search(r"[，,]并(?:于|在)", part)
    if len(cuts) == 1 and then and then.end() + begin == certain[0].start and then.start() > 8:
        yield part[: then.start()], None
        yield part[then.start() :], certain[0]
        return
    for n, cut in enumerate(cuts):
        end = cuts[n + 1] if n + 1 < len(cuts) else len(part)
        own = next((b for b in certain if cut <= b.start - begin < end), None)
        yield part[cut:end], own


def _groups(body: str, known: Offices) -> Iterator[tuple[int, int, list[Found]]]:
    """Offices that follow on one another: from, to, and each."""
    people: list[Found] = []
    for one in known.within(body):
        if people and re.fullmatch(r"[、和与及，,]|以及", body[people[-1].end : one.start]):
            people.append(one)
            continue
        if people:
            yield people[0].start, people[-1].end, people
        people = [one]
    if people:
        yield people[0].start, people[-1].end, people


def _role(body: str, first: int, last: int, people: Sequence[Found]) -> str:
    """What this group is to do: lead, help, or nothing ("" where it is only named)."""
    before, after = body[:first], body[last:]
    if _HELPS.match(after) or (_WITH.search(before) and not _LEADS.match(after)):
        return "help"
    if _LEADS.match(after):
        return "lead"
    if _ASKED.search(before) and re.match(rf"^(?:{_VERBS}|等|牵头|承办|尽|抓|具体|，)", after):
        return "lead"
    begins = re.search(r"(?:^|[，,：:；;。＃）)]|强调|要求|明确|议定|决定|同意|责成)\s*$", before)
    if begins and _LEAD_AFTER.match(after):
        if re.match(r"^在(?!.{0,12}[前内])", after) and not re.search(r"要|须|需|务必|完成", after):
            return ""
        if re.search(r"(?:已|已经|累计|共)(?:完成|建成|开展|实现|收到)", after[:20]):
            return ""
        known = any(one.known for one in people) or people[0].name.startswith(("各", "其他"))
        return (
            "lead"
            if known or _LEADS.match(after) or re.match(r"^(?:要|须|需|负责|应)", after)
            else ""
        )
    return ""


def _tags(sentence: str, told: date, known: Offices) -> Row | None:
    """What the brackets or labels of a sentence say."""
    lead, helped, due = _TAG.search(sentence), _TAG_HELP.search(sentence), _TAG_DUE.search(sentence)
    if not (lead or helped or due):
        return None
    by = next(deadlines(due[1], told), None) if due else None
    people = [f.name for f in known.within(lead["leads"])] if lead else []
    return Row(
        REQUIREMENT,
        sentence,
        "",
        0,
        0,
        tuple(dict.fromkeys(people)),
        tuple(f.name for f in known.within(helped[1])) if helped else (),
        by.day if by else None,
        by.workdays if by else None,
        by.words if by else (due[1].strip() if due else ""),
    )


def _with_what_is_above(rows: list[Row], text: str) -> list[Row]:
    """Labels that stand on lines of their own, below what they are about."""
    found: list[Row] = []
    for row in rows:
        stripped = _BRACKET.sub("", row.sentence).strip(" 。；;　")
        unwrapped = row.sentence.strip("【[（( ")
        label = _TAG.match(unwrapped) or _TAG_DUE.match(unwrapped)
        if (not stripped or label) and not row.what.strip("＃ 。；;："):
            above = text[: row.start].rstrip().rsplit("\n", 1)[-1].strip()
            start = text.rfind(above, 0, row.start) if above else -1
            if start >= 0 and not any(r.start == start for r in found):
                sentence = _HEAD.sub("", above)
                row = replace(row, sentence=sentence, what=_what(sentence, [], ""), start=start)
        found.append(row)
    return found


def _day(by: Sequence[By]) -> date | None:
    return next((b.day for b in by if b.day), None)


def _days(by: Sequence[By]) -> int | None:
    return next((b.workdays for b in by if b.workdays), None)


def _what(body: str, people: Sequence[Found], due: str) -> str:
    """What is to be done, without who and by when, as far as these stand at its edges."""
    text = _SAYS.sub("", body.replace("＃", ""))
    for one in people:
        text = text.replace(one.name, "", 1) if text.find(one.name) < 12 else text
    text = re.sub(
        r"^(?:由|请|责成|要求|、|，|和|与)*(?:共同)?(?:牵头|负责)?[，,：:]?(?:要|须|需|应)?",
        "",
        text,
    )
    text = re.sub(r"^[^，]{0,40}(?:配合|协助|协办|参与)[，,]", "", text)
    if due:
        text = text.replace(due, "", 1)
    return text.strip(" ，,。；;：:　、于在")[:LONGEST]
