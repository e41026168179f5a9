"""Follow-ups are said in full; what stands alone stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pytest

from bot.answering import answer_events
from bot.engine import Engine
from bot.follow_up import PastTurn, Resolved, resolve
from bot.kept import KeptTurn
from bot.web import chat, render
from kb.knowledge_base import KnowledgeBase
from kb.models import Answer, Citation, Role, Status, Validity
from kb.settings import Settings

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def engine(corpus_copy: Path) -> Iterator[Engine]:
    with KnowledgeBase(Settings(data=corpus_copy, reranker="none")) as kb:
        yield Engine(kb)


def turn(engine: Engine, question: str, document: str, resolved: str = "") -> PastTurn:
    """A turn whose answer cites a document first."""
    citations: tuple[Citation, ...] = ()
    if document:
        info = engine.kb.snapshot.by_id[document]
        citations = (
            Citation(1, document, info.version_id, info.header.title, "", (), (), None, "", 0, 0,
                     Validity.IN_FORCE, None, None),
        )  # fmt: skip
    answer = Answer(question, Status.ANSWERED, (), citations, (), 1.0, (), {})
    return PastTurn(question, resolved or question, answer)


def meant(
    engine: Engine, before: str, document: str, question: str, resolved: str = ""
) -> Resolved | None:
    return resolve(engine, question, [turn(engine, before, document, resolved)], on=DAY)


@pytest.mark.parametrize(
    ("before", "document", "question", "text"),
    [
        # another facet of the same thing
        ("投资延安的鼓励类产业企业所得税税率是多少？", "T01", "期限到什么时候？",
         "投资延安的鼓励类产业企业所得税，期限到什么时候？"),
        ("小型微利企业的实际税负是多少？", "T10", "它的申请条件是什么",
         "小型微利企业的实际税负，申请条件是什么？"),
        ("延安苹果2024年种植面积多大？", "Y03", "产量呢？", "延安苹果2024年种植的产量是多少？"),
        ("延安制造业20条措施是什么时候印发的？", "R08", "现在还有效吗？",
         "延安制造业20条措施，现在还有效吗？"),
        ("延安有哪些省级高新区？", "Y04", "还有吗", "延安省级高新区，还有吗？"),
        # the same of another thing, place, year, amount, article
        ("小型微利企业的实际税负是多少？", "T10", "那高新技术企业呢？",
         "高新技术企业的实际税负是多少？"),
        ("什么是链长制？", "G02", "飞地经济呢？", "飞地经济是什么？"),
        ("环评报告书要审批多少天？", "B03", "那报告表呢？", "环评报告表要审批多少天？"),
        ("常州怎么做链主招商？", "E01", "昆山呢？", "昆山怎么做链主招商？"),
        ("常州的基金招商是怎么做的？", "E01", "昆山怎么做的？", "昆山的基金招商，怎么做的？"),
        ("昆山2022年的地区生产总值是多少？", "E02", "2024年呢", "昆山2024年的地区生产总值是多少？"),
        ("昆山2022年的地区生产总值是多少？", "E02", "去年呢", "昆山2025年的地区生产总值是多少？"),
        ("销售收入3000万元的企业研发费用占比要多少？", "T04", "2亿元以上的呢？",
         "销售收入2亿元以上的企业研发费用占比要多少？"),
        ("外商投资法第二十五条怎么规定的？", "P01", "第二十条呢？",
         "外商投资法第二十条是怎么规定的？"),
        ("外资能不能汇出利润？", "P01", "第二十条呢？", "《外商投资法》第二十条是怎么规定的？"),
        # a document pointed at is called by its title
        ("光伏发电还有固定电价吗？", "B10", "这个通知的文号是什么？",
         "《关于深化新能源上网电价市场化改革的通知》的文号是什么？"),
        # what the document cited last speaks of goes on about it
        ("延河边能建化工厂吗？", "B06", "临界超载的地区怎么批？",
         "延河边能建化工厂，临界超载的地区怎么批？"),
        # English
        ("What VAT rate applies to selling equipment?", "T13", "And for natural gas?",
         "What VAT rate applies to natural gas?"),
        ("What income tax rate applies to encouraged industries?", "T01", "and for small firms?",
         "What income tax rate applies to small firms?"),
        ("How many years can I hold industrial land?", "L01", "What about commercial land?",
         "How many years can I hold commercial land?"),
        ("What VAT rate applies to selling equipment?", "T13", "Until when?",
         "VAT rate applies to selling equipment — Until when?"),
    ],
)  # fmt: skip
def test_a_follow_up_is_said_in_full(
    engine: Engine, before: str, document: str, question: str, text: str
) -> None:
    found = meant(engine, before, document, question)
    assert found is not None
    assert found.text == text
    assert found.carried


@pytest.mark.parametrize(
    ("before", "document", "question"),
    [
        ("工业用地最长能拿多少年？", "L01", "办营业执照要几天？"),
        ("技术转让所得要交税吗？", "T08", "延安苹果2024年种植的产量是多少？"),
        ("昆山怎么做“缺什么招什么”的？", "E02", "政府采购给中小企业预留多少份额？"),
        ("延河边能建化工厂吗？", "B06", "种苹果要交企业所得税吗？"),
        ("昆山的自费开发区是怎么来的？", "E02", "常州的新能源产业产值有多大？"),
        ("外资企业每年什么时候报送年度报告？", "P12", "民间资本在核电项目里的持股比例能有多少？"),
        ("投资延安的税率是多少？", "T01", "今天天气怎么样？"),
        ("投资延安的税率是多少？", "T01", "国办函〔2025〕16号规定了什么？"),
        ("What VAT rate applies to equipment?", "T13", "How long does a business licence take?"),
        ("投资延安的税率是多少？", "T01", "西部大开发的税率是多少呢？"),
        ("投资延安的税率是多少？", "T01", "谢谢"),
        ("投资延安的税率是多少？", "T01", "？？"),
    ],
)
def test_what_stands_alone_inherits_nothing(
    engine: Engine, before: str, document: str, question: str
) -> None:
    assert meant(engine, before, document, question) is None


def test_the_first_question_has_nothing_to_lean_on(engine: Engine) -> None:
    assert resolve(engine, "期限到什么时候？", []) is None


def test_what_was_carried_goes_on_being_carried(engine: Engine) -> None:
    found = meant(
        engine, "到哪年为止？", "T10", "要报批吗？", "小型微利企业的实际税负，到哪年为止？"
    )
    assert found is not None
    assert found.text == "小型微利企业的实际税负，要报批吗？"


def test_a_document_the_asker_may_not_read_says_nothing(engine: Engine) -> None:
    before = [turn(engine, "光伏发电还有固定电价吗？", "N01")]
    found = resolve(engine, "这个文件的文号是什么？", before, Role.INVESTOR)
    assert found is not None
    assert "短板" not in found.text
    told = resolve(engine, "这个文件的文号是什么？", before, Role.CADRE)
    assert told is not None
    assert "短板" in told.text


@pytest.mark.parametrize("before", ["？", "？" * 50, "那呢", "x", "a — b", "，", "《》呢"])
@pytest.mark.parametrize(
    "question",
    ["呢", "那呢？", "它", "《呢？", "and?", "what about ?", "第条呢", "，，呢", "2024年呢"],
)
def test_nonsense_is_survived(engine: Engine, before: str, question: str) -> None:
    for document in ("", "P01"):
        found = meant(engine, before, document, question)
        assert found is None or found.text


def test_every_way_in_is_told_what_was_searched(engine: Engine) -> None:
    before = [turn(engine, "小型微利企业的实际税负是多少？", "T10")]
    first, *_, done = answer_events(engine, "它的认定条件是什么", Role.INVESTOR, DAY, before)
    assert isinstance(first, Resolved)
    assert done.answer.question == first.text == "小型微利企业的实际税负，认定条件是什么？"
    assert done.answer.citations[0].document_id == "T10"
    kinds = [type(e) for e in answer_events(engine, "它的认定条件是什么", Role.INVESTOR, DAY)]
    assert Resolved not in kinds


def test_a_conversation_shows_what_was_searched_and_asks_the_own_words_instead(
    engine: Engine,
) -> None:
    turns = chat.finish(engine, chat.begin([], "小型微利企业的实际税负是多少？", ""))
    turns = chat.finish(engine, chat.begin(turns, "它的认定条件是什么", ""))
    assert turns[-1].resolved == "小型微利企业的实际税负，认定条件是什么？"
    html = render.conversation(turns, "zh")
    assert f"按“<b>{turns[-1].resolved}</b>”查找。" in html
    assert 'data-alone="2"' in html
    assert 'data-alone="1"' not in html
    again = chat.finish(engine, chat.begin_alone(turns, 2))
    assert [t.question for t in again] == [*(t.question for t in turns), "它的认定条件是什么"]
    assert again[-1].resolved == ""
    assert again[-1].answer is not None
    assert again[-1].answer.question == "它的认定条件是什么"
    for nothing in (1, 9, None, "2"):
        assert chat.begin_alone(turns, nothing) == turns


def test_a_link_resolves_follow_ups_again_and_keeps_none_of_the_words(engine: Engine) -> None:
    turns = chat.finish(engine, chat.begin([], "小型微利企业的实际税负是多少？", ""))
    turns = chat.finish(engine, chat.begin(turns, "它的认定条件是什么", ""))
    turns = chat.finish(engine, chat.begin_alone(turns, 2))
    kept = chat.kept_turns(turns, DAY)
    assert [(k.question, k.alone) for k in kept] == [
        ("小型微利企业的实际税负是多少？", False),
        ("它的认定条件是什么", False),
        ("它的认定条件是什么", True),
    ]
    back = chat.restore(engine, kept, "zh")
    assert [t.resolved for t in back] == [t.resolved for t in turns]
    old = KeptTurn(**{"question": "税率是多少？", "on": "2026-03-01", "said": "x"})
    assert old.alone is False


def test_a_word_file_tells_what_was_searched(engine: Engine) -> None:
    turns = chat.finish(engine, chat.begin([], "小型微利企业的实际税负是多少？", ""))
    turns = chat.finish(engine, chat.begin(turns, "它的认定条件是什么", ""))
    content, _ = chat.word_file(engine.kb, turns, "zh")
    said = [p.text for p in docx.Document(BytesIO(content)).paragraphs]
    assert f"按“{turns[-1].resolved}”查找。" in said
