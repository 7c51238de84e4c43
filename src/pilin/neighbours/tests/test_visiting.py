"""A neighbour's pages, shown here from the copy: theirs and not ours, and what one does there is asked for."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.ledger import log
from pilin.neighbours.models import Asked, Copy
from pilin.people.actor import HOUSE
from tests.two import Server, Two

AT = "/at/left.example"


def visit(two: Two, server: Server, login: str = "") -> Client:
    """Somebody's browser at a server; to be used within `two.at(server)`."""
    client = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en")
    if login:
        account = server.world.people[login]
        client.force_login(account, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def shared(two):
    """A matter on the left, one of the same number on the right, and both at rest."""
    with two.at(two.left) as world:
        m = world.raised(title="左边的路灯坏了")
    two.settle()
    with two.at(two.right) as world:
        other = world.raised("host-right", title="右边的桥断了", forum=world["右村驿站"])
    two.settle()
    return m, other


PAGES = [
    "/",
    "/matters/",
    "/places/",
    "/figures/",
    "/map/",
    "/search/?q=路灯",
    "/projects/",
    "/work/",
]


@pytest.mark.parametrize("path", PAGES)
def test_their_pages_show_their_record_and_say_so(two, shared, path):
    with two.at(two.right):
        page = visit(two, two.right).get(AT + path)
        assert page.status_code == 200
        text = page.content.decode()
        assert "You are reading the record of" in text
        assert "右边的桥断了" not in text
        for link in re.findall(r'href="(/matters/[^"]*)"', text):
            raise AssertionError(f"{link} leads to our record")


def test_a_matter_of_theirs_is_not_the_one_of_ours_with_that_number(two, shared):
    m, other = shared
    with two.at(two.right):
        client = visit(two, two.right)
        for _again in range(2):  # what was drawn once for one is never shown for the other
            theirs = client.get(f"{AT}/matters/{m.pk}/").content.decode()
            ours = client.get(f"/matters/{other.pk}/").content.decode()
            assert "左边的路灯坏了" in theirs and "右边的桥断了" not in theirs
            assert "右边的桥断了" in ours and "左边的路灯坏了" not in ours


def test_the_board_shows_both_and_moves_when_theirs_does(two, shared):
    with two.at(two.right):
        client = visit(two, two.right)
        first = client.get("/")
        text = first.content.decode()
        assert "左边的路灯坏了" in text and "右边的桥断了" in text
        tag = first.headers["ETag"]
        assert client.get("/", headers={"If-None-Match": tag}).status_code == 304
    with two.at(two.left) as world:
        world.raised("host", title="左边的第二件")
    two.settle()
    with two.at(two.right):
        again = client.get("/", headers={"If-None-Match": tag})
        assert again.status_code == 200
        assert "左边的第二件" in again.content.decode()


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/desk/", "/desk/"),
        ("/account/login/", "/account/login/"),
        ("/manage/", "/manage/"),
        ("/ledger/main/", "http://left.test/ledger/main/"),
        ("/new/consultation/raise/", "/new/consultation/raise/"),
        ("/language/?language=en", "/language/?language=en"),
        ("/no/such/page/", "/no/such/page/"),
    ],
)
def test_what_is_no_page_of_the_record_leads_to_where_it_is(two, shared, path, where):
    with two.at(two.right):
        answer = visit(two, two.right).get(AT + path)
        assert answer.status_code == 302
        assert answer.headers["Location"] == where


def test_nobodys_record_is_not_found(two, shared):
    with two.at(two.right):
        client = visit(two, two.right)
        assert client.get("/at/nobody.example/matters/").status_code == 404
        assert client.get(f"{AT}/matters/999999/").status_code == 404
        assert client.get("/at/left.example").status_code == 404


def test_somebody_signed_in_here_asks_for_a_step_there_in_one_tap(two, shared):
    m, _other = shared
    with two.at(two.right):
        client = visit(two, two.right, "neighbour")
        page = client.get(f"{AT}/matters/{m.pk}/").content.decode()
        assert f"{AT}/matters/{m.pk}/support/" in page
        sent = client.post(f"{AT}/matters/{m.pk}/support/", follow=True)
        assert sent.redirect_chain[-1][0] == f"{AT}/matters/{m.pk}/"
        assert "waiting for" in sent.content.decode()
        assert Asked.objects.count() == 1
    two.settle()
    with two.at(two.right):
        page = client.get(f"{AT}/matters/{m.pk}/").content.decode()
        assert "waiting for" not in page
        assert "asked for is entry" in page
        assert f"{AT}/matters/{m.pk}/support/" not in page, "it was done"
    with two.at(two.left):
        assert Matter.objects.get(pk=m.pk).parties.count() == 2


def test_a_form_is_looked_at_once_more_before_it_is_sent(two, shared):
    """The host of the left station acts from their own server only; here: an office of the right side."""
    with two.at(two.left) as world:
        m = world.raised("host", title="给右镇的事", forum=world["右村驿站"])
    two.settle()
    with two.at(two.right):
        client = visit(two, two.right, "host-right")
        before = log.size(log.MAIN)
        path = f"{AT}/matters/{m.pk}/accept/"
        assert client.get(path).status_code == 200
        looked = client.post(path, {"reason": "归我们管", "seen": m.last}, follow=True)
        assert log.size(log.MAIN) == before, "nothing is sent before it was looked at"
        token = looked.redirect_chain[-1][0].partition("check=")[2]
        client.post(path, {"do": "record", "token": token})
        assert log.size(log.MAIN) == before + 1
    two.settle()
    with two.at(two.left):
        found = Matter.objects.get(pk=m.pk)
        assert found.state == "screened"
        assert log.of_matter(log.MAIN, m.pk)[-1].body["office"]["role"] == "host"


def test_the_desk_shows_what_waits_for_one_in_the_other_record(two, shared):
    with two.at(two.left) as world:
        world.raised("host", title="给右镇的事", forum=world["右村驿站"])
    two.settle()
    with two.at(two.right):
        text = visit(two, two.right, "host-right").get("/desk/").content.decode()
        assert "给右镇的事" in text
        assert "In the record of" in text
        text = visit(two, two.right, "resident").get("/desk/").content.decode()
        assert "给右镇的事" not in text


def test_what_is_wrong_with_the_copy_stands_above_their_pages_and_on_the_board(two, shared):
    with two.at(two.right):
        Copy.objects.update(fault="away")
        client = visit(two, two.right)
        assert "their server cannot be reached" in client.get(f"{AT}/").content.decode()
        assert "as of" in client.get("/").content.decode()
        Copy.objects.update(fault="fork", fork="one\n\ntwo")
        assert "exclude each other" in client.get("/").content.decode()
        page = client.get("/neighbours/").content.decode()
        assert "exclude each other" in page and "Both signed notes" in page


def test_neighbours_witness_each_other(two):
    from pilin.ledger import witnessed, witnessing

    with two.at(two.left):
        ours = log.checkpoint(log.MAIN)
        (witness,) = witnessed.witnesses()
        assert witness.verifier.name == "right.example/witness"
        assert witness.url == "http://right.test/ledger/witness"
    with two.at(two.right):
        assert witnessing.own().looks_after_any
        answer = witnessing.own().add(f"old 0\n\n{ours}".encode())
        assert answer.status == 200, answer.body


def test_a_neighbour_that_left_is_followed_no_more_and_its_copy_can_still_be_read(two, shared):
    m, _other = shared
    with two.at(two.right):
        act(HOUSE, two.right.neighbour, "leave", {"reason": "合并"})
        assert visit(two, two.right).get(f"{AT}/matters/{m.pk}/").status_code == 200
