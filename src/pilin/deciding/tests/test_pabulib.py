"""Pabulib files, read and written."""

import csv
import gzip
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.deciding.budget import Election
from pilin.deciding.pabulib import File, read_election, read_file, write_file
from pilin.deciding.tables import Malformed
from tests.examples import examples

START = ["META", "key;value", "budget;100"]
PROJECTS = ["PROJECTS", "project_id;cost;name;selected", "1;60;Bench;1", "2;50,5;Lamp;0"]


def file_of(tmp_path, *lines):
    path = tmp_path / "x.pb"
    path.write_text("\n".join([*lines, ""]))
    return path


def votes(tmp_path, *lines):
    return file_of(tmp_path, *START, *PROJECTS, "VOTES", *lines)


def test_a_file_is_read(tmp_path):
    found = read_file(
        votes(tmp_path, "voter_id;age;vote", "a;7;1,2", "b;8;2", "c;9;2,1", "", "d;7;")
    )
    e = found.election
    assert (e.budget, e.names, e.costs) == (100, ("1", "2"), (60, Fraction("50.5")))
    assert e.ballots() == [(2, {"1": 1, "2": 1}), (1, {"2": 1}), (1, {})]
    assert (found.meta, found.selected) == ({"budget": "100"}, ["1"])
    assert found.projects["2"]["name"] == "Lamp"


def test_points_are_read(tmp_path):
    e = read_election(
        votes(tmp_path, "voter_id;vote;points", "a;1,2;3,1", "b;2,1;1,3.0", "c;2;0.5")
    )
    assert e.ballots() == [(2, {"1": 3, "2": 1}), (1, {"2": Fraction(1, 2)})]


def test_points_beside_approvals_are_not_counted(tmp_path):
    lines = [*START, "vote_type;approval", *PROJECTS, "VOTES", "voter_id;vote;points", "a;1,2;3"]
    assert read_election(file_of(tmp_path, *lines)).ballots() == [(1, {"1": 1, "2": 1})]


def test_a_packed_file_is_read(tmp_path):
    path = tmp_path / "x.pb.gz"
    path.write_bytes(gzip.compress(votes(tmp_path, "voter_id;vote", "a;1").read_bytes()))
    assert read_election(path).ballots() == [(1, {"1": 1})]
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(Malformed):
        read_election(path)


@pytest.mark.parametrize(
    ("lines", "line", "column"),
    [
        (["voter_id;vote", "a;1", "b;9"], 11, 2),
        (["voter_id;vote", "a;1,1"], 10, 2),
        (["voter_id;choice", "a;1;2"], 9, 1),
        (["voter_id;vote", "a"], 10, 2),
        (["voter_id;vote", "a;1;2"], 10, 3),
        (["voter_id;vote;points", "a;1,2;1"], 10, 3),
        (["voter_id;vote;points", "a;1;x"], 10, 3),
        (["voter_id;vote;points", "a;1;1/0"], 10, 3),
        (["voter_id;vote;points", "a;1"], 10, 3),
    ],
)
def test_a_malformed_vote_gets_its_line_and_column(tmp_path, lines, line, column):
    refused(votes(tmp_path, *lines), line, column)


