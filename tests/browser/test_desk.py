"""The desk in a real browser, by hand and by keyboard, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from .axe import violations
from .test_walk import follow, press, send, sign_in


def raised(visit, *titles):
    resident = visit(width=390)
    sign_in(resident, "居民")
    for title in titles:
        resident.goto("/new/consultation/raise/")
        resident.locator("main [name=title]").fill(title)
        resident.locator("main [name=text]").fill("请看看。")
        resident.locator("main [name=forum]").select_option(label="韩家庙村协商驿站")
        send(resident, "提出一件事")
    return resident


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_several_slips_are_accepted_at_once_and_whoever_raised_one_nudges(visit, javascript):
    script = "有" if javascript else "无"
    titles = [f"路灯{n}（{script}脚本）" for n in range(2)]
    resident = raised(visit, *titles)
    resident.goto("/desk/")
    resident.get_by_role("button", name=f"催办: {titles[0]}").click()
    resident.wait_for_url("**/desk/")
    expect(resident.get_by_role("button", name=f"催办: {titles[0]}")).to_have_count(0)

    host = visit(javascript=javascript)
    sign_in(host, "韩家庙村协商驿站")
    host.goto("/desk/")
    for title in titles:
        host.get_by_label(title).first.check()
    follow(host, host.locator(".desk-bulk button").first)
    host.get_by_label("理由").fill("公共设施。")
    press(host, "继续")
    expect(host.get_by_text("公共设施。")).to_be_visible()
    press(host, "受理")
    for title in titles:
        expect(host.get_by_role("link", name=title)).to_be_visible()
    assert host.locator(".refused").count() == 0


def test_the_desk_goes_by_keyboard(visit):
    raised(visit, "键盘一", "键盘二")
    host = visit()
    sign_in(host, "韩家庙村协商驿站")
    host.goto("/desk/")
    host.keyboard.press("j")
    first = host.evaluate("document.activeElement.textContent")
    host.keyboard.press("j")
    assert host.evaluate("document.activeElement.textContent") != first
    host.keyboard.press("k")
    assert host.evaluate("document.activeElement.textContent") == first
    line = host.locator(".line:has(.line-tick)").first
    line.locator("h3 a").focus()
    host.keyboard.press("x")
    expect(line.get_by_role("checkbox")).to_be_checked()
    with host.expect_navigation():
        host.keyboard.press("Enter")
    assert "/matters/" in host.url


def test_a_view_is_kept_and_forgotten(visit):
    page = visit(javascript=False)
    sign_in(page, "韩家庙村协商驿站")
    page.goto("/desk/?kind=consultation")
    page.get_by_label("这个视图叫做").fill("协商的")
    press(page, "保存")
    expect(page.get_by_role("link", name="★ 协商的").first).to_be_visible()
    follow(page, page.get_by_role("button", name="删除 协商的"))
    expect(page.get_by_role("link", name="★ 协商的")).to_have_count(0)


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_desk(visit, language, width):
    page = visit(language, width)
    sign_in(page, "韩家庙村协商驿站")
    found = []
    for path in ("/desk/", "/desk/?kind=consultation", "/desk/together/?step=consultation.accept"):
        page.goto(path)
        found += violations(page, path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), path
    assert found == []
