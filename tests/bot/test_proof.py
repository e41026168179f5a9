"""Whether a sentence follows from a clause: what is compared exactly, and what is weighed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import pytest

from bot.alignment import edits, plain
from bot.amounts import read
from bot.polarity import polarity_fails
from bot.proof import Failure, Ground, Proof, contradiction, prove
from kb.encoder import Encoder
from kb.text import is_english, normalise

RATE = Ground(
    "设在西部地区的鼓励类产业企业，可以减按15%的税率缴纳企业所得税，执行期是2021年1月1日至2030年12月31日。",
    "关于延续西部大开发企业所得税政策的公告 财政部公告2020年第23号 财政部 税务总局",
    ("陕西", "全国"),
    (date(2021, 1, 1), date(2030, 12, 31)),
)
PAY = Ground("大型企业应当自交付之日起60日内付款，不得以收到第三方款项为付款条件。", "付款条例")
TWO = Ground(
    "企业所得税税率为25%，高新技术企业的税率为15%，小型微利企业的税率为20%。", "企业所得税法"
)


def even(words: Iterable[str]) -> dict[str, float]:
    return dict.fromkeys(words, 1.0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("减按15%", "减按百分之十五"),
        ("不超过300万元", "不超过三百万元"),
        ("不超过300万元", "at most RMB 3 million"),
        ("持有5年", "持有60个月"),
        ("持有五年", "held for five years"),
        ("日利率万分之五", "每日0.05%"),
        ("2亿元以上", "at least 200 million yuan"),
    ],
)
def test_one_amount_in_every_way_to_write_it(one: str, other: str) -> None:
    assert [a.key for a in read(one)[0]] == [a.key for a in read(other)[0]]


def test_amounts_know_what_bounds_them_and_days_what_begins() -> None:
    amounts, days = read("不低于30%，最多不超过300人，自2021年1月1日至2030年底")
    assert [(a.value, a.unit, a.bound) for a in amounts] == [
        (Decimal(30), "%", "least"),
        (Decimal(300), "人", "most"),
    ]
    assert [(d.year, d.month, d.day, d.side) for d in days] == [
        (2021, 1, 1, "from"),
        (2030, 12, 31, "until"),
    ]
    assert read("一次性办理，两类企业")[0] == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("西部企业减按10%的税率缴纳企业所得税。", "amount"),
        ("西部企业减按15%的税率缴纳增值税。", "kind"),
        ("优惠执行到2025年12月31日。", "date"),
        ("优惠自2030年12月31日起执行。", "date"),
        ("根据财税〔2011〕58号，税率是15%。", "number"),
        ("根据《增值税法》，税率是15%。", "title"),
        ("榆林的企业减按15%缴纳企业所得税。", "place"),
        ("由商务部批准后减按15%缴纳企业所得税。", "office"),
        ("设在西部地区的鼓励类产业企业减按15%的税率，一定可以享受。", "promise"),
        ("设在西部地区的鼓励类产业企业减按15%的税率，是全国最低的税率。", "promise"),
        ("设在西部地区的鼓励类产业企业减按15%的税率，比东部更优惠。", "promise"),
        ("鼓励类产业企业不得减按15%的税率缴纳企业所得税。", "polarity"),
        ("鼓励类产业企业免征企业所得税。", "polarity"),
        ("Firms pay corporate income tax at 15% and get a cash subsidy.", "concept"),
    ],
)
def test_what_a_clause_does_not_say_is_a_contradiction(said: str, code: str) -> None:
    found = contradiction(normalise(said), [RATE], is_english(said))
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    "said",
    [
        "西部鼓励类企业可减按百分之十五的税率缴纳企业所得税。",
        "优惠从2021年1月1日执行到2030年底。",
        "根据财政部公告2020年第23号，税率是15%。",
        "Encouraged industries may pay corporate income tax at 15% until 31 December 2030.",
    ],
)
def test_other_words_for_the_same_are_none(said: str) -> None:
    assert contradiction(normalise(said), [RATE], is_english(said)) is None


@pytest.mark.parametrize(
    ("said", "turned"),
    [
        ("大型企业可以自交付之日起60日内付款。", True),
        ("大型企业可以收到第三方款项为付款条件。", True),
        ("大型企业须自交付之日起60日内付款。", False),
        ("大型企业不能以收到第三方款项为付款条件。", False),
    ],
)
def test_a_rule_turned_round_is_seen(said: str, turned: bool) -> None:
    found = polarity_fails(normalise(said), normalise(PAY.text), False)
    assert (found is not None) is turned


def test_the_rate_of_another_is_not_the_rate_of_this_one() -> None:
    said = normalise("高新技术企业的税率为20%。")
    found = contradiction(said, [TWO], False)
    assert found is not None
    assert found.code == "amount"
    assert contradiction(normalise("高新技术企业的税率为15%。"), [TWO], False) is None


def test_edits_are_short_and_lie_between_what_agrees() -> None:
    found = list(edits("收购苹果再销售的不免征增值税", "收购葡萄再销售的免征增值税"))
    assert [(e.removed, e.added) for e in found] == [("苹果", "葡萄"), ("不", "")]
    assert plain("不用缴纳") == "免征"


def test_the_least_grounds_are_found_and_support_is_weighed(encoder: Encoder) -> None:
    def likeness(sentence: str, texts: Sequence[str]) -> list[float]:
        mine, *theirs = encoder.encode_passages([sentence, *texts])
        return [float(mine @ other) for other in theirs]

    grounds = [PAY, RATE, TWO]
    proof = prove("西部地区的鼓励类产业企业减按15%的税率缴纳企业所得税。", grounds, even, likeness)
    assert isinstance(proof, Proof)
    assert proof.grounds == (1,)
    for said in ("企业还能免费使用厂房并优先获得贷款。", "苹果的种植面积居全国前列。", ""):
        assert isinstance(prove(said, grounds, even, likeness), Failure)
    assert prove("税率是15%。", [], even, likeness) == Failure("no_evidence")
