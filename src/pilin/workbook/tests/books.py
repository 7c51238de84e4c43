"""Small workbooks, good and bad, made where a test needs one."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

HEADER = ["项目名称", "牵头单位", "参与单位", "总投资", "开始"]
ROW = ["稻米基地", "新仓镇", "广陈镇;张堰镇", "3万元", "2023年3月"]
KNOWN = HEADER


def workbook(
    *rows: list[Any], title: str = "合作项目", edit: Callable[[Worksheet], Any] | None = None
):
    """The bytes of a workbook of one sheet; without rows, a title, the header and one row."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = title
    for row in rows or (["台账"], HEADER, ROW):
        page.append(row)
    if edit:
        edit(page)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rewritten(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part of its ZIP changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for info in old.infolist():
            text = old.read(info)
            new.writestr(info.filename, change(text) if info.filename == part else text)
    return out.getvalue()


def with_cell(data: bytes, xml: str) -> bytes:
    """The workbook with its sheet's cell of the same address written as `xml`."""
    at = re.search(r'r="([A-Z]+\d+)"', xml)[1]
    old = rf'<c r="{at}"[^>]*?(?:/>|>.*?</c>)'.encode()
    return rewritten(
        data, "xl/worksheets/sheet1.xml", lambda text: re.sub(old, xml.encode(), text, count=1)
    )
