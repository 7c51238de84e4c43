"""Promises from entries: what counts as an answer, as done, as a due day kept; and percentiles."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.deciding.promises import ALL, courses, figures, nearest_rank, spread

DAY = date(2026, 3, 9)
DONE = frozenset({("need", 1, "done")})
#: Two organisations, as posts.
HALL, TOWN = {"org": 7, "role": "clerk"}, {"org": 9, "role": "lead"}


class Story:
    """Entries of one matter, a step each: `on` is the day since it was raised."""

    def __init__(self, holder=HALL, due=5, by="p-1", office=None, **more):
        self.entries = []
        self.step(
            "raise", 0, "raised", holder, due, by, office, set={"org": 7, "sides": "a"}, **more
        )

    def step(self, name, on, to, holder=HALL, due=5, by="p-2", office=7, **more):
        day = (DAY + timedelta(days=on)).isoformat()
        entry = {
            "matter": 1,
            "number": len(self.entries) + 1,
            "kind": "need",
            "procedure": 1,
            "step": name,
            "actor": by,
            "office": {"id": 1, "role": "x", "org": office} if office else None,
            "day": day,
            "from": self.entries[-1]["to"] if self.entries else None,
            "to": to,
            "closes": "",
            "joins": "",
            "holder": holder,
            "due": (DAY + timedelta(days=due)).isoformat() if holder else None,
            "set": {},
            "data": {},
        }
        self.entries.append({**entry, **more})
        return self

    @property
    def course(self):
        return courses(self.entries, DONE, {"need"})[0]

    def offices(self, today=100, since=None):
        return figures([self.course], DAY + timedelta(days=today), since)["offices"]


def test_the_first_step_of_whoever_has_it_is_the_answer():
    story = Story().step("accept", 3, "taken").step("hold", 8, "held")
    assert story.course.days("answered") == 3
    assert story.offices()[7]["answered"] == {"n": 1, "half": None, "most": None, "each": [3]}


@pytest.mark.parametrize(
    "step",
    [
        {"name": "support", "by": "p-3", "office": None, "joins": "supporter"},
        {"name": "overdue-remind", "by": "clock", "office": None},
        {"name": "colleague-assign"},
        {"name": "holder-nudge", "by": "p-1", "office": None},
        {"name": "comment", "by": "p-1"},  # by whoever raised it, in whatever office
        {"name": "comment", "office": 9},  # by somebody who does not have it
    ],
)
def test_what_says_nothing_to_whoever_raised_it_is_no_answer(step):
    story = Story().step(on=2, to="raised", **step)
    assert "answered" not in story.course.marks
    assert story.offices()[7]["waiting"] == 1


def test_what_an_organisation_raises_for_itself_waits_for_no_answer():
    story = Story(by="p-2", office=7).step("accept", 3, "taken", by="p-4")
    row = story.offices()[7]
    assert row["waiting"] == row["answered"]["n"] == 0


def test_what_a_register_entered_was_raised_by_nobody():
    story = Story(by="house").step("confirm", 9, "over", None, by="p-1", closes="confirmed")
    assert story.course.raised is None
    assert story.offices()[ALL]["confirmed"]["n"] == 0
    assert figures([story.course], DAY)["now"]["confirmed"] == 1


def kept_and_broken(story, today=100):
    row = story.offices(today).get(7, {"kept": 0, "broken": 0})
    return row["kept"], row["broken"]


def test_a_due_day_is_kept_on_that_day_and_broken_on_the_next():
    assert kept_and_broken(Story().step("accept", 5, "taken", TOWN, 100)) == (1, 0)
    assert kept_and_broken(Story().step("accept", 6, "taken", TOWN, 100)) == (0, 1)


def test_a_due_day_still_open_is_broken_from_the_day_after_it():
    assert kept_and_broken(Story(), today=5) == (0, 0)
    assert kept_and_broken(Story(), today=6) == (0, 1)


def test_climbing_changes_nothing_the_day_counts_once():
    story = Story()
    for n, name in enumerate(("overdue-remind", "overdue-superior", "overdue-agenda")):
        story.step(name, 6 + n, "raised", by="clock", office=None)
    assert kept_and_broken(story) == (0, 1)
    assert kept_and_broken(story.step("accept", 20, "taken", TOWN, 200)) == (0, 1)


@pytest.mark.parametrize(
    ("on", "step", "counts"),
    [
        (3, {"name": "report", "to": "raised", "due": 40}, (0, 0)),  # a new day for the same
        (6, {"name": "report", "to": "raised", "due": 40}, (0, 1)),  # which came too late
        (3, {"name": "withdraw", "to": "over", "holder": None, "office": None}, (0, 0)),
        (6, {"name": "withdraw", "to": "over", "holder": None, "office": None}, (0, 1)),
        (6, {"name": "lapse", "to": "over", "holder": None, "by": "clock"}, (0, 0)),
        (6, {"name": "amend", "to": "raised", "due": 40, "by": "house"}, (0, 0)),
        (6, {"name": "talk", "to": "raised"}, (0, 1)),  # says something, and it is still there
        (3, {"name": "give", "to": "raised", "holder": TOWN}, (1, 0)),  # to the next holder
    ],
)
def test_what_counts_as_keeping_a_due_day(on, step, counts):
    story = Story().step(on=on, **step)
    assert kept_and_broken(story, today=on) == counts


def test_a_day_that_waits_for_those_who_raised_it_is_nobodys_promise():
    story = Story({"person": "p-1"}).step("confirm", 9, "over", None, by="p-1", closes="confirmed")
    assert not story.course.settled


def test_what_is_taken_back_never_happened():
    story = Story().step("accept", 3, "done", TOWN)
    story.step("take_back", 3, "raised", data={"entry": 2})
    assert story.course.marks == {} and story.course.settled == []
    assert story.step("accept", 4, "taken").course.days("answered") == 4


def test_done_is_the_first_time_and_survives_a_dispute():
    story = (
        Story().step("deliver", 3, "done").step("dispute", 4, "taken").step("deliver", 9, "done")
    )
    assert story.course.marks["done"].on == DAY + timedelta(days=3)


def test_a_matter_that_was_opened_again_is_closed_when_it_was_closed_last():
    over = {"holder": None, "closes": "confirmed", "by": "p-1", "office": None}
    story = Story().step("confirm", 3, "over", **over).step("dispute", 4, "taken")
    assert story.course.open and story.course.how == ""
    story.step("confirm", 8, "over", **over).step("rate", 9, "over", **over)
    assert story.course.on == DAY + timedelta(days=8)


def test_nothing_before_the_period_is_counted_but_what_is_held_now():
    story = Story().step("accept", 3, "taken", due=6)
    row = story.offices(since=DAY + timedelta(days=50))[7]
    assert (row["held"], row["late"]) == (1, 1)
    assert row["kept"] == row["broken"] == row["answered"]["n"] == 0


def test_confirmed_and_silent_are_counted_apart_by_month():
    over = {"holder": None, "by": "clock", "office": None}
    one = Story().step("confirm", 30, "over", **{**over, "by": "p-1"}, closes="confirmed").course
    other = Story().step("silence", 30, "over", **over, closes="silence").course
    trend = figures([one, other], DAY + timedelta(days=60))["trend"]
    assert trend["2026-03"] == {"raised": 2, "done": 0, "confirmed": 0, "silence": 0}
    assert trend["2026-04"] == {"raised": 0, "done": 2, "confirmed": 1, "silence": 1}


DAYS = st.lists(st.integers(0, 400), min_size=1, max_size=60)


@given(DAYS, st.sampled_from([0.1, 0.5, 0.75, 0.9, 1.0]))
def test_a_percentile_is_the_nearest_rank_as_numpy_has_it(days, share):
    found = nearest_rank(days, share)
    assert found == np.percentile(days, share * 100, method="inverted_cdf")
    assert sum(d <= found for d in days) >= share * len(days)


@given(DAYS)
def test_few_are_told_one_by_one_and_many_in_two_numbers(days):
    said = spread(days)
    assert said["n"] == len(days)
    assert (said["each"] == sorted(days)) == (len(days) < 5)
    assert (said["half"] is None) == (len(days) < 5)


def test_no_days_have_no_percentile():
    assert nearest_rank([], 0.5) is None
