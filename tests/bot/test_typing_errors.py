"""Typing errors are put right by what the documents say, and what is right stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.engine import Engine
from bot.typing_errors import correct
from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, ParsedDocument, Role
from kb.words import Words, read_words

NAMES = (
    "西部大开发企业所得税优惠", "外商投资准入负面清单", "小型微利企业", "公平竞争审查", "零地价",
    "境外投资者利润再投资税收抵免", "研发费用加计扣除", "弹性年期", "税率",
)  # fmt: skip
TEXT = (
    "小型微利企业的税率是多少？公司应当在注册资本缴足后办理变更，免税的项目要登记。"
    "再投资的利润可以抵免。企业等级由园区评定。企业登记由市场监管部门办理。"
)
WORDS = read_words(NAMES, [TEXT] * 2)


def put_right(question: str, words: Words = WORDS) -> str:
    said = "\n".join([*NAMES, TEXT])
    return correct(question, words, lambda stretch: stretch in said)[0]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("西步大开发所得税多少", "西部大开发所得税多少"),
        ("外资负面青单几条", "外资负面清单几条"),
        ("小型薇利企业怎么认定", "小型微利企业怎么认定"),
        ("公平竟争审查谁来审", "公平竞争审查谁来审"),
        ("零地介可以吗", "零地价可以吗"),
        ("利润在投资抵免百分几", "利润再投资抵免百分几"),
        ("研发费用加计除扣比例", "研发费用加计扣除比例"),
        ("公司住册资本", "公司注册资本"),
        ("这个项目免睡吗", "这个项目免税吗"),
        ("弹性年其多长", "弹性年期多长"),
        ("xibu dakaifa shuilv", "西部大开发税率"),
        ("xibudakaifa的税率", "西部大开发的税率"),
    ],
)
def test_what_sounds_like_a_known_word_is_read_as_it(written: str, meant: str) -> None:
    assert put_right(written) == meant


@pytest.mark.parametrize(
    "question",
    [
        "西部大开发所得税多少",
        "企业等级怎么评",  # sounds like 企业登记, and is a word of its own
        "系统什么时候上线",
        "钱在投资之前怎么汇",
        "国办函〔2025〕16号第二十四条",
        "榆林和玉林的零地价",
        "2026年1月1日起一百二十万元",
        "what is the tax rate for a manufacturing plant in the western region?",
        "gdp是多少",
        "women can fang mine",
        "",
        "税",
        "𠮷野家😀" * 40,
    ],
)
def test_what_is_right_or_unknown_stays(question: str) -> None:
    assert put_right(question) == question


def test_what_was_changed_is_told() -> None:
    _, changed = correct("零地介和负面青单", WORDS, lambda stretch: False)
    assert [(c.written, c.read) for c in changed] == [
        ("零地介", "零地价"),
        ("负面青单", "负面清单"),
    ]


def test_a_form_that_stands_in_a_document_is_no_error() -> None:
    assert correct("零地介可以吗", WORDS, lambda stretch: True) == ("零地介可以吗", ())


def test_no_words_no_corrections() -> None:
    nothing = read_words([], [])
    assert put_right("西步大开发xibu", nothing) == "西步大开发xibu"


def test_a_word_written_once_in_the_texts_is_no_word() -> None:
    words = read_words([], ["本办法适用于竞争性磋商。", "税率。税率。"])
    assert "税率" in words
    assert "磋商" not in words


def test_a_correction_never_shows_what_the_reader_may_not_see(
    base: KnowledgeBase, document: Callable[..., ParsedDocument]
) -> None:
    open_ = "园区的招商工作由管委会负责。园区按月公布进度。"
    secret = document("secret", "谈判底线由专班掌握。谈判底线不得外传。", "谈判底线")
    secret = replace(secret, header=replace(secret.header, audience=Audience.INTERNAL))
    base.add([document("open", open_, "园区指南"), secret])
    engine = Engine(base)
    for role, read in ((Role.INVESTOR, []), (Role.CADRE, ["谈判底线"])):
        asked = engine.gather("谈判底现是什么", role).question
        assert [c.read for c in asked.corrections] == read
    assert engine.ask("谈判底现是什么").notes == ()


def test_the_answer_says_how_the_question_was_read(
    base: KnowledgeBase, document: Callable[..., ParsedDocument]
) -> None:
    base.add([document("p", "零地价属于违法低价出让。零地价一律禁止。", "零地价的规定")])
    answer = Engine(base).ask("零地介可以吗")
    assert answer.question == "零地介可以吗"
    note = next(n for n in answer.notes if n.code == "read_as")
    for said in (note.zh, note.en):
        assert "零地介" in said
        assert "零地价" in said


def test_the_words_follow_every_change_of_the_base(
    base: KnowledgeBase, document: Callable[..., ParsedDocument]
) -> None:
    engine = Engine(base)
    assert engine.gather("零地介可以吗").question.corrections == ()
    base.add([document("p", "零地价属于违法低价出让。零地价一律禁止。", "零地价的规定")])
    assert engine.gather("零地介可以吗").question.corrections != ()
    base.remove("p")
    assert engine.gather("零地介可以吗").question.corrections == ()
