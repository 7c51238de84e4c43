"""Pages in threads: what a WSGI application is handed, and what reaches the reader."""

import asyncio

import pytest
from django.test import Client

from pilin.run import threads
from pilin.run.threads import LARGE, VISITOR, Threads


def ask(application, *bodies, gone=False, **scope):
    """Every message sent in answer to one request whose body comes in pieces."""
    sent = []
    waiting = [
        {"type": "http.request", "body": b, "more_body": n < len(bodies) - 1 or gone}
        for n, b in enumerate(bodies or (b"",))
    ]

    async def receive():
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    known = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": []}
    asyncio.run(Threads(application, 2, "x".__eq__)({**known, **scope}, receive, send))
    return sent


SIGNED_IN = [(b"cookie", b"sessionid=x")]


def never(environ, start):
    raise AssertionError("nobody is asked")


@pytest.mark.parametrize(
    ("pieces", "headers"),
    [
        ((b"",), [(b"content-length", b"314572800")]),
        ((b"x" * VISITOR, b"y"), []),
        ((b"x" * LARGE, b"y" * LARGE), [(b"content-length", b"3")]),  # it lies
        ((b"",), [*SIGNED_IN, (b"content-length", b"314572800")]),
        (
            (b"x" * LARGE, b"y"),
            [(b"cookie", b"sessionid=made-up"), (b"content-length", b"1048577")],
        ),
        (
            (b"x" * LARGE, b"y"),
            [(b"cookie", b"sessionid=made-up"), (b"transfer-encoding", b"chunked")],
        ),
    ],
)
def test_a_body_that_is_too_large_is_refused_before_it_is_read(pieces, headers):
    head, end = ask(never, *pieces, headers=headers)
    assert head["status"] == 413 and (b"connection", b"close") in head["headers"]
    assert "太大" in end["body"].decode()


def test_bodies_on_their_way_take_no_more_room_than_there_is(monkeypatch):
    monkeypatch.setattr(threads, "ROOM", 3 * LARGE)
    made = Threads(echo, 1)
    made._spool.held = 2 * LARGE
    big = [b"x" * LARGE, b"y" * LARGE]

    async def receive():
        piece = big.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(big)}

    with pytest.raises(threads.TooLarge):
        asyncio.run(made._spool.read(receive, 0, 160 * LARGE))
    assert made._spool.held == 2 * LARGE


@pytest.mark.parametrize(
    ("proxies", "forwarded", "whose"),
    [
        (0, b"203.0.113.5", "10.0.0.9"),
        (1, b"", "10.0.0.9"),
        (1, b"203.0.113.5", "203.0.113.5"),
        (1, b"made.up, 203.0.113.5", "203.0.113.5"),
        (2, b"made.up, 203.0.113.5, 10.0.0.8", "203.0.113.5"),
    ],
)
def test_a_body_is_counted_for_whoever_sent_it_behind_proxies_of_ours_too(
    settings, proxies, forwarded, whose
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    heads = [(b"x-forwarded-for", forwarded)] if forwarded else []
    assert threads.address_of({"client": ("10.0.0.9", 5000), "headers": heads}) == whose


def test_one_address_takes_its_share_of_the_room_and_leaves_the_rest_to_others(monkeypatch):
    monkeypatch.setattr(threads, "SHARE", 3 * LARGE)
    spool = threads._Spool()

    def pieces(many, held):
        left = [b"x" * LARGE] * many

        async def receive():
            piece = left.pop()
            if not left:
                await held.wait()
            return {"type": "http.request", "body": piece, "more_body": bool(left)}

        return receive

    async def several():
        held, free = asyncio.Event(), asyncio.Event()
        free.set()
        first = asyncio.create_task(spool.read(pieces(3, held), 0, 160 * LARGE, "greedy"))
        await asyncio.sleep(0)
        with pytest.raises(threads.TooLarge):
            await spool.read(pieces(3, free), 0, 160 * LARGE, "greedy")
        (await spool.read(pieces(3, free), 0, 160 * LARGE, "other")).close()
        held.set()
        (await first).close()
        (await spool.read(pieces(3, free), 0, 160 * LARGE, "greedy")).close()

    asyncio.run(several())
    assert spool.held == 0 and not spool._of


def test_whoever_only_says_to_have_a_session_has_signed_in_nowhere(world):
    client = Client()
    client.force_login(world.people["neighbour"])
    key = client.cookies["sessionid"].value
    assert threads.session_of(f"a=b; sessionid={key}".encode()) == key
    assert threads.is_signed_in(key) and not threads.is_signed_in("x" * 32)


def echo(environ, start):
    start("201 Created", [("X-Path", environ["PATH_INFO"])])
    return [environ["wsgi.input"].read()]


@pytest.mark.parametrize("pieces", [(b"",), (b"ab", b"cd"), (b"x" * LARGE, b"y" * LARGE)])
def test_the_body_arrives_whole_however_it_came(pieces):
    head, *rest = ask(echo, *pieces, headers=[*SIGNED_IN, (b"transfer-encoding", b"chunked")])
    assert head["status"] == 201
    assert b"".join(m["body"] for m in rest) == b"".join(pieces)
    assert [m.get("more_body", False) for m in rest][-1] is False


def test_a_path_is_handed_on_as_the_standard_says():
    head = ask(echo, path="/村/")[0]
    assert dict(head["headers"])[b"x-path"].decode() == "/村/"


def test_headers_of_one_name_are_joined_and_none_passes_for_another():
    seen = {}

    def note(environ, start):
        seen.update(environ)
        return echo(environ, start)

    headers = [
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"accept-language", b"zh"),
        (b"accept-language", b"en"),
        (b"x_forwarded_proto", b"https"),
        (b"content-type", b"text/plain"),
    ]
    ask(note, headers=headers)
    assert seen["HTTP_COOKIE"] == "a=1; b=2" and seen["HTTP_ACCEPT_LANGUAGE"] == "zh,en"
    assert seen["CONTENT_TYPE"] == "text/plain" and "HTTP_X_FORWARDED_PROTO" not in seen


class Large:
    """An answer in pieces, which wants to be closed."""

    def __init__(self):
        self.closed = 0

    def __iter__(self):
        for _ in range(40):
            yield b"z" * 100_000

    def close(self):
        self.closed += 1


def test_a_large_answer_goes_out_in_pieces_and_is_closed():
    large = Large()

    def application(environ, start):
        start("200 OK", [])
        return large

    sent = ask(application)
    assert sum(len(m["body"]) for m in sent[1:]) == 4_000_000
    assert len(sent) > 20 and large.closed == 1


def test_nobody_is_answered_who_hung_up_halfway():
    assert ask(echo, b"abc", gone=True) == []
