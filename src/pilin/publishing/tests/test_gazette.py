"""The gazette: what stands in an issue, and that the same record gives the same pages for ever."""

import hashlib
import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pypdf
import pytest
from django.test import Client
from django.utils import timezone, translation

from pilin.demo.play import WORKBOOK
from pilin.engine.act import act
from pilin.engine.erase import erase_person
from pilin.ledger import log
from pilin.programmes.warning.tests import made as warnings
from pilin.publishing.gazette import issue, issued, setting
from pilin.publishing.gazette.lunar import lunar
from pilin.workbook import importing
from tests.taking import bagged
from tests.world import MONDAY

#: The day on which the left town's lamp was raised, and one long after.
FIRST, LAST = MONDAY.date(), date(2026, 12, 31)


def today():
    return timezone.localdate()


def collected(since=None, until=None, upto=None):
    return setting.collected(since or today(), until or today(), upto)


def said(happened, language="en"):
    with translation.override(language):
        return issue.written(happened, issue.Words(None, ""))


def words_of(data):
    reader = pypdf.PdfReader(io.BytesIO(data))
    return "".join("".join(page.extract_text() for page in reader.pages).split())


def titles(said, heading):
    return [i["title"] for one in said["lists"] if one["heading"] == heading for i in one["items"]]


def test_what_was_confirmed_leads_and_what_was_raised_is_listed(world):
    m, _p = world.delivered()
    world.take("resident", m, "confirm", rating=4, words="路亮了")
    world.raised(title="桥面开裂")
    found = said(collected())
    assert found["lead"]["title"] == "村口的路灯坏了"
    assert "晚上很黑" in found["lead"]["paragraphs"][0]
    assert "桥面开裂" in titles(found, "Raised") + [s["title"] for s in found["stories"]]
    figures = dict(found["figures"])
    assert figures["Confirmed"] == "2" and figures["Raised"] == "3"
    assert found["voices"] == [{"words": "路亮了", "of": "村口的路灯坏了 · 4/5"}]


def test_a_long_lead_goes_on_further_in(world):
    m = world.raised(text="晚上很黑，走路看不清，老人摔过。" * 20)
    world.take("host", m, "accept", reason="公共事务")
    world.take("host", m, "convene", time="2099-01-05T19:00", where="驿站", invitees="村民")
    world.take("host", m, "hold", attendance=9, statements="要修", minutes="同意修。" * 20)
    world.take("host", m, "decide", outcomes="换新灯")
    found = said(collected(), "zh-hans")
    assert found["lead"]["paragraphs"] and found["lead"]["rest"]
    whole = collected()
    text = words_of(setting.pdf(whole, issue.Words(None, ""), "zh-hans"))
    assert "下转第" in text and "上接第1版" in text


def test_what_is_late_on_the_last_day_is_named_with_its_day(world):
    m = world.raised(title="拖着的事")
    later = today() + timedelta(days=40)
    found = said(collected(until=later))
    assert titles(found, "Late") == ["拖着的事"] and m.due < later
    assert dict(found["figures"])["Late on the last day"] == "1"


def test_meetings_of_the_month_ahead_are_announced_as_they_were_moved_last(world):
    m = world.raised()
    world.take("host", m, "accept", reason="公共事务")
    soon = today() + timedelta(days=9)
    where = {"where": "驿站", "invitees": "村民"}
    world.take("host", m, "convene", time=f"{soon}T19:00", **where)
    found = said(collected())
    assert [one["where"] for one in found["meetings"]] == ["驿站"]
    assert said(collected(until=soon))["meetings"] == []


def test_money_that_came_and_was_paid_is_added_up(world):
    fund = world.take(
        "lead", "fund", "open", title="款", org=world["左镇"], purpose="路灯", purposes="路灯"
    )
    world.take("treasurer", fund, "receive", amount="3万元", source="党员")
    assert said(collected())["money"][0] == ("Came into funds", "30,000 yuan")


