"""Minutes come in, a clerk looks the rows over, each becomes a matter with a day, and the meeting says how much is confirmed."""

import io
import re

import docx
import openpyxl
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from pilin.engine.models import Evidence, Matter, Notice
from pilin.engine.refused import Refused
from pilin.kit.paper import Paper, pdf, text
from pilin.ledger import log
from pilin.programmes.meeting.figures import figures
from pilin.programmes.meeting.models import Resolution, Sitting, Task, standing
from pilin.workbook import exporting, importing
from tests.answers import find
from tests.test_replay import assert_rebuilding_changes_nothing

TEXT = """左镇人民政府专题会议纪要
会议原则同意《河道保洁办法》。
由右镇牵头，左镇配合，于2099年3月底前完成界河清淤。
左镇要在2099年6月15日前修好机埠。
会议强调，要提高站位，强化担当。"""


@pytest.fixture
def m(world):
    return entered(world)


def entered(world, text=TEXT, **said):
    answers = {
        "title": "专题会议纪要",
        "org": world["左镇"],
        "day": "2099-01-05",
        "text": text,
        **said,
    }
    return world.take("lead", "session", "enter", **answers)


def sign_in(client, world, login="lead"):
    client.force_login(world.people[login])


def row(n, world, **said):
    """What a clerk sends for a row."""
    row = {
        "sentence": "左镇要修好机埠。",
        "what": "修好机埠",
        "becomes": "demand",
        "lead": world["左镇"],
        "due": "2099-06-15",
        **said,
    }
    return {f"{name}-{n}": value for name, value in row.items()}


def required(world, m, **said):
    answers = {
        "what": "清淤",
        "sentence": "由右镇牵头，完成界河清淤。",
        "lead": world["右镇"],
        "helpers": [world["左镇"]],
        "due": "2099-03-31",
        **said,
    }
    world.take("lead", m, "demand", **answers)
    return Matter.objects.get(source=m, title=answers["what"])


def test_the_table_has_each_row_with_its_sentence_its_offices_and_its_day(world, m, client):
    sign_in(client, world)
    page = client.get(reverse("meeting:rows", args=[m.pk])).content.decode()
    assert "由右镇牵头，左镇配合，于2099年3月底前完成界河清淤。" in page
    assert 'value="2099-03-31"' in page and 'value="2099-06-15"' in page
    assert "提高站位，强化担当。</blockquote>" not in page
    assert not Matter.objects.filter(source=m).exists()  # nothing is handed out yet


def test_rows_are_handed_out_all_at_once_each_to_its_programme(world, m, client):
    sign_in(client, world)
    sent = {
        "count": 4,
        **row(1, world),
        **row(2, world, becomes="commission", what="建泵站", lead=world["右镇"]),
        **row(3, world, becomes="refer", what="装不装路灯", lead=world["左村驿站"]),
        **row(4, world, becomes="resolve", what="同意办法"),
    }
    answer = client.post(reverse("meeting:rows", args=[m.pk]), sent)
    assert answer.status_code == 302
    kinds = sorted(Matter.objects.filter(source=m).values_list("kind", flat=True))
    assert kinds == ["consultation", "project", "task"]
    assert Resolution.objects.get().what == "同意办法"
    asked = log.get("main", Matter.objects.get(source=m, kind="consultation").pk)
    assert "2099年6月15日" in asked.body["data"]["text"]  # the day that the meeting set goes along
    m = find(m)
    assert m.state == "assigned"
    task = Matter.objects.get(source=m, kind="task")
    assert task.holder_org_id == world["左镇"] and task.due.isoformat() == "2099-06-15"
    assert "3 项中已确认 0 项" in client.get(m.url).content.decode()
    assert_rebuilding_changes_nothing()


def test_one_wrong_row_hands_out_none_and_says_which(world, m, client):
    sign_in(client, world)
    sent = {"count": 2, **row(1, world), **row(2, world, due="", what="没有时限")}
    page = client.post(reverse("meeting:rows", args=[m.pk]), sent).content.decode()
    assert "尚未交办" in page and "没有时限" in page
    assert not Matter.objects.filter(source=m).exists() and find(m).state == "read"


def test_only_whoever_has_the_meeting_hands_out(world, m, client):
    sign_in(client, world, "clerk-right")
    assert client.get(reverse("meeting:rows", args=[m.pk])).status_code == 403
    with pytest.raises(Refused):
        world.take("lead-right", m, "resolve", what="同意", sentence="同意。")


def test_a_requirement_is_done_reported_and_confirmed_by_whoever_required_it(world, m, client):
    task = required(world, m)
    told = set(
        Notice.objects.filter(matter=task.pk, reason="yours").values_list("person", flat=True)
    )
    assert "p-lead-right" in told
    world.take("lead", m, "hand_out")
    world.take("lead-right", task, "progress", words="机械进场。")
    world.take("lead-right", task, "report", words="清完了。")
    task = find(task)
    assert (task.state, task.holder_org_id) == ("reported", world["左镇"])
    with pytest.raises(Refused):  # whoever did it does not confirm it
        world.take("lead-right", task, "confirm", rating=5)
    world.take("lead", task, "dispute", reason="桥下还有淤泥。")
    assert find(task).holder_org_id == world["右镇"]
    world.take("lead-right", task, "report", words="又清了一遍。")
    world.take("lead", task, "confirm", rating=4)
    assert standing(m.pk) == (1, 0, 1)
    assert "1 项中已确认 1 项" in client.get("/meetings/").content.decode()
    m = world.take("lead", m, "conclude")
    assert m.closed_how == "confirmed"
    assert_rebuilding_changes_nothing()


