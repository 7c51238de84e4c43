"""Administration in the browser: who gets in, what it shows, and that each change is one step."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from pilin.engine.act import act
from pilin.engine.positions import registers
from pilin.ledger import log
from pilin.people.actor import HOUSE
from pilin.people.hearing import Dispatch
from pilin.people.models import Account, Office, Organisation, Place

TODAY = timezone.localdate()
DAY = timedelta(days=1)
PAGES = {
    "/manage/": "appoints",
    "/manage/offices/": "appoints",
    "/manage/organisations/": "runs",
    "/manage/places/": "runs",
    "/manage/accounts/": "runs",
    "/manage/notices/": "runs",
    "/manage/workbook/": "runs",
    "/manage/invitations/": "runs",
    "/manage/rolls/": "appoints",
    "/manage/unseen/": "appoints",
    "/manage/days/": "runs",
    "/manage/due-times/": "runs",
    "/new/manage/appoint/": "appoints",
    "/new/manage/end/": "appoints",
    "/new/manage/extend/": "appoints",
    "/new/manage/stand_in/": "appoints",
    "/new/manage/place/": "runs",
    "/new/manage/organisation/": "runs",
    "/new/manage/account/": "runs",
    "/new/manage/workbook/": "runs",
    "/new/manage/day/": "runs",
    "/new/manage/due_time/": "runs",
    "/new/manage/invite/": "runs",
    "/new/manage/withdraw/": "runs",
}
#: Who may what: those who run a side, and those who answer for organisations above others.
MAY = {
    "": set(),
    "resident": set(),
    "host": set(),
    "ended": set(),
    "clerk": {"appoints"},
    "operator": {"appoints", "runs"},
    "operator-right": {"appoints", "runs"},
}


@pytest.fixture
def town(world):
    return administered(world)


def administered(world):
    """The two neighbours, each with an operator; and one whose office as an operator has ended."""
    for login, org in (("operator", "左县"), ("operator-right", "右县"), ("ended", "左县")):
        account = Account.objects.create(username=login, person=f"p-{login}")
        world.people[login] = account
        answers = {"organisation": world[org], "role": "operator", "person": account.person}
        number = act(HOUSE, "manage", "appoint", {**answers, "since": TODAY - DAY}).number
        if login == "ended":
            act(HOUSE, "manage", "end", {"office": number})
    return world


def at(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    if login:
        account = Account.objects.get(username=login)
        client.force_login(account, "django.contrib.auth.backends.ModelBackend")
    return client


def recorded(client: Client, url: str, answers: dict[str, object]) -> log.Record:
    """The entry made when a form is filled in, looked over and confirmed."""
    size = log.size("main")
    response = client.post(url, answers)
    if response.status_code == 302 and "check=" in response["Location"]:
        page = client.get(response["Location"]).content.decode()
        token = re.search(r'name="token" value="([^"]+)"', page)
        assert token
        response = client.post(url, {"do": "record", "token": token[1]})
    assert response.status_code == 302, response.content.decode()
    assert log.size("main") == size + 1
    found = log.get("main", size)
    assert found
    return found


def test_each_page_is_open_to_those_it_is_for_and_to_nobody_else(town):
    for login, may in MAY.items():
        client = at(login)
        for page, needs in PAGES.items():
            response = client.get(page)
            expected = 302 if not login else 200 if needs in may else 403
            assert response.status_code == expected, (login, page)
            assert login or response["Location"].startswith("/sign-in/")


def test_nobody_else_gets_anything_by_sending_a_form(town):
    size = log.size("main")
    answers = {"organisation": town["左镇"], "role": "lead", "person": "neighbour", "since": TODAY}
    for login, may in MAY.items():
        client = at(login)
        for page in [p for p, needs in PAGES.items() if "/new/" in p and needs not in may]:
            status = client.post(page, {**answers, "what": "disable"}).status_code
            assert status == (403 if login else 302), (login, page)
        if "runs" not in may:
            status = client.post("/manage/workbook/", {}).status_code
            assert status == (403 if login else 302), login
    assert log.size("main") == size and Account.objects.get(username="neighbour").is_active


#: A step for each kind of change, on the left side: whatever is named is looked up.
STEPS = (
    ("appoint", {"organisation": "左镇", "role": "treasurer", "person": "neighbour"}),
    ("end", {"office": "host"}),
    ("stand_in", {"office": "host", "person": "neighbour", "until": TODAY + DAY}),
    ("organisation", {"name": "新驿站", "category": "station", "place": "左村"}),
    ("organisation", {"id": "左村驿站", "name": "改名", "category": "station", "place": "右村"}),
    ("place", {"name": "新村", "level": "village", "parent": "左镇"}),
    ("place", {"id": "左村", "name": "改名", "level": "village", "parent": "左镇"}),
    ("account", {"person": "host", "what": "disable"}),
)


def test_the_other_sides_operator_takes_no_step_here(town):
    size, client = log.size("main"), at("operator-right")
    for step, answers in STEPS:
        given: dict[str, object] = {"since": TODAY}
        for name, value in answers.items():
            found = town.ids.get(value, value) if name != "name" else value
            office = name == "office"
            given[name] = Office.objects.get(person=f"p-{value}").pk if office else found
        assert client.post(f"/new/manage/{step}/", given).status_code == 422, step
    assert log.size("main") == size
    assert Account.objects.get(username="host").is_active


def test_pages_show_what_is_in_ones_charge_and_nothing_else(town):
    own = at("operator").get("/manage/offices/").content.decode()
    assert "左村驿站" in own and "p-host" in own
    assert "右村驿站" not in own and "p-host-right" not in own
    clerk = at("clerk").get("/manage/offices/").content.decode()
    assert "左村驿站" in clerk and "左小学" not in clerk
    found = at("operator").get("/manage/organisations/?q=驿站").content.decode()
    assert "左村驿站" in found and "左小学" not in found and "右村驿站" not in found
    assert "右村" not in at("operator").get("/manage/places/").content.decode()


def test_an_office_is_given_and_ended_in_the_browser(town):
    client = at("operator")
    answers = {"organisation": town["左村驿站"], "role": "host", "person": "neighbour"}
    given = {**answers, "since": TODAY, "then": "/manage/offices/"}
    record = recorded(client, "/new/manage/appoint/", given)
    assert record.body["actor"] == "p-operator"
    assert "neighbour" in client.get("/manage/offices/").content.decode()
    recorded(client, "/new/manage/end/", {"office": record.number})
    assert not registers().offices_of("p-neighbour", TODAY)


def put_aside(person):
    """A letter that was given up; gives its number."""
    now = timezone.now()
    said = {"channel": "email", "pace": "now", "notices": [1], "due": now, "aside": now}
    return Dispatch.objects.create(person=person, fault="550", **said).pk


def test_a_letter_that_was_put_aside_is_named_and_tried_again(town):
    key = put_aside("p-host")
    client = at("operator")
    page = client.get("/manage/notices/").content.decode()
    assert "p-host" in page and "550" in page
    client.post(f"/manage/letters/{key}/")
    assert Dispatch.objects.get(pk=key).aside is None
    assert at("host").post(f"/manage/letters/{key}/").status_code in (403, 404)


def test_what_needs_care_is_said_on_the_first_page(town):
    town.raised()
    act(HOUSE, "manage", "end", {"office": Office.objects.get(person="p-host").pk})
    clerk = Office.objects.get(person="p-clerk")
    act(HOUSE, "manage", "end", {"office": clerk.pk, "until": TODAY + 3 * DAY})
    put_aside("p-host")
    page = at("operator").get("/manage/").content.decode()
    assert "1 open matter waits there" in page and "The last day is" in page
    assert "should have left" in page
    right = at("operator-right").get("/manage/").content.decode()
    assert "waits there" not in right and "The last day is" not in right
    assert "should have left" in right


def test_an_organisation_is_entered_and_renamed_and_its_matters_stay_with_it(town):
    client = at("operator")
    answers = {"name": "左村二站", "category": "station", "place": town["左村"]}
    answers |= {"parent": town["左镇议事堂"], "point": "30.6942, 121.1265"}
    answers["pay"] = "驿站窗口，周三下午"
    number = recorded(client, "/new/manage/organisation/", answers).number
    made = Organisation.objects.get(pk=number)
    assert (made.sides, made.places, made.parent_id) == ("a", [town["左村"]], town["左镇议事堂"])
    form = client.get(f"/new/manage/organisation/?id={number}").content.decode()
    assert "左村二站" in form and "30.6942" in form and "驿站窗口，周三下午" in form
    recorded(client, "/new/manage/organisation/", {**answers, "id": number, "name": "左村新站"})
    assert Organisation.objects.get(pk=number).name == "左村新站"
    twice = client.post("/new/manage/organisation/", {**answers, "name": "左村驿站"})
    assert "called so already" in twice.content.decode()
    for twin in ("左村 驿站", "左村\u200b驿站", "左村驿站　"):
        odd = client.post("/new/manage/organisation/", {**answers, "name": twin})
        said = odd.content.decode()
        assert odd.status_code == 422 and ("U+" in said or "called so already" in said)
    round_about = {"id": town["左镇议事堂"], "name": "左镇议事堂", "category": "hall"}
    response = client.post(
        "/new/manage/organisation/",
        {**round_about, "place": town["左镇"], "parent": town["左村驿站"]},
    )
    assert "above itself" in response.content.decode()


def test_a_place_is_entered_with_its_government_and_a_village_lies_in_a_town(town):
    client = at("operator")
    answers = {"name": "左二村", "level": "village", "parent": town["左镇"]}
    number = recorded(client, "/new/manage/place/", answers).number
    place = Place.objects.get(pk=number)
    assert (place.side, place.path[-2:]) == ("a", [town["左镇"], number])
    assert Organisation.objects.get(pk=number).category == "government"
    wrong = client.post("/new/manage/place/", {**answers, "name": "左三村", "parent": town["左县"]})
    assert wrong.status_code == 422
    move = {"id": town["左镇"], "name": "左镇", "level": "town", "parent": ""}
    assert client.post("/new/manage/place/", move).status_code == 422


def test_an_account_is_disabled_and_enabled_and_its_second_factor_removed(town):
    resident = Account.objects.get(username="resident")
    Authenticator.objects.create(user=resident, type="totp", data={})
    client, theirs = at("operator"), at("resident")
    shown = client.get("/manage/accounts/?q=resi").content.decode()
    assert "p-resident" in shown and "has a second factor" in shown

    def do(what: str) -> log.Record:
        answers = {"person": "p-resident", "what": what, "reason": ""}
        return recorded(client, "/new/manage/account/", answers)

    record = do("second_factor")
    assert record.body["data"] == {"person": "p-resident", "what": "second_factor"}
    assert not Authenticator.objects.filter(user=resident).exists()
    assert theirs.get("/desk/").status_code == 302
    do("disable")
    assert not Account.objects.get(pk=resident.pk).is_active
    do("enable")
    assert Account.objects.get(pk=resident.pk).is_active


def test_accounts_of_the_other_side_are_not_found_and_an_address_is_never_shown(town):
    Account.objects.filter(username="resident").update(home=town["右村"], email="r@example.org")
    found = at("operator").get("/manage/accounts/?q=r@example.org").content.decode()
    assert "p-resident" not in found
    theirs = at("operator-right").get("/manage/accounts/?q=R@example.org").content.decode()
    assert "p-resident" in theirs and "r@example.org" not in theirs  # asked in other letters


def test_from_an_empty_record_two_neighbours_are_set_up_in_the_browser(db):
    from pilin.run import offices

    for login in ("first", "second"):
        Account.objects.create(username=login)
    offices.appoint("first", "operator", "甲县")
    client = at("first")
    assert "neighbour is not entered yet" in client.get("/manage/places/").content.decode()
    other = recorded(client, "/new/manage/place/", {"name": "乙县", "level": "county"}).number
    town = {"name": "乙镇", "level": "town", "parent": other}
    recorded(client, "/new/manage/place/", town)
    answers = {"organisation": other, "role": "operator", "person": "second", "since": TODAY}
    recorded(client, "/new/manage/appoint/", answers)
    assert [(p.name, p.side) for p in Place.objects.order_by("pk")] == [
        ("甲县", "a"),
        ("乙县", "b"),
        ("乙镇", "b"),
    ]
    # From now on each runs their own side.
    assert client.post("/new/manage/place/", {**town, "name": "乙二镇"}).status_code == 422
    recorded(at("second"), "/new/manage/place/", {**town, "name": "乙二镇"})
    third = client.post("/new/manage/place/", {"name": "丙县", "level": "county"})
    assert "two neighbours already" in third.content.decode()
