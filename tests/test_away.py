"""While the database is away pages say so, and what was kept of before is shown with its time."""

import socket
import time

import psycopg
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.test import RequestFactory
from psycopg import errors

from pilin import settings as installation
from pilin.run import away
from pilin.run.page_cache import PageCache


def gone(*_args, **_more):
    raise OperationalError("connection failed") from errors.AdminShutdown("terminating")


@pytest.fixture
def visit(world, monkeypatch, settings):
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    monkeypatch.setattr("django.core.signals.request_started.send", lambda **_: None)
    monkeypatch.setattr("django.core.signals.request_finished.send", lambda **_: None)
    cache = PageCache(WSGIHandler())

    def ask(path, **headers):
        environ = RequestFactory().generic("GET", path, headers=headers).environ
        environ["SERVER_NAME"] = environ["HTTP_HOST"] = "127.0.0.1"
        said = []
        body = b"".join(cache(environ, lambda status, heads, *_: said.append((status, heads))))
        status, heads = said[0]
        return int(status[:3]), {k.lower(): v for k, v in heads}, body.decode()

    return ask


@pytest.fixture
def database():
    """`away()` takes it away, `back()` brings it back."""

    class Database:
        """Whatever asks it first of all fails: the page cache, and the session of a request."""

        def away(self):
            patched.setattr("pilin.run.page_cache.positions", gone)
            patched.setattr("pilin.run.page_cache.connection.close", lambda: None)
            patched.setattr("pilin.people.sessions.ViewerMiddleware.process_request", gone)

        def back(self):
            patched.undo()

    with pytest.MonkeyPatch.context() as patched:
        yield Database()


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "现在连不上记录"), ("en", "as of")])
def test_a_page_that_was_kept_is_shown_with_its_time(visit, world, database, language, words):
    world.raised(title="桥要修")
    before = visit("/matters/", **{"accept-language": language})
    database.away()
    for _again in range(2):
        status, headers, body = visit("/matters/", **{"accept-language": language})
        assert status == 200 and "桥要修" in body and words in body
        assert "etag" not in headers and headers["cache-control"] == "no-store"
        assert int(headers["content-length"]) == len(body.encode())
    assert words not in before[2]


@pytest.mark.parametrize("path", ["/matters/", "/desk/", "/account/login/", "/search/?q=x"])
def test_other_pages_answer_503_with_a_sentence_and_when_to_ask_again(visit, database, path):
    database.away()
    status, headers, body = visit(path, cookie="sessionid=x" if path == "/desk/" else "")
    assert (status, headers["retry-after"], headers["cache-control"]) == (503, "10", "no-store")
    assert "请过一会儿再试" in body and "try again in a moment" in body


def test_once_it_is_back_so_are_the_pages(visit, world, database):
    visit("/matters/")
    database.away()
    visit("/matters/")
    database.back()
    world.raised(title="新的事")
    assert "新的事" in visit("/matters/")[2]


@pytest.mark.parametrize(
    ("fault", "is_away"),
    [
        (errors.AdminShutdown, True),
        (errors.ConnectionFailure, True),
        (errors.TooManyConnections, True),
        (errors.DiskFull, True),
        (errors.DeadlockDetected, False),
        (errors.LockNotAvailable, False),
    ],
)
def test_only_a_database_that_is_not_there_is_away(fault, is_away):
    try:
        raise OperationalError("x") from fault("x")
    except OperationalError as said:
        assert away.is_away(said) == is_away
    assert not away.is_away(ProgrammingError("x")) and not away.is_away(ValueError("x"))


def test_a_database_that_accepts_and_is_silent_is_given_up(monkeypatch):
    monkeypatch.setattr(installation, "CONNECT_TIMEOUT", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        where = f"host=127.0.0.1 port={silent.getsockname()[1]} dbname=pilin"
        monkeypatch.setenv("DATABASE_URL", where)
        said = installation.database()
        began = time.monotonic()
        with pytest.raises(psycopg.OperationalError, match="timeout"):
            psycopg.connect(where, **said["OPTIONS"])
        assert time.monotonic() - began < 10
    monkeypatch.setenv("DATABASE_URL", f"{where} connect_timeout=5")
    assert installation.database()["OPTIONS"]["connect_timeout"] == "5"


def test_what_a_page_asks_for_too_long_is_answered_like_a_database_that_is_away(db, monkeypatch):
    monkeypatch.setattr(away, "PATIENCE", 0.2)
    with pytest.raises(OperationalError) as given_up, transaction.atomic():
        away._limit(connection)
        connection.cursor().execute("SELECT pg_sleep(20)")
    assert away.is_away(given_up.value)
