"""Whom a policy is for: decided as the tree says, never no where something is unknown, by whichever way."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.deciding.policies import cel
from pilin.deciding.policies.columns import NO, UNKNOWN, YES, Columns
from pilin.deciding.policies.conditions import (
    Misshapen,
    YearsBefore,
    as_json,
    comparisons,
    evaluate,
    failing,
    missing,
    read,
    reasons,
)
from pilin.deciding.policies.facts import OPS

from .made import FACTS, ON, SOME, VALUES, profiles, trees

#: Those that can be just something.
EQUAL = [fact for fact in SOME if "=" in OPS[fact.kind]]


def says(data, **profile):
    given_ = {name: FACTS[name].value(value) for name, value in profile.items()}
    return evaluate(read(data, FACTS), given_, ON)


SME = {
    "all": [
        ["registered", "within", ["平湖"]],
        {"any": [["staff", "<=", 1000], ["revenue", "<=", "4亿"]]},
        {"not": ["defaulter", "=", True]},
    ]
}


def test_or_in_a_rule_about_size_is_or():
    known = {"registered": "平湖/新埭镇", "defaulter": "否"}
    assert says(SME, staff=1200, revenue="3.5亿元", **known) is True
    assert says(SME, staff=1200, revenue="5亿", **known) is False
    assert says(SME, staff=900, **known) is True  # revenue decides nothing any more
    assert says(SME, staff=1200, **known) is None  # and here it does
    assert says(SME, staff=1, registered="平湖东", defaulter="否") is False


def test_what_is_asked_for_is_what_the_verdict_hangs_on():
    tree = read(SME, FACTS)
    profile = {"staff": 1200.0, "registered": "平湖"}
    assert missing(tree, profile, ON) == ["revenue", "defaulter"]
    assert missing(tree, {"registered": "嘉善"}, ON) == []


@pytest.mark.parametrize(
    ("on", "last"),
    [
        (date(2026, 11, 27), "2024-11-27"),
        (date(2024, 2, 29), "2022-02-28"),
        (date(2026, 3, 1), "2024-03-01"),
    ],
)
def test_two_years_ago_is_a_day(on, last):
    assert YearsBefore(2).on(on) == last
    tree = read(["founded", "<=", {"years_before": 2}], FACTS)
    assert evaluate(tree, {"founded": last}, on) is True
    assert evaluate(tree, {"founded": "2026-12-31"}, on) is False


@given(trees, profiles())
def test_googles_cel_says_the_same_wherever_it_says_something(tree, profile):
    from cel_expr_python import cel as google

    kinds = {"double": google.Type.DOUBLE, "bool": google.Type.BOOL, "string": google.Type.STRING}
    env = google.NewEnv(variables={fact.name: kinds[cel.type_of(fact)] for fact in SOME})
    said = env.compile(cel.cel(tree, ON)).eval(data=profile)
    ours = evaluate(tree, profile, ON)
    if said.type() == google.Type.BOOL:
        assert said.value() is ours
    else:
        assert "No value with name" in str(said)
        assert ours is None  # what it cannot say we do not, either


@given(st.lists(trees, min_size=1, max_size=4), st.lists(profiles(), max_size=12))
def test_many_at_once_are_decided_as_each_alone(several, rows):
    columns = Columns(rows, SOME)
    said = {True: YES, False: NO, None: UNKNOWN}
    for tree in several:
        expected = [said[evaluate(tree, row, ON)] for row in rows]
        assert columns.verdicts(tree, ON).tolist() == expected


@given(trees, profiles(), st.data())
def test_what_becomes_known_never_turns_yes_into_no(tree, profile, data):
    """Unknown is never told as no: whatever a missing fact may be, a verdict that was given stands."""
    before = evaluate(tree, profile, ON)
    fact = data.draw(st.sampled_from(SOME))
    value = fact.value(data.draw(VALUES[fact.kind]))
    after = evaluate(tree, {fact.name: value, **profile}, ON)
    assert before is None or after is before


@given(trees, profiles(), st.data())
def test_a_fact_that_changes_changes_no_verdict_that_does_not_speak_of_it(tree, profile, data):
    fact = data.draw(st.sampled_from(SOME))
    value = fact.value(data.draw(VALUES[fact.kind]))
    changed = {**profile, fact.name: value}
    speaks = fact.name in {c.fact.name for c in comparisons(tree)}
    if not speaks:
        assert evaluate(tree, changed, ON) is evaluate(tree, profile, ON)
    before = {r.at: r.verdict for r in reasons(tree, profile, ON)}
    for reason in reasons(tree, changed, ON):
        if reason.compare.fact is not fact:
            assert reason.verdict is before[reason.at]


@given(
    st.lists(st.sets(st.sampled_from([f.name for f in EQUAL]), min_size=1), max_size=8), st.data()
)
def test_changing_one_fact_changes_exactly_the_verdicts_whose_clauses_name_it(named, data):
    """Each clause wants some facts to be just what they are: whichever of them changes, it holds no more."""
    profile = {f.name: f.value(data.draw(VALUES[f.kind])) for f in EQUAL}
    clauses = [
        read({"all": [[n, "=", profile[n]] for n in sorted(names)]}, FACTS) for names in named
    ]
    fact = data.draw(st.sampled_from(EQUAL))
    others = (fact.value(data.draw(VALUES[fact.kind])) for _ in range(9))
    other = next((value for value in others if value != profile[fact.name]), None)
    for tree, names in zip(clauses, named, strict=True):
        assert evaluate(tree, profile, ON) is True
        after = evaluate(tree, {**profile, fact.name: other}, ON)
        assert (after is not True) == (fact.name in names)


@given(trees, profiles())
def test_asking_for_what_is_missing_decides_it_in_the_end(tree, profile):
    asked = missing(tree, profile, ON)
    assert bool(asked) == (evaluate(tree, profile, ON) is None)
    assert not set(asked) & {name for name, value in profile.items() if value is not None}
    whole = {fact.name: profile.get(fact.name, fact.value(_least(fact))) for fact in SOME}
    assert evaluate(tree, whole, ON) is not None and missing(tree, whole, ON) == []


@given(trees, profiles())
def test_what_does_not_hold_would_hold_it_up_alone(tree, profile):
    """Each comparison named is false (or, under a not, true), and there is one exactly where the verdict is no."""
    named = list(failing(tree, profile, ON))
    assert bool(named) == (evaluate(tree, profile, ON) is False)
    assert all(evaluate(one, profile, ON) is False for one in named)


def _least(fact):
    return {
        "number": 0,
        "day": "2020-01-01",
        "flag": False,
        "text": "小型",
        "code": "A01",
        "path": "平湖",
    }[fact.kind]


@given(trees)
def test_a_tree_that_is_written_is_read_back(tree):
    assert read(as_json(tree), FACTS) == tree


DEEP: object = ["staff", "<", 1]
for _ in range(40):
    DEEP = {"not": DEEP}


@pytest.mark.parametrize(
    ("data", "at", "why"),
    [
        (["stuff", "<", 1], "needs", "no fact called"),
        ({"all": [["staff", "<", 1], ["staff", "~", 1]]}, "needs.all.1", "none of"),
        ({"all": []}, "needs", "not empty"),
        ({"every": [["staff", "<", 1]]}, "needs", "none of all"),
        ({"any": [{"not": ["staff", "<", "about ten"]}]}, "needs.any.0.not", "数字"),
        (["founded", "<", "2023-02-30"], "needs", ""),
        (["founded", "<", {"years_before": 1.5}], "needs", "years before"),
        (["industry", "starts", "C13"], "needs", "list"),
        (["industry", "starts", []], "needs", "list"),
        (["industry", "starts", ["C 13!"]], "needs", "letters and digits"),
        (["registered", "within", ["平湖//姚浜村"]], "needs", "slashes"),
        (["high_tech", "=", "perhaps"], "needs", "neither yes nor no"),
        (["staff", "<", 12345678901234567], "needs", "15 digits"),
        (["staff", "<", None], "needs", "missing"),
        (["staff", "<"], "needs", "all, any"),
        ("staff < 1", "needs", "all, any"),
        (DEEP, "needs" + ".not" * 32, "deep"),
        ({"any": [["staff", "<", 1]] * 501}, "needs.any.500", "500"),
    ],
)
def test_what_is_no_condition_is_refused_where_it_stands(data, at, why):
    with pytest.raises(Misshapen) as fault:
        read(data, FACTS)
    assert fault.value.at == at and why in str(fault.value)
