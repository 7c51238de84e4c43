"""“My home” over HTTP: the same sentence for whatever does not fit, and codes that are shown once."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pilin.people.models import Residence
from pilin.programmes.residence import secret
from pilin.programmes.residence.models import Code, Resident

from .test_documents import number_of

BORN = date(1960, 1, 31)
SOON = (timezone.localdate() + timedelta(days=30)).isoformat()


@pytest.fixture
def signed(world):
    def sign(login):
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        client.force_login(world.people[login])
        return client

    return sign


def main(response):
    text = response.content.decode()
    text = text[text.index("<main") : text.index("</main>")]
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
    return re.sub(r"data-digits>[^<]+<", "", text)


def test_a_visitor_is_asked_to_sign_in(world, client):
    assert client.get("/verify-me/").status_code == 302


def test_a_code_typed_in_is_taken_and_leads_back(world, signed):
    host = signed("host")
    said = {"place": world["左村"], "number": 2, "expires": SOON}
    sheet = host.post("/verify-me/codes/", said)
    assert sheet["Content-Type"] == "application/pdf" and "no-store" in sheet["Cache-Control"]
    assert Code.objects.count() == 2
    code = secret.new_code()
    first = Code.objects.earliest("pk")
    Code.objects.filter(pk=first.pk).update(digest=secret.of_code(code))
    answer = signed("stranger").post(
        "/verify-me/", {"do": "code", "code": code, "then": "/new/consultation/raise/"}
    )
    assert answer.status_code == 302 and answer["location"] == "/new/consultation/raise/"
    assert Residence.objects.get(person="p-stranger").way == "code"
    assert "1 of 2 entered" in host.get("/verify-me/codes/").content.decode()


def test_it_leads_to_no_other_house(world, signed):
    page = signed("stranger").get("/verify-me/?then=//elsewhere.invalid/").content.decode()
    assert 'name="then"' not in page


@pytest.mark.parametrize("login", ["resident", "stranger", "lead", "treasurer"])
def test_codes_are_for_hosts_and_clerks(world, signed, login):
    assert signed(login).get("/verify-me/codes/").status_code == 404


def test_no_row_a_taken_row_and_no_number_are_answered_alike(world, signed):
    taken, free = number_of(BORN, serial=1), number_of(BORN, serial=2)
    Resident.objects.create(
        digest=secret.of_resident(taken, BORN, world["左村"]),
        who=secret.of_number(taken),
        place=world["左村"],
        until=timezone.localdate() + timedelta(days=9),
        taken_by="p-resident",
    )
    client, answers = signed("stranger"), []
    for number in (taken, free, "1"):
        said = {"do": "register", "birth": "1960-01-31", "place": world["左村"]}
        answer = client.post("/verify-me/", {**said, "number": number})
        assert answer.status_code == 422
        answers.append(main(answer).replace(f'value="{number}"', ""))
    assert len(set(answers)) == 1 and "This did not fit." in answers[0]
    assert not Residence.objects.filter(person="p-stranger").exists()


def test_whoever_is_refused_for_want_of_it_is_told_how(world, signed):
    page = signed("stranger").get("/new/consultation/raise/")
    assert page.status_code == 403
    assert "/verify-me/?then=/new/consultation/raise/" in page.content.decode()


def test_whoever_is_not_concerned_by_that_is_not_told(world, signed):
    page = signed("resident").get("/new/budget/announce/")
    assert page.status_code == 403 and "/verify-me/?then" not in page.content.decode()


def test_the_page_of_somebody_checked_is_another_at_once(world, signed):
    """The page was kept by the browser before."""
    client = signed("stranger")
    m = world.raised()
    first = client.get(m.url)
    digits = client.get("/verify-me/").content.decode()
    shown = re.search(r"data-digits>([\d ]+)<", digits)[1]
    said = {"shown": shown, "place": world["左村"]}
    assert signed("host").post("/new/residence/vouch/", said).status_code == 302
    again = client.get(m.url, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200 and "This concerns me too" in again.content.decode()
    assert "This concerns me too" not in first.content.decode()
