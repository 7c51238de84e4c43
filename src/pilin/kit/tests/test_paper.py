"""What is printed holds its words, its code, and its own typeface."""

import io

import pypdf
import pytest
from django.utils import translation

from pilin.kit.paper import Paper, Slip, facts, heading, numbers, pdf, slips, text

ASKED = ["1. 先装路灯", "2. 先修路 𮯰"]


def pages(made):
    return pypdf.PdfReader(io.BytesIO(made)).pages


def words(made):
    return "".join(page.extract_text() for page in pages(made)).replace("\n", "")


@pytest.fixture
def notice():
    blocks = [text("实施中", "lead"), facts([("时限", "2026年3月2日")]), heading("办理经过")]
    return Paper("村口装路灯 #set [x] *y* $z$", "协商", "/matters/7/", blocks)


def test_a_sheet_says_what_it_was_given_and_takes_no_sign_of_it_for_a_command(notice):
    said = words(pdf(notice))
    for expected in ("#set[x]*y*$z$", "实施中", "2026年3月2日", "办理经过"):
        assert expected in said.replace(" ", "")


def test_the_same_words_give_the_same_bytes(notice):
    assert pdf(notice) == pdf(notice)


def test_the_typeface_is_in_the_file(notice):
    (page,) = pages(pdf(notice))
    fonts = [f.get_object() for f in page["/Resources"]["/Font"].values()]
    descriptors = [f["/DescendantFonts"][0]["/FontDescriptor"] for f in fonts]
    assert any("SC" in d["/FontName"] for d in descriptors)
    assert all({"/FontFile2", "/FontFile3"} & set(d) for d in descriptors)


def test_the_language_of_the_reader_is_that_of_the_file(notice):
    for language, lang in (("zh-hans", "zh-CN"), ("en", "en-GB")):
        with translation.override(language):
            made = pypdf.PdfReader(io.BytesIO(pdf(notice)))
        assert made.trailer["/Root"]["/Lang"] == lang


def test_each_slip_bears_its_number_and_what_is_asked():
    made = pdf(slips("路灯", "每行勾一个", ASKED, [Slip(7), Slip(8, "101室")], ["同意", "不同意"]))
    said = words(made)
    for expected in ("7", "8", "101", "先装路灯", "不同意"):
        assert expected in said
    assert said.count("先装路灯") == 2


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", range(1, 21)),
        ("?from=40&n=3", range(40, 43)),
        ("?from=-1&n=x", range(1, 21)),
        ("?from=999999&n=5", range(999_999, 1_000_000)),
        ("?n=99999", range(1, 401)),
    ],
)
def test_blank_slips_are_numbered_as_the_address_says(rf, asked, expected):
    assert [slip.number for slip in numbers(rf.get("/slips.pdf" + asked))] == list(expected)
