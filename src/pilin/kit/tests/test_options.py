"""Choices among what people wrote are read in the language it was written in."""

import pytest
from django import forms
from django.utils import translation


class Asked(forms.Form):
    one = forms.ChoiceField(choices=[("7", "“路灯坏了” (raised it)")], widget=forms.RadioSelect)
    some = forms.MultipleChoiceField(
        choices=[("7", "“路灯坏了” (raised it)")], widget=forms.CheckboxSelectMultiple
    )


@pytest.mark.parametrize("name", ["one", "some"])
def test_chinese_words_to_choose_from_say_so_on_an_english_page(name):
    with translation.override("en"):
        shown = str(Asked(data={name: ["7"]})[name])
    assert '“<span lang="zh-Hans">路灯坏了</span>” (raised it)' in shown
    assert shown.count("<input") == 1 and " checked" in shown and f'name="{name}"' in shown


@pytest.mark.parametrize("name", ["one", "some"])
def test_what_is_chosen_from_stays_one_piece_beside_its_box(name):
    """The label lays its parts side by side: words in two languages are one part all the same."""
    with translation.override("en"):
        shown = " ".join(str(Asked()[name]).split())
    assert "> <span>“<span lang=" in shown and shown.count("</span></label>") == 1
