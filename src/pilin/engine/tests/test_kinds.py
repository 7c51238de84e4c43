"""What a file is, by its content: documents in whatever order their parts lie."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.engine import kinds
from pilin.engine.kinds import DOCX, XLSX, kind_of

WORD = '<Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
SHEET = WORD.replace("wordprocessingml.document", "spreadsheetml.sheet")
PARTS = [
    "[trash]/0000.dat",
    "customXml/item1.xml",
    "docProps/app.xml",
    "_rels/.rels",
    "word/document.xml",
]


def packed(names, **contents):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, contents.get(name, "x"))
    out.seek(0)
    return out


@given(
    st.permutations([*PARTS, "[Content_Types].xml"]), st.sampled_from([(WORD, DOCX), (SHEET, XLSX)])
)
def test_a_document_is_one_in_whatever_order_its_parts_lie(names, said):
    types, mime = said
    file = packed(names, **{"[Content_Types].xml": f"<Types>{types}</Types>"})
    assert kind_of(file).mime == mime and file.tell() == 0


@pytest.mark.parametrize(
    ("file", "called"),
    [
        (io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), kinds.OLD),
        (packed(["OFD.xml", "Doc_0/Document.xml"]), kinds.OFD),
        (
            packed(["mimetype"], mimetype="application/vnd.oasis.opendocument.text"),
            kinds.OPEN_DOCUMENT,
        ),
        (packed(["a.txt"]), kinds.ARCHIVE),
        (packed(PARTS), kinds.ARCHIVE),
    ],
)
def test_what_is_not_taken_is_named(file, called):
    found = kind_of(file)
    assert (found.mime, found.called) == ("", called)


@given(st.binary(max_size=400))
def test_a_damaged_archive_is_nothing_in_particular(rest):
    assert kind_of(io.BytesIO(b"PK\x03\x04" + rest)).mime == ""
