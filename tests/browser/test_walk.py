"""The main paths, walked in a real browser as people walk them."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from pilin.demo.picture import river

from .paths import BOTH

PAGES = (
    "/",
    "/matters/",
    "/matters/?show=late",
    "/projects/",
    "/forums/",
    "/places/",
    "/map/",
    "/map/?show=late",
    "/map/?kind=wish&show=all",
    "/verify/",
    "/votes/",
    "/more/",
    "/kit/",
    "/search/?q=水草",
    "/about/",
    "/sign-in/",
    "/ledger/main/",
    "/ledger/main/80/",
    "/account/login/",
    "/account/signup/",
    "/nowhere/",
)
SIGNED = (
    "/desk/",
    "/bell/",
    "/new/",
    "/new/consultation/raise/",
    "/new/project/register/",
    "/account/password/change/",
    "/account/2fa/",
    "/welcome/",
    "/verify-me/",
    "/verify-me/codes/",
    "/new/residence/vouch/",
    "/new/residence/withdraw_codes/",
)

#: What is asked of axe. What a page did right is not told: to tell it took longer than to look.
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
#: What English pages call those who sign in there.
IN_ENGLISH = {
    "韩家庙村协商驿站": "Hanjiamiao Station",
    "星火村协商驿站": "Xinghuo Station",
    "金山卫镇民生议事堂": "Jinshanwei Town Hall",
    "韩家庙村": "Hanjiamiao Village",
    "星火村": "Xinghuo Village",
}


def sign_in(page, words):
    page.goto("/sign-in/")
    if words in IN_ENGLISH:
        words = re.compile(f"{words}|{IN_ENGLISH[words]}")
    page.locator("button.choice", has_text=words).first.click()
    page.wait_for_url("**/desk/")


def links(page):
    """Pages one finds by following links: a matter, a place, a forum, an organisation, a project."""
    page.goto("/search/?q=水草堵塞")
    matter = page.locator(".row h3 a").first.get_attribute("href")
    page.goto("/places/")
    place = page.locator("th a").nth(3).get_attribute("href")
    page.goto("/forums/")
    forum = page.locator(".tree a").first.get_attribute("href")
    page.goto("/matters/?kind=project&show=open")
    project = page.locator(".row h3 a").first.get_attribute("href")
    page.goto(project)
    organisation = page.locator(".facts dd a").first.get_attribute("href")
    return [matter, place, forum, project, organisation]


def faults(page, path):
    page.goto(path)
    found = Axe().run(
        page,
        # The page of parts shows the same part several times.
        options=AXE | {"rules": {"landmark-unique": {"enabled": path != "/kit/"}}},
    )
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
    return [
        f"{path}: {v['id']} {v['nodes'][0]['html'][:120]}" for v in found.response["violations"]
    ] + ([f"{path}: wider than the screen"] if wide else [])


@BOTH
def test_axe_finds_nothing_on_any_page(visit, language, width):
    page = visit(language, width)
    found = [fault for path in (*PAGES, *links(page)) for fault in faults(page, path)]
    sign_in(page, "韩家庙村协商驿站")
    page.goto("/desk/")
    waiting = page.locator(".line h3 a").first.get_attribute("href")
    found += [
        fault for path in (*SIGNED, waiting, f"{waiting}accept/") for fault in faults(page, path)
    ]
    assert found == [], "\n".join(found)


def test_forms_with_errors_are_accessible_too(visit):
    page = visit("en-GB", 390)
    sign_in(page, "韩家庙村")
    page.goto("/new/consultation/raise/")
    press(page, "Next: look it over")
    expect(page.locator(".error-summary a")).to_have_count(2)  # their own station is chosen
    assert Axe().run(page).violations_count == 0
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.name") == "title"


def follow(page, link):
    # What is folded is a tap away.
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    with page.expect_navigation():
        link.click()


def press(page, name):
    follow(page, page.get_by_role("button", name=name, exact=True))


def send(page, name):
    """Send a step's form, and record it where it is shown once more."""
    onward = page.get_by_role("button", name=re.compile("^(下一步：核对|Next: look it over)$"))
    follow(page, onward if onward.count() else page.get_by_role("button", name=name, exact=True))
    record = page.get_by_role("button", name=re.compile("^(确认提交|Record it)$"))
    if record.count():
        follow(page, record)


