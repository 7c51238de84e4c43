"""The page of a vote: its arithmetic, and a file anyone can count again."""

import hashlib
import io
import json

import pypdf
import pytest

from pilin.deciding.owners_files import read_owners
from pilin.demo.rewriting import resigned
from pilin.engine.refused import Refused
from pilin.ledger import log
from pilin.people.read_model import applying
from pilin.programmes.renovation import counting
from pilin.programmes.renovation.models import Reading, Vote
from pilin.programmes.renovation.rules import CHINA
from pilin.programmes.renovation.tests.walk import after, called, enter, voted

UNITS = "A,80.5,A-1\nB,79.5,A-2；B-2\nC,70,A-1\nD,60.25,A-4\nE,9,A-5"
VOTES = {1: ("yes", "no"), 2: ("yes", "abstain"), 3: ("no", "yes")}


@pytest.fixture
def counted(world):
    m = called(world, 7, 5, units=UNITS)
    enter(world, m, VOTES, way="authorised")
    enter(world, m, {4: ("yes", "")}, "host")
    return after(world, m, "count", why="没有第二个人核对")


@pytest.fixture
def office(client, world):
    """Whoever counts the ballots, signed in: they may know how each flat voted."""
    client.force_login(world.people["host"], "django.contrib.auth.backends.ModelBackend")
    return client


def page(client, m, query="", language="zh-hans"):
    path = f"/renovation/{m.pk}/votes/1/{query}"
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_shows_the_arithmetic_with_its_articles(office, counted):
    client, found = office, page(office, counted)
    for words in (
        "未通过",
        "第二百七十八条第二款第一句",
        "第二百七十八条第二款第二句",
        "第二百七十八条第二款第三句",
        "290.25 / 299.25",
        "3 / 4 = 75.00%",
        "不少于 2/3",
        "超过 1/2",
        "代投",
        "弃权也算参与",
        "只有一人录入",
        "没有第二个人核对",
    ):
        assert words in found, words
    assert "not valid" not in page(client, counted, language="en")


@pytest.mark.parametrize("question", [1, 2])
def test_the_file_counts_to_the_same_result(office, counted, tmp_path, question):
    answer = office.get(f"/renovation/{counted.pk}/votes/1/{question}.csv")
    path = tmp_path / "votes.csv"
    path.write_bytes(answer.content)
    vote = Vote.objects.get()
    stored = dict(vote.results[question - 1])
    item, _text = stored.pop("item"), stored.pop("text")
    assert read_owners(path, item).as_json() == stored


def test_a_question_without_a_mark_is_not_taken_part_in(client, world):
    m = voted(
        world, {1: ("yes", ""), 2: ("yes", "yes"), 3: ("yes", "yes"), 4: ("yes", "yes")}, 5, 7
    )
    first, second = Vote.objects.get(renovation_id=m.pk).results
    assert (first["took_part"]["owners"], second["took_part"]["owners"]) == (4, 3)


def test_nothing_of_the_votes_is_said_before_the_count(office, world):
    client = office
    m = called(world, 7)
    enter(world, m, {1: ("no",)}, "host")
    found = page(client, m)
    assert "尚未计票" in found and "反对" not in found
    assert client.get(f"/renovation/{m.pk}/votes/1/1.csv").status_code == 404
    assert client.get(f"/renovation/{m.pk}/votes/2/").status_code == 404


def test_who_enters_ballots_does_not_see_what_another_entered(client, world):
    m = called(world, 7)
    enter(world, m, {1: ("no",)}, "host")
    for login, shown in (("host", True), ("clerk", False)):
        client.force_login(world.people[login], "django.contrib.auth.backends.ModelBackend")
        found = client.get(f"{m.url}enter/").content.decode()
        assert ("您录入的：反对" in found) is shown and "录入了一次" in found


