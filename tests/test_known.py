"""What a process remembers between pages is never shown once it is no longer so."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.engine.rebuild import rebuild
from pilin.people import known, sessions
from pilin.people.actor import HOUSE, offices_of
from pilin.people.models import Account, Organisation
from pilin.people.read_model import applying

from .over_http import signed
from .world import build

RENAME = """
from pilin.run import environment
environment.setup(fit=False)
from tests.test_known import renamed
from pilin.people.models import Organisation
renamed(Organisation.objects.get(name="左村驿站"), "左村新驿站")
"""


def recorded(kind, **row):
    """A row of a register, recorded through the one door."""
    book = act(HOUSE, "register", "open", {"title": "变更"}).number
    return act(HOUSE, book, "record", {"type": kind, "row": row}).number


def renamed(org, name):
    same = {"category": org.category, "places": org.places, "sides": org.sides}
    recorded("organisation", id=org.pk, name=name, parent=org.parent_id, **same)


def text(path, client=None):
    return (client or Client()).get(path).content.decode()


@pytest.fixture
def raised(world):
    m = world.raised()
    for path in ("/", "/matters/", m.url):
        text(path)  # the process knows the registers, and has drawn the matter
    return m


def station(world):
    return Organisation.objects.get(pk=world["左村驿站"])


def test_an_organisation_that_is_renamed_has_its_new_name_everywhere(world, raised):
    renamed(station(world), "左村新驿站")
    host = signed(world.people["host"])
    for path in ("/", "/matters/", raised.url, "/search/?q=路灯", "/desk/"):
        page = text(path, host)
        # What was answered when it was raised stays as it was said.
        assert "左村新驿站 · " in page and "左村驿站 · " not in page, path


def test_a_timeline_names_an_office_as_it_is_called_now(world, raised):
    world.take("host", raised, "accept", reason="好")
    assert "左村驿站 · 驿站负责人" in text(raised.url)
    renamed(station(world), "左村新驿站")
    assert "左村新驿站 · 驿站负责人" in text(raised.url) and "左村驿站 · " not in text(raised.url)


def test_a_side_that_is_renamed_has_its_new_name(world, raised):
    recorded("side", code="a", name="左边新县")
    assert "左边新县" in text("/") and "左边新县" in text("/matters/")


def test_a_place_that_moves_to_the_other_side_takes_its_cards_along(world):
    world.take("resident", "consultation", "raise", title="路", text="坏", forum=world["左村驿站"])
    text("/matters/")
    recorded("place", id=world["左村"], name="左村新", level="village", side="b")
    assert text(f"/places/{world['左村']}/").count("左村新")


def test_an_office_that_ends_is_held_until_the_day_is_over(world, raised, monkeypatch):
    host, today = signed(world.people["host"]), timezone.localdate()
    assert f"{raised.url}accept/" in text(raised.url, host)
    recorded(
        "office",
        id=world["host的岗位"],
        role="host",
        organisation=world["左村驿站"],
        person="p-host",
        since="2020-01-01",
        until=today.isoformat(),
    )
    assert f"{raised.url}accept/" in text(raised.url, host)
    assert raised.title in text("/desk/", host)
    later = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: later)  # no entry says that it is tomorrow
    assert f"{raised.url}accept/" not in text(raised.url, host)
    assert raised.title not in text("/desk/", host)


def test_an_office_begins_with_its_entry_and_with_its_day(world, raised, monkeypatch):
    neighbour, today = signed(world.people["neighbour"]), timezone.localdate()
    office = {"role": "host", "organisation": world["左村驿站"], "person": "p-neighbour"}
    assert f"{raised.url}accept/" not in text(raised.url, neighbour)
    recorded("office", **office, since=(today + timedelta(days=1)).isoformat())
    assert f"{raised.url}accept/" not in text(raised.url, neighbour)
    later = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert f"{raised.url}accept/" in text(raised.url, neighbour)


def test_what_was_rolled_back_is_forgotten_though_its_number_comes_again(world, raised):
    numbers = []
    for name in ("第一新驿站", "第二新驿站"):
        with transaction.atomic():
            renamed(station(world), name)
            numbers.append(Matter.objects.order_by("-last")[0].last)
            assert name in text("/matters/") and name in text(raised.url)
            transaction.set_rollback(True)
        assert "左村驿站" in text("/matters/") and name not in text("/matters/")
        assert "左村驿站" in text(raised.url) and name not in text(raised.url)
    assert numbers[0] == numbers[1]


def test_a_step_reads_what_its_own_transaction_wrote(world, raised):
    with transaction.atomic():
        office = {"role": "host", "organisation": world["左村驿站"], "person": "p-neighbour"}
        recorded("office", **office, since="2020-01-01")
        assert known.here() is None and len(offices_of("p-neighbour")) == 1
        world.take("neighbour", raised, "accept", reason="好")


def test_a_rebuild_is_read_though_the_positions_have_the_same_numbers(world, raised):
    with applying():
        Organisation.objects.filter(pk=world["左村驿站"]).update(name="错的名字")
    recorded("side", code="a", name="左县")
    assert "错的名字" in text("/matters/")
    rebuild()
    assert "错的名字" not in text("/matters/") and "左村驿站" in text("/matters/")


def test_what_another_process_records_is_seen_in_this_one(own_database):
    world = build()
    m = world.raised()
    assert "左村驿站" in text("/matters/") and "左村驿站" in text(m.url)
    environment = {
        **os.environ,
        "DATABASE_URL": make_conninfo(os.environ["DATABASE_URL"], dbname=own_database),
        "PILIN_DATA": str(settings.DATA),
    }
    subprocess.run([sys.executable, "-c", RENAME], env=environment, check=True, timeout=60)
    for path in ("/matters/", m.url):
        assert "左村新驿站 · " in text(path) and "左村驿站 · " not in text(path), path


def test_a_list_is_drawn_once_for_all_and_shows_nobody_what_is_anothers(world, raised):
    """Its content is; the frame around it, with the bell and the form key, is each one's own."""
    Account.objects.filter(username="host").update(unread=37)
    pages = [text("/matters/", signed(world.people[name])) for name in ("host", "resident")]
    contents = [page.split("<main")[1].split("</main>")[0] for page in pages]
    assert contents[0] == contents[1] and 'class="badge">37<' in pages[0]
    assert 'class="badge"' not in pages[1] and "csrfmiddlewaretoken" not in contents[0]
    assert "csrfmiddlewaretoken" not in text("/matters/") and "退出" not in text("/matters/")


