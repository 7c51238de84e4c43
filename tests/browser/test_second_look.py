"""Raising with a photo on a phone without JavaScript: the second look, taking back, correcting."""

import pytest
from playwright.sync_api import expect

from pilin.demo.picture import river
from tests.browser.axe import violations
from tests.browser.test_walk import follow, go, press, send, sign_in

PHOTO = {"name": "桥面.png", "mimeType": "image/png", "buffer": river(clear=True)}
NEXT, RECORD, CHANGE = "下一步：核对", "确认提交", "返回修改"


def is_sound(page):
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
    assert not wide, page.url
    assert violations(page, page.url) == []


def begin(page, title, text="自行车过不去。"):
    page.goto("/new/consultation/raise/")
    page.get_by_label("用一句话说说是什么事").fill(title)
    page.get_by_label("请再说详细一些").fill(text)


def test_a_photo_goes_through_the_second_look_without_javascript(visit):
    page = visit(width=390, javascript=False)
    sign_in(page, "韩家庙村")
    begin(page, "渡口木桥缺了一块板")
    expect(page.get_by_label("请哪个驿站或议事堂来办？")).not_to_have_value("")
    page.locator("#id_camera").set_input_files(PHOTO)
    press(page, NEXT)
    expect(page.locator(".check")).to_contain_text("渡口木桥缺了一块板")
    expect(page.locator(".waiting-files img")).to_be_visible()
    assert page.locator(".waiting-files img").evaluate("e => e.naturalWidth") > 0
    go(page, CHANGE)
    page.get_by_label("请再说详细一些").fill("缺了两块板。")
    press(page, NEXT)
    press(page, RECORD)
    expect(page.locator(".own")).to_contain_text("缺了两块板。")
    assert page.locator(".own img").evaluate("e => e.naturalWidth") > 0
    follow(page, page.locator(".take-back button"))
    expect(page.locator(".now h2")).to_have_text("已撤回")
    expect(page.locator(".own blockquote")).to_be_hidden()


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_way(visit, width):
    page = visit(width=width)
    sign_in(page, "韩家庙村")
    begin(page, "", "没有标题")
    page.locator("#id_files").set_input_files(PHOTO)
    press(page, NEXT)
    is_sound(page)
    page.get_by_label("用一句话说说是什么事").fill(f"渡口栏杆松了（{width}）")
    press(page, NEXT)
    is_sound(page)
    page.goto("/new/consultation/raise/")
    expect(page.locator(".begun")).to_be_visible()
    is_sound(page)
    press(page, NEXT)
    press(page, RECORD)
    is_sound(page)
    where = page.url
    follow(page, page.get_by_role("link", name="更正").first)
    is_sound(page)
    page.get_by_label("请再说详细一些").fill("两边的栏杆都松了。")
    send(page, "更正我写的内容")
    expect(page.locator(".own")).to_contain_text("两边的栏杆都松了。")
    is_sound(page)
    begin(page, f"渡口的栏杆松了（{width}）")
    press(page, NEXT)
    expect(page.locator(".alike")).to_be_visible()
    is_sound(page)
    press(page, RECORD)
    assert page.url != where
    follow(page, page.locator(".take-back button"))
    is_sound(page)
