"""A point is chosen on the map as people choose one, with JavaScript and without; the map is sound."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_second_look import NEXT, PHOTO, RECORD, begin, is_sound
from tests.browser.test_walk import follow, press, sign_in

POINT = re.compile(r"^\d+\.\d{5}, \d+\.\d{5}$")


def opened(page):
    if not page.locator(".point[open]").count():
        page.locator(".point summary").click()
    return page.locator(".point-map")


def tap(picture, right, down):
    """Tap the picture at a part of its width and height."""
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] * right, "y": box["height"] * down})


def degrees(page):
    return [float(n) for n in page.locator("[name=point]").input_value().split(", ")]


def throw_away(page):
    """Leave no form behind that another test would find begun."""
    page.goto("/new/consultation/raise/")
    follow(page, page.locator("button[value=drop]"))


def test_a_point_is_tapped_without_javascript_and_nothing_typed_is_lost(visit):
    page = visit(width=390, javascript=False)
    sign_in(page, "韩家庙村")
    begin(page, "渡口石阶松了")
    page.locator("#id_files").set_input_files(PHOTO)
    with page.expect_navigation():
        tap(opened(page), 0.55, 0.75)
    expect(page.get_by_label("用一句话说说是什么事")).to_have_value("渡口石阶松了")
    expect(page.get_by_label("请再说详细一些")).to_have_value("自行车过不去。")
    expect(page.locator(".waiting-files img")).to_be_visible()
    expect(page.locator("[name=point]")).to_have_value(POINT)
    expect(page.locator(".point-said")).to_contain_text("平湖市")
    whole = degrees(page)
    press(page, "放大")
    with page.expect_navigation():
        tap(opened(page), 0.6, 0.5)
    near = degrees(page)
    assert 0 < near[1] - whole[1] < 0.05 and abs(near[0] - whole[0]) < 0.01
    press(page, NEXT)
    expect(page.locator(".check .map")).to_be_visible()
    press(page, RECORD)
    expect(page.locator(".matter .map")).to_be_visible()
    path = page.evaluate("location.pathname")
    page.goto("/map/")
    expect(page.locator(f'.cards a[href="{path}"]')).to_have_text("渡口石阶松了")


def test_enter_in_the_title_goes_on_as_ever(visit):
    page = visit(width=390, javascript=False)
    sign_in(page, "韩家庙村")
    begin(page, "渡口栏杆掉漆")
    with page.expect_navigation():
        page.get_by_label("用一句话说说是什么事").press("Enter")
    expect(page.locator(".check")).to_contain_text("渡口栏杆掉漆")
    throw_away(page)


def test_with_javascript_a_tap_or_the_device_sets_the_point_on_the_spot(visit):
    page = visit(width=390)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 30.7, "longitude": 121.1})
    sign_in(page, "韩家庙村")
    begin(page, "渡口没有遮阳")
    picture = opened(page)
    before = picture.get_attribute("src")
    tap(picture, 0.55, 0.72)
    expect(page.locator("[name=point]")).to_have_value(POINT)
    expect(page.locator(".point-said")).to_contain_text("平湖市")
    assert page.url.endswith("/raise/") and picture.get_attribute("src") != before
    page.get_by_role("button", name="用我现在的位置").click()
    expect(page.locator("[name=point]")).to_have_value("30.70000, 121.10000")
    expect(page.locator(".point-said")).to_contain_text("平湖市")
    is_sound(page)
    press(page, NEXT)
    expect(page.locator(".check")).to_contain_text("30.70000, 121.10000")
    throw_away(page)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_axe_finds_nothing_on_the_map_and_on_the_way_to_a_point(visit, width, language):
    page = visit(language, width)
    page.goto("/map/")
    is_sound(page)
    circle = page.locator(".map a").first
    follow(page, circle)
    is_sound(page)
    sign_in(page, "韩家庙村")
    page.goto("/new/consultation/raise/")
    opened(page)
    page.locator("[name=point]").fill("村口")
    follow(page, page.locator(".actions .button").first)
    is_sound(page)
    assert page.locator(".point[open]").count() == 1  # what is wrong stands open
    throw_away(page)