def test_a_meeting_is_not_closed_while_something_of_it_runs(world, m):
    required(world, m)
    world.take("lead", m, "hand_out")
    with pytest.raises(Refused):
        world.take("lead", m, "conclude")


def test_more_time_is_given_by_whoever_required_it_and_is_counted(world, m):
    task = required(world, m)
    with pytest.raises(Refused):
        world.take("lead-right", task, "extend", until="2099-05-01", reason="下雨")
    with pytest.raises(Refused):
        world.take("lead", task, "extend", until="2099-03-01", reason="提前")
    world.take("lead", task, "extend", until="2099-05-01", reason="下雨")
    assert find(task).due.isoformat() == "2099-05-01"
    row = Task.objects.get(pk=task.pk)
    assert (row.extended, row.said_day.isoformat()) == (1, "2099-03-31")


def test_the_next_agenda_begins_with_what_is_open(world, m, client):
    required(world, m)
    said = {"title": "第二次会议", "org": world["左镇"], "day": "2099-04-01", "where": "二楼"}
    later = world.take("lead", "session", "call", topics="路灯", **said)
    page = client.get(later.url).content.decode()
    assert "议程首先讨论" in page and "清淤" in page
    answer = client.get(reverse("meeting:agenda", args=[world["左镇"]]))
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


def test_a_word_document_is_read_with_its_tables_in_their_places(world, client):
    sign_in(client, world)
    document = docx.Document()
    document.add_paragraph("工作推进会任务清单")
    table = document.add_table(rows=2, cols=3)
    for cell, words in zip(table.rows[0].cells, ("任务", "责任单位", "完成时限"), strict=True):
        cell.text = words
    for cell, words in zip(table.rows[1].cells, ("修桥", "右镇", "2099年3月底前"), strict=True):
        cell.text = words
    out = io.BytesIO()
    document.save(out)
    answer = sent(client, world, SimpleUploadedFile("清单.docx", out.getvalue()))
    m = Sitting.objects.get()
    assert answer.url == reverse("meeting:rows", args=[m.pk])
    page = client.get(answer.url).content.decode()
    assert "修桥" in page and 'value="2099-03-31"' in page
    assert Evidence.objects.filter(matter=m.pk).count() == 1  # the file goes with the entry


def sent(client, world, file=None, **said):
    data = {"org": world["左镇"], "title": "清单", "day": "2099-01-05", **said}
    return client.post(reverse("meeting:read"), {**data, **({"file": file} if file else {})})


def test_a_pdf_is_read_and_its_broken_lines_joined(world, client):
    sign_in(client, world)
    sheet = Paper(
        "会议纪要",
        blocks=[
            text(
                "由右镇牵头，左镇配合，于2099年3月底前完成界河清淤工作，并把情况报镇政府办公室备案。"
                * 2
            )
        ],
    )
    sent(client, world, SimpleUploadedFile("纪要.pdf", pdf(sheet)))
    assert (
        "由右镇牵头，左镇配合，于2099年3月底前完成界河清淤"
        in Sitting.objects.get().text.replace("\n", "")
    )


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.txt", b"", "空"),
        ("a.docx", b"PK\x03\x04broken", "损坏|另存|无法"),
        ("a.pdf", b"%PDF-1.4 broken", "损坏"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40, "图片"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "另存"),
    ],
)
def test_what_cannot_be_read_says_why(world, client, name, data, why):
    sign_in(client, world)
    page = sent(client, world, SimpleUploadedFile(name, data)).content.decode()
    assert re.search(why, page), page
    assert not Sitting.objects.exists()


def test_a_scan_is_told_that_it_has_no_text(world, client):
    sign_in(client, world)
    out = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(out)
    page = sent(client, world, SimpleUploadedFile("扫描.pdf", out.getvalue())).content.decode()
    assert "扫描件" in page


def test_a_text_in_gb18030_is_read(world, client):
    sign_in(client, world)
    sent(client, world, SimpleUploadedFile("纪要.txt", TEXT.encode("gb18030")))
    assert Sitting.objects.get().text == TEXT


def test_requirements_come_in_by_their_sheet_and_go_out_again(world, tmp_path):
    required(world, entered(world))
    book = openpyxl.Workbook()
    page = book.active
    page.title = "督办事项"
    page.append(["事项", "承办单位", "配合单位", "时限", "会议", "会议日期"])
    page.append(["修桥", "右镇", "左镇", "2025年3月31日", "推进会", "2025-01-05"])
    page.append(["没有时限", "右镇", "", "尽快", "推进会", ""])
    book.save(tmp_path / "in.xlsx")
    plan = importing.plan(tmp_path / "in.xlsx")
    importing.carry_out(plan)
    assert sorted(Matter.objects.filter(kind="task").values_list("title", flat=True)) == [
        "修桥",
        "清淤",
    ]
    assert len(plan.doubts) == 1
    exporting.export(tmp_path / "out.xlsx")
    again = importing.plan(tmp_path / "out.xlsx")
    assert not [c for c in (*again.new, *again.changed) if c.what == "task"]


def test_the_figures_give_back_what_the_list_shows(world, m, client):
    task = required(world, m)
    world.take("lead-right", task, "report", words="清完了。")
    world.take("lead", task, "confirm", rating=5)
    found = {p.key: p.value for p in figures()}
    assert (found["required"], found["required_confirmed"]) == (1, 1)
    assert "会议和通知" in client.get("/figures/").content.decode()
