"""Glossary entries in every form they come in."""

from __future__ import annotations

from ingest.parse import parse_bytes
from kb.models import Kind, ParsedDocument, PassageKind
from tests.ingest.making import shown


def glossary(text: str, name: str = "g.md", kind: Kind = Kind.GLOSSARY) -> ParsedDocument:
    return parse_bytes(text.encode(), name, folder_kind=kind)


def test_headings_with_keyed_lines() -> None:
    document = glossary(
        """# 术语
## 链长制
定义：链长制是由领导干部担任产业链链长的工作制度。
详解：每条链有专班。
别名：链长、产业链链长制
英文：chain chief system; chain chief
相关：链主企业
出处：通用释义
## 链主企业
链主企业是一条产业链上能带动上下游的核心企业。
## 说明
本表是通用释义，仅供参考使用。
"""
    )
    first, second = document.terms
    assert first.name == "链长制"
    assert first.definition == "链长制是由领导干部担任产业链链长的工作制度。"
    assert document.text[first.start : first.end] == first.definition
    assert first.aliases == ("链长", "产业链链长制")
    assert first.english == ("chain chief system", "chain chief")
    assert first.related == ("链主企业",)
    assert (second.name, second.aliases) == ("链主企业", ())
    kinds = [(p.kind, p.path) for p in document.passages]
    assert kinds == [
        (PassageKind.TERM, ("链长制",)),
        (PassageKind.TERM, ("链主企业",)),
        (PassageKind.CLAUSE, ("说明",)),
    ]
    assert shown(document)[0][1].startswith("定义：")
    assert shown(document)[0][1].endswith("出处：通用释义")
    assert all(p.window_end == p.end for p in document.passages)


def test_lines_in_bold_and_lists_with_attributes() -> None:
    document = glossary(
        """# 词汇
- **标准地**：完成区域评估、带着指标出让的工业用地。
  - 别名：标准地出让
  - 英文：ready-to-build land
- **亩均论英雄（简称亩均论）**：按单位土地的产出评价企业的办法。
- **EOD模式（Ecology-Oriented Development）**：以生态保护为导向的开发模式。
"""
    )
    assert [t.name for t in document.terms] == ["标准地", "亩均论英雄", "EOD模式"]
    assert document.terms[0].aliases == ("标准地出让",)
    assert document.terms[0].english == ("ready-to-build land",)
    assert document.terms[1].aliases == ("亩均论",)
    assert document.terms[2].english == ("Ecology-Oriented Development",)
    assert [p.kind for p in document.passages] == [PassageKind.TERM] * 3
    assert document.terms[0].definition == "完成区域评估、带着指标出让的工业用地。"


def test_table_rows() -> None:
    document = glossary(
        "# 对照\n| 中文 | 英文 | 别名 |\n|---|---|---|\n| 陕西 | Shaanxi; Shaanxi Pro"
        "vince | 陕西省 |\n"
        "| 税率 | tax rate |  |\n"
    )
    assert [(t.name, t.english, t.aliases) for t in document.terms] == [
        ("陕西", ("Shaanxi", "Shaanxi Province"), ("陕西省",)),
        ("税率", ("tax rate",), ()),
    ]


def test_a_section_of_explanations_in_any_document() -> None:
    document = glossary(
        "调研报告\n一、工作情况\n开展了三个月的实践锻炼，走访了多家企业和园区。\n名词解释\n"
        "昆山之路精神:昆山人敢闯敢试、唯实唯干的精神。\n"
        "小桌子上唱大戏,双手舞出九条龙:形容家家户户做生意。\n",
        name="report.txt",
        kind=Kind.EXPERIENCE,
    )
    assert [t.name for t in document.terms] == ["昆山之路精神", "小桌子上唱大戏,双手舞出九条龙"]
    assert [p.path for p in document.passages if p.kind is PassageKind.TERM] == [("名词解释",)] * 2


def test_ordinary_documents_have_no_terms() -> None:
    document = glossary(
        "# 办法\n## 范围\n联系人：张三，请在工作日来电咨询。\n地址：延安市新区为民服务中心大楼。\n",
        kind=Kind.POLICY,
    )
    assert document.terms == ()
