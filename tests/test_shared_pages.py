"""A page drawn once for many shows nobody what is another's, and nothing that is no longer so."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pilin.engine.act import act
from pilin.engine.erase import erase_person
from pilin.engine.models import Matter
from pilin.engine.moment_models import Moment
from pilin.engine.programme import registry
from pilin.kit.drawn import forget
from pilin.people.actor import HOUSE
from pilin.people.models import Account, Organisation
from pilin.people.read_model import applying

from .over_http import signed
from .test_known import recorded, renamed

PEOPLE = ("visitor", "resident", "neighbour", "host", "lead", "delegate")
LANGUAGES = ("zh-hans", "en")
LISTS = ("/", "/matters/", "/matters/?show=late", "/projects/", "/events/?show=open")
KEY = re.compile(r'(name="csrfmiddlewaretoken" value=")(\w+)')


def text(client, path, language="zh-hans"):
    """A page as it was answered, but for its form keys."""
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200, (path, answer.status_code)
    return KEY.sub(r"\1", answer.content.decode())


@pytest.fixture
def clients(world):
    found = {name: signed(world.people[name]) for name in PEOPLE[1:]}
    return {"visitor": Client(), **found}


@pytest.fixture
def as_if_anew(clients):
    """Each page as each person sees it after the others is what a process just started shows them."""

    def compare(*paths):
        desk = [(name, "/desk/") for name in clients if name != "visitor"]
        asked = [(name, path) for name in clients for path in paths] + desk
        for language in LANGUAGES:
            there = {one: text(clients[one[0]], one[1], language) for one in asked}
            again = {one: text(clients[one[0]], one[1], language) for one in reversed(asked)}
            for name, path in asked:
                forget()
                anew = text(clients[name], path, language)
                assert there[name, path] == again[name, path] == anew, (name, path, language)

    return compare


def test_whoever_looks_first_a_matter_is_shown_to_each_as_theirs(world, as_if_anew):
    m = world.raised()
    paths = (*LISTS, m.url)
    as_if_anew(*paths)
    world.take("neighbour", m, "support")
    as_if_anew(*paths)
    world.take("host", m, "accept", reason="好")
    world.raised(title="村口的路灯又坏了")
    as_if_anew(*paths)


def test_a_vote_and_what_came_of_a_matter(world, as_if_anew):
    m, project = world.converted()
    as_if_anew(m.url, project.url, "/projects/")
    world.take("lead", project, "approve", words="同意")
    as_if_anew(m.url, project.url, "/projects/")


def test_an_event_is_shown_to_each_with_their_own_place(world, clients, as_if_anew):
    answers = {"start": "2099-01-05T19:00", "end": "2099-01-05T21:00", "where": "左村"}
    more = {"title": "直播", "type": "livestream", "org": world["左镇"], "limit": 1, "waiting": 3}
    m = world.take("lead", "event", "announce", **answers, **more)
    as_if_anew(m.url)
    world.take("resident", m, "register")
    world.take("neighbour", m, "register")
    pages = {name: text(client, m.url) for name, client in clients.items()}
    ticket = f"/events/{m.pk}/ticket/"
    assert [name for name in pages if ticket in pages[name]] == ["resident"]
    assert [name for name in pages if "您在候补名单上" in pages[name]] == ["neighbour"]
    as_if_anew(m.url)
    world.take("resident", m, "cancel_registration")
    assert ticket not in text(clients["resident"], m.url)
    assert ticket in text(clients["neighbour"], m.url)
    as_if_anew(m.url)


def test_only_ones_own_steps_are_ones_own(world, clients):
    m = world.raised()
    world.take("neighbour", m, "support")
    shown = {name: text(client, m.url).count("（您）") for name, client in clients.items()}
    # The newest step is told twice: as the latest, and in the history.
    assert shown == dict.fromkeys(PEOPLE, 0) | {"resident": 1, "neighbour": 2}


def on_behalf(world):
    """A matter the host raised for somebody, whose name and number are kept sealed."""
    answers = {"title": "路灯", "text": "坏了", "forum": world["左村驿站"], "channel": "phone"}
    return world.take("host", "consultation", "raise_for", person="王", contact="139", **answers)


def test_what_is_sealed_is_offered_to_those_alone_who_may_read_it(world, clients, as_if_anew):
    m = on_behalf(world)
    link = f"/matters/{m.pk}/sealed/"

    def offered(*names):
        return [name for name in names if link in text(clients[name], m.url)]

    assert offered(*reversed(PEOPLE)) == offered(*PEOPLE) == ["host"]
    assert not any("139" in text(clients[name], m.url) for name in PEOPLE)
    as_if_anew(m.url)


def test_an_erasure_is_seen_at_once_though_no_entry_tells_of_it(world, clients):
    m = on_behalf(world)
    link = f"/matters/{m.pk}/sealed/"
    steward = clients["host"]
    assert link in text(steward, m.url)
    erase_person("p-host")
    Account.objects.filter(person="p-host").update(is_active=True)  # the office has not changed
    assert link not in text(signed(Account.objects.get(person="p-host")), m.url)


def test_everybody_has_a_form_key_of_their_own(world):
    m = world.raised()
    clients = [Client(enforce_csrf_checks=True) for _ in range(2)]
    keys = []
    for client, name in zip(clients, ("neighbour", "delegate"), strict=True):
        client.force_login(world.people[name], "django.contrib.auth.backends.ModelBackend")
        shown = [key for _, key in KEY.findall(client.get(m.url).content.decode())]
        assert len(set(shown)) == 1 and len(shown) >= 2
        keys.append(shown[0])
    support = f"{m.url}support/"
    posted = {"csrfmiddlewaretoken": keys[0], "seen": m.last}
    assert clients[1].post(support, posted).status_code == 403
    assert clients[0].post(support, posted).status_code == 302
    assert "csrfmiddlewaretoken" not in Client().get(m.url).content.decode()


def test_each_has_the_bell_that_is_theirs(world, clients):
    m = world.raised()
    Account.objects.filter(username="lead").update(unread=37)
    for path in ("/", "/matters/", "/projects/", m.url):
        text(clients["lead"], path)
        belled = [name for name in PEOPLE if "badge" in text(clients[name], path)]
        assert set(belled) - {"host"} == {"lead"}, path  # the host was told of the matter


def test_a_word_that_is_said_once_is_shown_once_and_to_nobody_else(world, clients):
    m = world.raised()
    for name in PEOPLE:
        text(clients[name], m.url)
    clients["neighbour"].post(f"{m.url}support/", {"seen": m.last})
    assert 'class="messages"' not in text(clients["resident"], m.url)
    assert 'class="messages"' in text(clients["neighbour"], m.url)
    assert 'class="messages"' not in text(clients["neighbour"], m.url)


def test_a_page_leads_back_to_where_its_own_reader_is(world, clients):
    for query in ("?show=open", "?show=open&x=1", "?x=%22%3E", "?after=abc"):
        page = text(clients["host"], f"/matters/{query}")
        assert f'name="next" value="/matters/{query.replace("&", "&amp;")}"' in page
        page = text(clients["visitor"], f"/matters/{query}")
        assert f"next={quote(f'/matters/{query}', safe='')}" in page


def test_words_that_mean_nothing_to_a_page_do_not_have_it_drawn_again(world, clients):
    text(clients["host"], "/matters/?show=open")
    with CaptureQueriesContext(connection) as asked:
        text(clients["host"], "/matters/?show=open&from=newsletter")
    assert len(asked) == 1  # who is it, and does it still stand


# Nothing that is no longer so ---------------------------------------------------------------------


def test_a_step_on_a_matter_is_on_its_page_and_in_the_lists(world, clients):
    m = world.raised()
    for path in (m.url, "/matters/", "/", "/desk/"):
        text(clients["host"], path)
    world.take("host", m, "accept", reason="好")
    accepted = str(registry.latest("consultation").states["screened"].title)
    for path in (m.url, "/matters/", "/", "/desk/"):
        assert accepted in text(clients["host"], path), path


def test_a_step_on_a_linked_matter_is_on_the_page_of_the_one_it_came_from(world, clients):
    m, project = world.converted()
    before = text(clients["resident"], m.url)
    world.take("lead", project, "approve", words="同意")
    state = str(Matter.objects.get(pk=project.pk).state_title)
    assert state not in before and state in text(clients["resident"], m.url)


def test_a_matter_called_otherwise_is_called_so_on_the_pages_that_came_of_it(world, clients):
    row = {
        "title": "旧的协议",
        "org": world["左镇"],
        "orgs": [world["左镇"], world["右镇"]],
        "place": None,
        "serial": "1",
        "left": "左镇",
        "right": "右镇",
        "fields": ["农业"],
        "field_count": None,
        "signed_on": None,
    }
    m = Matter.objects.get(pk=act(HOUSE, "agreement", "record", {"row": row}).number)
    answers = {"field": 1, "title": "互派农技员", "official": "副镇长", "finish": "2099-01-05"}
    world.take("lead", m, "lead_project", lead=world["左镇"], partners=[world["右镇"]], **answers)
    project = Matter.objects.get(source=m)
    readers = (clients["host"], clients["visitor"])
    tags = [client.get(project.url)["ETag"] for client in readers]
    act(HOUSE, m, "amend", {"row": {**row, "title": "新的协议"}})
    for client, tag in zip(readers, tags, strict=True):
        answer = client.get(project.url, headers={"if-none-match": tag})
        assert "新的协议" in answer.content.decode() and "旧的协议" not in answer.content.decode()


def test_a_register_that_is_renamed_is_so_everywhere(world, clients):
    m = world.raised()
    paths = (m.url, "/matters/", "/", "/desk/", "/events/")
    for path in paths:
        text(clients["host"], path)
    renamed(Organisation.objects.get(pk=world["左村驿站"]), "左村新驿站")
    for path in paths[:-1]:
        page = text(clients["host"], path)
        # What was answered when it was raised stays as it was said.
        assert "左村新驿站 · " in page and "左村驿站 · " not in page, path
    recorded("side", code="a", name="左边新县")
    assert "左边新县" in text(clients["host"], "/events/")


def test_what_an_office_may_do_ends_with_the_office(world, clients):
    m = world.raised()
    accept = f"{m.url}accept/"
    assert accept in text(clients["host"], m.url) and accept not in text(clients["lead"], m.url)
    office = {"role": "host", "organisation": world["左村驿站"], "person": "p-lead"}
    recorded("office", id=world["host的岗位"], **office, since="2020-01-01")
    assert accept not in text(clients["host"], m.url) and accept in text(clients["lead"], m.url)
    assert m.title not in text(clients["host"], "/desk/")
    assert m.title in text(clients["lead"], "/desk/")


def test_a_language_is_each_ones_own(world, clients):
    m = world.raised()
    for path in (m.url, "/", "/matters/", "/desk/", "/projects/"):
        chinese, english = (text(clients["host"], path, language) for language in LANGUAGES)
        assert 'lang="zh-Hans"' in chinese and "Notices" in english
        assert text(clients["host"], path) == chinese


def test_a_new_day_makes_late_what_was_due(world, clients, monkeypatch, as_if_anew):
    m, project = world.converted()
    other = world.raised()
    paths = (other.url, m.url, project.url, "/", "/matters/", "/desk/", "/projects/")
    for path in paths:
        assert "已逾期" not in main(text(clients["host"], path)) or path in ("/", "/matters/")
    later = timezone.now() + timedelta(days=13)
    monkeypatch.setattr(timezone, "now", lambda: later)  # no entry says that it is another day
    for path in (other.url, "/", "/matters/", "/desk/"):
        assert "已逾期" in main(text(clients["host"], path)), path
    as_if_anew(*paths[:5])


def main(page):
    return page.split("<main")[1].split("</main>")[0]


def test_a_like_matter_is_offered_to_the_holder_as_soon_as_it_is_raised(world, clients):
    m = world.raised(title="桥头的路灯坏了很久")
    assert "alike-title" not in text(clients["host"], m.url)
    world.raised(title="桥头的路灯坏了好久")
    assert "alike-title" in text(clients["host"], m.url)
    assert "alike-title" not in text(clients["resident"], m.url)


def test_what_is_over_in_the_middle_of_a_day_is_no_longer_coming(world, clients, monkeypatch):
    now = timezone.now()
    start, end = (timezone.localtime(now + timedelta(minutes=n)) for n in (10, 20))
    times = {"start": f"{start:%Y-%m-%dT%H:%M}", "end": f"{end:%Y-%m-%dT%H:%M}"}
    more = {"title": "晨跑", "type": "forum", "org": world["左镇"], "where": "左村", "limit": ""}
    world.take("lead", "event", "announce", **times, **more)
    assert text(clients["host"], "/events/").count("晨跑") == 2
    later = now + timedelta(minutes=30)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with applying():  # the database goes by a clock of its own
        Moment.objects.filter(at__lte=later).update(at=now)
    assert text(clients["host"], "/events/").count("晨跑") == 1  # in the register alone
