"""Words of the office have a plain sentence, on a page of their own and beside titles."""

import pytest
from django.utils.translation import override

from pilin.kit.templatetags.pilin import states
from pilin.kit.terms import BESIDE, MOST, TERMS, terms


@pytest.mark.parametrize(
    ("language", "title", "keys"),
    [
        ("zh-hans", "已提出，待受理", ["take-up"]),
        ("zh-hans", "已立案，待交办", ["accept"]),
        ("zh-hans", "实施中", []),
        ("en", "Take it up", ["take-up"]),
        ("en", "Under way", []),
    ],
)
def test_a_title_with_a_word_of_the_office_gets_its_sentence(language, title, keys):
    with override(language):
        assert [t.key for t in terms(title)] == keys


@pytest.mark.parametrize("key", ["made-up-name", "fingerprint"])
def test_a_term_that_stands_in_a_sentence_is_asked_for_by_its_key(key):
    assert [t.key for t in terms(key)] == [key]


def test_no_title_gets_more_sentences_than_it_can_bear():
    with override("zh-hans"):
        assert len(terms("受理 协商成果 立案 专款")) == MOST


def test_every_word_has_one_place():
    keys = [t.key for t in TERMS]
    assert len(set(keys)) == len(keys) and set(keys) >= BESIDE


@pytest.mark.parametrize(
    ("language", "word"), [("zh-hans", "驿站或议事堂答复"), ("en", "says that it will see to this")]
)
def test_the_page_of_words_says_them_all(client, world, language, word):
    page = client.get("/words/", headers={"accept-language": language}).content.decode()
    assert word in page and all(f'id="{t.key}"' in page for t in TERMS)


def test_a_matter_waiting_to_be_taken_up_says_what_that_means(client, world):
    page = client.get(world.raised().url).content.decode()
    assert "驿站或议事堂答复" in page and "/words/#take-up" in page


@pytest.mark.parametrize("path", ["/matters/", "/"])
def test_a_list_says_what_its_states_mean_once_for_all_rows(client, world, path):
    world.raised()
    world.raised(title="申请受理的路灯")
    page = client.get(path, headers={"accept-language": "zh-hans"}).content.decode()
    assert page.count("驿站或议事堂答复") == 1


def test_what_a_matter_is_called_asks_for_no_sentence():
    row = '<h3>受理</h3><p><span class="tag tag-new">{}</span></p>'
    with override("zh-hans"):
        assert terms(states(row.format("实施中"))) == []
        assert [t.key for t in terms(states(row.format("待受理")))] == ["take-up"]
