"""One way in: Django's page and the fast lane refuse the same and answer in the same words."""

import asyncio
import json
import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from pilin.intake import apply as opening
from pilin.intake import pages, shapes, token
from pilin.intake.casting import NotCounted
from pilin.intake.lane.http import Lane
from pilin.intake.taking import Asked, Reply, at_once, take
from pilin.ledger.log import Record
from pilin.people.read_model import applying

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@pytest.fixture
def poll(own_database):
    with applying():
        return opening.opened(
            Record("main", 7, {"matter": 7}, b""),
            shapes.STANCE,
            timezone.now() + timedelta(hours=1),
            [1, 2, 3],
        )


def word(voter="v", poll=7, until=600):
    return token.issue(poll, voter, time.time() + until)


def said(**fields):
    return json.dumps({"token": word(), "item": 1, "choice": 1, **fields}).encode()


def by_django(body, method="POST", kind=JSON, **headers):
    answer = Client().generic(method, "/ballots/7/", body, kind, headers=headers)
    heads = {k.lower(): v for k, v in answer.items()}
    return answer.status_code, heads, answer.content


def by_lane(body, method="POST", kind=JSON, **headers):
    sent = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    heads = {"content-type": kind, **headers}
    scope = {
        "type": "http",
        "method": method,
        "path": "/ballots/7/",
        "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in heads.items()],
    }
    asyncio.run(Lane(None)(scope, receive, send))
    found = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
    return sent[0]["status"], found, sent[1]["body"]


@pytest.mark.parametrize(
    ("body", "more", "status"),
    [
        (lambda: b"{", {}, 400),
        (lambda: b"{", {"accept_language": "en-GB"}, 400),
        (lambda: said(token="x"), {}, 403),
        (lambda: said(token=word(poll=8)), {}, 403),
        (said, {"method": "PUT"}, 405),
        (lambda: said(token=word(until=-1)), {}, 410),
        (lambda: b"x" * 5000, {}, 413),
        (said, {"kind": "text/plain"}, 415),
        (lambda: said(item=9), {}, 422),
        (lambda: said(choice=5), {}, 422),
    ],
)
def test_what_is_refused_is_refused_alike(poll, body, more, status):
    sent = body()
    django, lane = by_django(sent, **more), by_lane(sent, **more)
    assert (django[0], django[2]) == (lane[0], lane[2]) and django[0] == status
    for name in ("content-type", "cache-control"):
        assert django[1][name] == lane[1][name]


def test_what_is_counted_is_answered_alike(poll):
    first, second = by_django(said()), by_lane(said(token=word("w")))
    assert first[0] == second[0] == 201
    assert json.loads(second[2])["number"] == json.loads(first[2])["number"] + 1
    assert first[1]["cache-control"] == second[1]["cache-control"] == "no-store"


def test_a_form_is_sent_on_alike(poll):
    for ask in (by_django, by_lane):
        fields = {"token": word(ask.__name__), "item": 1, "choice": 1, "back": "/x/?n=NUMBER"}
        status, heads, _body = ask(urlencode(fields).encode(), kind=FORM, accept="text/html")
        assert status == 303 and heads["location"].startswith("/x/?n=")


def test_where_the_database_is_gone_a_voter_is_asked_to_send_it_again(poll, monkeypatch):
    def gone(*_args):
        raise OperationalError

    monkeypatch.setattr(pages, "cast", gone)
    status, heads, body = by_django(said())
    assert (status, heads["retry-after"]) == (503, "2")
    assert json.loads(body)["error"] == "unavailable"


def test_counting_that_waits_cannot_be_done_at_once(settings):
    async def slow(_ballot):
        await asyncio.sleep(0)

    asked = Asked(7, "POST", JSON, "", "", said())
    with pytest.raises(RuntimeError):
        at_once(take(asked, slow))
    assert isinstance(at_once(take(asked._replace(body=None), slow)), Reply)


def refused_page(why, item=0, choice=("1", "3")):
    """What is answered to somebody's form where counting it finds `why`."""

    async def count(_ballot):
        return NotCounted(why)

    fields = {"token": word(), "item": item, "choice": choice, "back": "/budgets/7/vote/"}
    body = urlencode(fields, doseq=True).encode()
    return at_once(take(Asked(7, "POST", FORM, "text/html", "", body), count)).page


def test_marks_of_a_refused_approval_go_along_to_the_page_that_says_why():
    assert refused_page("many").query == "back=/budgets/7/vote/&mark=1&mark=3"
    assert refused_page("many", choice=("1", "x", "9" * 7)).marks == ("1",)
    assert refused_page("item", item=2, choice=("1",)).marks == ()


@pytest.mark.parametrize(("code", "kept"), [("many", 2), ("busy", 2), ("closed", 0)])
def test_marks_come_back_where_marking_again_makes_sense(db, code, kept):
    path = f"/ballots/7/refused/{code}/?back=/budgets/7/vote/&mark=1&mark=3"
    html = Client().get(path).content.decode()
    assert html.count('type="hidden" name="choice"') == kept
    assert "csrfmiddlewaretoken" not in html  # no page that writes takes what this sends


def test_marks_lead_back_to_a_page_of_ours_alone(db):
    html = Client().get("/ballots/7/refused/many/?back=https://else.where/&mark=1").content.decode()
    assert '"https://else.where' not in html and 'name="choice"' not in html