def test_what_came_later_is_not_in_what_was_printed_before(world):
    world.raised()
    upto = log.size("main")
    before = setting.pdf(collected(upto=upto), issue.Words(1, "x"), "zh-hans")
    world.raised(title="后来的事")
    again = setting.pdf(collected(upto=upto), issue.Words(1, "x"), "zh-hans")
    assert before == again
    assert "后来的事" in words_of(setting.pdf(collected(), issue.Words(1, "x"), "zh-hans"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_can_be_read_aloud_and_are_the_same_each_time(world, language):
    world.raised()
    happened, words = collected(), issue.Words(3, log.checkpoint("main"))
    data = setting.pdf(happened, words, language)
    assert data == setting.pdf(happened, words, language)
    reader = pypdf.PdfReader(io.BytesIO(data))
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"] and catalogue["/StructTreeRoot"]
    assert catalogue["/Lang"].startswith(language[:2])
    assert b"pdfuaid:part" in catalogue["/Metadata"].get_data()
    fonts = {font for page in reader.pages for font in page["/Resources"]["/Font"].values()}
    assert fonts and all("FontFile" in str(_descriptor(font.get_object())) for font in fonts)


def _descriptor(font):
    inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    return inner["/FontDescriptor"].get_object()


def test_sheets_of_a3_hold_two_pages_on_a_side_in_the_order_of_folding(world):
    for n in range(30):
        world.raised("host", title=f"第{n}件事")
    happened, words = collected(), issue.Words(1, "")
    pages = pypdf.PdfReader(io.BytesIO(setting.pdf(happened, words, "zh-hans")))
    sheets = pypdf.PdfReader(io.BytesIO(setting.pdf(happened, words, "zh-hans", setting.A3)))
    assert len(sheets.pages) == 2 * -(-len(pages.pages) // 4)
    assert round(sheets.pages[0].mediabox.width) == 1191


def test_issues_are_numbered_and_their_days_follow_each_other(world):
    world.raised()
    yesterday = today() - timedelta(days=1)
    first = issued.publish(FIRST, yesterday)
    second = issued.publish(today(), today())
    assert [one.number for one in issued.issues()] == [2, 1]
    for since in (yesterday, today()):
        with pytest.raises(issued.Overlaps):
            issued.publish(since, today())
    assert hashlib.sha256(issued.pages(second, "en")).hexdigest() == second.pages["en"]
    assert first.upto < second.upto == second.entry


def test_what_is_struck_is_gone_from_issues_printed_before_and_stands_as_corrected(world, client):
    m = world.raised(title="写着不该写的")
    printed = issued.publish(today() - timedelta(days=1), today())
    address = f"/gazette/{printed.number}-zh-hans.pdf"
    page = client.get(address)
    assert page["X-Pilin-As-Printed"] == "yes" and "写着不该写的" in words_of(page.content)
    world.take("host", m, "words-strike", which=[f"{m.pk}:data.text"], reason="个人信息")
    page = client.get(address)
    assert page["X-Pilin-As-Printed"] == "no" and "晚上很黑" not in words_of(page.content)
    tomorrow = today() + timedelta(days=1)
    assert collected(tomorrow, tomorrow).corrections == []
    assert collected(today(), today()).corrections == []  # raised in the same issue
    moved = act_later(world, m)
    assert said(collected(moved, moved))["corrections"]


def act_later(world, m):
    """The host strikes another of its words on a later day."""
    at = timezone.now() + timedelta(days=3)
    more = {"which": [f"{m.pk}:data.title"], "reason": "标题也是"}
    act(world.actor("host"), m.pk, "words-strike", more, at=at)
    return timezone.localtime(at).date()


def test_nobody_finds_an_issue_or_a_language_that_is_none(world, client):
    assert client.get("/gazette/").status_code == 200
    assert client.get("/gazette/1-zh-hans.pdf").status_code == 404
    issued.publish(today(), today())
    assert client.get("/gazette/1-fr.pdf").status_code == 404
    assert "第 1 期" in client.get("/gazette/").content.decode()


def test_days_in_which_nothing_happened_are_an_issue_that_says_so(world):
    empty = date(2020, 1, 1)
    text = words_of(setting.pdf(collected(empty, empty), issue.Words(None, ""), "zh-hans"))
    assert "这段时间没有记录" in text


def test_the_front_page_of_3_august_2023_comes_out_of_the_example_workbook(db):
    """Masthead, lead, stories, figures, money, the documents of the meeting, a map; with nothing added."""
    at = datetime(2023, 8, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    importing.carry_out(importing.plan(WORKBOOK), at=at)
    day = at.date()
    found = said(collected(day, day), "zh-hans")
    assert (found["day"], found["lunar"]) == ("2023年8月3日 星期四", "农历癸卯年六月十七")
    assert found["lead"]["title"] == "平湖 · 金山：两地共同在办的事"
    assert "微心愿（25）" in "".join([*found["lead"]["paragraphs"], *found["lead"]["rest"]])
    assert len(found["stories"]) >= 3 and found["map"].startswith("<svg")
    assert dict(found["money"]) == {"专款收入": "3万元", "专款支出": "3万元"}
    assert any("老旧" in title for title in titles(found, "政策与制度"))
    assert any("稻米全产业链" in title for title in titles(found, "台账登记"))


def test_warnings_of_these_days_stand_with_sign_colour_and_issuer(world):
    m = warnings.received(world, "330482-1")
    found = said(collected())["alerts"]
    assert len(found) == 1 and found[0]["path"] == f"/matters/{m.pk}/"
    assert any(sign in found[0]["title"] for sign in "●■▲◆") and "·" in found[0]["title"]
    later = today() + timedelta(days=30)
    assert said(collected(later, later))["alerts"] == []
    world.take("lead-county", m, "mistaken", reason="误收")
    assert said(collected())["alerts"] == []


def test_sittings_of_the_month_ahead_are_announced_until_they_are_called_off(world):
    soon = (today() + timedelta(days=5)).isoformat()
    call = {"title": "联席会议", "org": world["左镇"], "day": soon, "where": "镇政府"}
    m = world.take("lead", "session", "call", **call)
    found = said(collected())["meetings"]
    assert [(one["title"], one["words"]) for one in found] == [("联席会议", "镇政府")]
    assert ":" not in found[0]["when"] and found[0]["qr"].startswith("<svg")
    world.take("lead", m, "drop", reason="改期")
    assert said(collected())["meetings"] == []


def test_a_lot_that_was_put_right_and_somebody_erased_are_named_as_corrections(world):
    lot = bagged(world)
    at = timezone.now() + timedelta(days=2)
    world.take("lead", lot, "adjust", amount="90", reason="称错了", at=at)
    moved = timezone.localtime(at).date()
    assert "put right" in "".join(said(collected(moved, moved))["corrections"])
    erase_person(world.people["stranger"].person)
    assert "somebody was erased" in "".join(said(collected())["corrections"])


def test_each_row_of_a_list_has_its_code(world):
    for n in range(7):
        world.raised("host", title=f"第{n}件事")
    rows = [item for one in said(collected())["lists"] for item in one["items"]]
    assert rows and all(item["qr"].startswith("<svg") for item in rows)


def test_an_issue_is_printed_from_the_newest_state_that_witnesses_signed(world, monkeypatch):
    note = log.checkpoint("main")
    world.raised()
    monkeypatch.setattr("pilin.ledger.witnessed.newest", lambda _log: note)
    printed = issued.publish(today(), today())
    assert printed.checkpoint == note
    with translation.override("en"):
        words = issue.written(collected(), issue.Words(1, note))["printed_from"]
    assert "witnesses have signed" in words


def test_whoever_holds_an_office_sets_an_issue_of_chosen_days_in_the_browser(world):
    world.raised(title="桥面开裂")
    host = Client(headers={"accept-language": "en"})
    host.force_login(world.people["host"])
    asked = {"since": today().isoformat(), "until": today().isoformat(), "language": "zh-hans"}
    page = host.get("/gazette/trial/")
    assert page.status_code == 200 and b'name="paper"' in page.content
    made = host.get("/gazette/trial/", {**asked, "paper": "a3"})
    assert made["Content-Type"] == "application/pdf"
    sheet = pypdf.PdfReader(io.BytesIO(made.content)).pages[0]
    assert round(sheet.mediabox.width) == 1191 and issued.issues() == []
    wrong = host.get("/gazette/trial/", {**asked, "until": "2020-01-01", "paper": "a4"})
    assert wrong.status_code == 400 and "before the first" in wrong.content.decode()


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2023, 8, 3), "农历癸卯年六月十七"),  # as it stands on the page
        (date(2024, 2, 10), "农历甲辰年正月初一"),
        (date(2025, 1, 29), "农历乙巳年正月初一"),
        (date(2023, 3, 22), "农历癸卯年闰二月初一"),
    ],
)
def test_the_day_of_the_moon_is_told_as_papers_tell_it(day, words):
    assert lunar(day) == words
