"""A line that lies, a server that lies, and somebody who is neither: nothing of it reaches a table."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test import Client

from pilin.demo.rewriting import resigned
from pilin.engine.act import act
from pilin.ledger import log
from pilin.neighbours import keys, protocol
from pilin.neighbours.following import follow
from pilin.neighbours.models import Copy
from pilin.people.actor import Actor
from pilin.people.neighbour_models import Neighbour
from tests.two import Server, Two


def held(two: Two, server: Server) -> tuple[int, int, int]:
    copy = two.copy(server)
    with two.theirs(server):
        return copy.size, copy.applied, log.size(log.MAIN)


def raised(two: Two) -> None:
    with two.at(two.left) as world:
        world.raised()


def changed(part: str, how):
    """A line that changes what it carries where the address has this part."""

    def carries(url: str, body: bytes) -> bytes:
        return how(body) if body and part in url else body

    return carries


@pytest.mark.parametrize(
    ("part", "how"),
    [
        ("checkpoint", lambda body: body.replace(b"left.example", b"lest.example")),
        ("checkpoint", lambda body: body[:-20]),
        ("checkpoint", lambda body: b"\xff" * 300),
        ("checkpoint", lambda body: body + b"x" * 20_000),
        ("tile/entries", lambda body: body[:-3]),
        ("tile/entries", lambda body: body.replace(b'"step":"raise"', b'"step":"raisf"')),
        ("tile/entries", lambda body: body.replace(b'"matter"', b'"mattex"')),
        ("tile/entries", lambda body: b""),
        ("words", lambda body: b"not json"),
        ("words", lambda body: b"[1, 2, 3]\n"),
        ("words", lambda body: b'[9999999, {"data.text": ["00", "x"]}]\n'),
    ],
    ids=[str(n) for n in range(11)],
)
def test_what_was_changed_on_the_way_is_refused_and_comes_once_it_is_right(two, part, how):
    before = held(two, two.right)
    raised(two)
    two.line.carries = changed(part, how)
    two.follow(two.right)
    copy = two.copy(two.right)
    assert copy.fault
    assert held(two, two.right)[1] == before[1], "something of it is shown"
    two.line.carries = lambda url, body: body
    two.follow(two.right)
    assert two.copy(two.right).fault == ""
    assert held(two, two.right) == (two.size(two.left),) * 3


@pytest.mark.parametrize(
    "how",
    [
        lambda b: b.replace("很黑".encode(), "很亮".encode()),
        lambda b: b"",
        lambda b: b.replace(b'"data.text"', b'"data.texd"'),
        lambda b: re.sub(rb'"data.text": \[[^]]*\]', b'"data.text": []', b),
    ],
    ids=["others", "none", "elsewhere", "nothing"],
)
def test_words_that_are_missing_or_others_than_the_entrys_are_waited_for(two, how):
    before = held(two, two.right)
    raised(two)
    two.line.carries = changed("words", how)
    two.follow(two.right)
    assert two.copy(two.right).fault == "wrong"
    assert held(two, two.right)[1] == before[1]
    two.line.carries = lambda url, body: body
    two.settle()
    with two.theirs(two.right):
        bodies = [r.body for r in log.read(log.MAIN)]
        assert [b["data"]["text"] for b in bodies if b["step"] == "raise"] == ["晚上很黑。"]


def test_a_record_rewritten_under_the_same_key_is_a_fork_and_both_notes_are_kept(two):
    raised(two)
    two.settle()
    before = held(two, two.right)
    with two.at(two.left):
        resigned(before[0] - 1, '"kind":"consultation"', '"kind":"consultatiom"')
    two.follow(two.right)
    copy = two.copy(two.right)
    assert copy.fork.count("left.example/main\n") == 2
    assert held(two, two.right) == before
    raised(two)  # it grows on: that mends nothing
    two.follow(two.right)
    assert held(two, two.right) == before


def test_a_record_brought_back_from_an_older_copy_is_not_followed_backwards(two):
    old = two.size(two.left)
    signed = protocol_checkpoint(two)
    raised(two)
    two.settle()
    before = held(two, two.right)
    assert before[0] > old
    two.line.carries = changed("checkpoint", lambda _body: signed)
    two.follow(two.right)
    assert two.copy(two.right).fault
    assert held(two, two.right) == before


def protocol_checkpoint(two: Two) -> bytes:
    with two.at(two.left):
        return log.checkpoint(log.MAIN).encode()


def test_an_entry_of_an_unknown_version_waits_with_all_after_it_and_says_so(two, monkeypatch):
    from pilin.engine.programme import Registry, UnknownEntry

    raised(two)
    with two.at(two.left) as world:
        m = world.raised(title="后来的一件")
        world.take("host", m, "accept", reason="好")
    number = two.size(two.left) - 1
    real = Registry.payload

    def old(self, kind, version, name):
        if (kind, name) == ("consultation", "accept"):
            raise UnknownEntry(f"{kind} {version}: {name}")
        return real(self, kind, version, name)

    with monkeypatch.context() as patched:
        patched.setattr(Registry, "payload", old)
        two.follow(two.right)
    copy = two.copy(two.right)
    assert (copy.size, copy.applied) == (number + 1, number)
    assert str(number) in copy.parked
    two.follow(two.right)  # the new release is here
    copy = two.copy(two.right)
    assert (copy.applied, copy.parked, copy.fault) == (number + 1, "", "")


def asked(two: Two, by: dict[str, str], path: str = "/neighbour/words/?from=0&to=5") -> int:
    named = {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in by.items()}
    with two.at(two.left):
        return Client(SERVER_NAME="localhost").get(path, **named).status_code


def question(two: Two, url: str = "", to: str = "") -> dict[str, str]:
    """The headers of a question that the right server asks the left one."""
    url = url or f"{two.left.url}/neighbour/words/?from=0&to=5"
    with two.at(two.right):
        return protocol._signed("GET", url, to or two.left.origin)


def test_words_are_told_to_neighbours_alone_and_to_each_question_once(two):
    assert asked(two, {}) == 403
    right = question(two)
    assert asked(two, right) == 200
    assert asked(two, right) == 403, "the same question again"
    assert asked(two, question(two), "/neighbour/words/?from=0&to=900") == 403, "another question"
    assert asked(two, question(two, to="third.example")) == 403, "meant for somebody else"
    forged = question(two)
    forged["Signature-Input"] = forged["Signature-Input"].replace(two.right.origin, two.left.origin)
    assert asked(two, forged) == 403


def test_a_question_with_another_key_or_from_long_ago_is_not_answered(two, monkeypatch, tmp_path):
    from datetime import datetime, timedelta

    from http_message_signatures import HTTPMessageSigner

    keys._key.cache_clear()
    with two.at(two.right):
        keys.path().rename(
            keys.path().with_name("gone.pem")
        )  # a new one is made: not the one known
    assert asked(two, question(two)) == 403
    with two.at(two.right):
        keys.path().with_name("gone.pem").replace(keys.path())
    keys._key.cache_clear()
    assert asked(two, question(two)) == 200
    sign = HTTPMessageSigner.sign
    before = datetime.now() - timedelta(hours=1)
    monkeypatch.setattr(
        HTTPMessageSigner, "sign", lambda self, m, **kw: sign(self, m, **kw, created=before)
    )
    assert asked(two, question(two)) == 403


def test_what_ballots_and_sealed_parts_say_never_crosses(two):
    with two.at(two.left) as world:
        m = world.raised_for("钱大爷")
        number = m.pk
        with connection.cursor() as cursor:
            assert cursor.execute("SELECT count(*) FROM ledger_sealed").fetchone()[0]
    two.settle()
    with two.theirs(two.right), connection.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM ledger_sealed").fetchone()[0] == 0
        assert cursor.execute("SELECT count(*) FROM ledger_key").fetchone()[0] == 0
        text = json.dumps([r.body for r in log.of_matter(log.MAIN, number)], ensure_ascii=False)
    assert "钱大爷" not in text


def test_a_step_that_asks_for_what_is_sealed_cannot_be_asked_for(two):
    from pilin.database import elsewhere
    from pilin.engine.models import Matter
    from pilin.engine.refused import Refused
    from pilin.neighbours import asking

    with two.at(two.left) as world:
        m = world.raised()
    two.settle()
    with two.at(two.right) as world:
        there = Neighbour.objects.get(pk=two.right.neighbour).there
        before = log.size(log.MAIN)
        with elsewhere.reading(there, only=False):
            found = Matter.objects.get(pk=m.pk)
            from pilin.engine.programme import registry

            step = registry.step(found.rules, "holder-question")
            with pytest.raises(Refused):
                asking.ask(there, world.people["neighbour"], found, step, {"words": "何时修？"})
        assert log.size(log.MAIN) == before


def test_a_copy_that_may_not_be_read_is_never_taken_for_our_own_record(two):
    """PostgreSQL passes over a schema that is not there: what would be theirs would be ours."""
    from pilin.database import elsewhere

    with two.at(two.right):
        nobody = elsewhere.Elsewhere(4711, "nobody.example", "x")
        with pytest.raises(elsewhere.NoCopy), elsewhere.reading(nobody):
            pass
        before = log.size(log.MAIN)
        row = Neighbour.objects.get(pk=two.right.neighbour)
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER SCHEMA {row.there.schema} RENAME TO aside")
        follow(row)
        assert Copy.objects.get(pk=row.pk).fault
        assert log.size(log.MAIN) == before
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER SCHEMA aside RENAME TO {row.there.schema}")


def test_our_own_record_is_never_written_while_theirs_is_read(two):
    with two.theirs(two.right), pytest.raises(AssertionError):
        log.append(log.MAIN, {})


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {},
        {"protocol": 2},
        {"log": "x"},
        {"origin": "right.example"},
        {"origin": "a/b"},
        {"address": "ftp://left.test"},
        {"name": "名" * 101},
        {"server": None},
    ],
    ids=str,
)
def test_a_server_that_says_nonsense_of_itself_becomes_no_neighbour(two, said):
    with two.at(two.left):
        right = keys.about()
    told = {**right, **said} if isinstance(said, dict) and said else said
    with two.at(two.right), pytest.raises(keys.Unfit):
        keys.checked(told)


def test_one_key_for_two_purposes_or_in_anothers_name_is_refused(two):
    with two.at(two.left):
        said = keys.about()
    with two.at(two.right):
        assert keys.checked(said)["origin"] == "left.example"
        for wrong in (
            {"server": said["log"].replace("/main", "/main")},
            {"log": said["server"]},
            {"witness": keys.about()["witness"]},
        ):
            with pytest.raises(keys.Unfit):
                keys.checked({**said, **wrong})


def test_the_phrase_is_the_same_on_both_sides_and_another_with_another_key(two):
    with two.at(two.left):
        left = keys.about()
    with two.at(two.right):
        right = keys.about()
    assert keys.phrase(left, right) == keys.phrase(right, left)
    assert keys.phrase(left, {**right, "log": right["log"][:-4] + "AAAA"}) != keys.phrase(
        left, right
    )
    assert len(keys.phrase(left, right).replace(" ", "")) == 20


@pytest.mark.parametrize("matter", [10**30, -1, 4711])
def test_what_nobody_could_have_asked_is_refused_and_keeps_nothing_after_it(two, matter):
    with two.at(two.left) as world:
        m = world.raised()
    two.settle()
    said = {"kind": "consultation", "procedure": 1, "step": "support", "answer_words": {"x": 1}}
    with two.at(two.right):
        act(
            Actor("p-neighbour", kind="asks"),
            two.right.neighbour,
            "ask",
            {**said, "matter": min(abs(matter), 2**53 - 1)},
        )
        act(Actor("p-neighbour", kind="asks"), two.right.neighbour, "ask", {**said, "matter": m.pk})
    two.settle()
    assert two.copy(two.left).fault == ""
    with two.at(two.left):
        last = [r.body["step"] for r in log.read(log.MAIN)][-2:]
        assert last == ["refuse", "support"]


def test_whatever_goes_wrong_with_one_neighbour_ends_with_its_copy(two, monkeypatch):
    from pilin.neighbours import following

    def broken(_neighbour):
        raise RecursionError("too deep")

    with monkeypatch.context() as patched:
        patched.setattr(following, "take", broken)
        two.follow(two.right)
    assert two.copy(two.right).fault == "wrong"
    two.follow(two.right)
    assert two.copy(two.right).fault == ""


def test_a_record_that_claims_to_be_without_end_is_not_taken(two, monkeypatch):
    from pilin.neighbours import taking

    monkeypatch.setattr(taking, "MOST", 0)
    before = held(two, two.right)
    raised(two)
    two.follow(two.right)
    assert two.copy(two.right).fault == "wrong"
    assert held(two, two.right) == before


def test_what_is_held_of_a_record_is_given_to_nobody_else(two):
    assert asked(two, {}, "/neighbour/held/?from=0&to=5") == 403
