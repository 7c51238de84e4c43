"""A workbook in and out in the browser: looked at first, asked about, brought in."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilin.engine.act import act
from pilin.ledger import log
from pilin.people.actor import HOUSE
from pilin.people.models import Office, Organisation, Place
from pilin.workbook import exporting

from .test_manage import administered, at


@pytest.fixture
def town(world):
    return administered(world)


def book_of(tmp_path: Path) -> Path:
    """The registers as they stand, with one village more."""
    import openpyxl

    path = tmp_path / "out.xlsx"
    exporting.export(path)
    book = openpyxl.load_workbook(path)
    names = set(Organisation.objects.values_list("name", flat=True))
    others = book["组织"]
    for row in reversed([r[0].row for r in others.iter_rows() if r[0].value in names]):
        others.delete_rows(row)
    sheet = book["区划"]
    rows = [r for r in sheet.iter_rows() if r[1].value == "左村"]
    rows[0][5].value = "Left Village"
    sheet.append([None, "左新村", "村社区", "左镇", "左县"])
    sheet.append([None, "无处村", "村社区", "没有的镇", "左县"])
    book.save(path)
    return path


def send(client: Client, path: Path) -> str:
    content = SimpleUploadedFile("登记 表.xlsx", path.read_bytes())
    response = client.post("/manage/workbook/", {"file": content})
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def test_a_workbook_is_looked_at_first_and_then_brought_in(town, tmp_path, settings):
    settings.DATA = tmp_path
    client, size = at("operator"), log.size("main")
    url = send(client, book_of(tmp_path))
    page = client.get(url).content.decode()
    assert "左新村" in page and "Left Village" in page and "无处村" not in page.split("Doubtful")[0]
    assert "the place above is not in this register" in page
    assert log.size("main") == size
    assert at("operator-right").get(url).status_code == 404
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    stale = client.post(url, {"do": "carry", "seen": "0"})
    assert stale.status_code == 409 and log.size("main") == size
    assert client.post(url, {"do": "carry", "seen": seen[1]}).status_code == 302
    assert Place.objects.filter(name="左新村").exists()
    assert Place.objects.get(name="左村").name_en == "Left Village"
    first = log.get("main", size)
    assert first and (first.body["step"], first.body["actor"]) == ("workbook", "p-operator")
    assert "It is in" in client.get(url).content.decode()
    before = log.size("main")
    client.post(url, {"do": "carry", "seen": seen[1]})
    assert log.size("main") == before


def test_a_sheet_under_another_name_is_asked_about_first(town, tmp_path, settings):
    import openpyxl

    settings.DATA = tmp_path
    path, client, size = book_of(tmp_path), at("operator"), log.size("main")
    book = openpyxl.load_workbook(path)
    book["区划"].title = "我县区划(新)"
    book.save(path)
    url = send(client, path)
    page = client.get(url).content.decode()
    assert "what do these names mean" in page and "左新村" in page and 'value="carry"' not in page
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    client.post(url, {"do": "carry", "seen": seen[1]})
    assert log.size("main") == size, "what a name means has to be said first"
    client.post(url, {"do": "names", "name:我县区划(新)": "月球"})
    assert "what do these names mean" in client.get(url).content.decode()
    assert client.post(url, {"do": "names", "name:我县区划(新)": "区划"})["Location"] == url
    page = client.get(url).content.decode()
    assert "what do these names mean" not in page
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    client.post(url, {"do": "carry", "seen": seen[1]})
    assert Place.objects.filter(name="左新村").exists()
    assert "what do these names mean" not in client.get(send(client, path)).content.decode()


def test_rows_of_the_neighbour_are_the_neighbours_to_bring_in(town, tmp_path, settings):
    settings.DATA = tmp_path
    path = book_of(tmp_path)
    client, size = at("operator-right"), log.size("main")
    url = send(client, path)
    page = client.get(url).content.decode()
    assert "Some rows are the neighbour" in page and 'value="carry"' not in page
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    client.post(url, {"do": "carry", "seen": seen[1]})
    assert log.size("main") == size
    act(HOUSE, "manage", "end", {"office": Office.objects.get(person="p-operator").pk})
    assert 'value="carry"' in client.get(url).content.decode()  # nobody else is there to do it


def test_what_is_no_workbook_is_refused_in_words_and_not_kept(town, tmp_path, settings):
    settings.DATA = tmp_path
    bad = SimpleUploadedFile("../x.xlsx", b"a,b\n1,2\n")
    response = at("operator").post("/manage/workbook/", {"file": bad})
    assert response.status_code == 422 and "Excel" in response.content.decode()
    assert not list((tmp_path / "workbooks").glob("*"))
    assert at("operator").post("/manage/workbook/").status_code == 422


def test_the_registers_go_out_as_a_workbook(town):
    response = at("operator").post("/manage/workbook/out.xlsx")
    assert b"".join(response.streaming_content)[:2] == b"PK"
    assert at("host").post("/manage/workbook/out.xlsx").status_code == 403


def test_a_large_workbook_is_carried_out_beside_the_pages(town, tmp_path, settings, monkeypatch):
    from pilin.site import jobs
    from pilin.site.manage import incoming, workbook

    settings.DATA = tmp_path
    monkeypatch.setattr(workbook, "PORTION", 0)
    client = at("operator")
    url = send(client, book_of(tmp_path))
    seen = re.search(r'name="seen" value="(\w+)"', client.get(url).content.decode())
    assert seen
    client.post(url, {"do": "carry", "seen": seen[1]})
    assert "It is being brought in" in client.get(url).content.decode()
    assert not Place.objects.filter(name="左新村").exists()
    jobs.carry(url.rstrip("/").rpartition("/")[2])
    assert Place.objects.filter(name="左新村").exists()
    assert incoming.find(url.rstrip("/").rpartition("/")[2]).state == incoming.DONE


def test_no_other_file_is_reached(town):
    for key in ("../../secret", "0" * 24, "x"):
        assert at("operator").get(f"/manage/workbook/{key}/").status_code == 404
