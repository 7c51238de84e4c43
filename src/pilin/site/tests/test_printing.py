"""Paper of a matter: the same facts as its page, and nothing that is sealed."""

import io

import pypdf
import pytest
from django.test import Client

from pilin.engine.act import LOG
from pilin.ledger import log


def paper(path, login=None, world=None):
    client = Client(headers={"accept-language": "zh-hans"})
    if login:
        client.force_login(world.people[login])
    answer = client.get(path)
    assert answer["Content-Type"] == "application/pdf", answer.status_code
    read = pypdf.PdfReader(io.BytesIO(answer.content))
    return "".join("".join(page.extract_text().split()) for page in read.pages)


def test_the_sheet_for_the_notice_board_says_what_it_is_and_who_has_it(world):
    matter = world.raised()
    said = paper(f"/matters/{matter.pk}/notice.pdf")
    for words in ("村口的路灯坏了", "晚上很黑", "左村驿站", "现在由谁办"):
        assert words in said


def test_what_is_sealed_stands_on_no_paper(world):
    matter = world.take(
        "host",
        "consultation",
        "raise_for",
        title="村口的路灯坏了",
        text="晚上很黑。",
        forum=world["左村驿站"],
        person="王某某",
        contact="13912345678",
        channel="phone",
    )
    for page in ("notice", "poster"):
        said = paper(f"/matters/{matter.pk}/{page}.pdf", "host", world)
        assert "王某某" not in said
        assert "139" not in said


def test_the_poster_bears_the_address(world, settings):
    settings.SITE_URL = "https://pilin.example"
    matter = world.raised()
    assert f"pilin.example/matters/{matter.pk}/" in paper(f"/matters/{matter.pk}/poster.pdf")


def test_a_receipt_on_paper_bears_the_fingerprint_of_its_entry(world):
    matter = world.raised()
    said = paper(f"/receipts/{matter.pk}.pdf")
    assert log.get(LOG, matter.pk).leaf.hex() in said
    assert "这条记录没有被改过" in said


def test_there_is_no_receipt_of_what_is_not_there(world):
    assert Client().get("/receipts/999999.pdf").status_code == 404
    assert Client().get(f"/receipts/{2**63}.pdf").status_code == 404
    assert Client().get("/matters/999999/notice.pdf").status_code == 404


def test_minutes_say_what_was_decided(world):
    matter = world.decided()
    said = paper(f"/consultations/{matter.pk}/minutes.pdf")
    for words in ("换新灯", "定期检查", "同意修", "左村驿站", "9人"):
        assert words in said


def test_there_are_no_minutes_before_the_meeting(world):
    matter = world.raised()
    assert Client().get(f"/consultations/{matter.pk}/minutes.pdf").status_code == 404


def test_paper_that_has_not_changed_is_not_sent_again(world):
    path = f"/matters/{world.raised().pk}/notice.pdf"
    tag = Client().get(path)["ETag"]
    assert Client().get(path, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("kind", ["consultations", "budgets"])
def test_there_are_no_blank_slips_without_a_vote(world, kind):
    client = Client()
    client.force_login(world.people["host"], "django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/{kind}/{world.raised().pk}/slips.pdf").status_code == 404


def pages_of(path):
    answer = Client(headers={"accept-language": "zh-hans"}).get(path)
    return len(pypdf.PdfReader(io.BytesIO(answer.content)).pages)


def test_the_notice_board_of_a_station_is_one_page_however_much_is_open(world):
    address = f"/organisations/{world['左村驿站']}/board.pdf"
    assert "现在没有未办结的事" in paper(address)
    for n in range(20):
        m = world.raised("host", title=f"第{n}件" + "很长的事情名称" * 8)
    said = paper(address)
    assert "第0件很长" in said and "另有8个" in said and pages_of(address) == 1
    assert pages_of(f"/receipts/{m.pk}.pdf") == 1


@pytest.mark.parametrize("how", ["missing", "unreadable"])
def test_a_typeface_that_is_not_there_gets_its_sentence(world, tmp_path, monkeypatch, how):
    if how == "unreadable":
        (tmp_path / "NotoSerifSC-Regular.otf").write_bytes(b"no font")
    monkeypatch.setattr("pilin.kit.paper.FONTS", tmp_path)
    matter = world.raised()
    for language, words in (("zh-hans", "字体"), ("en", "typeface Noto Serif SC")):
        reader = Client(headers={"accept-language": language})
        for address in (f"/matters/{matter.pk}/notice.pdf", f"/receipts/{matter.pk}.pdf"):
            answer = reader.get(address)
            assert answer.status_code == 503 and words in answer.content.decode()
