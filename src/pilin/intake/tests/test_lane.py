"""The fast lane answers ballots itself, in the reader's way, and hands everything else on."""

import asyncio
import json
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.utils import timezone

from pilin.intake import apply as opening
from pilin.intake import polls, shapes, token
from pilin.intake.lane import live, relay
from pilin.intake.lane.http import Lane
from pilin.ledger import receipt, verify
from pilin.ledger.log import Record
from pilin.people.read_model import applying


@pytest.fixture
def poll(own_database):
    with applying():
        return opening.opened(
            Record("main", 7, {"matter": 7}, b""),
            shapes.STANCE,
            timezone.now() + timedelta(hours=1),
            [1, 2, 3],
        )


async def pages(scope, receive, send):
    """Stands for Django: says what it was asked."""
    words = f"{scope['method']} {scope['path']}?{scope['query_string'].decode()}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": words})


async def ask(lane, path="/ballots/7/", body=b"", method="POST", **headers):
    """(status, headers, body) of one request."""
    said = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        said.append(message)

    heads = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": heads,
    }
    await lane(scope, receive, send)
    return said[0]["status"], dict(said[0]["headers"]), said[1]["body"]


def ballot(voter="v", item=1, choice=1, serial=None):
    word = token.issue(7, voter, time.time() + 600, serial)
    return json.dumps({"token": word, "item": item, "choice": choice}).encode()


JSON = {"content_type": "application/json"}


def test_many_at_once_are_each_told_where_their_ballot_is(poll):
    async def vote():
        lane = Lane(pages)
        return await asyncio.gather(
            *[ask(lane, body=ballot(f"v{n}", n % 3 + 1), **JSON) for n in range(400)]
        )

    answers = asyncio.run(vote())
    assert {status for status, _heads, _body in answers} == {201}
    told = [json.loads(body) for _status, _heads, body in answers]
    assert sorted(t["number"] for t in told) == list(range(400))
    assert told[0]["receipt"] == f"/ledger/ballots-7/{told[0]['number']}/receipt.json"
    assert receipt.check(receipt.make("ballots-7", told[399]["number"]).as_json())
    assert polls.counts(7).voters == 400


def test_whoever_votes_again_replaces_what_is_there_though_the_writer_did_not_ask(poll):
    async def vote():
        lane = Lane(pages)
        told = [await ask(lane, body=ballot(f"v{n}", serial=1), **JSON) for n in range(3)]
        told += [await ask(lane, body=ballot("v1", choice=-1, serial=2), **JSON)]
        told += [await ask(lane, body=ballot("v1", serial=2), **JSON)]
        return [*told, await ask(lane, body=ballot("v9", serial=1), **JSON)]

    answers = [(status, json.loads(body)) for status, _heads, body in asyncio.run(vote())]
    assert [status for status, _said in answers] == [201, 201, 201, 201, 409, 201]
    assert [said.get("replaced") for _status, said in answers[:4]] == [False, False, False, True]
    assert answers[4][1]["number"] == 3
    assert polls.counts(7).voters == 4
    assert {k: n for k, n in polls.counts(7).by_item[1].items() if n} == {"1": 3, "-1": 1}


def test_two_writers_at_one_log_lose_nothing_and_count_nothing_twice(poll):
    async def vote():
        lanes = [Lane(pages), Lane(pages)]
        rounds = [
            [ask(lanes[n % 2], body=ballot(f"v{turn}-{n}"), **JSON) for n in range(30)]
            for turn in range(10)
        ]
        return [answer for several in rounds for answer in await asyncio.gather(*several)]

    answers = asyncio.run(vote())
    assert [status for status, _heads, _body in answers] == [201] * 300
    assert sorted(json.loads(body)["number"] for _s, _h, body in answers) == list(range(300))
    assert polls.counts(7).voters == 300
    assert verify.check_database("ballots-7").problems == []


def test_a_vote_closed_between_two_ballots_takes_no_more(poll):
    async def vote():
        lane = Lane(pages)
        first = [(await ask(lane, body=ballot(f"v{n}"), **JSON))[0] for n in range(3)]
        await asyncio.to_thread(close)
        return first, (await ask(lane, body=ballot("late"), **JSON))[0]

    def close():
        with transaction.atomic(), applying():
            polls.last(7)
            opening.closed(poll, Record("main", 99, {}, b""))
        connection.close()

    assert asyncio.run(vote()) == ([201, 201, 201], 410)
    assert polls.counts(7).voters == 3


