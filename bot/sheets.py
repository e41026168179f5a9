"""Tables as files: CSV and Excel, in which nothing that somebody typed becomes a formula.

What begins like a formula gets an apostrophe before it in CSV, as OWASP advises (CSV injection);
in Excel files every cell says that it is text.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO

from kb.text import sendable

CSV_TYPE = "text/csv; charset=utf-8"
EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MOST_ROWS = 100_000
"""Rows of one file; Excel itself opens ten times as many."""
_CELL = 32_000
"""Characters of a cell; Excel takes 32,767."""
_FORMULA = tuple("=+-@＝＋－＠\t\r\n")

Cell = str | int | float


def csv_file(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table as CSV in UTF-8, with the mark by which Excel knows the encoding."""
    made = StringIO()
    writer = csv.writer(made)
    writer.writerow([_guarded(head) for head in heads])
    for row in rows:
        writer.writerow([_guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return made.getvalue().encode("utf-8-sig")


def excel_file(heads: Sequence[str], rows: Iterable[Sequence[Cell]], title: str) -> bytes:
    """A table as an Excel file with one sheet called ``title``; the row of heads stays in view."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A2"
    for row in (heads, *rows):
        sheet.append([_text_cell(sheet, cell) if isinstance(cell, str) else cell for cell in row])
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _guarded(text: str) -> str:
    plain = sendable(text)
    return f"'{plain}" if plain.lstrip(" \u3000").startswith(_FORMULA) else plain


def _text_cell(sheet: object, text: str) -> object:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell = WriteOnlyCell(sheet, "")
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", sendable(text))[:_CELL]
    cell.data_type = "s"  # else what begins with = is taken for a formula
    return cell


def _sheet_name(title: str) -> str:
    return "".join(" " if c in "[]:*?/\\" else c for c in title)[:31] or "1"
