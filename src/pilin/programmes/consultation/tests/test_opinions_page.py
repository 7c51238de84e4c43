"""What the page of opinions says of groups, of what all agree on, and of the reader alone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.html import strip_tags

from pilin.intake import pseudonyms
from pilin.intake.casting import Ballot, cast
from pilin.programmes.consultation.models import Opinions
from pilin.programmes.consultation.statements import lists, opinions, picture, sentences

from .test_statements import signed_in

#: Two camps that differ on all but the last statement, each answer as often as said.
CAMPS = (((1, 1, -1, -1, 1, 1, 0, 1), 14), ((-1, -1, 1, 1, -1, 0, 1, 1), 9))
LINES = "\n".join(f"第{n}件事应该先做。" for n in range(1, 9))


@pytest.fixture
def poll(world):
    m = world.raised()
    world.take("host", m, "accept", reason="好")
    until = timezone.localdate() + timedelta(days=20)
    world.take("host", m, "ask", question="先做什么？", statements=LINES, until=until)
    found = lists.latest(m.pk)
    n = 0
    for answers, people in CAMPS:
        for _ in range(people):
            n += 1
            vote(found, f"v{n}", answers, n)
    vote(found, world.people["resident"].person, CAMPS[1][0], 99)
    opinions.compute(found.pk)
    return found


def vote(poll, person, answers, serial):
    voter = pseudonyms.of(poll, person)
    rows = [
        Ballot(poll.pk, voter, item, (str(said),), serial * 100 + item)
        for item, said in zip(poll.items, answers, strict=False)
    ]
    assert all(hasattr(told, "number") for told in cast(poll.pk, rows))


def read(client, poll):
    return client.get(f"/consultations/{poll.matter}/opinions/").content.decode()


def test_only_whoever_voted_reads_where_they_are(world, poll):
    own = read(signed_in(world, "resident"), poll)
    assert own.count("You are here") == 2 and "among group B" in own
    for client in (signed_in(world, "neighbour"), Client(headers={"accept-language": "en"})):
        html = read(client, poll)
        assert "You are here" not in html and "you-dot" not in html


def test_the_page_with_a_place_is_kept_by_nobody_but_the_reader(world, poll):
    answer = signed_in(world, "resident").get(f"/consultations/{poll.matter}/opinions/")
    assert "private" in answer["Cache-Control"] and "no-cache" in answer["Cache-Control"]


def test_whoever_answered_too_little_is_told_how_much_is_missing(world, poll):
    vote(poll, world.people["neighbour"].person, (1, 1), 500)
    assert "Answer 5 more statements" in read(signed_in(world, "neighbour"), poll)
    assert "Answer 7 more statements" in read(signed_in(world, "host"), poll)


def test_everybody_in_the_map_is_told_their_own_group(poll):
    found = kept(poll)
    for group, (answers, _people) in enumerate(CAMPS):
        said = {n: str(a) for n, a in zip(poll.items, answers, strict=True)}
        here = picture.here(found, said)
        assert (here.group, here.missing) == (group, 0)
        marks = {(m.x, m.y) for m in picture.draw(found).marks if m.group == group}
        assert min(abs(here.x - x) + abs(here.y - y) for x, y in marks) < 0.5


def kept(poll):
    return Opinions.objects.get(poll=poll.pk).found


def test_a_map_kept_before_places_could_be_told_shows_none(poll):
    found = {k: v for k, v in kept(poll).items() if k not in ("axes", "frame")}
    assert picture.here(found, {1: "1"}) is None


def test_what_all_agree_on_shows_a_bar_for_each_group_and_so_does_the_table(poll):
    html = read(Client(headers={"accept-language": "en"}), poll)
    common = html[html.index("What all groups agree on") : html.index("Who thinks alike")]
    assert "第8件事应该先做" in common and "第1件事应该先做" not in common
    assert common.count('class="camp-split"') == 2 and common.count("100 % agree") == 2
    table = html[html.index("<table") : html.index("</table>")]
    assert table.count('scope="col"') == 6 and table.count("100 % agree, 0 % do not") >= 8


def test_each_group_has_one_sentence_of_what_most_of_it_say(poll):
    text = strip_tags(read(Client(headers={"accept-language": "en"}), poll))
    assert "Most of group A agree: “第" in text and "They do not agree: “第" in text


@pytest.mark.parametrize(
    ("agreed", "against", "words"),
    [
        (["灯要亮。"], [], "Most of group A agree: “灯要亮”."),
        ([], ["灯要灭", "早点关"], "Most of group A do not agree: “灯要灭” and “早点关”."),
        (["一", "二", "三"], ["四", "五"], "“一” and “二”. They do not agree: “四”."),
        ([], [], ""),
    ],
)
def test_a_sentence_names_few_statements_and_no_stop_twice(agreed, against, words):
    with translation.override("en"):
        said = sentences.most_of("A", agreed, against)
    assert said.endswith(words) and bool(said) == bool(words)


def test_nothing_is_said_of_most_where_it_is_less_than_half(poll):
    found = kept(poll)
    for table in found["by_group"]:
        for votes in table:
            votes[:] = [1, 2, 1]
    texts = {row.number: row for row in lists.columns(poll.matter)}
    assert [group.sentence for group in picture.groups(found, texts)] == ["", ""]
