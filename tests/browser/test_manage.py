"""Administration in a real browser: axe, both languages, two widths; an office without JavaScript."""

from datetime import date, timedelta

import chinese_calendar
from playwright.sync_api import expect

from .paths import BOTH
from .test_walk import faults, send, sign_in

OPERATOR = {"zh-CN": "运维人员", "en-GB": "Operator"}
PAGES = (
    "/manage/",
    "/manage/offices/",
    "/manage/organisations/",
    "/manage/places/",
    "/manage/accounts/?q=host",
    "/manage/notices/",
    "/manage/workbook/",
    "/manage/invitations/",
    "/manage/rolls/",
    "/manage/unseen/",
    "/manage/days/",
    "/manage/due-times/",
    "/new/manage/day/",
    "/new/manage/due_time/",
    "/new/manage/appoint/",
    "/new/manage/organisation/",
)


@BOTH
def test_axe_finds_nothing_on_the_pages_of_administration(visit, language, width):
    page = visit(language, width)
    sign_in(page, OPERATOR[language])
    seen = [fault for path in PAGES for fault in faults(page, path)]
    page.goto("/manage/workbook/")
    page.set_input_files("#id_file", "examples/pinghu-jinshan.xlsx")
    page.locator("main form[enctype] button").click()
    page.wait_for_url("**/manage/workbook/*/")
    seen += faults(page, page.url)
    assert seen == [], "\n".join(seen)


def test_somebody_is_given_an_office_without_javascript(visit):
    page = visit(javascript=False)
    sign_in(page, OPERATOR["zh-CN"])
    page.goto("/manage/offices/")
    page.get_by_role("link", name="任命岗位", exact=True).click()
    page.locator("main [name=organisation]").select_option(label="韩家庙村协商驿站")
    page.locator("main [name=role]").select_option(label="驿站负责人")
    page.locator("main [name=person]").fill("host-suilun")
    send(page, "任命岗位")
    page.goto("/manage/offices/?q=韩家庙")
    expect(page.locator(".held")).to_contain_text("host-suilun")


def test_a_due_time_is_changed_without_javascript_and_a_day_is_closed(visit):
    page = visit(javascript=False)
    sign_in(page, OPERATOR["zh-CN"])
    page.goto("/manage/due-times/")
    page.locator("summary", has_text="项目").first.click()
    page.locator("details[open] .acts a").first.click()
    page.locator("main [name=days]").fill("33")
    page.locator("main [name=why]").fill("县政府通知")
    send(page, "改一个时限")
    expect(page.locator("body")).to_contain_text("33 个工作日")
    page.goto("/manage/days/")
    page.get_by_role("link", name="标明某天上不上班").click()
    page.locator("main [name=day]").fill(next_monday())
    page.locator("main [name=works][value=no]").check()
    page.locator("main [name=why]").fill("开镇运动会")
    send(page, "标明某天上不上班")
    expect(page.locator("body")).to_contain_text("开镇运动会")


def next_monday() -> str:
    """A Monday that is worked by the calendar."""
    today = date.today()
    mondays = (today + timedelta(days=7 * n - today.weekday()) for n in range(2, 9))
    return next(day for day in mondays if chinese_calendar.is_workday(day)).isoformat()
