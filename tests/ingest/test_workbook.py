"""Workbooks read with their headers, merged cells, formats, and what must not be run."""

from __future__ import annotations

import datetime
import io
import time
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
import xlwt
from openpyxl.worksheet.worksheet import Worksheet

from ingest.draft import Draft, LineMark, Mark
from ingest.limits import Limits
from ingest.parse import parse_bytes
from ingest.readers.cell_format import shown
from ingest.readers.workbook import read_xls, read_xlsx
from ingest.source_text import letters
from kb.errors import ReadError


def book(*sheets: tuple[str, Sequence[Sequence[Any]]]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def changed(data: bytes, old: bytes, new: bytes) -> bytes:
    """The same workbook with other bytes in its first sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert old in content
                content = content.replace(old, new)
            after.writestr(name, content)
    return out.getvalue()


def lines(draft: Draft) -> list[str]:
    return draft.text.split("\n")


def lost(draft: Draft) -> int:
    return draft.letters - sum(map(letters, draft.removed)) - letters(draft.text)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (15.0, "", "15"),
        (0.1 + 0.2, "General", "0.3"),
        (0.15, "0%", "15%"),
        (0.1255, "0.0%", "12.6%"),
        (1234.5, "#,##0.00", "1,234.50"),
        (1234567, "#,##0", "1,234,567"),
        (2.675, "0.00", "2.68"),
        (0.5, "#.##", "0.5"),
        (7, "000", "007"),
        (15, '0"万元"', "15万元"),
        (15, "0\\亩", "15亩"),
        (-3, "0;(0)", "(3)"),
        (-3, "0.0_);[Red]-0.0", "-3.0"),
        (0, '0;-0;"—"', "0"),
        (5000000, "0.0,,", "5.0"),
        (12, "[$¥-804]#,##0", "¥12"),
        (123456, "0.00E+00", "1.23E+05"),
        (0.5, "# ?/?", "0.5"),
        (3, "[>=2]0.0;0", "3"),
        (3, ";;;", "3"),
        (True, "", "TRUE"),
        (1e20, "", "1e+20"),
        (datetime.date(2025, 1, 31), "yyyy/m/d", "2025-01-31"),
        (datetime.datetime(2025, 1, 31, 8, 30), "", "2025-01-31 08:30"),
        (datetime.datetime(2025, 1, 1), 'yyyy"年"m"月"', "2025-01"),
        (datetime.time(9, 5), "h:mm", "09:05"),
        (datetime.timedelta(hours=30), "[h]:mm", "30:00"),
        ("=1+1", "0%", "=1+1"),
    ],
)
def test_values_look_as_their_format_shows_them(value: Any, code: str, text: str) -> None:
    assert shown(value, code) == text


def test_title_header_rows_and_remarks() -> None:
    made = book(
        (
            "奖补标准",
            [
                ["延安市招商引资奖补标准"],
                [None, None, "单位：万元"],
                ["序号", "项目类别", "奖补金额"],
                [1, "总部企业", 500],
                [2, "研发机构", 37.5],
                ["注：同一企业不重复享受。"],
            ],
        )
    )
    draft = read_xlsx(saved(made))
    assert lines(draft) == [
        "奖补标准",
        "延安市招商引资奖补标准",
        "单位：万元",
        "序号：1；项目类别：总部企业；奖补金额：500。",
        "序号：2；项目类别：研发机构；奖补金额：37.5。",
        "注：同一企业不重复享受。",
    ]
    assert draft.marks[0] == LineMark(Mark.HEADING, 1)
    assert [mark.mark for mark in draft.marks.values()].count(Mark.ROW) == 2
    assert [(page.number, page.label) for page in draft.pages] == [(1, "奖补标准")]
    assert draft.text[draft.pages[0].start : draft.pages[0].end] == draft.text
    assert lost(draft) == 0


def test_a_header_of_two_storeys_and_merged_cells_are_filled() -> None:
    made = book(
        (
            "目标",
            [
                ["县区", "年度目标", None, "备注"],
                [None, "签约", "到位", None],
                ["宝塔区", 12, 0.85, "重点"],
                [None, 8, 0.9, None],
            ],
        )
    )
    sheet: Worksheet = made.active
    for span in ("A1:A2", "B1:C1", "D1:D2", "A3:A4"):
        sheet.merge_cells(span)
    for cell in ("C3", "C4"):
        sheet[cell].number_format = "0%"
    assert lines(read_xlsx(saved(made)))[1:] == [
        "县区：宝塔区；年度目标·签约：12；年度目标·到位：85%；备注：重点。",
        "县区：宝塔区；年度目标·签约：8；年度目标·到位：90%。",
    ]


def test_several_tables_blank_columns_and_a_table_that_goes_on_behind_a_blank_row() -> None:
    made = book(
        (
            "汇总",
            [
                ["企业名称", None, "投资额"],
                ["甲公司", None, 100],
                [],
                ["乙公司", None, 200],
                [],
                [],
                ["部门", "联系电话", "地址"],
                ["招商局", "0911-1234567", "新区"],
            ],
        )
    )
    assert lines(read_xlsx(saved(made)))[1:] == [
        "企业名称：甲公司；投资额：100。",
        "企业名称：乙公司；投资额：200。",
        "部门：招商局；联系电话：0911-1234567；地址：新区。",
    ]


def test_a_blank_form_keeps_its_header_and_no_empty_rows() -> None:
    made = book(("Sheet1", [["反馈意见表"], ["序号", "意见", "理由"], [1], [2], [3]]))
    draft = read_xlsx(saved(made))
    assert lines(draft) == ["反馈意见表", "序号；意见；理由"]
    assert draft.removed == ("1", "2", "3")


def test_each_sheet_is_a_page_and_hidden_ones_are_left_out_and_told() -> None:
    made = book(
        ("第一产业", [["甲。"]]), ("空表", []), ("底稿", [["不公开的数"]]), ("第三产业", [["乙。"]])
    )
    made["底稿"].sheet_state = "hidden"
    draft = read_xlsx(saved(made))
    assert lines(draft) == ["第一产业", "甲。", "第三产业", "乙。"]
    assert [(page.number, page.label) for page in draft.pages] == [(1, "第一产业"), (4, "第三产业")]
    assert draft.removed == ("不公开的数",)
    assert [note.code for note in draft.notes] == ["hidden"]
    assert lost(draft) == 0


def test_formulas_are_never_evaluated_and_commands_are_only_text() -> None:
    made = book(("表", [["项目", "金额"], ["甲", "=1+1"], ["=cmd|'/c calc'!A0", 3]]))
    cell = made.active["A3"]
    cell.data_type = "s"
    made.active["C3"] = "#REF!"
    made.active["C3"].data_type = "e"
    draft = read_xlsx(saved(made))
    assert lines(draft) == ["甲。", "项目：=cmd|'/c calc'!A0；金额：3。"]
    codes = {note.code: note.zh for note in draft.notes}
    assert "表!C3" in codes["cell_errors"]
    assert "1 个公式" in codes["formulas_without_value"]


def test_a_stored_result_is_read_and_shown_in_its_format() -> None:
    data = saved(book(("表", [["项目", "比例"], ["甲", 1]])))
    data = changed(
        data, b"<v>1</v></c></row></sheetData>", b"<f>SUM(1,2)</f><v>0.5</v></c></row></sheetData>"
    )
    assert lines(read_xlsx(data)) == ["项目：甲；比例：0.5。"]


def test_macros_are_ignored_and_told() -> None:
    buffer = io.BytesIO(saved(book(("表", [["一段说明文字。"]]))))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Shell")
    draft = read_xlsx(buffer.getvalue())
    assert [note.code for note in draft.notes] == ["macros"]


def test_an_old_workbook_is_read_the_same() -> None:
    made = xlwt.Workbook(encoding="utf-8")
    sheet = made.add_sheet("政策兑现")
    sheet.write_merge(0, 0, 0, 2, "2024年政策兑现情况")
    for column, name in enumerate(("企业名称", "兑现比例", "兑现日期")):
        sheet.write(1, column, name)
    sheet.write_merge(2, 3, 0, 0, "甲公司")
    percent, date = xlwt.easyxf(num_format_str="0.0%"), xlwt.easyxf(num_format_str="yyyy/m/d")
    sheet.write(2, 1, 0.125, percent)
    sheet.write(2, 2, datetime.date(2024, 3, 1), date)
    sheet.write(3, 1, 0.5, percent)
    sheet.write(3, 2, datetime.date(2024, 9, 1), date)
    made.add_sheet("说明").write(0, 0, "数据截至年底。")
    buffer = io.BytesIO()
    made.save(buffer)
    draft = read_xls(buffer.getvalue())
    assert lines(draft) == [
        "政策兑现",
        "2024年政策兑现情况",
        "企业名称：甲公司；兑现比例：12.5%；兑现日期：2024-03-01。",
        "企业名称：甲公司；兑现比例：50.0%；兑现日期：2024-09-01。",
        "说明",
        "数据截至年底。",
    ]
    assert lost(draft) == 0


def test_rows_can_be_cited_with_their_sheet() -> None:
    rates = [["税种", "税率"], ["增值税", 0.13], ["企业所得税", 0.15]]
    made = book(("延安优惠政策", [["本表汇总现行优惠政策。"]]), ("税收优惠", rates))
    made["税收优惠"]["B2"].number_format = made["税收优惠"]["B3"].number_format = "0%"
    document = parse_bytes(saved(made), "优惠.xlsx")
    passage = document.passages[-1]
    assert document.text[passage.start : passage.end] == "税种：企业所得税；税率：15%。"
    assert passage.path == ("税收优惠",)


# -- hostile files


def test_a_cell_at_the_far_corner_is_refused_before_the_library_sees_it() -> None:
    made = book(("表", [["甲"]]))
    made.active["XFD1048576"] = 1
    with pytest.raises(ReadError, match="很远"):
        read_xlsx(saved(made))


def test_a_merged_cell_over_the_whole_sheet_ends_at_once() -> None:
    made = book(("表", [["标题"], ["名称", "数量"], ["甲", 1]]))
    made.active.merge_cells("A1:B1")
    data = changed(saved(made), b'"A1:B1"', b'"A1:XFD1"/><mergeCell ref="A3:XFD1048576"')
    assert lines(read_xlsx(data)) == ["标题", "名称：甲；数量：1。"]


def test_damaged_truncated_and_foreign_files_are_refused() -> None:
    data = saved(book(("表", [["甲"]])))
    for bad in (data[: len(data) // 2], b"PK\x03\x04junk"):
        with pytest.raises(ReadError, match="损坏"):
            read_xlsx(bad)
    with pytest.raises(ReadError):
        read_xls(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000))
    with pytest.raises(ReadError):
        read_xls(data)


def test_an_entity_bomb_in_a_sheet_is_refused() -> None:
    data = changed(saved(book(("表", [["甲", 1]]))), b"<v>1</v>", b"<v>&y;</v>")
    bomb = b'<!DOCTYPE a [<!ENTITY x "9999"><!ENTITY y "' + b"&x;" * 50 + b'">]><worksheet '
    data = changed(data, b"<worksheet ", bomb)
    with pytest.raises(ReadError):
        read_xlsx(data)


def test_many_rows_with_gaps_take_bounded_time() -> None:
    rows: list[list[Any]] = [["企业名称", "投资额", "备注"]]
    for number in range(8_000):
        rows += [[f"企业{number}", number, ""], []]
    data = saved(book(("表", rows)))
    begun = time.monotonic()
    draft = read_xlsx(data)
    assert time.monotonic() - begun < 30
    assert lines(draft)[-1] == "企业名称：企业7999；投资额：7999。"


def test_too_many_sheets_are_refused() -> None:
    made = book(*((f"表{n}", [["甲"]]) for n in range(4)))
    with pytest.raises(ReadError, match="4 页"):
        read_xlsx(saved(made), Limits(pages=3))
