"""A file that cannot be taken in says why, and what to do."""

import io
import struct
import time
import zipfile

import pytest
from django.utils.translation import override

from pilin.workbook import errors
from pilin.workbook.container import OLE, inflate
from pilin.workbook.reader import open_workbook

from .books import rewritten, workbook


def sector(*parts: bytes) -> bytes:
    return OLE.ljust(512, b"\0") + b"".join(part.ljust(512, b"\0") for part in parts)


BOF = b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(12)
FILEPASS = struct.pack("<HH", 0x2F, 4) + bytes(4)


def zipped(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", errors.EmptyFile),
        (b"%PDF-1.7 ...", errors.NotAWorkbook),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), errors.NotAWorkbook),
        (b"<html><table></table></html>", errors.NotAWorkbook),
        (b"just a sentence", errors.NotAWorkbook),
        (zipped(word__document_xml="<a/>"), errors.NotAWorkbook),
        ("名称,类别\n甲,乙\n".encode(), errors.WrongFormat),
        ("名称\t类别\n甲\t乙\n".encode("gb18030"), errors.WrongFormat),
        (zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), errors.WrongFormat),
        (zipped(xl__workbook_bin="x"), errors.WrongFormat),
        (sector(BOF, "Workbook\0".encode("utf-16-le")), errors.WrongFormat),
        (sector(BOF + FILEPASS, "Workbook\0".encode("utf-16-le")), errors.Protected),
        (sector("EncryptedPackage".encode("utf-16-le")), errors.Protected),
        (sector("WordDocument".encode("utf-16-le")), errors.NotAWorkbook),
        (workbook()[:3000], errors.Damaged),
        (rewritten(workbook(), "xl/workbook.xml", lambda _text: b"<not xml"), errors.Damaged),
        (
            rewritten(workbook(), "xl/workbook.xml", lambda text: b"<!DOCTYPE a>" + text),
            errors.Damaged,
        ),
    ],
)
def test_what_is_no_workbook_is_refused_by_its_kind(data, error):
    with pytest.raises(error) as caught:
        open_workbook(data)
    with override("en"):
        assert str(caught.value).startswith("This ")
        assert "The same" not in str(caught.value)
        assert caught.value.to_json()["cells"] == []
    with override("zh-hans"):
        assert str(caught.value).startswith("这")


def test_a_large_file_is_refused_before_it_is_read():
    with pytest.raises(errors.TooLarge) as caught:
        open_workbook(io.BytesIO(b"PK" + bytes(100 * 2**20)), limit=50 * 2**20)
    with override("en"):
        assert "100 MB" in str(caught.value)
        assert "50 MB" in str(caught.value)


def test_a_file_that_unpacks_to_too_much_is_refused():
    data = rewritten(workbook(), "xl/styles.xml", lambda text: text + b" " * 30 * 2**20)
    with pytest.raises(errors.TooMuchInside):
        open_workbook(data, unpacked_limit=20 * 2**20)


def test_a_zip_that_belies_its_sizes_is_refused_without_unpacking_it():
    big = rewritten(workbook(), "xl/styles.xml", lambda text: text + b" " * 200 * 2**20)
    with zipfile.ZipFile(io.BytesIO(big)) as archive:
        size = archive.getinfo("xl/styles.xml").file_size
    lying = big.replace(struct.pack("<I", size), struct.pack("<I", 999))
    started = time.perf_counter()
    with pytest.raises(errors.Damaged):
        open_workbook(lying)
    assert time.perf_counter() - started < 5


def test_a_part_comes_out_of_the_zip_as_it_went_in():
    text = bytes(range(256)) * 30_000
    data = rewritten(workbook(), "xl/styles.xml", lambda _text: text)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"".join(inflate(archive, "xl/styles.xml")) == text
        assert list(inflate(archive, "absent")) == []
