"""The comparison of office files with other readings of them."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl

from evals.files_office import compare, table


def test_every_office_file_of_a_folder_is_compared(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("为了规范招商引资工作，制定本办法。")
    made.save(str(tmp_path / "a.docx"))
    book = openpyxl.Workbook()
    book.active.append(["名称", "标准"])
    book.active.append(["甲类项目", "5%"])
    book.active.append(["乙类项目", "3%"])
    book.save(tmp_path / "b.xlsx")
    (tmp_path / "c.docx").write_bytes(b"PK\x03\x04 damaged")
    (tmp_path / "d.txt").write_text("另一种文件")
    word, sheet, damaged = compare(tmp_path)
    assert (word.name, word.lines, word.source, word.missing) == ("a.docx", 1, 1.0, ())
    assert (sheet.rows, sheet.source, sheet.office) == (2, 1.0, None)
    assert damaged.refused
    assert table([word, sheet, damaged]).row_count == 3
