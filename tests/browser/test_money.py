"""What people see of votes and money: their place on the map, a fund's book, a gift, their own flat."""

from playwright.sync_api import expect

from tests.browser.test_deliberation import bus
from tests.browser.test_walk import faults, follow, press, sign_in

from .paths import BOTH

FUND, DRIVE, WISH = "界河保洁专款", "图书角募书", "一辆自行车"
VOTED, VOTING = "韩家庙新村 1 号楼改造", "韩家庙新村 2 号楼屋面与管道改造"


def where(page, listing, name):
    page.goto(listing)
    return page.get_by_role("link", name=name).first.get_attribute("href")


def test_a_voter_finds_their_own_place_on_the_map_and_a_visitor_none(visit):
    page, visitor = visit(width=390, javascript=False), visit(width=390, javascript=False)
    opinions = f"{bus(page)}/opinions/"
    sign_in(page, "星火村")
    for _ in range(10):
        page.goto(opinions.replace("opinions", "vote"))
        if page.locator("button.stance-1").count() == 0:
            break
        press(page, "赞成")
    page.goto(opinions)
    expect(page.locator(".you-here text")).to_have_text("您在这里")
    expect(page.locator(".you-are")).to_contain_text("只有您自己看得到")
    visitor.goto(opinions)
    expect(visitor.locator(".camps")).to_contain_text("多数人赞成")
    expect(visitor.locator(".you-here")).to_have_count(0)


def test_the_accounts_of_a_fund_stand_behind_a_switch(visit):
    page = visit(javascript=False)
    key = where(page, "/funds/", FUND).strip("/").split("/")[1]
    page.goto(f"/funds/{key}/book/")
    expect(page.locator("thead")).to_contain_text("余额（元）")
    follow(page, page.get_by_role("link", name="会计账：借方和贷方"))
    expect(page.locator("thead")).to_contain_text("借方（元）")


def test_an_owner_reads_of_their_own_flat_and_a_visitor_reads_sums(visit):
    page, visitor = visit(width=390, javascript=False), visit(width=390, javascript=False)
    voted = where(page, "/renovation/", VOTED)
    sign_in(page, "韩家庙村")
    page.goto(voted)
    expect(page.locator("#flat-title")).to_have_text("我的房屋")
    follow(page, page.get_by_role("link", name="每户怎么表决"))
    expect(page.locator("main")).to_contain_text("A-503")
    visitor.goto(page.url)
    expect(visitor.locator("main")).to_contain_text("其他人只看到合计")
    expect(visitor.locator("main")).not_to_contain_text("A-503")


@BOTH
def test_axe_finds_nothing_on_these_pages(visit, language, width):
    page = visit(language, width)
    fund = where(page, "/funds/", FUND)
    book = f"/funds/{fund.strip('/').split('/')[1]}/book/"
    drive, wish = where(page, "/drives/", DRIVE), where(page, "/wishes/", WISH)
    voted, voting = where(page, "/renovation/", VOTED), where(page, "/renovation/", VOTING)
    votes = f"/renovation/{voted.strip('/').split('/')[1]}/votes/1/"
    public = (fund, book, f"{book}?view=accounts", drive, wish, votes, "/kit/")
    opinions = f"{bus(page)}/opinions/"
    seen = [fault for path in (*public, opinions) for fault in faults(page, path)]
    sign_in(page, "韩家庙村")
    own = (opinions, voted, voting, votes, f"{drive}promise/", f"{voting}own_flat/")
    seen += [fault for path in own for fault in faults(page, path)]
    assert seen == [], "\n".join(seen)