def go(page, name):
    follow(page, page.get_by_role("link", name=name, exact=True))


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_matter_goes_the_whole_way_round_by_hand(visit, javascript):
    title = f"村口长凳坏了（{'有' if javascript else '无'}脚本）"
    resident = visit(width=390, javascript=javascript)
    sign_in(resident, re.compile("居民.*韩家庙村"))
    resident.goto("/new/consultation/raise/")
    resident.get_by_label("用一句话说说是什么事").fill(title)
    resident.get_by_label("请再说详细一些").fill("老人没有地方坐。")
    resident.get_by_label("请哪个驿站或议事堂来办？").select_option(label="韩家庙村协商驿站")
    send(resident, "提出一件事")
    where = resident.url

    host = visit(javascript=javascript)
    sign_in(host, "韩家庙村协商驿站")
    host.goto(where)
    go(host, "受理")
    host.get_by_label("理由").fill("公共设施。")
    send(host, "受理")
    go(host, "召集会议")
    host.get_by_label("什么时间？").fill("2099-01-05T19:00")
    host.get_by_label("什么地点？").fill("驿站")
    host.get_by_label("邀请哪些人？").fill("三组农户")
    send(host, "召集会议")
    expect(host.get_by_role("link", name="加入我的日历")).to_be_visible()
    go(host, "记录会议")
    host.get_by_label("到会多少人？").fill("9")
    host.get_by_label("大家说了什么").fill("要修\n换木头的")
    host.get_by_label("会议纪要（简）").fill("同意更换。")
    send(host, "记录会议")
    go(host, "提交镇议事堂")
    host.get_by_label("理由").fill("需要与对岸一起做。")
    send(host, "提交镇议事堂")

    clerk = visit(javascript=javascript)
    sign_in(clerk, "请你来协商")
    clerk.goto(where)
    go(clerk, "受理")
    clerk.get_by_label("理由").fill("两镇一起做。")
    send(clerk, "受理")
    go(clerk, "召集会议")
    clerk.get_by_label("什么时间？").fill("2099-01-08T14:00")
    clerk.get_by_label("什么地点？").fill("议事堂")
    clerk.get_by_label("邀请哪些人？").fill("两镇条线")
    send(clerk, "召集会议")
    go(clerk, "记录会议")
    clerk.get_by_label("到会多少人？").fill("12")
    clerk.get_by_label("大家说了什么").fill("同意")
    clerk.get_by_label("会议纪要（简）").fill("两镇共建。")
    send(clerk, "记录会议")
    go(clerk, "记录协商成果")
    clerk.get_by_label("协商成果").fill("两镇共建长凳")
    send(clerk, "记录协商成果")
    go(clerk, "把商定的事立为项目")
    clerk.get_by_label("项目名称").fill(title + "更换")
    clerk.locator("main [name=lead]").select_option(label="独山港镇")
    clerk.get_by_label("金山卫镇", exact=True).check()
    clerk.get_by_label("领域").fill("民生")
    clerk.get_by_label("计划完成").fill("2099-02-01")
    send(clerk, "把商定的事立为项目")
    expect(clerk.locator(".matter-head .tag-crossing")).to_be_visible()
    follow(clerk, clerk.get_by_role("link", name=title + "更换").first)
    project = clerk.url

    lead = visit(javascript=javascript)
    sign_in(lead, re.compile("独山港镇"))
    lead.goto(project)
    if not lead.get_by_role("link", name="批准并承办", exact=True).count():
        sign_in(lead, re.compile(r"^\s*牵头单位负责人\s*独山港镇"))
        lead.goto(project)
    go(lead, "批准并承办")
    lead.get_by_label("请写明情况").fill("好。")
    send(lead, "批准并承办")
    go(lead, "开工")
    lead.get_by_label("什么时候开工？").fill("2099-01-10")
    send(lead, "开工")
    go(lead, "交付")
    lead.get_by_label("请写明情况").fill("换好了。")
    send(lead, "交付")
    expect(lead.get_by_text("请附上文件").first).to_be_visible()
    lead.locator("#id_files").set_input_files(
        {"name": "长凳.png", "mimeType": "image/png", "buffer": river(clear=True)}
    )
    send(lead, "交付")

    clerk.goto(project)
    go(clerk, "通过验收")
    clerk.get_by_label("请写明情况").fill("看过了。")
    send(clerk, "通过验收")

    resident.goto(where)
    go(resident, "确认办好了")
    resident.get_by_label("5 分：很满意").check()
    send(resident, "确认办好了")
    expect(resident.get_by_role("heading", name="提出人已确认")).to_be_visible()
    resident.locator(".history > summary").first.click()
    resident.locator(".timeline summary").last.click()
    follow(resident, resident.locator(".timeline a", has_text="回执").last)
    expect(resident.get_by_role("heading", name="这条记录没有被改过")).to_be_visible()


def test_a_keyboard_reaches_the_content_first(visit):
    page = visit("en-GB")
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_nothing_is_asked_of_any_other_server(visit, demo):
    page = visit()
    asked = []
    page.on("request", lambda r: asked.append(r.url))
    faults_seen = []
    page.on("console", lambda m: faults_seen.append(m.text) if m.type == "error" else None)
    for path in ("/", "/matters/", "/ledger/main/80/", "/projects/"):
        page.goto(path)
    assert [u for u in asked if not u.startswith(demo)] == []
    assert faults_seen == []


def test_the_language_is_one_click_away(visit):
    page = visit("zh-CN")
    page.goto("/projects/")
    go(page, "English")
    assert page.url.endswith("/projects/")
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
