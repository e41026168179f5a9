"""Markdown without its marks."""

from __future__ import annotations

import pytest

from ingest.draft import LineMark, Mark
from ingest.readers.markdown import read_markdown


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("**加粗**和*斜体*、`代码`、~~删去~~", "加粗和斜体、代码、删去"),
        ("__加粗__文字", "加粗文字"),
        ("3*4*5 与 a_b_c 与 **未闭合", "3*4*5 与 a_b_c 与 **未闭合"),
        ("见[办事指南](https://example.org/a)第一条", "见办事指南第一条"),
        ("![流程图](a.png)如下", "流程图如下"),
        ("第一行<br>第二行", "第一行\n第二行"),
        ("收入 <u>不低于</u> 5<10 万元", "收入 不低于 5<10 万元"),
        ("> 引文一\n> 引文二", "引文一\n引文二"),
        ("- 甲\n* 乙\n+ 丙\n1. 丁\n2) 戊", "甲\n乙\n丙\n1. 丁\n2) 戊"),
        ("- [x] 完成\n- [ ] 未完", "完成\n未完"),
        (r"\*不是斜体\* 1\. 文", "*不是斜体* 1. 文"),
        ("# 标题 #\n正文", "标题\n正文"),
        ("#标签不是标题", "#标签不是标题"),
        ("前文\n\n---\n\n后文", "前文\n后文"),
        ("```\n# 不是标题\n```", "# 不是标题"),
        ("前<!-- 批注\n两行 -->后", "前\n后"),
        ("前<!-- 没有结束", "前<!-- 没有结束"),
    ],
)
def test_marks_do_not_reach_the_text(source: str, text: str) -> None:
    assert read_markdown(source).text == text


def test_headings_and_items_are_marked_at_their_offsets() -> None:
    draft = read_markdown(
        "# 一级\n\n正文\n\n### 三级\n\n- 项\n  - 子项\n\n**小标题**\n\n大标题\n===\n"
    )
    found = {draft.text[at:].split("\n")[0]: mark for at, mark in draft.marks.items()}
    assert found == {
        "一级": LineMark(Mark.HEADING, 1),
        "三级": LineMark(Mark.HEADING, 3),
        "项": LineMark(Mark.ITEM, 1),
        "子项": LineMark(Mark.ITEM, 2),
        "小标题": LineMark(Mark.HEADING, 7),
        "大标题": LineMark(Mark.HEADING, 1),
    }


def test_a_table_row_can_be_understood_alone() -> None:
    draft = read_markdown(
        "| 税种 | 税率 | 备注 |\n|:---|:---:|---|\n"
        "| **所得税** | 15% | 西部<br>鼓励类。 |\n| 增值税 | 13% |  |\n"
    )
    assert draft.text.split("\n") == [
        "税种：所得税；税率：15%；备注：西部，鼓励类。",
        "税种：增值税；税率：13%。",
    ]
    assert {mark.mark for mark in draft.marks.values()} == {Mark.ROW}


def test_what_was_taken_out_is_recorded() -> None:
    draft = read_markdown("<!-- 编者注 -->\n见[此处](https://example.org)\n")
    assert draft.removed == ("<!-- 编者注 -->", "https://example.org")
    assert draft.letters == len("编者注见此处httpsexampleorg")


def test_hard_wrapped_paragraphs_are_joined_and_short_lines_are_not() -> None:
    wrapped = (
        "为了贯彻落实关于产业链高质量发展的决策部署，进一步优化营商环境，激发\n"
        "经营主体活力，结合本市实际，制定以下若干措施，请各县区、各部门认真抓\n"
        "好贯彻落实，确保各项政策及时惠及经营主体，推动全市产业链群提质增效升\n"
        "级。\n\n"
        "各县区要建立工作台账，明确责任单位和完成时限，按季度向市政府报送进展\n"
        "情况，市政府办公室将适时开展督导，对落实不力的单位予以通报，并纳入考\n"
        "核。\n"
    )
    paragraphs = wrapped.strip().split("\n\n")
    assert read_markdown(wrapped).text.split("\n") == [p.replace("\n", "") for p in paragraphs]
    notes = "别名：昆山之路、昆山精神\n英文：Kunshan Road\n相关：自费开发区\n"
    assert read_markdown(notes).text == notes.strip()
