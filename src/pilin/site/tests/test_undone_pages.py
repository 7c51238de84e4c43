"""What was taken back or corrected, as a matter's page shows it."""

import re

import pytest
from django.test import Client

from pilin.kit import timeline
from pilin.ledger import log

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def read(world):
    def page(matter, login="", query=""):
        client = Client(headers={"accept-language": "en"})
        if login:
            client.force_login(world.people[login], BACKEND)
        return client.get(matter.url + query).content.decode()

    return page


def test_whoever_raised_it_is_told_until_when_it_can_be_taken_back(world, read):
    m = world.raised()
    assert "Was that a mistake?" in read(m, "resident")
    assert "Was that a mistake?" not in read(m, "neighbour") + read(m)
    world.take("neighbour", m, "support")
    assert "Was that a mistake?" not in read(m, "resident")


def test_what_was_taken_back_is_folded_away(world, read):
    m = world.raised()
    m = world.take("resident", m, "take_back")
    page = read(m)
    assert "taken back" in page and 'class="taken-back"' in page
    for found in re.finditer("晚上很黑。", page):
        before = page[: found.start()]
        assert before.count("<details") > before.count("</details")


def test_a_corrected_entry_shows_the_new_words_and_the_old_ones_one_tap_away(world, read):
    m = world.raised()
    words = {"new_title": m.title, "new_text": "晚上看不见路。"}
    m = world.take("resident", m, "correct", entry=m.pk, **words)
    page = read(m)
    own = page.split('class="own"')[1].split("</section>")[0]
    now, old = own.split("Corrected on")
    assert "晚上看不见路。" in now and "晚上很黑。" not in now and "晚上很黑。" in old
    assert "As it stands now" in page


def test_only_whoever_wrote_it_is_offered_to_correct_it(world, read):
    m = world.raised()
    link = f"{m.url}correct/?entry={m.pk}"
    assert link in read(m, "resident")
    assert link not in read(m, "host") + read(m, "neighbour") + read(m)


def test_the_form_shows_the_old_words_beside_the_new(world):
    m = world.raised()
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.people["resident"], BACKEND)
    page = client.get(f"{m.url}correct/?entry={m.pk}").content.decode()
    assert (
        'As it stands: “<span lang="zh-Hans">晚上很黑。</span>”' in page
        and ">\n晚上很黑。</textarea>" in page
    )
    changed = {"entry": m.pk, "new_title": m.title, "new_text": "看不见路。", "seen": m.last}
    answer = client.post(f"{m.url}correct/", changed)
    shown = client.get(answer["Location"]).content.decode()
    assert "晚上很黑。" in shown and "看不见路。" in shown


def test_an_earlier_page_of_a_long_history_knows_later_corrections(world, read, monkeypatch):
    matter, _project = world.converted()
    words = {"new_title": matter.title, "new_text": "看不见路。"}
    matter = world.take("resident", matter, "correct", entry=matter.pk, **words)
    monkeypatch.setattr(timeline, "LINES", 2)
    assert "看不见路。" in read(matter)
    second = log.of_matter("main", matter.pk)[2].number
    page = read(matter, query=f"?before={second}")
    assert "看不见路。" in page and "Corrected on" in page
