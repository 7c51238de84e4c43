"""`pilin decide lots`: what is published before the draw, and the panel after it."""

import csv
import json

import pytest
from click.testing import CliRunner

from pilin.cli.decide import decide

PEOPLE = [["id", "name", "side", "age"]]
PEOPLE += [[f"p{n}", "-", "ab"[n % 2], "yo"[n > 5]] for n in range(8)]
QUOTAS = [["feature", "value", "min", "max"], ["side", "a", 1, 2], ["side", "b", 1, 2]]
QUOTAS += [["age", "y", 2, 2], ["age", "o", 1, 1]]


@pytest.fixture
def lots(tmp_path):
    def run(*options, people=PEOPLE, quotas=QUOTAS, code=0):
        for name, rows in (("people", people), ("quotas", quotas)):
            with (tmp_path / f"{name}.csv").open("w", newline="") as text:
                csv.writer(text).writerows(rows)
        command = ["lots", str(tmp_path / "people.csv"), str(tmp_path / "quotas.csv")]
        done = CliRunner().invoke(decide, [*command, "--seed", "s", *map(str, options)])
        assert done.exit_code == code, done.output
        return json.loads(done.stdout) if "--json" in options else done.output

    return run


def test_a_panel_is_drawn_that_was_committed_to_before(lots, tmp_path):
    before = lots("--commit", "--json")
    assert "panel" not in before and "seed" not in before
    after = lots("--json", people=[PEOPLE[0], *PEOPLE[:0:-1]])
    beside = {name: after[name] for name in ("panel", "substitutes")}
    assert after == {"seed": "s", **beside, **before}
    left = {person for row in after["substitutes"] for person in row}
    assert left == {row[0] for row in PEOPLE[1:]} - set(after["panel"])
    assert after["size"] == len(after["panel"]) == 3
    assert sum(after["probabilities"].values()) == pytest.approx(3)
    assert after["minimum"] == min(after["probabilities"].values())
    said = lots()
    assert before["commitment"] in said and "\n".join(after["panel"]) in said
    assert before["commitment"] in lots("--commit")


def test_a_published_lottery_is_drawn_from_without_making_it_again(lots, tmp_path, monkeypatch):
    after = lots("--json")
    (tmp_path / "before.json").write_text(json.dumps(lots("--commit", "--json")))
    monkeypatch.setattr("pilin.deciding.sortition_files.lottery", None)
    assert lots("--json", "--lottery", tmp_path / "before.json") == after


@pytest.mark.parametrize("fault", ["panel", "tickets", "types", "nothing"])
def test_a_published_lottery_that_does_not_fit_is_refused(lots, tmp_path, fault):
    before = lots("--commit", "--json")
    made = before["lottery"]
    if fault == "panel":
        made["panels"][0][1][0] += 1
    elif fault == "tickets":
        made["panels"][0][0] += 1
    elif fault == "types":
        made["types"].reverse()
    else:
        before = []
    (tmp_path / "before.json").write_text(json.dumps(before))
    assert "before.json" in lots("--lottery", tmp_path / "before.json", code=2)


def test_wrong_input_is_exit_code_2_and_nothing_is_drawn(lots):
    assert "people.csv, line 9, column 1:" in lots(people=[*PEOPLE[:-1], PEOPLE[1]], code=2)
    assert "--size" in lots(quotas=[*QUOTAS[:3], ["age", "y", 0, 3], ["age", "o", 0, 1]], code=2)
    said = lots(quotas=[*QUOTAS[:3], ["age", "y", 0, 0], ["age", "o", 3, 3]], code=2)
    assert "minimum of age “o” from 3 to 2 (the pool has 2)" in said


def test_whoever_can_be_on_no_panel_is_named(lots):
    said = lots(quotas=[*QUOTAS[:3], ["age", "y", 3, 3], ["age", "o", 0, 0]])
    assert "On no panel that meets the quotas: p6, p7" in said
