"""What somebody hears of, and how: chosen on one page, ended in one tap."""

from base64 import urlsafe_b64encode

import pytest
from django.test import Client

from pilin.people.hearing import Choice, Device, Following
from pilin.people.models import Account
from pilin.telling import choices
from tests.over_http import signed

CHOSEN = {"robot": "never", "address": "", "quiet_from": "", "quiet_until": ""}


@pytest.fixture
def client(world):
    found = signed(world.people["resident"])
    found.cookies["django_language"] = "en"
    return found


@pytest.fixture
def with_address(world):
    Account.objects.filter(username="resident").update(email="resident@example.org")


def follows():
    return list(Following.objects.values_list("person", "scope", "words"))


def test_a_matter_is_followed_and_left_in_one_tap(world, client):
    m = world.raised("neighbour")
    assert "Follow" in client.get(m.url).content.decode()
    answer = client.post("/follow/", {"scope": f"matter:{m.pk}", "then": m.url})
    assert answer["Location"] == m.url
    assert follows() == [("p-resident", f"matter:{m.pk}", "")]
    assert "You follow this" in client.get(m.url).content.decode()
    client.post("/follow/", {"scope": f"matter:{m.pk}", "then": m.url, "do": "end"})
    assert follows() == [] and "You follow this" not in client.get(m.url).content.decode()


@pytest.mark.parametrize("page", ["place", "org", "kind", "search"])
def test_a_place_an_organisation_a_kind_and_a_search_have_the_same_button(world, client, page):
    world.raised()
    path, scope, words = {
        "place": (f"/places/{world['左村']}/", f"place:{world['左村']}", ""),
        "org": (f"/organisations/{world['左村驿站']}/", f"org:{world['左村驿站']}", ""),
        "kind": ("/matters/?kind=consultation", "kind:consultation", ""),
        "search": ("/search/?q=路灯", "search", "路灯"),
    }[page]
    assert f'value="{scope}"' in client.get(path).content.decode()
    client.post("/follow/", {"scope": scope, "words": words, "then": path})
    assert follows() == [("p-resident", scope, words)]
    assert 'aria-pressed="true"' in client.get(path).content.decode()
    listed = client.get("/hearing/").content.decode()
    assert listed.count("Follow it no more") == 1


def test_a_visitor_is_led_past_signing_in_to_what_they_wanted_to_follow(world):
    m = world.raised()
    client = Client(headers={"accept-language": "en"})
    page = client.get(m.url).content.decode()
    assert f'href="/follow/?scope=matter:{m.pk}"' in page and "<form" not in page.split("<main")[1]
    answer = client.get(f"/follow/?scope=matter:{m.pk}")
    assert answer["Location"].startswith("/sign-in/?next=/follow/")


def test_a_link_alone_changes_nothing(world, client):
    m = world.raised("neighbour")
    assert "村口的路灯坏了" in client.get(f"/follow/?scope=matter:{m.pk}").content.decode()
    assert follows() == []


@pytest.mark.parametrize("scope", ["matter:999999", "kind:manage", "x", ""])
def test_what_is_not_there_is_said(world, client, scope):
    answer = client.post("/follow/", {"scope": scope}, follow=True)
    assert "cannot be followed" in answer.content.decode() and follows() == []
    assert client.get("/follow/", {"scope": scope}).status_code == 302


def test_nobody_is_led_elsewhere(world, client):
    m = world.raised("neighbour")
    answer = client.post("/follow/", {"scope": f"matter:{m.pk}", "then": "https://example.org/"})
    assert answer["Location"] == "/hearing/"


def test_a_choice_is_kept_and_shown(world, client, with_address):
    said = {**CHOSEN, "email": "weekly", "quiet_from": "21", "quiet_until": "6"}
    assert client.post("/hearing/", said).status_code == 302
    account = Account.objects.get(username="resident")
    assert Choice.objects.get(channel="email").pace == "weekly"
    assert (account.quiet_from, account.quiet_until) == (21, 6)
    assert '<option value="weekly" selected' in client.get("/hearing/").content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "hourly"}, "email"),
        ({"robot": "now"}, "address"),
        ({"robot": "now", "address": "json://127.0.0.1"}, "address"),
        ({"quiet_from": "21"}, "quiet_until"),
        ({"quiet_from": "25", "quiet_until": "6"}, "quiet_from"),
    ],
)
def test_a_choice_that_is_none_is_told(world, client, with_address, change, field):
    answer = client.post("/hearing/", {**CHOSEN, "email": "now", **change})
    assert answer.status_code == 200 and field in answer.context["form"].errors
    assert not Choice.objects.exists()


def test_letters_end_by_the_link_in_one_without_signing_in(world):
    path = f"/unsubscribe/{choices.ticket('p-resident', 'email')}/"
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    assert "Do not write to me any more" in client.get(path).content.decode()
    assert not Choice.objects.exists()
    answer = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert "You will not be written to any more" in answer.content.decode()
    assert Choice.objects.get().pace == "never"


def test_a_link_that_is_not_whole_ends_nothing(world):
    path = f"/unsubscribe/{choices.ticket('p-resident', 'email')[:-2]}xx/"
    assert Client().post(path).status_code == 404
    assert not Choice.objects.exists()


def subscription(n):
    return {
        "endpoint": f"https://fcm.googleapis.com/fcm/send/{n}",
        "key": urlsafe_b64encode(bytes(65)).decode(),
        "secret": urlsafe_b64encode(bytes(16)).decode(),
    }


def test_a_device_is_known_and_forgotten(world, client):
    for n in range(7):
        assert client.post("/hearing/device/", subscription(n)).status_code == 204
    assert Device.objects.count() == Device.MOST
    assert Choice.objects.get(channel="push").pace == "now"
    client.post("/hearing/device/", {"do": "forget"})
    assert not Device.objects.exists()


def test_a_device_elsewhere_is_not_rung(world, client):
    said = {**subscription(1), "endpoint": "https://127.0.0.1:5432/"}
    assert client.post("/hearing/device/", said).status_code == 400
    assert not Device.objects.exists()


def test_the_first_page_offers_what_one_may_care_about(world, client):
    Account.objects.filter(username="resident").update(home=world["左村"])
    page = client.get("/welcome/").content.decode()
    assert f'value="place:{world["左村"]}"' in page and 'value="kind:consultation"' in page
