"""Rules and profiles from files: the same verdicts, each fault with its line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.deciding.policies import files
from pilin.deciding.policies.credit_code import LETTERS, check_character, code_of
from pilin.deciding.policies.places import places
from pilin.deciding.tables import Malformed

from .made import ON

RULES = """{
  "facts": {"acres": {"kind": "number", "title": "种植面积"}},
  "clauses": [
    {"id": "tech", "title": "技改补助", "document": "办法", "days": 60,
     "needs": {"all": [["registered", "within", ["平湖"]],
                       ["invested", ">=", "500万"],
                       ["defaulter", "=", false]]},
     "benefit": {"rate": "0.08", "of": "invested", "cap": 3000000},
     "from": "2026-01-01", "until": "2026-12-31"},
    {"id": "land", "title": "种粮补贴", "needs": ["acres", ">=", 50],
     "benefit": {"fixed": 5000}, "until": "2026年6月30日"}
  ]
}
"""
PROFILES = """信用代码,注册地,设备投资,失信,种植面积,备注
91330482MA2XXXXX01,平湖/独山港镇,1000万元,否,,甲
91330482MA2XXXXX02,平湖,,否,60,乙
91310116MA1XXXXX03,金山,9000万,否,20,丙
"""


@pytest.fixture
def both(tmp_path):
    rules, profiles = tmp_path / "rules.json", tmp_path / "profiles.csv"
    rules.write_text(RULES)
    profiles.write_bytes(PROFILES.encode("gb18030"))  # as Excel saves it
    return rules, profiles


def test_each_profile_gets_a_verdict_with_its_reasons(both):
    found = {
        p["profile"][-2:]: {c["clause"]: c for c in p["clauses"]} for p in files.decided(*both, ON)
    }
    verdicts = {key: {n: c["verdict"] for n, c in said.items()} for key, said in found.items()}
    assert verdicts == {
        "01": {"tech": "yes", "land": "unknown"},
        "02": {"tech": "unknown", "land": "yes"},
        "03": {"tech": "no", "land": "no"},
    }
    assert found["01"]["tech"]["amount"] == "800000" and found["02"]["tech"]["amount"] is None
    assert found["02"]["tech"]["ask"] == ["invested"]
    assert found["02"]["land"]["amount"] == "5000" and found["02"]["land"]["open"] is False
    (first, *_rest) = found["03"]["tech"]["reasons"]
    assert first == {
        "at": "needs.all.0",
        "needs": ["registered", "within", ["平湖"]],
        "given": "金山",
        "verdict": "no",
    }
    assert "amount" not in found["03"]["tech"]


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ('"invested", ">="', '"invest", ">="', 6, "no fact called"),
        ('["defaulter", "=", false]', '["defaulter", "=", 7]', 7, "neither yes nor no"),
        ('"title": "种粮补贴", ', "", 10, "title"),
        ('"id": "land"', '"id": "tech"', 10, "above already"),
        ('"rate": "0.08"', '"rate": "a lot"', 8, "number"),
        ('"of": "invested"', '"of": "size"', 8, "no number called"),
        ('"days": 60', '"deys": 60', 4, "nothing called"),
        ('"from": "2026-01-01"', '"from": "2027-01-01"', 9, "before its first"),
        ('"kind": "number"', '"kind": "acre"', 2, "one of"),
        ('"acres": {', '"staff": {', 2, "already"),
        ('"clauses": [', '"clauses": (', 3, "no JSON"),
    ],
)
def test_a_malformed_rule_is_told_with_its_line(both, old, new, line, why):
    rules, _profiles = both
    assert old in RULES
    rules.write_text(RULES.replace(old, new, 1))
    with pytest.raises(Malformed) as fault:
        files.read_rules(rules)
    assert fault.value.line == line and why in str(fault.value)


@pytest.mark.parametrize(
    ("old", "new", "where", "why"),
    [
        ("1000万元", "很多", (2, 3), "数字"),
        (",否,60", ",也许,60", (3, 4), "neither yes nor no"),
        ("91310116MA1XXXXX03", "91330482ma2xxxxx01", (4, 1), "above already"),
        ("91310116MA1XXXXX03", " ", (4, 1), "empty"),
        (",丙", "", (4, 6), "6 cells"),
        ("信用代码", "企业", (1, 1), "no column"),
        ("注册地", "投资地", None, ""),
        ("备注", "设备投资", (1, 3), "above already"),
    ],
)
def test_a_malformed_profile_is_told_with_line_and_column(both, old, new, where, why):
    rules, profiles = both
    profiles.write_text(PROFILES.replace(old, new, 1))
    facts = files.read_rules(rules)[1]
    if where is None:  # a column nobody speaks of is not read
        assert "registered" not in files.read_profiles(profiles, facts)[0][1]
        return
    with pytest.raises(Malformed) as fault:
        files.read_profiles(profiles, facts)
    assert (fault.value.line, fault.value.column) == where and why in str(fault.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.from_regex("[a-z]{1,3}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(json_values, st.sampled_from([None, 2]))
def test_everything_in_a_json_text_has_its_place(data, indent):
    text = json.dumps(data, indent=indent, ensure_ascii=False)
    for path, position in places(text).items():
        found = data
        for name in filter(None, path.split(".")):
            found = found[int(name)] if isinstance(found, list) else found[name]
        assert json.JSONDecoder().raw_decode(text[position:])[0] == found


def test_published_codes_pass_and_a_wrong_character_does_not():
    # The example of GB 32100-2015, and one of a public institution.
    assert code_of("91350100M000100Y43") == "91350100M000100Y43"
    assert code_of("9135 0100 m000 100y 43") == "91350100M000100Y43"
    assert code_of("91350100M000100Y34") == code_of("91350100M000100Y4") == code_of("") == ""


@given(st.text(LETTERS, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(LETTERS))
def test_one_wrong_character_is_always_found(first, at, other):
    code = first + check_character(first)
    assert code_of(code) == code
    wrong = code[:at] + other + code[at + 1 :]
    assert code_of(wrong) == (code if wrong == code else "")
