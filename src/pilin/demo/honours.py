"""The demo's award: one that was conferred, one before the committee, one put where it was received first.

Made up: no such thing happened, and nobody is named.
"""

from __future__ import annotations

from pilin.people.models import Place

from .story import Story

HALL, HALL_RIGHT = "请你来协商·民生议事堂", "金山卫镇民生议事堂"
JURORS = ("juror-1", "juror-2", "juror-3")


def honours(s: Story) -> None:
    given = _nominated(s, 1, "跳入界河救起落水老人", "resident")
    _vetted(s, given, 2)
    _voted(s, given, 7, ((90, 85, 80), (80, 90, 70), (85, 80, 75)))
    s.step(12, "clerk", given, "consent", {"agrees": "no"})
    said = {"text": "拟授予勇为好市民称号，现予公示。", "until": s.day(24)}
    s.step(13, "clerk", given, "post", said)
    objection = {"text": "听说当时还有一位路人帮忙。", "name": "不公开", "contact": "不公开"}
    s.step(15, "resident-right", given, "object", objection)
    entry = s.newest(given)
    s.step(
        18, "clerk", given, "answer", {"objection": entry, "answer": "已核实，另一位已另行提名。"}
    )
    s.step(27, "clerk", given, "confer", {"words": "冬夜下河救人，不留姓名。", "amount": "1万元"})
    s.step(30, "resident", given, "confirm", {"rating": 5, "words": "应该让大家知道。"})
    waiting = _nominated(s, 33, "拦下失控的电动车", "resident")
    _vetted(s, waiting, 35)
    s.step(40, "clerk", waiting, "summon")
    _cast(s, 41, "juror-1", waiting, (60, 70, 75))
    first = _nominated(s, 41, "火场敲门叫醒邻居", "resident")
    more = {"org": s.org(HALL_RIGHT), "place": Place.objects.get(name="星火村").pk}
    second = _nominated(s, 42, "火场敲门叫醒邻居", "resident-right", **more)
    s.step(
        43,
        "clerk-right",
        second,
        "concede",
        {"other": first, "reason": "同一件事，独山港受理在先。"},
    )


def _nominated(s: Story, day: float, title: str, who: str, **more: object) -> int:
    said = {
        "title": title,
        "org": s.org(HALL),
        "place": Place.objects.get(name="韩家庙村").pk,
        "day": s.day(min(day - 1, 40)),
        "text": "当时情况危急，没有多想就上前去了。",
        "nominee": "不公开",
        "contact": "不公开",
        "relation": "other",
        **more,
    }
    return s.step(day, who, "nomination", "nominate", said)


def _vetted(s: Story, m: int, day: float) -> None:
    offices = [s.org("独山港镇"), s.org("平湖市")]
    s.step(day, "clerk", m, "inquire", {"offices": offices, "question": "有无不宜授奖的情况？"})
    for who in ("lead", "lead-city"):
        s.step(day + 2, who, m, "reply", {"finding": "clear", "words": "未发现异常。"})


def _voted(s: Story, m: int, day: float, scores: tuple[tuple[int, ...], ...]) -> None:
    s.step(day, "clerk", m, "summon")
    for who, row in zip(JURORS, scores, strict=True):
        _cast(s, day + 2, who, m, row)


def _cast(s: Story, day: float, who: str, m: int, scores: tuple[int, ...]) -> None:
    by = dict(zip(("danger", "effect", "model"), scores, strict=True))
    said = {f"vote-{key}": str(n) for key, n in by.items()}
    s.step(day, who, m, "cast", {**said, "vote-yes": "yes", "relation": "none"})
