"""Owners: who is one, what they are told of their own flat, and who may know how a flat voted."""

from decimal import Decimal

import pytest
from django.test import Client

from pilin.engine.models import Matter
from pilin.engine.refused import Refused
from pilin.ledger import log, sealed_parts
from pilin.programmes.renovation.models import Ownership, Register, Renovation
from pilin.programmes.renovation.owners import flat
from tests.test_replay import assert_rebuilding_changes_nothing

from .walk import after, called, enter, plan, planned

VOTES = {1: ("yes",), 2: ("no",), 3: ("yes",), 4: ("abstain",)}


def signed_in(world, login=""):
    client = Client(headers={"accept-language": "en"})
    if login:
        client.force_login(world.people[login], "django.contrib.auth.backends.ModelBackend")
    return client


def read(world, login, path):
    return " ".join(signed_in(world, login).get(path).content.decode().split())


def claimed(world, m, login="resident", owner="A-2"):
    world.take(login, m, "own_flat", owner=owner)
    return Ownership.objects.latest("entry").entry


def confirmed(world, m, login="resident", owner="A-2"):
    world.take("host", m, "confirm_owner", claim=claimed(world, m, login, owner))
    return Matter.objects.get(pk=m.pk)


@pytest.fixture
def counted(world):
    m = confirmed(world, called(world, 7))
    enter(world, m, VOTES)
    return after(world, m, "count")


def test_which_code_is_whose_lies_sealed_and_in_no_public_answer(world):
    m = planned(world)
    entry = claimed(world, m)
    world.take("host", m, "confirm_owner", claim=entry)
    for record in log.of_matter("main", m.pk)[-2:]:
        assert "A-2" not in str(record.body["data"])
    assert sealed_parts.sealed("main", entry) == {"owner": "A-2"}
    assert "A-2" not in read(world, "", m.url) + read(world, "neighbour", m.url)


def test_a_code_the_register_does_not_have_is_refused(world):
    m = planned(world)
    with pytest.raises(Refused) as refusal:
        claimed(world, m, owner="B-9")
    assert "owner" in refusal.value.errors and not Ownership.objects.exists()


def test_nobody_confirms_themselves(world):
    m = planned(world)
    claimed(world, m, "host")
    with pytest.raises(Refused) as refusal:
        world.take("host", m, "confirm_owner", claim=Ownership.objects.get().entry)
    assert refusal.value.code == "state"


def test_whoever_is_refused_may_say_it_again(world):
    m = planned(world)
    world.take("host", m, "refuse_owner", claim=claimed(world, m), reason="没有看到证件")
    entry = claimed(world, m)
    with pytest.raises(Refused):
        claimed(world, m)
    world.take("host", m, "confirm_owner", claim=entry)
    assert set(Ownership.objects.values_list("state", flat=True)) == {"refused", "granted"}
    assert_rebuilding_changes_nothing()


def test_an_owner_reads_their_part_of_the_cost_and_nobody_else_does(world):
    m = confirmed(world, planned(world))
    plan(world, m, "amend_plan", owners_pay="10万")
    own = read(world, "resident", m.url)
    # 80 m² of 300, so that of 100,000 yuan 26,666.67 are theirs.
    assert "A-102 (80 m²)" in own and "26.67%" in own and "26,666.67 yuan" in own
    assert "Nothing is paid through this page." in own
    for login in ("", "neighbour", "host"):
        assert "My flat" not in read(world, login, m.url)


def test_a_claim_alone_opens_nothing(world):
    m = planned(world)
    number = claimed(world, m)
    html = read(world, "resident", m.url)
    assert f"tell them this number: <strong>{number}</strong>" in html and "A-102" not in html


def test_two_who_name_the_same_code_are_told_apart_by_their_numbers(world):
    m = planned(world)
    first, second = claimed(world, m, "neighbour"), claimed(world, m)
    html = read(world, "host", f"{m.url}confirm_owner/")
    assert f"A-2 · number {first} of" in html and f"A-2 · number {second} of" in html
    world.take("host", m, "confirm_owner", claim=second)
    assert "A-102" in read(world, "resident", m.url)
    assert "A-102" not in read(world, "neighbour", m.url)


@pytest.mark.parametrize(
    ("pays", "words"), [(None, "does not say yet"), ("0", "the owners pay nothing")]
)
def test_a_plan_without_a_sum_for_the_owners_says_so(world, pays, words):
    m = confirmed(world, planned(world))
    if pays is not None:
        plan(world, m, "amend_plan", owners_pay=pays)
    assert words in read(world, "resident", m.url)


def test_the_owners_pay_no_more_than_it_costs(world):
    m = planned(world)
    with pytest.raises(Refused) as refusal:
        plan(world, m, "amend_plan", owners_pay="31万")
    assert "owners_pay" in refusal.value.errors


def test_all_parts_by_area_are_the_whole_to_the_fen(world):
    m = planned(world)
    plan(world, m, "amend_plan", owners_pay="10万")
    register, found = Register.objects.get(pk=m.pk), Renovation.objects.get(pk=m.pk)
    parts = [flat(register, f"A-{n}", found).pays for n in range(1, 5)]
    assert abs(sum(parts) - Decimal(100_000)) <= Decimal("0.02") and parts[3] == 20_000


def test_an_owner_is_told_how_where_and_until_when_to_vote_and_that_it_arrived(world):
    m = confirmed(world, called(world, 7))
    html = read(world, "resident", m.url)
    for told in ("How to vote", "驿站", "2099", "It has not been entered yet."):
        assert told in html
    enter(world, m, {2: ("no",)}, "host")
    assert "It has arrived and was entered." in read(world, "resident", m.url)


def test_how_each_flat_voted_is_for_owners_and_whoever_counts_and_for_nobody_else(world, counted):
    page, file = f"/renovation/{counted.pk}/votes/1/", f"/renovation/{counted.pk}/votes/1/1.csv"
    for login in ("resident", "host", "clerk"):
        assert "A-103" in read(world, login, page)
        assert signed_in(world, login).get(file).status_code == 200
    for login in ("", "neighbour", "lead-right"):
        html = read(world, login, page)
        assert "A-103" not in html and "A-3" not in html and ".csv" not in html
        assert "Took part" in html and "Everybody else sees the sums" in html
    assert signed_in(world, "neighbour").get(file).status_code == 404
    assert signed_in(world).get(file).status_code == 302


def test_codes_of_ballots_not_settled_are_told_to_whoever_counts_alone(world):
    m = called(world, 7)
    enter(world, m, {3: ("yes",)}, "host")
    assert "To be entered once more: A-3" in read(world, "host", m.url)
    for login in ("", "resident"):
        html = read(world, login, m.url)
        assert "A-3" not in html and "1 of 4 owners’ ballots are there" in html


def test_no_sheet_and_no_history_of_the_matter_says_how_a_flat_voted(world, counted):
    from pilin.programmes.renovation.workbook import RENOVATIONS, UNITS

    for sheet in (RENOVATIONS, UNITS):
        cells = {str(cell) for row in sheet.export() for cell in row} if sheet.export else set()
        assert not cells & {"yes", "no", "abstain", "同意", "反对", "弃权"}
    html = read(world, "", counted.url)
    assert "A-102" not in html and "Against" not in html


def test_an_owner_whose_code_left_the_register_is_told_so_and_sees_no_more(world):
    m = confirmed(world, planned(world))
    world.take("host", m, "units", units="A-101,80,A-1")
    assert "no longer has your code" in read(world, "resident", m.url)