def test_a_page_of_ballots_is_sent_as_a_browser_does(client, world):
    units = "\n".join(f"A-{n},80,A-{n}" for n in range(1, 61))
    m = called(world, 7, units=units)
    client.force_login(world.people["host"], "django.contrib.auth.backends.ModelBackend")
    found = client.get(f"{m.url}enter/?page=3").content.decode()
    assert 'name="ballots-51-q1"' in found and 'name="ballots-50-q1"' not in found
    rows = {f"ballots-{n}-{k}": v for n in (51, 52) for k, v in (("q1", "no"), ("way", "own"))}
    rows["ballots-52-q1"] = ""
    answer = client.post(f"{m.url}enter/", {**rows, "vote": "1"})
    assert answer.status_code == 302
    paper = Vote.objects.get().papers.get(readings__isnull=False)
    assert (paper.number, paper.readings.get().answers) == (51, ["no"])
    answer = client.post(f"{m.url}enter/", {"ballots-51-q1": "maybe", "ballots-51-way": "own"})
    assert answer.status_code == 422 and 'name="ballots-51-q1"' in answer.content.decode()
    assert client.post(f"{m.url}enter/", {**rows, "vote": "2"}).status_code == 422


def test_a_long_list_of_units_is_read_page_by_page(office, world):
    client = office
    units = "\n".join(f"A-{n},80,A-1" for n in range(1, 131))
    m = voted(world, {1: ("yes",)}, units=units)
    first, second = page(client, m), page(client, m, "?page=2")
    assert ">A-100<" in first and ">A-101<" not in first and ">A-130<" in second
    assert ">A-1<" in page(client, m, "?page=x")


def test_ballots_are_printed_by_whoever_has_it_and_bear_owner_and_units(client, world):
    m = called(world, 7, 5, units=UNITS)
    path = f"/renovation/{m.pk}/votes/1/ballots.pdf"
    assert client.get(path).status_code == 302
    client.force_login(world.people["resident"])
    assert client.get(path).status_code == 404
    client.force_login(world.people["host"])
    assert "ballots.pdf" in page(client, m)
    read = pypdf.PdfReader(io.BytesIO(client.get(path).content))
    said = "".join(p.extract_text() for p in read.pages)
    for words in ("A-1", "B-2", "议题 7", "议题 5"):
        assert words in said


def test_ballots_are_not_printed_after_the_count(client, world, counted):
    client.force_login(world.people["host"])
    assert client.get(f"/renovation/{counted.pk}/votes/1/ballots.pdf").status_code == 404


def test_the_entry_that_calls_the_vote_names_its_roll_and_the_page_shows_the_same_hash(
    client, world
):
    m = called(world, 7, units=UNITS)
    vote = Vote.objects.get(renovation=m.pk)
    said = log.get("main", vote.pk).body["data"]["roll"]
    rows = [["A", "80.5", ["A-1"]], ["B", "79.5", ["A-2", "B-2"]], ["C", "70", ["A-1"]]]
    rows += [["D", "60.25", ["A-4"]], ["E", "9", ["A-5"]]]
    text = json.dumps(rows, separators=(",", ":"))
    assert said == {
        "units": 5,
        "owners": 4,  # who own a unit together are one
        "area": "299.25",
        "hash": hashlib.sha256(text.encode()).hexdigest(),
    }
    assert said["hash"] in page(client, m)
    assert "299.25 m²" in client.get(m.url, headers={"accept-language": "en"}).content.decode()


def test_ballots_in_the_tables_are_not_what_is_counted(world):
    """Somebody changes what was read in the tables before the count, and after it the count itself."""
    m = called(world, 7, 5, units=UNITS)
    enter(world, m, VOTES, way="authorised")
    was = [b.answers for b in counting.as_entered(Vote.objects.get())]
    with applying():
        Reading.objects.update(answers=["no", "no"])
    after(world, m, "count", why="没有第二个人核对")
    vote = Vote.objects.get()
    cast = counting.as_entered(vote)
    assert [b.answers for b in cast] == was
    assert vote.results == counting.results(vote, cast, CHINA)
    assert list(counting.recounts()) == []
    resigned(vote.counted, '"passed":true', '"passed":false')
    resigned(vote.counted, '"passed":false', '"passed":true')
    assert list(counting.recounts()) == [vote.counted]


def test_a_vote_on_another_register_than_the_one_it_was_called_with_is_not_counted(world):
    m = called(world, 7, 5, units=UNITS)
    enter(world, m, VOTES, way="authorised")
    vote = Vote.objects.get()
    with applying():
        Vote.objects.update(units=[[code, "1", owners] for code, _area, owners in vote.units])
    with pytest.raises(Refused):
        after(world, m, "count", why="没有第二个人核对")
