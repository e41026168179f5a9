"""Tables as lines: header rows found, merged cells filled, every row understood alone."""

from __future__ import annotations

import time

import pytest

from ingest.tables import Cell, count_header_rows, lay_out, rows_to_lines, table_lines


def cells(*rows: str) -> list[list[Cell]]:
    """Rows written ``甲|乙``."""
    return [[Cell(text) for text in row.split("|")] for row in rows]


def test_a_row_names_its_columns() -> None:
    lines = rows_to_lines([["税种", "税率", ""]], [["增值税", "13%", "一般"], ["", "", ""]])
    assert lines == ["税种：增值税；税率：13%；一般。"]


def test_two_header_rows_make_one_name() -> None:
    rows = [
        [Cell("项目", rows=2), Cell("补助标准（万元）", columns=2)],
        [Cell("企业"), Cell("个人")],
        [Cell("设备"), Cell("100"), Cell("10")],
    ]
    assert table_lines(rows) == [
        "项目：设备；补助标准（万元）·企业：100；补助标准（万元）·个人：10。"
    ]


def test_a_cell_over_rows_stands_in_each_and_one_over_columns_once() -> None:
    rows = [
        *cells("产业|项目|标准"),
        [Cell("光伏", rows=2), Cell("组件"), Cell("50万元")],
        [Cell("电池"), Cell("80万元")],
        [Cell("风电", rows=9), Cell("面议", columns=2)],
    ]
    assert table_lines(rows) == [
        "产业：光伏；项目：组件；标准：50万元。",
        "产业：光伏；项目：电池；标准：80万元。",
        "产业：风电；项目：面议。",
    ]


def test_a_long_merged_cell_is_said_once() -> None:
    long = "对在本市注册的企业给予支持。" * 40
    rows = [*cells("条款|标准|备注"), [Cell(long, rows=2), Cell("1万元")], [Cell("2万元")]]
    assert "".join(table_lines(rows)).count(long[:-1]) == 1


def test_captions_and_group_rows_are_lines_of_their_own() -> None:
    rows = [
        [Cell("附表1 支持事项清单", columns=3, header=True)],
        *cells("序号|事项|标准"),
        [Cell("一、财政政策", columns=3)],
        *cells("1|贷款贴息|50%"),
    ]
    assert table_lines(rows) == [
        "附表1 支持事项清单",
        "一、财政政策。",
        "序号：1；事项：贷款贴息；标准：50%。",
    ]


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (cells("序号|项目|金额", "1|厂房|200"), 1),
        (cells("企业|产值|税收", "延长石油|100|9", "陕煤|90|8"), 1),
        (cells("地区|2023年|2024年", "宝塔区|1.2|1.3"), 1),
        (cells("索引号|016/2024|发文机关|市政府", "标题|若干措施|日期|2024-01-01"), 0),
        (cells("申报条件|在本市注册", "办理时限|20个工作日"), 0),
        (cells("名称|说明", "飞地经济|跨行政区合作建设园区"), 1),
        (cells("产业链|标准", "光伏|500万元", "苹果|200万元"), 1),
        (cells("张三|李四|王五", "赵六|孙七|周八"), 0),
        (cells("1|2|3", "4|5|6"), 0),
        (cells("只有一行|两格"), 0),
        ([], 0),
    ],
)
def test_header_rows_are_found(rows: list[list[Cell]], count: int) -> None:
    assert count_header_rows(rows) == count


def test_heading_cells_are_believed() -> None:
    rows = [[Cell("1", header=True), Cell("2", header=True)], *cells("甲|乙")]
    assert table_lines(rows) == ["1：甲；2：乙。"]


def test_a_table_without_header_keeps_names_and_values() -> None:
    assert table_lines(cells("申报条件|在本市注册。", "时限|20日")) == [
        "申报条件：在本市注册。",
        "时限：20日。",
    ]
    assert table_lines(cells("姓名：|张三|电话：|0911")) == ["姓名：张三；电话：0911。"]


def test_lines_in_a_cell_become_one() -> None:
    assert rows_to_lines([], [["名称", "甲公司\n乙公司；\n丙公司"]]) == [
        "名称：甲公司，乙公司；丙公司。"
    ]


def test_a_name_too_long_to_repeat_is_shown_whole_once() -> None:
    name = "补助标准（按设备投资额比例给予一次性补助，由市县财政分担，每户最高不超过五百万元）"
    lines = rows_to_lines([["项目", name]], [["甲", "1"], ["乙", "2"]])
    assert lines[0] == name
    assert all(len(line) < 60 for line in lines[1:])
    assert len(lines) == 3


def test_a_header_alone_is_one_line() -> None:
    assert rows_to_lines([["甲", "乙"]], []) == ["甲；乙"]
    assert rows_to_lines([], []) == []


def test_a_form_that_is_not_filled_in_keeps_its_words() -> None:
    assert rows_to_lines([["姓名", "电话"]], [["", " "], ["", ""]]) == ["姓名；电话"]


def test_absurd_spans_end_at_once() -> None:
    begin = time.monotonic()
    rows = [[Cell("甲", rows=65_534, columns=10**9) for _ in range(3)] for _ in range(20_000)]
    header, body = lay_out(rows, 0)
    assert not header
    assert sum(map(len, body)) < 3_000_000
    assert time.monotonic() - begin < 10
