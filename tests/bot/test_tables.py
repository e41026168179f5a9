"""Answers that need more than one passage: planned, proven, and shown by every way in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import docx
import pytest
from rich.console import Console

from bot import terminal
from bot.api import answer_to_json
from bot.collected import asks_for_all, collection
from bot.compared import things
from bot.engine import Engine
from bot.question import read_question
from bot.table_text import as_markdown, as_text, heads, lines
from bot.tables import Draft, DraftRow, DraftTable, prove
from bot.web import chat, render
from bot.web.render import Turn
from kb.answer_table import AnswerTable, Cell, Row, TableKind, Verdict
from kb.glossary import Glossary
from kb.knowledge_base import KnowledgeBase
from kb.models import Answer, Role, Status
from kb.settings import Settings
from tests.bot.web_samples import answered, citation

DAY = date(2026, 11, 23)
FIRM = "我的企业年应纳税所得额280万、员工200人、资产4000万，能享受什么？"


@pytest.fixture(scope="module")
def engine(corpus_copy: Path) -> Iterator[Engine]:
    with KnowledgeBase(Settings(data=corpus_copy)) as kb:
        yield Engine(kb)


def asked(engine: Engine, question: str, role: Role = Role.INVESTOR) -> tuple[Answer, AnswerTable]:
    answer = engine.ask(question, role, DAY)
    assert answer.status is Status.ANSWERED
    assert answer.table is not None
    by_number = {c.n: c for c in answer.citations}
    texts = engine.kb.catalog.texts({c.version_id for c in answer.citations})
    said = [claim.text for claim in answer.claims]
    for cell in (cell for row in answer.table.rows for cell in row.cells if cell.text):
        left = cell.text
        for claim in sorted(said, key=len, reverse=True):
            left = left.replace(claim, "")
        assert left == ""  # every word of a cell is a proven claim
        assert cell.citations
        for n in cell.citations:
            c = by_number[n]
            assert texts[c.version_id][c.start : c.end] == c.quote
    return answer, answer.table


def test_conditions_are_weighed_each_with_its_clause(engine: Engine) -> None:
    answer, table = asked(engine, FIRM)
    assert table.kind is TableKind.CONDITIONS
    row = table.rows[0]
    assert "小微企业" in row.head
    weighed = next(cell for cell in row.cells if "不超过300万元" in cell.text)
    assert weighed.verdict is Verdict.MET
    assert weighed.said == "年应纳税所得额280万；员工200人；资产4000万"
    assert any("5%" in c.text and c.verdict is None for c in row.cells)  # what it gives
    assert any("限制和禁止" in c.text and c.verdict is Verdict.UNKNOWN for c in row.cells)
    assert row.verdict is Verdict.UNKNOWN
    assert not [n for n in answer.notes if n.code == "sources_differ"]


def test_one_figure_too_large_is_not_met(engine: Engine) -> None:
    _, table = asked(engine, "年应纳税所得额350万元，员工120人，资产3000万元，能享受什么优惠？")
    assert table.rows[0].verdict is Verdict.UNMET


def test_a_trade_that_is_left_out_is_told(engine: Engine) -> None:
    _, table = asked(engine, "我们是酒店，研发费用占销售收入6%，能享受什么优惠？")
    row = next(r for r in table.rows if "加计扣除" in r.head)
    assert row.verdict is Verdict.UNMET
    assert any("住宿和餐饮业" in cell.text for cell in row.cells)


def test_places_are_compared_heading_by_heading(engine: Engine) -> None:
    _, table = asked(engine, "常州和昆山有什么不同？")
    assert table.heads == ("常州", "昆山")
    first = table.rows[0]
    assert first.head == "缺什么招什么"
    assert "动力电池" in first.cells[0].text
    assert "笔记本电脑" in first.cells[1].text
    assert any(not cell.text for row in table.rows for cell in row.cells)
    assert table.left_out > 0


def test_what_only_one_place_has_leaves_the_other_cell_empty(engine: Engine) -> None:
    _, table = asked(engine, "常州和合肥的基金招商各怎么做？")
    row = next(r for r in table.rows if r.cells[1].text)
    assert "京东方" in row.cells[1].text
    assert "京东方" not in row.cells[0].text


def test_two_rules_are_asked_the_same(engine: Engine) -> None:
    _, table = asked(engine, "探矿权和采矿权的期限有什么不同？")
    (row,) = table.rows
    assert ["5年" in row.cells[0].text, "30年" in row.cells[1].text] == [True, True]


def test_years_stand_side_by_side(engine: Engine) -> None:
    _, table = asked(engine, "2023年和2024年延安苹果的鲜果产值有什么不同？")
    assert [("259.1亿元" in c.text, "271亿元" in c.text) for c in table.rows[0].cells] == [
        (True, False),
        (False, True),
    ]


def test_all_of_a_kind_is_listed_across_documents_and_bounded(engine: Engine) -> None:
    _, table = asked(engine, "企业所得税优惠有哪些？")
    assert table.kind is TableKind.LIST
    assert len(table.rows) == 8
    assert len({row.head for row in table.rows}) == 8
    assert table.left_out >= 1


@pytest.mark.parametrize(
    "question",
    [
        "投资延安的鼓励类产业企业所得税税率是多少？",
        "小型微利企业的认定条件是什么？",
        "常州的基金招商是怎么做的？",
        "环评报告书和报告表分别要多少天？",
        "昆山2024年地区生产总值是多少？",
        "What income tax rate applies in Yan'an?",
    ],
)
def test_a_plain_question_has_no_table_and_costs_no_search(engine: Engine, question: str) -> None:
    answer = engine.ask(question, Role.INVESTOR, DAY)
    assert answer.table is None
    assert "plan" not in answer.timings


def test_a_list_of_nothing_is_none(engine: Engine) -> None:
    found = engine.gather("有哪些税收优惠政策？", Role.INVESTOR, DAY)
    assert collection(engine, replace(found, chosen=[], confidence=1.0)) is None


def test_an_investor_s_table_holds_nothing_internal(engine: Engine) -> None:
    for question in (
        "常州和延安有什么不同？",
        "延安和昆山的招商短板有什么不同？",
        "有哪些税收优惠？",
    ):
        answer = engine.ask(question, Role.INVESTOR, DAY)
        documents = {c.document_id for c in answer.citations}
        assert not documents & {"N01", "N02"}


def test_things_compared_are_read_off_the_question() -> None:
    def of(question: str) -> tuple[tuple[str, ...], str] | None:
        found = things(read_question(question, Glossary(()), 2000))
        return (found.names, found.topic) if found else None

    assert of("常州和昆山有什么不同") == (("常州", "昆山"), "")
    assert of("常州、昆山的基金招商各怎么做") == (("常州", "昆山"), "基金招商")
    assert of("昆山和苏州工业园区的营商环境有什么区别？") == (("昆山", "苏州工业园区"), "营商环境")
    assert of("请对比一下弹性年期和先租后让") == (("弹性年期", "先租后让"), "")
    assert of("常州和江苏有什么不同") is None  # one holds the other
    assert of("税率是多少") is None
    assert of("不同的企业怎么办理登记") is None
    assert asks_for_all("有哪些税收优惠？")
    assert not asks_for_all("优惠的税率是多少？")


def test_a_cell_that_is_not_verbatim_is_emptied(engine: Engine) -> None:
    evidence = engine.gather("探矿权的期限是几年？", Role.INVESTOR, DAY)
    best = evidence.chosen[0]
    version = best.hit.document.version_id
    texts = engine.kb.catalog.texts({version})
    moved = replace(best, start=best.start + 1, end=best.end + 1, text="被改过的一句话。")
    cells = (Draft((best,)), Draft((moved,)))
    made = prove(DraftTable(TableKind.COMPARISON, ("甲", "乙"), (DraftRow("x", cells),)), texts, {})
    assert made is not None
    table, claims, _ = made
    assert table.rows[0].cells[0].text == claims[0].text
    assert table.rows[0].cells[1] == Cell()
    only = DraftTable(TableKind.COMPARISON, ("甲",), (DraftRow("x", (Draft((moved,)),)),))
    assert prove(only, texts, {}) is None


HOSTILE = "<script>alert(1)</script>|\n**x**"
SAMPLE = AnswerTable(
    TableKind.COMPARISON,
    ("常州", HOSTILE),
    (Row("期限", (Cell("税率是15%。", (1,)), Cell())), Row(HOSTILE, (Cell(), Cell("15%", (1,))))),
    3,
)


def test_the_page_shows_an_accessible_table_and_escapes_everything() -> None:
    answer = replace(answered(citations=(citation(),)), table=SAMPLE)
    html = render.conversation([Turn(1, "比较？", answer=answer)], "zh")
    assert "<script>alert" not in html
    assert '<th scope="col">常州</th>' in html
    assert '<th scope="row">期限</th>' in html
    assert 'data-label="常州"' in html
    assert "资料未收录" in html
    assert "另有 3 项没有列出" in html
    assert html.count('class="cite chip"') >= 2
    english = render.conversation([Turn(1, "比较？", answer=answer)], "en")
    assert "not in the base" in english
    assert '<th scope="col" lang="zh-CN">常州</th>' in english


def test_text_markdown_json_terminal_and_word_hold_the_cells(
    monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    answer = replace(answered(citations=(citation(),)), table=SAMPLE)
    told = "\n".join(as_text(SAMPLE, "zh"))
    assert "常州｜税率是15%。[1]" in told
    grid = as_markdown(SAMPLE, "en").splitlines()
    assert len({line.replace("\\|", "").count("|") for line in grid[:4]}) == 1
    assert answer_to_json(answer)["table"]["rows"][0]["cells"][0] == {
        "text": "税率是15%。",
        "citations": [1],
        "verdict": None,
        "said": "",
    }
    screen = StringIO()
    monkeypatch.setattr(terminal, "out", Console(file=screen, width=100, soft_wrap=True))
    terminal.print_answer(answer, "zh")
    assert "资料未收录" in screen.getvalue()
    assert "税率是15%。[1]" in screen.getvalue()
    content, _ = chat.word_file(engine.kb, [Turn(1, "比较？", answer=answer)], "zh")
    (table,) = docx.Document(BytesIO(content)).tables
    assert [cell.text for cell in table.rows[1].cells] == ["期限", "税率是15%。[1]", "资料未收录"]


def test_conditions_are_lines_of_their_policy() -> None:
    table = AnswerTable(
        TableKind.CONDITIONS,
        (),
        (
            Row(
                "甲政策",
                (
                    Cell("减按15%。", (1,)),
                    Cell("不超过300万元。", (2,), Verdict.MET, "280万"),
                    Cell("要列入目录。", (3,), Verdict.UNKNOWN),
                ),
                Verdict.UNKNOWN,
            ),
        ),
    )
    assert len(heads(table, "zh")) == 4
    found = lines(table, "zh")
    assert [line.lines for line in found] == [3, 0, 0]
    assert found[0].title == "甲政策：已说明的条件符合，另有条件未知"
    assert [line.cells[2].text for line in found] == ["优惠内容", "符合", "未知"]
    assert found[1].cells[1].text == "280万"
