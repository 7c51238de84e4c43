"""Pages asked for in ways no link leads to: an answer a person can read, never a fault."""

import pytest

ODD = (
    "/matters/?after=2026-01-01",
    "/matters/?show=late&after=1.2",
    "/matters/?after=99999999999999999999",
    "/matters/?after=1.2.3",
    "/wishes/?show=late&after=x",
    "/funds/?after=-1",
    "/search/?q=a%00b",
    "/verify/?number=" + "9" * 5000,
    "/verify/?number=%C2%B2",
    "/projects/?side=%00&show=%00",
)


@pytest.mark.parametrize("path", ODD, ids=range(len(ODD)))
def test_an_odd_address_is_answered(client, world, path):
    world.raised()
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/files/x/%00", "/funds/999/book/", "/rooms/999/", "/studios/1/"])
def test_what_is_not_there_is_not_found(client, world, path):
    assert client.get(path).status_code == 404


def test_a_line_break_in_where_to_go_next_breaks_nothing(client, world):
    answer = client.get("/sign-in/?next=/a%0Ab")
    assert answer.status_code == 302 and "\n" not in answer["Location"]


@pytest.mark.parametrize("seen", ["²", "9" * 5000, "x"])
def test_a_page_number_that_is_none_is_passed_over(client, world, seen):
    m = world.raised()
    client.force_login(world.people["host"], "django.contrib.auth.backends.ModelBackend")
    answer = client.post(f"{m.url}accept/", {"reason": "好", "seen": seen})
    assert answer.status_code in (302, 409)


@pytest.mark.parametrize("amount", ["9" * 27, "9" * 20 + "亿", "1e9", "-5", "0", "NaN"])
def test_an_amount_that_cannot_be_is_refused(world, amount):
    from pilin.engine.refused import Refused

    fund = world.take(
        "lead", "fund", "open", title="款", org=world["左镇"], purpose="x", purposes="y"
    )
    with pytest.raises(Refused) as refusal:
        world.take("treasurer", fund, "receive", amount=amount, source="镇里")
    assert "amount" in refusal.value.errors


def test_a_clerk_appoints_nobody_through_a_register(world):
    from pilin.engine.refused import Refused

    with pytest.raises(Refused):
        world.take("clerk", "register", "open", title="登记")
