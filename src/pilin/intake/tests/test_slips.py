"""Slips of paper: numbered, given out, read by two people, counted once, and all accounted for."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from pilin.engine.refused import Refused
from pilin.intake import jobs, polls, slips
from pilin.intake.models import Poll, SlipReading
from pilin.ledger import log
from pilin.people.read_model import applying
from tests.test_replay import assert_rebuilding_changes_nothing
from tests.world import build

from .test_rolls import opened

ONE = {0: ("1",)}


@pytest.fixture
def poll(world):
    found = opened(world)
    world.take("lead", found.matter, "slips-issue", n=10, where="驿站门口")
    return found


def read(poll, number, login, said=ONE):
    return slips.read(poll, number, said, f"p-{login}").became


def test_a_slip_counts_once_two_people_have_read_the_same(poll):
    assert read(poll, 3, "lead") == "first" and polls.counts(poll.pk).voters == 0
    assert read(poll, 3, "lead") == "first"  # twice the same person is one
    assert read(poll, 3, "clerk") == "counted"
    assert polls.counts(poll.pk).voters == 1 and not SlipReading.objects.exists()
    assert log.get(poll.log, 0).body["by"] == ["p-lead", "p-clerk"]


def test_what_two_people_read_differently_counts_when_one_of_them_reads_it_again(poll):
    assert read(poll, 3, "lead") == "first" and read(poll, 3, "clerk", {0: ()}) == "differs"
    assert polls.counts(poll.pk).voters == 0 and slips.desk(poll.pk, "p-lead").differ == [3]
    assert read(poll, 3, "clerk") == "counted"
    assert slips.desk(poll.pk, "p-lead") == slips.Desk([], [], [])


def test_a_number_that_is_counted_is_refused_and_stays_as_it_is(poll):
    read(poll, 3, "lead"), read(poll, 3, "clerk")
    for login in ("lead", "clerk", "host"):
        found = slips.read(poll, 3, {0: ()}, f"p-{login}")
        assert (found.became, found.why) == ("refused", slips.ONCE)
    assert polls.counts(poll.pk).by_item[1]["1"] == 1 and log.size(poll.log) == 1


@pytest.mark.parametrize("number", [11, 999_999])
def test_a_number_nobody_gave_out_is_refused(poll, number):
    assert slips.read(poll, number, ONE, "p-lead").why == slips.NOT_ISSUED


@pytest.mark.parametrize("said", [{0: ("7",)}, {0: ("1", "2")}, {0: ("x",)}, {5: ("1",)}])
def test_what_fits_no_slip_is_refused_by_the_first_who_reads_it(poll, said):
    assert read(poll, 3, "lead", said) == "refused" and not SlipReading.objects.exists()


def test_slips_given_back_are_not_read_and_those_read_are_not_given_back(world, poll):
    read(poll, 3, "lead")
    for first, last in ((1, 4), (9, 12), (5, 4)):
        with pytest.raises(Refused):
            world.take("lead", poll.matter, "slips-back", first=first, last=last, why="unused")
    world.take("lead", poll.matter, "slips-back", first=4, last=8, why="unused")
    assert slips.read(poll, 5, ONE, "p-lead").why == slips.GIVEN_BACK


def test_a_second_batch_goes_on_where_the_first_ended(world, poll):
    world.take("lead", poll.matter, "slips-issue", n=5)
    said = log.of_matter("main", poll.matter)[-1].body["data"]
    assert (said["first"], said["last"]) == (11, 15)


def test_the_entry_that_closes_the_vote_says_where_every_slip_is(world, client, poll):
    read(poll, 1, "lead"), read(poll, 1, "clerk"), read(poll, 2, "lead")
    read(poll, 3, "lead"), read(poll, 3, "clerk", {0: ()})
    world.take("lead", poll.matter, "slips-back", first=7, last=10, why="unused")
    with applying():
        Poll.objects.filter(pk=poll.pk).update(until=timezone.now() - timedelta(minutes=1))
    jobs.close_overdue()
    poll.refresh_from_db()
    said = log.get("main", poll.closed_by).body["data"]["ballots"]["slips"]
    assert said == {"issued": 10, "counted": 1, "back": 4, "unsettled": 2, "missing": 3}
    page = client.get(f"/budgets/{poll.matter}/result/", headers={"accept-language": "en"})
    assert "Not come back" in page.content.decode()


def test_slips_given_out_are_known_after_a_rebuild(world, poll):
    world.take("lead", poll.matter, "slips-back", first=7, last=10, why="spoilt")
    before = slips.account(poll.pk)
    assert_rebuilding_changes_nothing()
    assert slips.account(poll.pk) == before and before.issued == 10


def signed_in(world, login):
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.people[login], "django.contrib.auth.backends.ModelBackend")
    return client


def test_the_page_says_whose_turn_it_is_and_never_what_somebody_else_read(world, poll):
    where, lead, clerk = (
        f"/budgets/{poll.matter}/slips/",
        *(signed_in(world, x) for x in ("lead", "clerk")),
    )
    said = lead.post(where, {"slip": 3, "choice": [1]}).content.decode()
    assert "Slip 3 is read once." in said and "You have read these" in said
    page = clerk.get(where).content.decode()
    assert (
        "A second person is to read:</strong> 3</p>" in " ".join(page.split())
        and " checked" not in page
    )
    assert "Slip 3 is counted" in clerk.post(where, {"slip": 3, "choice": [1]}).content.decode()
    again = clerk.post(where, {"slip": 3, "choice": [1]})
    assert again.status_code == 422 and "A number counts once" in again.content.decode()
    assert signed_in(world, "resident").get(where).status_code == 404


def test_blank_slips_are_printed_by_those_who_read_them_and_only_what_was_given_out(world, poll):
    where = f"/budgets/{poll.matter}/slips.pdf"
    lead = signed_in(world, "lead")
    assert lead.get(f"{where}?from=1&n=10").content.startswith(b"%PDF")
    assert lead.get(f"{where}?from=11&n=10").status_code == 404
    for client, code in ((Client(), 302), (signed_in(world, "resident"), 404)):
        assert client.get(f"{where}?from=1&n=10").status_code == code


def test_two_who_read_one_slip_at_the_same_moment_count_it_once(own_database):
    world = build()
    poll = opened(world)
    world.take("lead", poll.matter, "slips-issue", n=10)

    def one(login):
        try:
            return [read(poll, n, login) for n in range(1, 11)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(one, ["lead", "clerk", "host", "resident"]))
    became = [row[n] for n in range(10) for row in told]
    assert became.count("counted") == 10 and log.size(poll.log) == 10, json.dumps(told)