@pytest.mark.parametrize(
    ("lines", "line", "column"),
    [
        (["budget;100", "META"], 1, 1),
        (["META", "key;value", "budget;much", *PROJECTS, "VOTES", "voter_id;vote"], 3, 2),
        (["META", "key;value", "budget;1e999999999", *PROJECTS, "VOTES", "voter_id;vote"], 3, 2),
        (["META", "key;value", "budget;1/0", *PROJECTS, "VOTES", "voter_id;vote"], 3, 2),
        (["META", "key;value", "budget;-1", *PROJECTS, "VOTES", "voter_id;vote"], 3, 2),
        (["META", "key;value", *PROJECTS, "VOTES", "voter_id;vote"], 1, 1),
        ([*START, "PROJECTS", "project_id;cost", "1;dear", "VOTES", "voter_id;vote"], 6, 2),
        ([*START, "PROJECTS", "project_id;cost", "1;-5", "VOTES", "voter_id;vote"], 6, 2),
        ([*START, "PROJECTS", "project_id;cost", "1;5", "1;6", "VOTES", "voter_id;vote"], 7, 1),
        ([*START, "PROJECTS", "project_id;cost", "1", "VOTES", "voter_id;vote"], 6, 2),
        ([*START, "PROJECTS", "project_id;cost", "1;5;6", "VOTES", "voter_id;vote"], 6, 3),
        ([*START, "PROJECTS", "project_id;price", "1;5", "VOTES", "voter_id;vote"], 6, 1),
        ([*START, "vote_type;ordinal", *PROJECTS, "VOTES", "voter_id;vote", "a;1"], 4, 2),
        ([*START, "num_votes;2", *PROJECTS, "VOTES", "voter_id;vote", "a;1"], 4, 2),
        ([*START, "num_projects;3", *PROJECTS, "VOTES", "voter_id;vote", "a;1"], 4, 2),
        ([*START, *PROJECTS], 7, 1),
        ([*START, "VOTES", "voter_id;vote", "a;1", *PROJECTS], 7, 2),
    ],
)
def test_a_malformed_file_gets_its_line_and_column(tmp_path, lines, line, column):
    refused(file_of(tmp_path, *lines), line, column)


def refused(path, line, column):
    with pytest.raises(Malformed) as fault:
        read_file(path)
    assert (fault.value.line, fault.value.column) == (line, column)


def test_what_is_no_text_is_refused(tmp_path):
    (tmp_path / "x.pb").write_bytes(b"META\nkey;value\nunit;\xff\xfe\n")
    with pytest.raises(Malformed):
        read_file(tmp_path / "x.pb")


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1).filter(
    lambda word: word.upper() not in ("META", "PROJECTS", "VOTES")
)
IDS = WORDS.filter(lambda word: "," not in word)
AMOUNTS = st.one_of(
    st.decimals(0, 10**6, places=2).map(Fraction), st.fractions(0, 100, max_denominator=10**9)
)


@st.composite
def files(draw):
    costs = draw(st.dictionaries(IDS, AMOUNTS, min_size=1, max_size=5))
    named = st.sampled_from(sorted(costs))
    points = st.one_of(st.integers(-3, 9), st.fractions(0, 9, max_denominator=12))
    kind, ballot = draw(
        st.sampled_from(
            [
                ("approval", st.sets(named).map(lambda names: dict.fromkeys(names, 1))),
                ("cumulative", st.dictionaries(named, points)),
            ]
        )
    )
    ballots = draw(st.lists(st.tuples(ballot, st.integers(1, 3)), max_size=6))
    e = Election.of(draw(AMOUNTS), costs, [b for b, _ in ballots], [w for _, w in ballots])
    meta = {"vote_type": kind, "unit": draw(WORDS), "comment": draw(WORDS)}
    return File(e, meta, {name: {"name": draw(WORDS)} for name in costs})


def counted(e):
    return sorted((sorted(b.items()), weight) for weight, b in e.ballots())


@given(files())
@examples(200)
def test_what_is_written_is_read(tmp_path_factory, file):
    path = tmp_path_factory.getbasetemp() / "round.pb"
    winners = set(file.election.names[:2])
    write_file(path, file, winners)
    found = read_file(path)
    e = found.election
    assert (e.budget, e.names, e.costs) == (
        file.election.budget,
        file.election.names,
        file.election.costs,
    )
    assert counted(e) == counted(file.election)
    assert {**found.meta, **file.meta} == found.meta and set(found.selected) == winners
    assert all(found.projects[n]["name"] == cells["name"] for n, cells in file.projects.items())
    write_file(path, found, winners)
    assert read_file(path).election.ballots() == e.ballots()


def test_voters_are_numbered_and_nothing_else_is_said_of_them(tmp_path):
    found = read_file(votes(tmp_path, "voter_id;age;vote", "Mrs. X;70;2", "Mr. Y;71;1,2", "Z;7;2"))
    path = tmp_path / "written.pb"
    write_file(path, found)
    rows = list(csv.reader(path.open(), delimiter=";"))
    at = rows.index(["VOTES"])
    assert rows[at + 1 :] == [["voter_id", "vote"], ["1", "2"], ["2", "2"], ["3", "1,2"]]
    assert ["2", "50.5", "3", "Lamp", "0"] in rows[:at] and ["num_votes", "3"] in rows[:at]
