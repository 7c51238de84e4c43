"""A sheet is read with its title, notes and header; what is wrong in it is named by its cell."""

import time

import openpyxl
import pytest
from django.utils.translation import override

from pilin.workbook import errors
from pilin.workbook.reader import open_workbook

from .books import HEADER, KNOWN, ROW, rewritten, saved, with_cell, workbook

PART = "xl/worksheets/sheet1.xml"


def sheet(data, **limits):
    with open_workbook(data, **limits) as book:
        return book.sheet("合作项目", KNOWN)


def fault(error, data, **limits):
    with pytest.raises(error) as caught:
        sheet(data, **limits)
    return caught.value


def test_title_notes_header_and_body_are_told_apart():
    def edit(page):
        page.merge_cells("A1:E1")

    raw = sheet(workbook(["台账"], ["填表说明:略"], HEADER, ROW, [], ROW, edit=edit))
    assert raw.above == ("台账", "填表说明:略")
    assert raw.header_row == 3
    assert raw.header == tuple(HEADER)
    assert [number for number, _cells in raw.body] == [4, 6]


def test_a_table_may_start_further_right_and_down():
    raw = sheet(workbook([], [], [None, *HEADER], [None, *ROW]))
    assert raw.header == ("", *HEADER)
    assert raw.body == [(4, ["", *ROW])]


def test_headers_may_have_line_breaks_blanks_and_other_brackets():
    raw = sheet(workbook([" 项目\n名称", "牵 头 单 位", "总投资（万元）"], ["甲", "乙", 3]))
    assert raw.header_row == 1


def test_a_sheet_whose_columns_nobody_knows_is_read_from_its_first_row_of_texts():
    raw = sheet(workbook(["台账"], ["甲", "乙"], [1, 2]))
    assert raw.header == ("甲", "乙") and raw.body == [(3, [1, 2])]


def test_a_sheet_without_header_says_which_columns_it_needs():
    error = fault(errors.NoHeader, workbook(["甲", 5], [1, 2]))
    with override("en"):
        assert "项目名称、牵头单位" in str(error)


def test_an_empty_sheet_has_no_header():
    fault(errors.NoHeader, saved_empty())


def saved_empty():
    book = openpyxl.Workbook()
    book.active.title = "合作项目"
    return saved(book)


def test_a_formula_error_is_named_by_its_cell():
    data = with_cell(workbook(), '<c r="D3" t="e"><f>F9/0</f><v>#DIV/0!</v></c>')
    error = fault(errors.FormulaError, with_cell(data, '<c r="E3" t="e"><v>#REF!</v></c>'))
    assert error.cells == ("D3", "E3")
    with override("en"):
        assert "cell D3: its formula fails with #DIV/0!" in str(error)
        assert "1 more cell: E3." in str(error)


def test_an_error_value_pasted_as_text_is_found_too():
    assert fault(errors.FormulaError, workbook(HEADER, [*ROW[:3], " #N/A", ""])).cell == "D2"


def test_a_formula_that_was_never_calculated_is_named_by_its_cell():
    error = fault(errors.NeverCalculated, workbook(HEADER, [*ROW[:3], "=1+1", ""]))
    assert error.cells == ("D2",)


def test_a_formula_with_its_result_is_read():
    data = with_cell(workbook(HEADER, ROW), '<c r="D2"><f>1+1</f><v>2</v></c>')
    data = with_cell(data, '<c r="E2" t="str"><f>A9&amp;""</f><v></v></c>')
    assert sheet(data).body[0][1][3:] == [2, ""]


def test_a_merged_body_is_named_by_its_cells():
    error = fault(
        errors.MergedBody, workbook(HEADER, ROW, ROW, edit=lambda p: p.merge_cells("B2:B3"))
    )
    assert error.cells == ("B2:B3",)


def test_merged_cells_beside_or_below_the_table_do_no_harm():
    def edit(page):
        page.merge_cells("H2:I3")
        page.merge_cells("A9:E9")

    assert len(sheet(workbook(HEADER, ROW, ROW, edit=edit)).body) == 2


def test_a_million_formatted_empty_rows_are_passed_over_quickly():
    empty = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(9, 2**20 + 1))
    data = rewritten(
        workbook(), PART, lambda t: t.replace(b"</sheetData>", empty + b"</sheetData>")
    )
    started = time.perf_counter()
    assert len(sheet(data).body) == 1
    assert time.perf_counter() - started < 10


def test_a_forgotten_cell_under_a_thousand_empty_rows_is_named():
    def edit(page):
        page["C1048576"] = "x"

    error = fault(errors.StrayCell, workbook(edit=edit))
    assert error.cell == "C1048576"


def test_a_cell_in_the_far_corner_does_not_fill_the_memory():
    def edit(page):
        page["XFD1048576"] = "x"

    assert fault(errors.SheetTooFar, workbook(edit=edit)).cell == "XFD1048576"


def test_other_quotes_and_prefixes_in_the_xml_hide_nothing():
    def quoted(text):
        return text.replace(b'r="E3" t="inlineStr"', b"t='e' r='E3'").replace(
            b"<is><t>2023\xe5\xb9\xb43\xe6\x9c\x88</t></is>", b"<v>#NUM!</v>"
        )

    assert fault(errors.FormulaError, rewritten(workbook(), PART, quoted)).cell == "E3"


@pytest.mark.parametrize("junk", [b"<c <f ", b'<c r="A9" t="e">', b'<c r="A9"><f>'])
def test_a_file_made_to_be_slow_is_damaged_and_not_slow(junk):
    def flooded(text):
        return text.replace(b"</sheetData>", junk * 150_000 + b"</sheetData>")

    started = time.perf_counter()
    with pytest.raises(errors.WorkbookError):
        sheet(rewritten(workbook(), PART, flooded))
    assert time.perf_counter() - started < 10


def test_a_sheet_nobody_knows_is_counted():
    with open_workbook("examples/pinghu-jinshan.xlsx") as book:
        counts = {title: book.survey(title).rows for title in book.titles}
    assert len(counts) == 13
    assert (counts["微心愿"], counts["区划"], counts["资金"]) == (25, 17, 1)
