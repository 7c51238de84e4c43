"""In front of Django: kept pages are those that Django would make now, for nobody but visitors."""

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from pilin.engine.models import Matter
from pilin.run.page_cache import PageCache


@pytest.fixture
def visit(world, monkeypatch):
    """Ask the page cache for a path as a WSGI server would: (status, headers, body, queries)."""
    monkeypatch.setattr("django.core.signals.request_started.send", lambda **_: None)
    monkeypatch.setattr("django.core.signals.request_finished.send", lambda **_: None)
    cache = PageCache(WSGIHandler())

    def ask(path, method="GET", **headers):
        environ = RequestFactory().generic(method, path, headers=headers).environ
        environ["SERVER_NAME"] = environ["HTTP_HOST"] = "127.0.0.1"
        said = []
        with CaptureQueriesContext(connection) as queries:
            body = b"".join(cache(environ, lambda status, heads, *_: said.append((status, heads))))
        status, heads = said[0]
        return int(status[:3]), {k.lower(): v for k, v in heads}, body.decode(), len(queries)

    ask.cache = cache
    return ask


def test_a_page_seen_before_costs_one_query(visit, world):
    world.raised()
    first = visit("/matters/")
    again = visit("/matters/")
    assert first[:3] == again[:3] and first[0] == 200
    assert again[3] == 1 < first[3]


def test_a_page_is_made_anew_once_the_ledger_has_moved_on(visit, world):
    assert "新的事" not in visit("/matters/")[2]
    visit("/matters/")
    world.raised(title="新的事")
    assert "新的事" in visit("/matters/")[2]


def test_who_has_the_newest_page_gets_304_without_a_body(visit, world):
    etag = visit("/")[1]["etag"]
    status, headers, body, queries = visit("/", **{"if-none-match": etag})
    assert (status, body, queries) == (304, "", 1)
    assert headers["etag"] == etag and "content-length" not in headers
    assert "default-src 'none'" in headers["content-security-policy"]
    world.raised()
    assert visit("/", **{"if-none-match": etag})[0] == 200


@pytest.mark.parametrize("asked", ["W/{0}", '"other", {0}', 'W/"x",W/{0}', "*"])
def test_a_tag_weakened_or_in_a_list_gets_304_too(visit, world, asked):
    etag = visit("/")[1]["etag"]
    status, _headers, body, queries = visit("/", **{"if-none-match": asked.format(etag)})
    assert (status, body, queries) == (304, "", 1)


def test_each_language_has_its_own(visit, world):
    assert "有事要说？" in visit("/", **{"accept-language": "zh-CN"})[2]
    assert "Is there something to say?" in visit("/", **{"accept-language": "en"})[2]
    assert "有事要说？" in visit("/", **{"accept-language": "zh-CN"})[2]
    assert "Is there something to say?" in visit("/", cookie="django_language=en")[2]


def test_pages_of_people_forms_and_steps_are_never_kept(visit, world):
    matter = world.raised()
    for asked in (
        {"path": "/", "cookie": "sessionid=abc"},
        {"path": "/", "cookie": "messages=abc"},
        {"path": "/sign-in/"},
        {"path": "/matters/999999/"},
        {"path": "/", "method": "HEAD"},
        {"path": f"/matters/{matter.pk}/", "method": "POST"},
    ):
        visit(**asked)
        assert not visit.cache._pages, asked


def test_it_keeps_no_more_than_it_has_room_for(visit, world):
    for n in range(4):
        world.raised(title=f"第{n}件事")
    visit.cache.room = 60_000
    for m in Matter.objects.filter(kind="consultation"):
        visit(m.url)
        visit("/matters/")
        visit("/")
    kept = visit.cache._pages.values()
    assert 0 < sum(len(page.body) for page in kept) == visit.cache._used <= 60_000
