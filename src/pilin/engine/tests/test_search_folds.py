"""Search finds what was written in another width, case or script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.engine import search
from tests.answers import SAID


def finds(asked, text):
    """Whether every piece of what is asked is among those of the text: words by their beginning."""
    pieces = set(search.grams(text))
    wanted = search.query(asked).split(" & ")
    return bool(wanted[0]) and all(
        any(p.startswith(w[1:-3]) for p in pieces) if w.endswith(":*") else w[1:-1] in pieces
        for w in wanted
    )


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("5G基站", "村口的５Ｇ基站坏了"),
        ("５Ｇ基站", "村口的5g基站坏了"),
        ("𠮷栋", "3𠮷栋的灯"),
        ("3𠮷栋", "3𠮷栋的灯"),
        ("橋樑", "界河上的桥梁"),
        ("桥梁", "界河上的橋樑"),
        ("路灯", "路\u200b灯坏了"),
        ("ئايگۈل", "学生家长 ئايگۈل 来信"),
        ("Café", "CAFÉ 门口"),
    ],
)
def test_what_is_one_to_the_reader_is_found(asked, text):
    assert finds(asked, text)
    shown = search.excerpt([text], asked)
    assert [words for words, is_asked in shown if is_asked]
    assert "".join(words for words, _is in shown) == text


@given(st.text(max_size=40))
def test_every_text_finds_itself_and_is_shown_as_written(text):
    shown = search.excerpt([text], text)
    if search.grams(text) and shown:
        assert "".join(words for words, _is in shown).strip("…") in text or len(text) > 36


def test_a_matter_in_traditional_is_found_in_simplified(world, client):
    world.raised(title="界河橋樑欄杆鬆了")
    assert "界河橋樑" in client.get("/search/?q=桥梁").content.decode()
    assert SAID not in client.get("/search/?q=桥梁").content.decode()
