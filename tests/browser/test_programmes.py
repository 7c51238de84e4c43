"""The main path of every programme, walked in a real browser by those whose turn it is."""

import re

import pytest
from django.utils import translation
from playwright.sync_api import expect

from pilin.engine.programme import registry
from pilin.people.models import ROLES
from tests.browser.paths import HOST, LEAD, PATHS, RESIDENT
from tests.browser.test_walk import faults, follow, press, send

from .paths import BOTH


def sign_in(page, who):
    role, where = who
    with translation.override("zh-hans"):
        title = str(ROLES[role]) if role else "居民"
    page.goto("/sign-in/")
    page.locator(
        "button.choice", has_text=re.compile(rf"^\s*{title}\s*{re.escape(where)}\s*$")
    ).first.click()
    page.wait_for_url("**/desk/")


def fill(page, name, value):
    if name == "files":
        page.locator("#id_files").set_input_files(value)
        return
    field = page.locator(f"[name='{name}']").first
    match field.evaluate("e => e.type"):
        case "select-one":
            if value:
                field.select_option(label=value)
            else:
                field.select_option(index=0)
        case "checkbox":
            page.locator("fieldset").get_by_label(value, exact=True).check()
        case "radio":
            page.locator(f"[name='{name}'][value='{value}']").check()
        case _:
            field.fill(value)


def title_of(kind, name, what="title"):
    with translation.override("zh-hans"):
        return str(getattr(registry.latest(kind).step(name), what))


@pytest.mark.parametrize("kind", PATHS)
def test_its_main_path_is_walked_by_hand(visit, kind):
    steps, state = PATHS[kind]
    page, where, now = visit(width=390, javascript=False), "", kind
    for step in steps:
        if isinstance(step, str):  # on to the matter that came of it
            page.goto(where)
            follow(page, page.get_by_role("link", name=step).first)
            where, now = page.url, "payment"
            continue
        who, name, answers = step
        sign_in(page, who)
        title = title_of(now, name)
        if not where:
            page.goto(f"/new/{kind}/{name}/")
        else:
            page.goto(where)
            rule = registry.latest(now).step(name)
            if rule.bare:
                press(page, title)
                continue
            follow(page, page.get_by_role("link", name=title, exact=True).first)
        for field, value in answers.items():
            fill(page, field, value)
        send(page, title)
        expect(page.locator(".messages")).to_be_visible()
        where = page.url
    with translation.override("zh-hans"):
        words = str(registry.latest(now).states[state].title)
    page.goto(where)
    expect(page.locator(".now h2")).to_have_text(words)


def test_a_participant_is_checked_in_by_the_code_on_the_phone(visit):
    lead, guest = visit(), visit(width=390)
    sign_in(lead, LEAD)
    lead.goto("/new/event/announce/")
    answers = {
        **PATHS["event"][0][0][2],
        "title": "走一遍：签到",
        "start": "2099-04-05T19:00",
        "end": "2099-04-05T21:00",
    }
    for field, value in answers.items():
        fill(lead, field, value)
    send(lead, title_of("event", "announce"))
    sign_in(guest, RESIDENT)
    guest.goto(lead.url)
    press(guest, title_of("event", "register"))
    follow(guest, guest.get_by_role("link", name="出示我的入场码"))
    code = guest.locator(".code").inner_text()
    lead.goto(f"{lead.url}check_in/?code={code}")
    send(lead, title_of("event", "check_in"))
    expect(lead.locator(".messages")).to_be_visible()


def found(page):
    """One matter of each kind, and the pages that hang on them."""
    pages = []
    for kind in ("agreement", "pairing", "suggestion", "wish", "drive", "fund", "payment", "event"):
        page.goto(f"/matters/?kind={kind}")
        pages.append(page.locator(".row h3 a").first.get_attribute("href"))
    for path, link in (
        ("/agreements/?show=open", "th a"),
        ("/suggestions/", ".facts .actions a"),
        ("/services/", ".facts .actions a"),
        ("/events/", ".facts td a[href^='/rooms/']"),
        ("/funds/?show=open", "th a"),
    ):
        page.goto(path)
        pages.append(page.locator(link).first.get_attribute("href"))
    page.goto(pages[-1])
    pages.append(page.locator(".facts .actions a").first.get_attribute("href"))
    page.goto("/agreements/")
    page.get_by_role("link", name="省际毗邻区域全面战略合作框架协议(新一轮)").click()
    pages.append(page.locator(".facts .actions a").first.get_attribute("href"))
    return pages