def test_processes_hand_their_ballots_to_one_writer(poll, tmp_path):
    path = str(tmp_path / "ballots")

    async def vote():
        writer = asyncio.create_task(relay.serve(path))
        while not Path(path).exists():
            await asyncio.sleep(0.01)
        lanes = [Lane(pages, lambda: relay.Relay(path)) for _ in range(3)]
        answers = await asyncio.gather(
            *[ask(lanes[n % 3], body=ballot(f"v{n}", n % 4), **JSON) for n in range(200)]
        )
        writer.cancel()
        return answers

    answers = asyncio.run(vote())
    codes = [status for status, _heads, _body in answers]
    assert codes == [422, 201, 201, 201] * 50
    numbers = [json.loads(body)["number"] for status, _h, body in answers if status == 201]
    assert sorted(numbers) == list(range(150))


def test_where_the_writer_is_gone_voters_are_told_to_send_it_again(poll, tmp_path):
    lane = Lane(pages, lambda: relay.Relay(str(tmp_path / "nobody")))

    async def vote():
        return await asyncio.gather(*[ask(lane, body=ballot(f"v{n}"), **JSON) for n in range(3)])

    for status, heads, body in asyncio.run(vote()):
        assert (status, heads[b"retry-after"]) == (503, b"2")
        assert json.loads(body)["error"] == "unavailable"


def test_a_form_is_sent_on_to_its_page_and_a_faulty_one_to_a_page_that_says_why(poll):
    form = {"content_type": "application/x-www-form-urlencoded", "accept": "text/html,*/*"}
    word = token.issue(7, "v", time.time() + 600)
    fields = {"token": word, "item": 1, "back": "/x/?counted=NUMBER"}

    async def vote():
        lane = Lane(pages)
        bodies = [urlencode({**fields, "choice": choice}).encode() for choice in (1, 1, -1)]
        return [await ask(lane, body=body, **form) for body in bodies]

    first, again, other = asyncio.run(vote())
    for told in (first, again):  # whoever taps twice is shown what was counted
        assert (told[0], told[1][b"location"]) == (303, b"/x/?counted=0")
    assert other[2] == b"GET /ballots/7/refused/duplicate/?back=/x/%3Fcounted%3DNUMBER&number=0"


def test_programs_are_told_why_in_their_language(poll):
    async def vote():
        lane = Lane(pages)
        return [
            await ask(lane, body=b"{", accept_language="en-GB", **JSON),
            await ask(lane, body=b"{", **JSON),
            await ask(lane, method="GET", **JSON),
            await ask(lane, body=ballot(item=9), **JSON),
        ]

    english, chinese, method, item = asyncio.run(vote())
    assert english[0] == chinese[0] == 400
    assert json.loads(english[2])["says"] == "What was sent is no ballot."
    assert json.loads(chinese[2])["says"] == "收到的内容不是选票。"
    assert (method[0], item[0]) == (405, 422)


def test_other_pages_are_handed_on(poll):
    for path in ("/", "/ballots/", "/ballots/7/refused/closed/", "/ballots/x/"):
        status, _heads, body = asyncio.run(ask(Lane(pages), path, method="GET"))
        assert (status, body.decode()) == (200, f"GET {path}?")


def test_what_is_too_long_is_not_read_to_its_end(poll):
    read = []

    async def receive():
        read.append(1)
        return {"type": "http.request", "body": b"x" * 3000, "more_body": True}

    async def run():
        said = []

        async def send(message):
            said.append(message)

        scope = {"type": "http", "method": "POST", "path": "/ballots/7/", "headers": []}
        await Lane(pages)(scope, receive, send)
        return said[0]["status"]

    assert asyncio.run(run()) == 413 and len(read) == 2


def test_open_pages_hear_of_ballots(poll):
    async def run():
        lane, heard, gone = Lane(pages), asyncio.Queue(), asyncio.Event()

        async def receive():
            await gone.wait()
            return {"type": "http.disconnect"}

        scope = {"type": "http", "method": "GET", "path": "/ballots/7/live", "headers": []}
        page = asyncio.create_task(lane(scope, receive, heard.put))
        assert (await heard.get())["status"] == 200
        first = await asyncio.wait_for(heard.get(), 5)
        assert (await ask(lane, body=ballot(), **JSON))[0] == 201
        second = await asyncio.wait_for(heard.get(), 5)
        gone.set()
        await asyncio.wait_for(page, 5)
        return first["body"], second["body"]

    first, second = asyncio.run(run())
    assert b'"voters":0' in first and b'"voters":1,"ballots":1' in second
    assert live.EVERY <= 1


def test_more_open_pages_than_there_is_room_for_are_told_to_come_again(poll, monkeypatch):
    monkeypatch.setattr(live, "MOST", 0)
    status, heads, _body = asyncio.run(ask(Lane(pages), "/ballots/7/live", method="GET"))
    assert status == 503 and heads[b"retry-after"]