def test_a_page_asks_for_names_only_after_a_register_has_moved(world, raised):
    def asked():
        with connection.execute_wrapper(
            lambda e, sql, *rest: (found.append(sql), e(sql, *rest))[1]
        ):
            text("/matters/")
        return [sql for sql in found if "people_organisation" in sql]

    found = []
    assert asked() == []
    renamed(station(world), "左村新驿站")
    assert len(asked()) == 1


# Who is signed in ---------------------------------------------------------------------------------


@pytest.fixture
def host(world):
    client = signed(world.people["host"])
    assert "左村驿站 · 驿站负责人" in text("/desk/", client)
    assert "左村驿站 · 驿站负责人" in text("/desk/", client)  # now with the session
    return client


def refused(client):
    return client.get("/desk/").status_code == 302


def test_whoever_is_shut_out_or_has_a_new_password_is_signed_out_at_once(world, host):
    Account.objects.filter(username="host").update(is_active=False)
    assert refused(host)
    Account.objects.filter(username="host").update(is_active=True)
    client = signed(world.people["host"])
    assert not refused(client) and not refused(client)
    person = Account.objects.get(username="host")
    person.set_password("ein langes neues Wort")
    person.save()
    assert refused(client)


def test_a_session_that_ended_is_no_longer_taken(host):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_session SET expire_date = now() - interval '1 hour'")
    assert refused(host)


def test_whom_a_session_belongs_to_stands_in_it_whatever_is_remembered(world, host):
    key = host.cookies[settings.SESSION_COOKIE_NAME].value
    assert sessions._accounts[key] == world.people["host"].pk
    sessions._accounts[key] = world.people["lead"].pk
    assert "左村驿站 · 驿站负责人" in text("/desk/", host)
    sessions._accounts[key] = 0
    assert "左村驿站 · 驿站负责人" in text("/desk/", host)


def test_an_account_is_shown_as_it_is_now(world, host):
    Account.objects.filter(username="host").update(unread=37)
    assert 'class="badge">37</span>' in text("/desk/", host)
