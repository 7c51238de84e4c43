"""Voting on statements as people do it: on a phone, without JavaScript, on paper, and watching."""

from playwright.sync_api import expect

from tests.browser.test_walk import faults, follow, go, press, send, sign_in

from .paths import BOTH

CLERK, HOST = "请你来协商·民生议事堂", "韩家庙村协商驿站"


def bus(page):
    """The address of the demo's vote on statements: /consultations/N."""
    page.goto("/search/?q=小公交")
    key = page.locator(".row h3 a").first.get_attribute("href").strip("/").split("/")[1]
    return f"/consultations/{key}"


def test_a_resident_votes_without_javascript_and_changes_an_answer(visit):
    page = visit(width=390, javascript=False)
    where = bus(page)
    sign_in(page, "韩家庙村")
    page.goto(f"{where}/vote/")
    press(page, "赞成")
    expect(page.locator(".counted")).to_contain_text("您的回答已计入")
    press(page, "反对")
    expect(page.locator("main")).to_contain_text("已回答2条")
    page.locator("summary").click()
    follow(page, page.locator("details li a").first)
    press(page, "说不准")
    expect(page.locator("main")).to_contain_text("已回答2条")
    follow(page, page.locator(".counted a"))
    expect(page.locator(".verdict")).to_be_visible()


def test_the_same_page_sent_twice_is_counted_and_another_answer_from_it_is_told_so(visit):
    page = visit("en-GB", 390, javascript=False)
    where = bus(page)
    sign_in(page, "星火村")
    page.goto(f"{where}/vote/")
    fields = {
        name: page.locator(f"input[name={name}]").get_attribute("value")
        for name in ("token", "item", "back")
    }
    action = page.locator("main form").get_attribute("action")
    headers, told = {"Accept": "text/html", "Accept-Language": "en-GB"}, []
    for choice, status in (("1", 200), ("1", 200), ("-1", 409)):
        answer = page.request.post(action, form={**fields, "choice": choice}, headers=headers)
        assert answer.status == status
        told.append(answer.url)
    assert told[0] == told[1]  # whoever taps twice is shown what was counted
    assert "counted already" in answer.text() and "Back to the vote" in answer.text()


def test_a_statement_goes_from_a_resident_past_the_clerk_into_the_vote(visit):
    resident, clerk = visit(width=390, javascript=False), visit(javascript=False)
    where = bus(resident)
    sign_in(resident, "韩家庙村")
    resident.goto(f"{where}/vote/")
    go(resident, "提出自己的观点")
    resident.locator("[name=text]").fill("车上要有人帮老人提东西")
    send(resident, "提出一条观点")
    assert resident.url.endswith("/vote/")
    sign_in(clerk, CLERK)
    clerk.goto(f"{where}/statements/")
    row = clerk.locator("section", has_text="车上要有人帮老人提东西")
    follow(clerk, row.get_by_role("button", name="拿来投票"))
    resident.goto(f"{where}/opinions/")
    expect(resident.locator("table.stack")).to_contain_text("车上要有人帮老人提东西")


def test_a_slip_is_read_by_two_people_and_an_open_page_hears_of_it(visit):
    watcher, clerk, host = visit(), visit(javascript=False), visit(javascript=False)
    where = bus(watcher)
    watcher.goto(f"{where}/opinions/")
    count = watcher.locator("[data-live-voters]")
    before = int(count.inner_text())
    sign_in(clerk, CLERK)
    sign_in(host, HOST)
    for reader, told in ((clerk, "等另一个人读的一样"), (host, "两个人读的一样")):
        reader.goto(f"{where}/slips/")
        reader.locator("[name=slip]").fill("20")  # of the thirty that were given out
        for item in ("s1", "s3"):
            reader.locator(f"[name={item}][value='1']").check()
        press(reader, "这张读好了")
        expect(reader.locator(".counted")).to_contain_text(told)
    expect(count).to_have_text(str(before + 1))


@BOTH
def test_axe_finds_nothing_on_the_pages_of_a_vote(visit, language, width):
    page = visit(language, width)
    where = bus(page)
    seen = faults(page, f"{where}/opinions/")
    sign_in(page, CLERK)
    names = ("vote", "opinions", "statements", "slips")
    seen += [fault for name in names for fault in faults(page, f"{where}/{name}/")]
    matter = where.rpartition("/")[2]
    for step in ("state", "reject_statement", "close_vote"):
        seen += faults(page, f"/matters/{matter}/{step}/")
    assert seen == [], "\n".join(seen)
