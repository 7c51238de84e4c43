"""Eleven people do what they came for, on a phone, with JavaScript and without."""

import re

import pytest

from tests.browser.jobs import JOBS
from tests.browser.person import Person


def coming(visit, javascript=True):
    """`come(who)`: a phone of one's own, signed in as whom the page of roles names so."""

    def come(who):
        page = visit(width=390, javascript=javascript)
        if who:
            page.goto("/sign-in/")
            words = re.compile(r"^\s*" + r"\s*".join(map(re.escape, who.split())) + r"\s*$")
            page.locator("button.choice", has_text=words).first.click()
            page.wait_for_url("**/desk/")
        return Person(page)

    return come


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.__name__)
def test_the_job_is_done(visit, job, javascript):
    person = job(coming(visit, javascript), "71" if javascript else "72")
    assert person.pages and person.screens >= person.pages
