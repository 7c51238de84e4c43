"""What JavaScript adds: finding as one types, a desk that stays in place, reading without a network."""

import re

import pytest
from playwright.sync_api import expect

from .test_desk import raised
from .test_walk import follow, press, send, sign_in

RAISE = "/new/consultation/raise/"


@pytest.fixture
def resident(visit):
    page = visit(width=390)
    sign_in(page, "居民")
    return page


@pytest.fixture
def parties(visit):
    """A long list of organisations, as whoever drafts an agreement sees it."""
    page = visit(width=390)
    sign_in(page, "牵头单位负责人")
    page.goto("/new/project/register/")
    return page


def test_an_organisation_is_found_by_typing_a_part_of_its_name(parties):
    field = parties.get_by_role("combobox", name="牵头")
    field.fill("金山卫")
    expect(parties.get_by_role("option").first).to_have_text(re.compile("金山卫"))
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value(re.compile("金山卫"))
    chosen = parties.evaluate("document.querySelector('[name=lead]').selectedOptions[0].text")
    assert "金山卫" in chosen


def test_what_is_no_organisation_is_not_taken(parties):
    field = parties.get_by_role("combobox", name="牵头")
    before = field.input_value()
    field.fill("没有这个单位")
    field.press("Tab")
    expect(field).to_have_value(before)


def test_partners_are_found_among_all_and_what_is_ticked_stays_in_sight(parties):
    field = parties.locator("fieldset", has=parties.locator("[name=partners]"))
    ticks, seen = field.get_by_role("checkbox"), field.locator("label:visible")
    every = ticks.count()
    ticks.first.check()
    finder = field.get_by_role("searchbox", name="在名单里查找")
    finder.fill("金山卫")
    assert 1 < ticks.count() < every  # what is hidden has no role
    expect(ticks.first).to_be_checked()
    expect(seen.filter(has_text="金山卫").first).to_be_visible()
    finder.press("Enter")  # finds, and sends nothing
    expect(finder).to_have_value("金山卫")
    finder.fill("")
    expect(ticks).to_have_count(every)


def test_the_desk_stays_in_place_and_says_what_was_done(visit):
    resident = raised(visit, "原地办一")
    resident.goto("/desk/")
    resident.evaluate("window.stays = true")
    button = resident.get_by_role("button", name="催办: 原地办一")
    button.click()
    expect(button).to_have_count(0)
    assert resident.evaluate("window.stays") is True


def test_a_second_tap_on_the_desk_leads_to_what_the_first_recorded(visit):
    resident = raised(visit, "原地办二")
    resident.goto("/desk/")
    other = resident.context.new_page()
    other.goto("/desk/")
    for page in (other, resident):
        page.get_by_role("button", name="催办: 原地办二").click()
        expect(page.get_by_role("button", name="催办: 原地办二")).to_have_count(0)
    expect(resident.get_by_text("只记了一次")).to_be_visible()


def test_a_refusal_on_the_desk_is_shown_whole(visit):
    resident = raised(visit, "原地办三")
    resident.goto("/desk/")
    other = resident.context.new_page()
    other.goto("/desk/")
    follow(other, other.get_by_role("link", name="原地办三").first)
    other.goto(f"{other.url.partition('?')[0]}withdraw/")
    other.get_by_label("理由").fill("不用了。")
    send(other, "撤回")
    resident.get_by_role("button", name="催办: 原地办三").click()
    expect(resident.locator("main .refused")).to_be_visible()


def test_results_follow_what_is_typed(visit):
    page = visit(width=390)
    page.goto("/search/")
    page.evaluate("window.stays = true")
    page.locator("#asked").press_sequentially("水草", delay=20)
    expect(page.locator("#found .row").first).to_be_visible()
    expect(page).to_have_url(re.compile("q="))
    assert page.evaluate("window.stays") is True


def offline(page):
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.reload()  # from here on the worker answers
    page.context.set_offline(True)


def test_pages_seen_before_are_read_without_a_network(resident):
    resident.goto("/desk/")
    offline(resident)
    resident.goto("/desk/")
    expect(resident.get_by_role("heading", name="我的工作台")).to_be_visible()
    expect(resident.locator("#offline")).to_be_visible()
    resident.goto("/places/")
    expect(resident.get_by_role("heading", name="现在没有网络")).to_be_visible()


def test_what_was_typed_without_a_network_is_there_afterwards(resident):
    resident.goto(RAISE)
    offline(resident)
    resident.locator("main [name=title]").fill("断网时写的")
    resident.get_by_role("button", name="下一步").click()
    expect(resident.locator("#offline")).to_be_visible()
    assert resident.url.endswith(RAISE)
    resident.context.set_offline(False)
    resident.goto("/")
    resident.goto(RAISE)
    expect(resident.locator("main [name=title]")).to_have_value("断网时写的")


def test_what_is_sealed_is_not_kept_on_the_device(visit):
    host = visit()
    sign_in(host, "韩家庙村协商驿站")
    host.goto("/new/consultation/raise_for/")
    host.locator("main [name=title]").fill("代人提出")
    host.locator("main [name=person]").fill("不可留下的姓名")
    kept = host.evaluate("JSON.stringify({...localStorage})")
    assert "代人提出" in kept and "不可留下" not in kept


def test_after_signing_out_nothing_is_left_on_the_device(resident):
    resident.goto("/desk/")
    offline(resident)
    resident.context.set_offline(False)
    resident.goto("/desk/")
    resident.goto(RAISE)
    resident.locator("main [name=title]").fill("退出以前写的")
    resident.goto("/more/")
    press(resident, "退出")
    assert resident.evaluate("Object.keys(localStorage).length") == 0
    kept = resident.evaluate(
        "caches.open('pilin-pages').then((c) => c.keys()).then((all) => all.map((r) => r.url))"
    )
    assert not [url for url in kept if "/desk/" in url]