LISTS = (
    "/work/",
    "/figures/",
    "/figures/due/?kept=0",
    "/agreements/",
    "/pairings/",
    "/suggestions/",
    "/wishes/",
    "/drives/",
    "/funds/",
    "/events/",
    "/services/",
    "/budgets/",
    "/policies/",
    "/renovation/",
)
FORMS = (
    "/new/agreement/draft/",
    "/new/pairing/propose/",
    "/new/drive/open/",
    "/new/fund/open/",
    "/new/event/announce/",
    "/new/service/ask/",
    "/new/renovation/propose/",
    "/new/budget/announce/",
)


@BOTH
def test_axe_finds_nothing_on_any_page_of_a_programme(visit, language, width):
    page = visit(language, width)
    seen = [fault for path in (*LISTS, *found(page)) for fault in faults(page, path)]
    page.goto("/sign-in/")
    page.locator("button.choice", has_text=re.compile("独山港镇|Dushangang")).last.click()
    seen += [fault for path in FORMS for fault in faults(page, path)]
    assert seen == [], "\n".join(seen)


@BOTH
def test_axe_finds_nothing_where_owners_vote(visit, language, width):
    page = visit(language, width)
    page.goto("/renovation/")
    links = [a.get_attribute("href") for a in page.locator("th a").all()]
    seen = []
    for link in links:
        seen += faults(page, link)
        vote = page.locator(".facts td a[href*='/votes/']").first.get_attribute("href")
        seen += faults(page, vote)
    page.goto("/sign-in/")
    page.locator(
        "button.choice", has_text=re.compile(f"{HOST[1]}|Hanjiamiao Station")
    ).first.click()
    page.wait_for_url("**/desk/")
    for name in ("enter", "units", "call", "ask"):
        for link in links:
            page.goto(link)
            step = page.locator(f".actions a[href$='/{name}/']")
            if step.count():
                seen += faults(page, step.first.get_attribute("href"))
    seen += faults(page, "/matters/?kind=renovation")
    assert seen == [], "\n".join(seen)


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_a_list_is_read_on_four_screens_of_a_phone(visit, language):
    """The longest there is: two or three lines a matter below a small header, where it was a line a cell."""
    page = visit(language, 390)
    page.goto("/sign-in/")
    page.locator("button.choice", has_text=re.compile(f"{HOST[1]}|Hanjiamiao")).first.click()
    page.wait_for_url("**/desk/")
    for path in ("/wishes/", "/projects/", "/lots/"):
        page.goto(path)
        assert page.locator(".top").bounding_box()["height"] <= 64
        rows = page.locator(".lines tbody tr")
        assert page.locator(".lines").bounding_box()["height"] <= 3.5 * 844 * rows.count() / 30, (
            path
        )
    page.goto("/wishes/")
    assert rows.count() >= 25
    screens = 4 if language == "zh-CN" else 4.75
    assert page.evaluate("document.documentElement.scrollHeight") <= screens * 844
    expect(rows.first.locator(".lines-state")).to_be_visible()
    expect(rows.first.locator(".lines-told")).to_be_visible()


def test_nothing_moves_while_a_page_loads(visit):
    page = visit(width=390)
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver(seen => seen.getEntries().forEach(e => { moved += e.value }))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto("/matters/")
    for path in ("/", "/wishes/", page.locator(".row h3 a").first.get_attribute("href")):
        page.goto(path, wait_until="load")
        page.wait_for_timeout(300)
        assert page.evaluate("moved") <= 0.01, path
