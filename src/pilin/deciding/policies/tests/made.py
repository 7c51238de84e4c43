"""Conditions and profiles made by Hypothesis: of every kind of fact, near each other, with facts missing."""

from datetime import date

from hypothesis import strategies as st

from pilin.deciding.policies.conditions import read
from pilin.deciding.policies.facts import CODE, DAY, FLAG, KNOWN, NUMBER, OPS, PATH, TEXT, Facts

FACTS = Facts()
ON = date(2026, 11, 27)
#: One or two of each kind are enough for all to meet.
SOME = [
    FACTS[name]
    for name in ("staff", "revenue", "founded", "high_tech", "size", "industry", "registered")
]
VALUES = {
    NUMBER: st.sampled_from([0, 1, 300, 300.5, 1000, 0.1, -2]),
    DAY: st.sampled_from(["2020-01-01", "2024-11-27", "2024-11-28", "2026-11-27"]),
    FLAG: st.booleans(),
    TEXT: st.sampled_from(["微型", "小型", "中型", "large", "Ｌarge"]),
    CODE: st.sampled_from(["C13", "C1331", "C14", "A0111", "I65"]),
    PATH: st.sampled_from(["平湖", "平湖/新埭镇", "平湖东", "金山/廊下镇", "平湖/新埭镇/姚浜村"]),
}


@st.composite
def comparisons(draw):
    fact = draw(st.sampled_from(SOME))
    op = draw(st.sampled_from(OPS[fact.kind]))
    one = VALUES[fact.kind]
    if fact.kind in (TEXT, CODE, PATH) and op not in ("=", "!="):
        return [fact.name, op, draw(st.lists(one, min_size=1, max_size=3))]
    if fact.kind == DAY and draw(st.booleans()):
        return [fact.name, op, {"years_before": draw(st.integers(0, 7))}]
    return [fact.name, op, draw(one)]


trees = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=4)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=4)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=12,
).map(lambda data: read(data, FACTS))


@st.composite
def profiles(draw):
    return {
        fact.name: fact.value(draw(VALUES[fact.kind])) for fact in SOME if draw(st.integers(0, 3))
    }


assert KNOWN
