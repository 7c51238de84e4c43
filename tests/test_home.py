"""Home and the pages around it: what one has to say, what is voted on, what waits for one's word."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from pilin.engine.programme import registry
from pilin.intake.models import Poll
from pilin.kit.nav import nav_items
from pilin.kit.offered import BESIDE, Offered, ends_early
from pilin.kit.stages import stages
from pilin.programmes.budget.tests.town import announce, opened

from .over_http import signed as sign_in


def text(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.fixture
def signed(world):
    return lambda name: sign_in(world.people[name])


def test_home_opens_with_what_one_has_to_say(client, signed, world):
    page = text(client, "/")
    assert 'action="/new/consultation/raise/"' in page
    form = text(signed("resident"), "/new/consultation/raise/?title=%E6%A1%A5%E5%A4%B4")
    assert 'value="桥头"' in form


def test_a_vote_stands_on_home_and_among_the_votes_until_it_is_over(client, world, monkeypatch):
    assert "/vote/" not in text(client, "/") + text(client, "/votes/")
    m = opened(world, announce(world))
    for path in ("/", "/votes/"):
        assert f"/budgets/{m.pk}/vote/" in text(client, path)
    over = Poll.objects.get(matter=m.pk).until + timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: over)
    assert f"/budgets/{m.pk}/vote/" not in text(client, "/votes/")


def test_what_waits_for_ones_word_stands_on_ones_own_home_alone(client, signed, world):
    waiting, _project = world.delivered()
    assert waiting.holder_person
    owner = next(n for n, a in world.people.items() if a.person == waiting.holder_person)
    heading = 'id="mine-title"'
    assert heading in text(signed(owner), "/")
    assert heading not in text(client, "/") + text(signed("delegate"), "/")


def test_every_page_of_a_programme_is_on_the_page_of_all_pages(client, world):
    page = text(client, "/more/")
    for item in nav_items():
        assert str(item.title) in page


def test_five_tabs_lead_on_from_every_page(client, signed, world):
    m = world.raised()
    for path in ("/", "/matters/", m.url, "/votes/", "/more/"):
        tabs = text(client, path).split('class="tabs"')[1]
        assert tabs.count("<li>") == 5
    assert 'href="/desk/"' in text(signed("host"), "/").split('class="tabs"')[1]


def every_state():
    for rules in registry.procedures:
        for name, state in rules.states.items():
            if not state.closed:
                yield rules, rules.steps_from(name)


def test_a_page_offers_each_step_once_and_few_at_first():
    for rules, steps in every_state():
        found = Offered.of(rules, steps)
        first = [found.first] if found.first else []
        shown = [*first, *found.beside, *found.rest, *found.ends]
        assert sorted(s.name for s in shown) == sorted(s.name for s in steps)
        assert len(found.beside) <= BESIDE
        assert not any(ends_early(rules, s) for s in (*first, *found.beside, *found.rest))


def test_silence_is_not_shown_as_confirmation(world):
    m = world.raised()
    m.is_open, m.closed_how = False, "silence"
    assert "silence" in {stage.status for stage in stages(m)}
    m.closed_how = "confirmed"
    assert {"confirmed"} <= {stage.status for stage in stages(m)}
    m.closed_how = ""
    assert "ended" in {stage.status for stage in stages(m)}


def test_what_was_said_at_first_stands_on_the_page_however_long_the_history(client, world):
    m = world.raised(text="桥头的路灯一个星期没亮。")
    assert "<blockquote><p>桥头的路灯一个星期没亮。</p></blockquote>" in text(client, m.url)


def test_the_page_of_parts_is_the_demos_alone(client, world, settings):
    settings.DEMO = True
    page = text(client, "/kit/")
    assert page.count('class="loop"') == 5 and "loop-silence" in page and "row-crossing" in page
    settings.DEMO = False
    assert client.get("/kit/").status_code == 404


def test_the_mark_of_the_demo_leads_to_what_it_means(client, world, settings):
    settings.DEMO = True
    assert 'href="/about/#demo"' in text(client, "/") and 'id="demo"' in text(client, "/about/")
    settings.DEMO = False
    assert 'id="demo"' not in text(client, "/about/")


@pytest.mark.parametrize("address", ["/", "/matters/", "/places/", "/projects/", "matter"])
def test_every_page_says_what_to_show_where_it_is_shared(client, world, address):
    matter = world.raised()
    page = client.get(matter.url if address == "matter" else address).content.decode()
    for name in ("site_name", "image", "type", "description"):
        assert page.count(f'property="og:{name}"') == 1, name
    picture = re.search(r'property="og:image" content="(http[^"]+)"', page)[1]
    assert picture.endswith(".png")
