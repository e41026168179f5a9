"""Structure, as golden trees: # before headings, indent by depth."""

from __future__ import annotations

import pytest

from ingest.lines import tidy_title
from ingest.numbering import label, numeral
from ingest.outline import outline
from ingest.readers.markdown import read_markdown
from tests.ingest.making import shape


def tree(text: str) -> list[str]:
    return shape(text, outline(text))


def markdown_tree(source: str) -> list[str]:
    draft = read_markdown(source)
    return shape(draft.text, outline(draft.text, draft.marks))


def test_a_law() -> None:
    text = """第一章 总 则
第一条 为了规范管理，制定本法。
第二条 本法所称投资，包括下列情形：
（一）设立企业；
（二）取得股份：
1.直接取得；
2.间接取得；
（三）其他。
国务院可以规定例外。
第二章 促进
第一节 一般规定
第三条　国家鼓励投资。
第三条之一 国家保护投资。
第四条【救济】企业可以投诉。
附件1
投资目录"""
    assert tree(text) == [
        "# 第一章 总 则",
        "  第一条 为了规范管理，制",
        "  第二条 本法所称投资，包",
        "    （一）设立企业；",
        "    （二）取得股份：",
        "      1.直接取得；",
        "      2.间接取得；",
        "    （三）其他。",
        "    国务院可以规定例外。",
        "# 第二章 促进",
        "  # 第一节 一般规定",
        "    第三条　国家鼓励投资。",
        "    第三条之一 国家保护投资",
        "    第四条【救济】企业可以投",
        "# 附件1",
        "  投资目录",
    ]


def test_cross_references_at_line_starts_are_not_articles() -> None:
    text = """第一条 违反本办法
第五条规定的，依照
第六条第二款所列情形处理，
第七条 的例外除外。
第二条 依照
第三条、第四条的规定执行。
第三条 本办法自公布之日起施行。"""
    assert tree(text) == [
        "第一条 违反本办法",
        "  第五条规定的，依照",
        "  第六条第二款所列情形处理",
        "  第七条 的例外除外。",
        "第二条 依照",
        "  第三条、第四条的规定执行",
        "第三条 本办法自公布之日",
    ]


def test_articles_without_a_space_continue_the_count() -> None:
    text = "第一条为了规范管理，制定本法。\n第二条本法适用于企业。\n第九条附近的企业除外。"
    assert tree(text) == [
        "第一条为了规范管理，制定",
        "第二条本法适用于企业。",
        "  第九条附近的企业除外。",
    ]


def test_excerpts_may_leave_articles_out_and_annexes_count_anew() -> None:
    text = "第三条 甲。\n第十条 乙。\n附件\n第一条 丙。\n第二条 丁。"
    assert tree(text) == ["第三条 甲。", "第十条 乙。", "# 附件", "  第一条 丙。", "  第二条 丁。"]


def test_a_notice_with_numbered_sections() -> None:
    text = """现就有关事项通知如下：
一、加大支持力度
（一）支持研发。对企业给予支持。
1.按1.5倍给予奖励。
2020年起执行。
（二）支持用地
优先保障用地指标。
二、强化服务
3.设立专班。
4.公开热线。
特此通知。
附件：1.申报表
附件2：名单
延安市商务局
2025年1月1日"""
    assert tree(text) == [
        "现就有关事项通知如下：",
        "# 一、加大支持力度",
        "  （一）支持研发。对企业给",
        "    1.按1.5倍给予奖励。",
        "      2020年起执行。",
        "  # （二）支持用地",
        "    优先保障用地指标。",
        "# 二、强化服务",
        "  3.设立专班。",
        "  4.公开热线。",
        "特此通知。",
        "附件：1.申报表",
        "# 附件2：名单",
        "延安市商务局",
        "2025年1月1日",
    ]


def test_short_items_are_a_list_and_not_headings() -> None:
    text = "申请材料如下：\n1.营业执照\n2.身份证\n3.照片\n材料一式两份。"
    assert tree(text) == ["申请材料如下：", "1.营业执照", "2.身份证", "3.照片", "  材料一式两份。"]


