"""Files as people's programs write them: other encodings, names that look alike, marks left open."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.deciding.owners_files import read_owners
from pilin.deciding.pabulib import read_file
from pilin.deciding.sortition_files import read_people, read_quotas
from pilin.deciding.tables import Malformed

HEAD = "unit,area,owner,vote\n"
#: Of three owners, the first has two units; three quarters of what took part is not reached.
ROWS = ["1-101,90,张三,yes", "1-102,90,张三,yes", "1-103,80,李四,no"]


def vote(tmp_path, rows, encoding="utf-8"):
    path = tmp_path / "votes.csv"
    path.write_bytes((HEAD + "\n".join(rows) + "\n").encode(encoding))
    return read_owners(path, 7)


@pytest.mark.parametrize("name", ["张　三", "张三 ", "张\u200b三", "\ufeff张三", "張三"])
def test_an_owner_is_one_however_the_name_is_padded(tmp_path, name):
    plain = vote(tmp_path, ROWS)
    padded = vote(tmp_path, [ROWS[0], ROWS[1].replace("张三", name), ROWS[2]])
    same = name != "張三"  # another character is another name
    assert (padded.as_json() == plain.as_json()) == same
    assert plain.as_json()["whole"]["owners"] == 2


@pytest.mark.parametrize("unit", ["1-101 ", "1-１01", "1–101", " 1-101", "1-10\u200b1", "1-101"])
def test_a_unit_named_twice_is_refused_with_what_makes_the_difference(tmp_path, unit):
    with pytest.raises(Malformed) as fault:
        vote(tmp_path, [*ROWS, f"{unit},50,王五,yes"])
    assert (fault.value.line, fault.value.column) == (5, 1)
    assert ("U+" in str(fault.value)) == (unit != "1-101")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-be"])
def test_a_file_counts_the_same_however_it_was_saved(tmp_path, encoding):
    plain = vote(tmp_path, ROWS).as_json()
    assert vote(tmp_path, ROWS, encoding).as_json() == plain


def test_a_file_of_no_known_encoding_says_how_to_save_it(tmp_path):
    path = tmp_path / "votes.csv"
    path.write_bytes(HEAD.encode() + b"\xff\xff\xff,1,a,yes\n")
    with pytest.raises(Malformed, match="CSV UTF-8"):
        read_owners(path, 7)


def election(votes, name="Bench"):
    return (
        "META\nkey;value\ndescription;Test\nbudget;100000\nvote_type;approval\nPROJECTS\n"
        f"project_id;cost;name\n1;50000;{name}\n2;40000;Lights\n3;30000;Bench\n"
        f"VOTES\nvoter_id;vote;note\n{votes}"
    )


def read(tmp_path, text, packed=False):
    path = tmp_path / ("e.pb.gz" if packed else "e.pb")
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    return read_file(path)


@pytest.mark.parametrize("packed", [False, True])
def test_a_mark_left_open_swallows_no_ballot(tmp_path, packed):
    with pytest.raises(Malformed, match="quotation mark") as fault:
        read(tmp_path, election('1;1,2;"A\n2;3;b\n3;3;c\n'), packed)
    assert (fault.value.line, fault.value.column) == (13, 3)


@pytest.mark.parametrize(
    "name", ['"Green square" by the school', 'Lights for "Old street"', '"a;b"', '"say ""hi"""']
)
def test_marks_that_are_closed_are_part_of_a_name(tmp_path, name):
    found = read(tmp_path, election("1;1,2;\n2;3;\n", name))
    assert found.election.voters == 2 and len(found.projects) == 3


@given(st.lists(st.text('ab;" 1,', max_size=12), min_size=1, max_size=5))
def test_no_ballot_is_lost_whatever_stands_in_the_notes(tmp_path_factory, notes):
    votes = "".join(f"{n};1;{note}\n" for n, note in enumerate(notes))
    try:
        found = read(tmp_path_factory.mktemp("pb"), election(votes))
    except Malformed:
        return
    assert found.election.voters == len(notes)


@pytest.mark.parametrize(
    "head", ["房号,建筑面积,业主,表决", "室号,面积,业主姓名,表决意见", "Unit,Area,Owner,Vote"]
)
def test_columns_are_known_by_what_offices_call_them(tmp_path, head):
    path = tmp_path / "votes.csv"
    path.write_text("\n".join([head, *ROWS]) + "\n")
    assert read_owners(path, 7).as_json() == vote(tmp_path, ROWS).as_json()


def test_of_two_columns_that_may_be_meant_neither_is_taken(tmp_path):
    path = tmp_path / "votes.csv"
    path.write_text("房号,面积,建筑面积,业主,表决\n1,80,90,甲,同意\n")
    with pytest.raises(Malformed, match="two columns"):
        read_owners(path, 7)


@pytest.mark.parametrize("twin", ["２", "2\u200b"])
def test_two_projects_that_look_the_same_are_refused(tmp_path, twin):
    text = election("1;1,2;\n").replace("3;30000;Bench", f"{twin};30000;Bench")
    with pytest.raises(Malformed, match="“2” stands above"):
        read(tmp_path, text)


def test_people_are_matched_to_quotas_however_they_are_spelt(tmp_path):
    quotas, people = tmp_path / "q.csv", tmp_path / "p.csv"
    quotas.write_text("特征,取值,最少,最多\n性别,女,1,1\n性别,男,1,1\n")
    people.write_text("编号,性别\na,女 \nb,　男\n")
    wanted = read_quotas(quotas)
    assert [values["性别"] for values in read_people(people, wanted).values()] == ["女", "男"]
    people.write_text("编号,性别\na,女\nＡ,男\n")
    with pytest.raises(Malformed, match="stands above"):
        read_people(people, wanted)
    quotas.write_text("特征,取值,最少,最多\n性别,女,1,1\n性 别,女\u200b,1,1\n")
    with pytest.raises(Malformed, match="stands above"):
        read_quotas(quotas)
