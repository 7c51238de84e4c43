"""A workbook of one sheet, for tests."""

import openpyxl


def written(path, sheet, columns, rows):
    """Rows are cells by header."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    page.append([c.name for c in columns])
    for row in rows:
        page.append([row.get(c.name) for c in columns])
    book.save(path)
    return path


def cell(columns, header):
    """Where a header's cell of the first row stands."""
    at = [c.name for c in columns].index(header) + 1
    return f"{openpyxl.utils.get_column_letter(at)}2"
