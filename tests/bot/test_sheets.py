"""Tables as CSV and Excel: read back, and harmless."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest

from bot.sheets import csv_file, excel_file

FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", " =1",
    "\u3000=1", '=HYPERLINK("http://evil.example","x")', "=cmd|' /C calc'!A0",
]  # fmt: skip


def test_a_table_comes_back_as_it_was() -> None:
    rows = [["王芳", 3, 0.5], ['say "hi", you', -2, 1], ["两\n行", 0, 0]]
    made = csv_file(["名字", "次数", "比"], rows)
    assert made.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(StringIO(made.decode("utf-8-sig"), newline="")))
    assert read == [["名字", "次数", "比"], *[[str(c) for c in row] for row in rows]]
    sheet = openpyxl.load_workbook(BytesIO(excel_file(["名字", "次数", "比"], rows, "审计"))).active
    assert [list(row) for row in sheet.values] == [["名字", "次数", "比"], *rows]
    assert (sheet.title, sheet.freeze_panes) == ("审计", "A2")


@pytest.mark.parametrize("typed", FORMULAS)
def test_nothing_typed_becomes_a_formula(typed: str) -> None:
    text = csv_file([typed], [[typed]]).decode("utf-8-sig")
    for (cell,) in csv.reader(StringIO(text, newline="")):
        assert cell == "'" + typed
    sheet = openpyxl.load_workbook(BytesIO(excel_file([typed], [[typed]], "x"))).active
    for (cell,) in sheet.iter_rows():
        assert cell.data_type == "s"
        assert cell.value.strip() == typed.replace("\r", "_x000D_").strip() or "\r" in typed


def test_what_no_file_can_hold_is_replaced() -> None:
    odd = "a\x00b\x1bc\ud800d\u202ee"
    assert "?" in csv_file(["x"], [[odd]]).decode("utf-8-sig")
    sheet = openpyxl.load_workbook(BytesIO(excel_file(["x"], [[odd], ["y" * 50_000]], "x"))).active
    assert sheet["A2"].value == "a\ufffdb\ufffdc?d\u202ee"
    assert len(sheet["A3"].value) == 32_000


@pytest.mark.parametrize("title", ["", "a/b:c*d?e[f]g\\h", "长" * 60])
def test_any_title_names_a_sheet(title: str) -> None:
    sheet = openpyxl.load_workbook(BytesIO(excel_file(["x"], [], title))).active
    assert 1 <= len(sheet.title) <= 31
