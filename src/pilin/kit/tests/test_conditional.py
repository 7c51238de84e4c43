"""Tags are compared as Django compares them."""

from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.cache import get_conditional_response
from hypothesis import given
from hypothesis import strategies as st

from pilin.kit.conditional import is_known

TAG = '"abc"'
pieces = st.sampled_from([TAG, "W/", ",", " ", '"', "abc", "w/", '"x"', "\t", "*"])


@given(st.lists(pieces, max_size=7).map("".join))
def test_what_is_known_to_us_is_known_to_django(asked):
    request = RequestFactory().get("/", headers={"if-none-match": asked})
    answer = get_conditional_response(request, TAG, response=HttpResponse())
    assert (is_known(asked, TAG) or asked.strip() == "*") == (answer.status_code == 304)
