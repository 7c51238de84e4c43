"""The head of an answer leaves with the beginning of its body, and nothing is held back."""

import asyncio

from pilin.run.web import _Joined


class Wire:
    def __init__(self):
        self.sent, self.closed = [], False

    def write(self, data):
        self.sent.append(data)

    def close(self):
        self.closed = True

    def is_closing(self):
        return self.closed


HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


def joined(then):
    """What was sent once `then` was done with the transport, and one turn of the loop after."""

    async def run():
        wire = Wire()
        then(_Joined(wire))
        at_once = list(wire.sent)
        await asyncio.sleep(0)
        return at_once, wire

    return asyncio.run(run())


def test_head_and_body_are_one_packet():
    at_once, wire = joined(lambda t: (t.write(HEAD), t.write(b"a"), t.write(b"b")))
    assert at_once == wire.sent == [HEAD + b"a", b"b"]


def test_a_head_whose_body_takes_its_time_leaves_before_it():
    at_once, wire = joined(lambda t: t.write(HEAD))
    assert at_once == [] and wire.sent == [HEAD]


def test_closing_loses_nothing():
    at_once, wire = joined(lambda t: (t.write(HEAD), t.close()))
    assert at_once == [HEAD] and wire.closed


def test_all_else_is_the_transports():
    _at_once, wire = joined(lambda t: t.close())
    assert wire.is_closing()
