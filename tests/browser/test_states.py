"""Axe on what pages come to look like: empty, full, refused, larger, folded open, on the way to an answer."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.jobs import BUDGET, FUND
from tests.browser.test_money import where
from tests.browser.test_walk import AXE, follow, send, sign_in

from .paths import BOTH

#: Forms that ask for something, each by somebody who may fill it in.
ASKED = {
    "韩家庙村协商驿站": (
        "/new/consultation/raise/",
        "/new/service/ask/",
        "/new/drive/open/",
        "/new/event/announce/",
        "/new/renovation/propose/",
    ),
    "金山卫镇民生议事堂": ("/new/budget/announce/",),
}
EVERYDAY = (
    "/",
    "/matters/",
    "/map/",
    "/figures/",
    "/votes/",
    "/more/",
    "/search/?q=水草",
    "/look/",
)


def ill(page, what):
    """What axe finds on the page as it stands, with everything unfolded, and whether it is too wide."""
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    found = Axe().run(page, options=AXE).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
    return [f"{what}: {v['id']} {v['nodes'][0]['html'][:160]}" for v in found] + (
        [f"{what}: wider than the screen"] if wide else []
    )


def opened(page, *paths):
    seen = []
    for path in paths:
        page.goto(path)
        seen += ill(page, path)
    return seen


def sent_empty(page, path):
    """A form sent without a word in it."""
    page.goto(path)
    page.evaluate(
        """document.querySelectorAll('main form [required]').forEach(e => { e.required = false });
        document.querySelectorAll('main form :is([type=text], textarea)').forEach(e => { e.value = '' })"""
    )
    follow(page, page.locator("main .actions button").first)
    expect(page.locator(".error-summary")).to_be_visible()
    return ill(page, f"{path} sent empty")


@BOTH
def test_nothing_found_and_everything_unfolded(visit, language, width):
    page = visit(language, width)
    fund, budget = where(page, "/funds/", FUND), where(page, "/budgets/", BUDGET)
    key = fund.strip("/").split("/")[1]
    seen = opened(
        page,
        "/search/",
        "/search/?q=没有这样的事",
        "/offline/",
        "/look/",
        "/account/login/",
        "/wishes/?show=late",
        fund,
        budget,
        f"/funds/{key}/book/?view=accounts",
    )
    page.goto("/account/login/")
    page.locator("[name=login]").fill("nobody")
    page.locator("[name=password]").fill("not this")
    follow(page, page.locator("main button").first)
    assert [*seen, *ill(page, "a wrong password")] == []


@BOTH
def test_forms_sent_empty(visit, language, width):
    page, seen = visit(language, width), []
    for who, paths in ASKED.items():
        sign_in(page, who)
        for path in paths:
            seen += sent_empty(page, path)
    assert seen == []


@BOTH
def test_refused_and_left_with_nothing_to_do(visit, language, width):
    page = visit(language, width)
    budget = where(page, "/budgets/", BUDGET)
    sign_in(page, re.compile("运维人员|Operator"))
    seen = opened(page, "/desk/", "/bell/", f"{budget}stop/", "/account/password/change/")
    sign_in(page, "星火村")
    page.goto(f"/budgets/{budget.strip('/').split('/')[1]}/vote/")
    for box in page.locator(".ballot input").all():
        box.check()
    follow(page, page.locator("button", has_text=re.compile("提交(我|修改后)的选票|Hand in")))
    seen += ill(page, "too many marks")
    page.goto("/")
    page.evaluate(
        """document.querySelector('.who form').querySelector('[name=csrfmiddlewaretoken]').remove()"""
    )
    follow(page, page.locator(".who form button"))
    assert [*seen, *ill(page, "a form without its key")] == []


@BOTH
def test_a_question_is_asked_looked_at_and_answered(visit, language, width):
    page, seen = visit(language, width), []
    drive = where(page, "/drives/?show=open", "图书角募书")
    sign_in(page, "星火村")
    seen += sent_empty(page, f"{drive}holder-question/")
    page.locator("main textarea").first.fill(f"收旧课本吗？（宽{width}）")
    send(page, page.locator("h1").inner_text())
    seen += ill(page, "a question that waits")
    sign_in(page, re.compile(r"^\s*(牵头单位负责人|Lead)\s*(独山港镇|Dushangang Town)\s*$"))
    page.goto(drive)
    seen += ill(page, "a question to answer")
    follow(page, page.locator(f"a[href^='{drive}question-answer']").first)
    seen += ill(page, "answering")
    page.locator("main [type=radio][name=question]").last.check()
    page.locator("main textarea").first.fill("收，封面完好的都收。")
    send(page, page.locator("h1").inner_text())
    page.goto(drive)
    expect(page.locator(".enquiries .answer").last).to_be_visible()
    assert [*seen, *ill(page, "answered")] == []


@pytest.mark.parametrize("look", ["?type=larger", "?contrast=strong"])
def test_larger_and_stronger_on_a_phone(visit, look):
    page = visit(width=390)
    page.goto(f"/look/{look}")
    assert page.locator("html").get_attribute("class")
    seen = opened(page, *EVERYDAY)
    sign_in(page, "韩家庙村协商驿站")
    assert [*seen, *opened(page, "/desk/", "/new/consultation/raise/")] == []


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_the_smallest_phone_needs_no_scrolling_to_the_side(visit, language):
    page = visit(language, 320)
    wide = []
    for path in (*EVERYDAY, "/work/", "/kit/", "/places/", "/funds/", "/renovation/", "/verify/"):
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            wide.append(path)
    assert wide == []