def test_markdown_headings_lists_and_rows() -> None:
    source = """# 标题
导语。
## 一、范围
1. 甲类。
2. 乙类。

段落。
### （一）细分
- 第一点：
  - 小点
- 第二点
## 二、标准
| 档次 | 金额 |
|---|---|
| 甲 | 10 |
### 第五条 有正文的标题。
"""
    draft = read_markdown(source)
    assert shape(draft.text, outline(draft.text, draft.marks, [(0, 2)])) == [
        "# 标题",
        "导语。",
        "# 一、范围",
        "  1. 甲类。",
        "  2. 乙类。",
        "  段落。",
        "  # （一）细分",
        "    第一点：",
        "      小点",
        "    第二点",
        "# 二、标准",
        "  档次：甲；金额：10。",
        "  第五条 有正文的标题。",
    ]


def test_chapters_in_markdown_headings_and_in_plain_lines_agree() -> None:
    source = "## 第一章 总则\n\n第一条 甲。\n\n第二章 附则\n\n第二条 乙。\n"
    assert markdown_tree(source) == [
        "# 第一章 总则",
        "  第一条 甲。",
        "# 第二章 附则",
        "  第二条 乙。",
    ]


def test_questions_and_answers() -> None:
    text = "问：外资可以享受吗？\n答：可以。\n另有规定的除外。\n2.如何申报？\n答：网上申报。"
    assert tree(text) == [
        "# 问：外资可以享受吗？",
        "  答：可以。",
        "  另有规定的除外。",
        "# 2.如何申报？",
        "  答：网上申报。",
    ]


def test_a_table_of_contents_is_no_structure() -> None:
    text = "目 录\n第一章 总则\n第二章 附则\n第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。"
    assert tree(text) == [
        "# 目 录",
        "# 第一章 总则",
        "# 第二章 附则",
        "# 第一章 总则",
        "  第一条 甲。",
        "# 第二章 附则",
        "  第二条 乙。",
    ]


def test_headings_without_a_number_are_seen_in_plain_text() -> None:
    long = (
        "这里是一段足够长的正文，说明这个地方为了招商引资做了哪些事情，取得了哪些成效，供大家参考。"
    )
    text = f"{long}\n各方支援当好后盾\n{long}\n服务保障到位\n{long}"
    assert [line[:10] for line in tree(text)] == [
        long[:10],
        "# 各方支援当好后盾"[:10],
        "  " + long[:8],
        "# 服务保障到位",
        "  " + long[:8],
    ]


@pytest.mark.parametrize(
    ("line", "family", "value"),
    [
        ("第二十四条 国家", "条", 24),
        ("第二百六十二条之二 以暴力", "条", 262),
        ("第12条 正文", "条", 12),
        ("第三编 合同", "编", 3),
        ("十一、其他", "cn", 11),
        ("（十二）其他", "cn_paren", 12),
        ("(3)其他", "num_paren", 3),
        ("12. 其他", "num", 12),
        ("３．其他", "num", 3),
        ("2.1 适用范围", "decimal", 1),
        ("③其他", "circled", 3),
        ("附件2", "annex", 2),
        ("问：如何办理", "question", 0),
        ("答：可以", "answer", 0),
    ],
)
def test_labels(line: str, family: str, value: int) -> None:
    found = label(line)
    assert found is not None
    assert (found.family, found.value) == (family, value)


@pytest.mark.parametrize(
    "line",
    [
        "第三条规定的情形", "第十二条第二款所列", "第五条、第六条", "第三章规定的", "1.5倍于基数",
        "2020年以来", "3.5%的利率", "3.5 亿元投资", "一、二期工程",
        "1、2号楼", "附则", "附近的企业", "A公司",
        "", "一是加强",
    ],
)  # fmt: skip
def test_what_is_no_label(line: str) -> None:
    assert label(line) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("十", 10), ("二十四", 24), ("一百零三", 103), ("二〇二五", 2025), ("１２", 12), ("千", 1000)],
)
def test_numerals(text: str, value: int) -> None:
    assert numeral(text) == value


def test_titles_in_paths_are_tidy() -> None:
    assert tidy_title("第一章　总　则") == "第一章 总则"
    assert len(tidy_title("长" * 200)) == 80
