"""Conditions as people write them are the conditions that are decided; what cannot be read says its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.deciding.policies.conditions import All, Any_, Misshapen, as_json, evaluate
from pilin.deciding.policies.phrases import text_of, tree_of, words_of
from pilin.wording import saying

from .made import FACTS, ON, comparisons, profiles, trees


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (
            "员工数 不超过 1000 或 营业收入 ≤ 4亿",
            {"any": [["staff", "<=", 1000.0], ["revenue", "<=", 4e8]]},
        ),
        (
            "行业属于C13、C14；非失信被执行人",
            {"all": [["industry", "starts", ["C13", "C14"]], ["defaulter", "=", False]]},
        ),
        (
            "注册地 在 平湖/新埭镇，金山/廊下镇",
            ["registered", "within", ["平湖/新埭镇", "金山/廊下镇"]],
        ),
        ("成立日期 满 2 年", ["founded", "<=", {"years_before": 2}]),
        ("成立日期 不早于 2020年1月1日", ["founded", ">=", "2020-01-01"]),
        ("高新技术企业", ["high_tech", "=", True]),
        ("高企：否", ["high_tech", "=", False]),
        ("企业规模 不属于 大型", ["size", "not in", ["大型"]]),
        (
            "Employees at least 10\nFounded on for 3 years",
            {"all": [["staff", ">=", 10.0], ["founded", "<=", {"years_before": 3}]]},
        ),
        ('{"not": ["staff", "<", 5]}', {"not": ["staff", "<", 5.0]}),
    ],
)
def test_what_offices_write(text, tree):
    assert as_json(tree_of(text, FACTS)) == tree


@pytest.mark.parametrize(
    ("text", "at", "why"),
    [
        ("员工数 不超过 1000\n天气 = 好", "line 2", "no fact that is known"),
        ("员工数", "line 1", "how it is compared"),
        ("员工数 ≤ 很多", "line 1", "数字"),
        ("行业 ≥ C13", "line 1", "how it is compared"),
        ("非员工数 ≤ 3", "line 1", "turned round"),
        ("高企 也许", "line 1", "neither yes nor no"),
        ("员工数 ≤ 3 且 高企", "line 1", "lines of its own"),
        ("{", "needs", "no JSON"),
        (" ； ", "needs", "missing"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text, at, why):
    with pytest.raises(Misshapen) as fault:
        tree_of(text, FACTS)
    assert fault.value.at == at and why in str(fault.value)


simple = st.one_of(
    comparisons(),
    st.lists(comparisons(), min_size=1, max_size=3).map(lambda some: {"any": some}),
)
flat = st.lists(simple, min_size=1, max_size=4).map(lambda some: {"all": some})


@given(
    st.one_of(
        trees,
        flat.map(lambda data: __import__("json").dumps(data)).map(lambda t: tree_of(t, FACTS)),
    ),
    profiles(),
    st.sampled_from(["en", "zh-hans"]),
)
def test_what_is_written_is_read_back_in_either_language(tree, profile, language):
    before = saying._language
    saying.speak(lambda: language)
    try:
        again = tree_of(text_of(tree), FACTS)
        assert words_of(tree)
    finally:
        saying.speak(before)
    assert evaluate(again, profile, ON) is evaluate(tree, profile, ON)
    assert isinstance(again, type(tree)) or isinstance(tree, All | Any_)
