"""Voting on public money as people do it: on a phone, without JavaScript, on paper, and reading why."""

import hashlib
import re

from playwright.sync_api import expect

from tests.browser.test_walk import faults, follow, press, sign_in

from .paths import BOTH

OPEN, COUNTED = "星火村十二万元微改造", "二十万元，韩家庙村的事大家定"
CLERK, CLERK_RIGHT = "请你来协商", "金山卫镇民生议事堂"


def number(page, title):
    """The number of one of the demo's budgets."""
    page.goto("/budgets/")
    where = page.get_by_role("link", name=title).get_attribute("href")
    return where.strip("/").split("/")[1]


def test_a_resident_votes_without_javascript_and_changes_the_ballot(visit):
    page = visit(width=390, javascript=False)
    key = number(page, OPEN)
    sign_in(page, "星火村")
    page.goto(f"/matters/{key}/")
    follow(page, page.get_by_role("link", name="去投票", exact=True))
    page.get_by_label("两村小路补几盏路灯").check()
    page.get_by_label("驿站添一间小小图书角").check()
    press(page, "提交我的选票")
    expect(page.locator(".counted")).to_contain_text("两村小路补几盏路灯")
    page.get_by_label("驿站添一间小小图书角").uncheck()
    press(page, "提交修改后的选票")
    expect(page.locator(".counted")).not_to_contain_text("图书角")
    follow(page, page.locator(".counted a"))
    expect(page.locator(".verdict")).to_be_visible()


def test_too_many_marks_are_told_so_and_nothing_is_lost(visit):
    page = visit(width=390, javascript=False)
    key = number(page, OPEN)
    sign_in(page, "星火村")
    page.goto(f"/budgets/{key}/vote/")
    for box in page.locator(".ballot input").all()[:3]:
        box.check()
    # The same voter may have handed one in before.
    follow(page, page.get_by_role("button", name=re.compile("提交(我|修改后)的选票")))
    expect(page.locator("main")).to_contain_text("请去掉几个")
    press(page, "回到投票页，勾选还在")
    expect(page.locator(".ballot input:checked")).to_have_count(3)
    expect(page.locator("[data-basket-marks]")).to_have_text("3")
    page.locator(".ballot input").first.uncheck()
    press(page, "重新合计")
    expect(page.locator("[data-basket-marks]")).to_have_text("2")
    expect(page.locator(".error-summary")).to_have_count(0)


def test_the_basket_adds_up_as_marks_are_made(visit):
    page = visit(width=390)
    key = number(page, OPEN)
    sign_in(page, "星火村")
    page.goto(f"/budgets/{key}/vote/")
    expect(page.get_by_role("button", name="重新合计")).to_be_hidden()
    page.get_by_label("两村小路补几盏路灯").check()
    expect(page.locator("[data-basket-cost]")).to_have_text("54,000")
    page.get_by_label("广场换健身器材").check()
    expect(page.locator("[data-basket-marks]")).to_have_text("2")
    expect(page.locator("[data-basket-many]")).to_be_hidden()
    page.get_by_label("卫生室门口加无障碍坡道").check()
    expect(page.locator("[data-basket-many]")).to_be_visible()
    expect(page.locator("[data-basket-beyond]")).to_be_visible()


def test_a_voter_reads_where_the_share_went_and_the_file_is_the_one_recorded(visit):
    page = visit(width=390, javascript=False)
    key = number(page, COUNTED)
    sign_in(page, "韩家庙村")
    page.goto(f"/budgets/{key}/result/")
    expect(page.locator("#mine-title")).to_have_text("您这一票决定了813.01元公共资金")
    expect(page.locator(".purse")).to_contain_text("候车亭")
    file = page.request.get(f"/budgets/{key}/election.pb").body()
    assert hashlib.sha256(file).hexdigest() in page.locator("main").text_content()
    page.goto(f"/matters/{key}/")
    follow(page, page.locator(".chosen a").first)
    expect(page.locator(".link-up")).to_contain_text(COUNTED)


@BOTH
def test_axe_finds_nothing_on_the_pages_of_a_budget(visit, language, width):
    page = visit(language, width)
    asked, counted = number(page, OPEN), number(page, COUNTED)
    public = (f"/matters/{asked}/", f"/budgets/{asked}/ideas/", f"/budgets/{counted}/result/")
    seen = [fault for path in public for fault in faults(page, path)]
    sign_in(page, CLERK_RIGHT)
    own = (f"/budgets/{asked}/vote/", f"/budgets/{asked}/slips/", f"/matters/{asked}/stop/")
    seen += [fault for path in (*own, "/new/budget/announce/") for fault in faults(page, path)]
    assert seen == [], "\n".join(seen)
