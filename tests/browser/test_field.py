"""What is recorded in the field where there is no network reaches the record once there is one: once."""

import re

from playwright.sync_api import expect

from .test_moves import offline
from .test_walk import sign_in

KEEPER = "批次管理员"


def lots(page):
    page.goto("/lots/")
    return page.locator("tbody tr").count()


def test_a_harvest_is_recorded_in_three_taps_without_a_network_and_sent_later(visit):
    page = visit(width=390)
    sign_in(page, KEEPER)
    before = lots(page)
    page.goto("/lots/field/")
    offline(page)
    page.goto("/lots/field/")  # as it was last seen
    tap = page.locator(".field-tap", has_text="收割").first
    tap.locator("summary").click()
    tap.get_by_label(re.compile("产出多少")).fill("6.5吨")
    tap.get_by_role("button", name="确认提交").click()
    expect(page.locator("#waiting")).to_contain_text("6.5吨")
    page.reload()  # the phone was put away meanwhile
    expect(page.locator("#waiting")).to_contain_text("6.5吨")
    page.context.set_offline(False)  # it is sent by itself, and the page comes anew
    expect(page.locator("#waiting")).to_be_hidden(timeout=30_000)
    assert lots(page) == before + 1
    expect(page.get_by_role("table")).to_contain_text("6,500 千克")


def test_what_cannot_be_is_said_and_can_be_dropped(visit):
    page = visit(width=390)
    sign_in(page, KEEPER)
    before = lots(page)
    page.goto("/new/lot/make/?act=enter")
    page.locator("[name=good]").select_option("crop")
    page.locator("main [name=amount]").fill("5")
    page.locator("main [name=code]").fill("断网一")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="确认提交").click()
    page.goto("/lots/field/")
    tap = page.locator(".field-tap", has_text="断网一").first
    tap.locator("summary").click()
    tap.get_by_label(re.compile("产出多少")).fill("3吨")
    tap.get_by_label(re.compile("用了多少")).fill("6")
    tap.get_by_role("button", name="确认提交").click()
    expect(page.locator("#waiting")).to_contain_text("只剩")
    page.get_by_role("button", name="不要了").click()
    expect(page.locator("#waiting")).to_be_hidden()
    assert lots(page) == before + 1
