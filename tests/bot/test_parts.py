"""Questions that ask several things: how they are divided, and what is made of the parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.evidence import Evidence, mixed, together
from bot.notes import notes_for
from bot.parts import MAX_PARTS, parts
from bot.question import read_question
from kb.glossary import Glossary
from kb.models import Query
from tests.bot.test_compose_extract import hit, scored

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            "欠小企业的钱：利息怎么算，责任人会不会挨处分？",
            ("欠小企业的钱，利息怎么算", "欠小企业的钱，责任人会不会挨处分"),
        ),
        (
            "想用低税率：收入得占多少？对照哪一年的目录？",
            ("想用低税率，收入得占多少", "想用低税率，对照哪一年的目录"),
        ),
        ("厂房怎么租，以及人才公寓给谁住？", ("厂房怎么租", "人才公寓给谁住")),
        (
            "甲项目在哪个县，那个县有没有经开区？",
            ("甲项目在哪个县", "甲项目在县，那个县有没有经开区"),
        ),
        (
            "昆山开发区和苏州工业园区分别是哪年批的？",
            ("昆山开发区是哪年批的？", "苏州工业园区是哪年批的？"),
        ),
        (
            "企业所得税和增值税的优惠税率各是多少？",
            ("企业所得税的优惠税率是多少？", "增值税的优惠税率是多少？"),
        ),
        ("What is the tax rate? When does it end?", ("What is the tax rate", "When does it end")),
    ],
)
def test_what_is_asked_besides_becomes_a_part_of_its_own(
    question: str, told: tuple[str, ...]
) -> None:
    assert parts(question) == told


@pytest.mark.parametrize(
    "question",
    [
        "税率是多少？",
        "延安的省级高新区有几个，都叫什么？",
        "省里的奖励还能申请吗，该问谁",
        "我们是九几年的老合资厂，组织形式一直没改，有什么后果？",
        "跟开发区签的合同起了纠纷，是打官司还是走仲裁？",
        "小微企业的三个门槛分别是多少？",
        "中华人民共和国外商投资法分别管什么",
        "招商引资",
        "，？",
        "",
    ],
)
def test_one_question_stays_whole(question: str) -> None:
    assert parts(question) == (question,)


def test_parts_are_few_and_lose_nothing() -> None:
    many = "，".join(f"第{name}件事情办到哪一步" for name in "甲乙丙丁戊")
    told = parts(many)
    assert len(told) == MAX_PARTS
    assert "，".join(told) == many
    assert len(parts("多少" * 5000)) == 1


# -- together ----------------------------------------------------------------------------------


def evidence(text: str, said: str, confidence: float, version: int) -> Evidence:
    found = scored([said], [5.0], version=version)
    asked = read_question(text, Glossary([]), 2000)
    hits = [s.hit for s in found]
    return Evidence(asked, Query(text, DAY), hits, found, found, {"n": version}, confidence, {})


def test_each_part_is_answered_and_the_missing_one_named() -> None:
    whole = evidence("两件事", "园区概况。", 0.3, 1)
    rate = evidence("利息怎么算", "按日利率万分之五计算。", 0.8, 2)
    duty = evidence("谁受处分", "对责任人给予处分。", 0.7, 3)
    both = together(whole, [rate, duty], 0.5)
    assert [s.text for s in both.chosen] == ["按日利率万分之五计算。", "对责任人给予处分。"]
    assert both.confidence == 0.8
    assert both.missing == ()
    assert len(both.hits) == 3
    one = together(whole, [rate, replace(duty, confidence=0.1)], 0.5)
    assert [s.text for s in one.chosen] == ["按日利率万分之五计算。"]
    assert one.missing == ("谁受处分",)
    same = together(whole, [rate, replace(duty, chosen=rate.chosen, confidence=0.1)], 0.5)
    assert same.missing == ()
    wholly = together(replace(whole, confidence=0.9), [rate, replace(duty, confidence=0.1)], 0.5)
    assert wholly.missing == ()
    (note,) = notes_for([], DAY, missing_parts=one.missing)
    assert "谁受处分" in note.zh
    assert "谁受处分" in note.en


def test_one_sentence_that_answers_both_parts_is_said_once() -> None:
    whole = evidence("两件事", "按日利率万分之五计算。", 0.9, 1)
    rate = evidence("利息怎么算", "按日利率万分之五计算。", 0.8, 1)
    both = together(whole, [rate, rate], 0.5)
    assert [s.text for s in both.chosen] == ["按日利率万分之五计算。"]
    assert both.confidence == 0.9


def test_the_hits_of_a_part_and_of_the_whole_take_turns() -> None:
    own, whole = ([hit(version=v) for v in versions] for versions in ((1, 2, 3), (2, 4)))
    assert [h.document.version_id for h in mixed(own, whole)] == [1, 2, 4, 3]
