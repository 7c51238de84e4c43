"""Pages in threads: what a WSGI application is handed, and what reaches the reader."""

import asyncio

import pytest

from pilin.run.threads import LARGE, Threads


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
    asyncio.run(Threads(application, 2)({**known, **scope}, receive, send))
    return sent


def echo(environ, start):
    start("201 Created", [("X-Path", environ["PATH_INFO"])])
    return [environ["wsgi.input"].read()]


@pytest.mark.parametrize("pieces", [(b"",), (b"ab", b"cd"), (b"x" * LARGE, b"y" * LARGE)])
def test_the_body_arrives_whole_however_it_came(pieces):
    head, *rest = ask(echo, *pieces)
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
