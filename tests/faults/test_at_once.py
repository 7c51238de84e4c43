"""Two people at the same time: one is first, the other is told; nothing is lost or doubled."""

import threading
import time
from collections import Counter

import pytest
from django.db import connection

from pilin.engine.act import LOG, act
from pilin.engine.apply import apply
from pilin.engine.models import Matter
from pilin.engine.rebuild import AlreadyUnderWay, rebuild
from pilin.engine.refused import Refused
from pilin.ledger import log, verify
from tests.world import PHOTO, build


@pytest.fixture
def city(own_database):
    return build()


def at_once(*calls):
    """Run calls in threads that start together; gives what each returned or raised."""
    ready = threading.Barrier(len(calls))
    results = [None] * len(calls)

    def run(n, call):
        try:
            ready.wait()
            results[n] = call()
        except Exception as fault:
            results[n] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, c)) for n, c in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def kinds(results):
    return Counter(r.code if isinstance(r, Refused) else type(r).__name__ for r in results)


def test_of_two_who_take_the_same_step_one_is_first(city):
    m = city.raised()
    host = city.actor("host")
    results = at_once(*[lambda: act(host, m, "accept", {"reason": "好"})] * 4)
    assert kinds(results) == {"Record": 1, "state": 3}


def test_of_two_with_the_same_page_open_the_second_is_told_what_changed(city):
    m = city.raised()
    host = city.actor("host")
    results = at_once(
        lambda: act(host, m, "accept", {"reason": "好"}, seen=m.last),
        lambda: act(host, m, "decline", {"reason": "不"}, seen=m.last),
    )
    assert kinds(results) == {"Record": 1, "stale": 1}
    told = next(r for r in results if isinstance(r, Refused))
    assert len(told.since) == 1


def test_a_matter_and_its_project_move_at_once_without_a_deadlock(city):
    m, p = city.delivered()
    resident, clerk = city.actor("resident"), city.actor("neighbour")
    results = at_once(
        lambda: act(resident, m, "dispute", {"reason": "没好"}),
        lambda: act(clerk, m, "support"),
        lambda: act(city.actor("host"), p, "send_back", {"reason": "x"}),
        lambda: act(resident, m, "confirm", {"rating": 5}),
    )
    disputed, supported, _sent_back, confirmed = (kinds([r]) for r in results)
    assert {"Record", "state"} == disputed.keys() | confirmed.keys()
    assert "Record" not in supported or "Record" in disputed  # to be talked about again
    assert set(kinds(results)) <= {"Record", "state", "forbidden"}


def test_many_raise_at_once_and_every_one_is_stored(city):
    host = city.actor("host")  # who has an office may have many that wait
    data = {"title": "路灯坏了", "text": "x", "forum": city["左村驿站"]}
    results = at_once(*[lambda: act(host, "consultation", "raise", data) for _ in range(12)])
    assert kinds(results) == {"Record": 12}
    assert Matter.objects.filter(kind="consultation").count() == 12
    assert verify.check_database(LOG).problems == []


def test_a_matter_is_merged_while_it_is_supported(city):
    first, second = city.raised(), city.raised("neighbour")
    host = city.actor("host")
    results = at_once(
        lambda: act(host, second, "merge", {"into": first.pk, "reason": "同一件事"}),
        lambda: act(host, first, "accept", {"reason": "好"}),
        lambda: act(city.actor("lead"), second, "support"),
    )
    assert kinds(results)["Record"] >= 2
    assert set(kinds(results)) <= {"Record", "state"}


@pytest.mark.parametrize(
    "where",
    [
        "pilin.engine.act.loops_part",
        "pilin.engine.act.programmes_part",
        "pilin.engine.act.notices.write",
        "pilin.engine.act._follow_links",
    ],
)
def test_wherever_a_step_breaks_nothing_is_half_written(city, monkeypatch, where):
    _, p = city.converted()
    before = log.size(LOG), log.checkpoint(LOG), p.last
    monkeypatch.setattr(where, lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        act(city.actor("lead"), p, "approve", {"words": "x"})
    monkeypatch.undo()
    p.refresh_from_db()
    assert (log.size(LOG), log.checkpoint(LOG), p.last) == before
    assert act(city.actor("lead"), p, "approve", {"words": "x"}, files=[PHOTO])


def test_of_two_taps_on_the_same_button_one_makes_the_entry(city):
    from django.test import Client

    def signed():
        client = Client()
        client.force_login(city.people["resident"], "django.contrib.auth.backends.ModelBackend")
        return client

    data = {"title": "桥面破了", "text": "过不去", "forum": city["左村驿站"]}
    path, _, token = (
        signed().post("/new/consultation/raise/", data)["Location"].partition("?check=")
    )
    clients = [signed() for _ in range(4)]
    before = log.size(LOG)
    results = at_once(
        *[lambda c=c: c.post(path, {"do": "record", "token": token}) for c in clients]
    )
    assert log.size(LOG) == before + 1
    assert {r["Location"] for r in results} == {Matter.objects.get(kind="consultation").url}


def test_of_two_who_rebuild_at_once_one_is_told_to_wait(city):
    for n in range(3):
        city.raised(title=f"第{n}件")
    before = list(Matter.objects.order_by("pk").values())
    held, results = threading.Event(), []

    def wait(record):
        held.wait(30)
        return apply(record)

    def first():
        try:
            results.append(rebuild())
        finally:
            connection.close()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("pilin.engine.rebuild.apply", wait)
        thread = threading.Thread(target=first)
        thread.start()
        until = time.monotonic() + 30
        told = False
        while not told and time.monotonic() < until:
            with connection.cursor() as cursor:
                asked = (  # in this database: others may rebuild theirs at that moment
                    "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
                    " WHERE locktype = 'advisory' AND objid = 5418 AND datname = current_database()"
                )
                told = cursor.execute(asked).fetchone()[0] == 1
        with pytest.raises(AlreadyUnderWay):
            rebuild()
        held.set()
        thread.join(60)
    assert results == [log.size(LOG)]
    assert list(Matter.objects.order_by("pk").values()) == before
