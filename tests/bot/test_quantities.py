"""Quantities, an asker's facts, conditions of clauses: what is read, and what is not guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.asker import Measure, asker
from bot.conditions import conditions, judged, together
from bot.quantities import quantity
from kb.answer_table import Verdict


@pytest.mark.parametrize(
    ("text", "default", "value", "unit"),
    [
        ("280万元", "", "2800000", "yuan"),
        ("280万", "yuan", "2800000", "yuan"),
        ("三百万元", "", "3000000", "yuan"),
        ("1.5亿元", "", "150000000", "yuan"),
        ("5,000万元", "", "50000000", "yuan"),
        ("百分之十五", "", "15", "percent"),
        ("4.5%", "", "4.5", "percent"),
        ("200人", "", "200", "people"),
        ("十二个月", "", None, None),
        ("6个月", "", "0.5", "year"),
        ("三年", "", "3", "year"),
        ("半年", "", "0.5", "year"),
        ("280", "", None, None),
        ("很多钱", "yuan", None, None),
        ("半年度", "people", None, None),
        ("1000万美元", "yuan", None, None),
        ("20万元/亩", "yuan", None, None),
    ],
)
def test_units_are_brought_to_one(
    text: str, default: str, value: str | None, unit: str | None
) -> None:
    found = quantity(text, default)
    if value is None:
        assert found is None
    else:
        assert found is not None
        assert (found.value, found.unit) == (Decimal(value), unit)


def facts(question: str) -> dict[Measure, tuple[Decimal, bool]]:
    known = asker(question)
    assert known is not None
    return {f.measure: (f.quantity.value, f.rough) for f in known.facts}


def test_an_asker_s_own_words_are_read() -> None:
    found = facts("我的企业年应纳税所得额280万、员工200人、资产4000万，能享受什么？")
    assert found == {
        Measure.INCOME: (Decimal(2_800_000), False),
        Measure.STAFF: (Decimal(200), False),
        Measure.ASSETS: (Decimal(40_000_000), False),
    }
    assert facts("约290万应纳税所得额，能享受什么")[Measure.INCOME][0] == 2_900_000
    assert facts("有200多名员工，能享受什么政策")[Measure.STAFF] == (Decimal(200), True)
    known = asker("我们是酒店，研发费用占销售收入6%，在延安，能享受什么优惠")
    assert known is not None
    assert known.industries == ("酒店",)
    assert known.places == ("延安",)


@pytest.mark.parametrize(
    "question",
    [
        "利润280万能享受什么？",  # a profit is no taxable income
        "收入300能享受什么？",  # 300 of what
        "年应纳税所得额不超过300万元的企业税率是多少？",  # asks for no judgement
        "小型微利企业能享受什么？",  # no quantity
        "今天天气怎么样？",
        "员工半年度考核，能享受什么？",
        "月销售额9万元，能享受什么？",  # conditions are on a year's
        "投资2000万美元，能享受什么？",
        "应纳税所得额280万到350万，能享受什么？",
    ],
)
def test_what_is_not_said_is_no_fact(question: str) -> None:
    assert asker(question) is None


def test_two_values_of_one_measure_are_no_fact() -> None:
    known = asker("员工200人，去年员工350人，能享受什么？")
    assert known is not None
    assert known.of(Measure.STAFF) is None


@pytest.mark.parametrize("said", ["员工300人以上", "超过300名员工", "员工超过了300人"])
def test_a_bound_is_no_exact_figure(said: str) -> None:
    known = asker(f"我公司{said}，能享受什么？")
    assert known is not None
    assert known.facts[0].said == said
    told = {
        clause: judged(condition, known)[0]
        for clause in ("从业人数不超过300人", "从业人数不超过200人", "从业人数不少于300人",
                       "从业人数不少于500人")
        for condition in conditions(clause)
    }  # fmt: skip
    assert list(told.values()) == [
        Verdict.UNKNOWN, Verdict.UNMET, Verdict.MET, Verdict.UNKNOWN
    ]  # fmt: skip


@pytest.mark.parametrize("said", ["员工300人以下", "不到300名员工"])
def test_so_is_a_bound_from_above(said: str) -> None:
    known = asker(f"我公司{said}，能享受什么？")
    assert known is not None
    (most,), (least,) = conditions("从业人数不超过300人"), conditions("从业人数不少于300人")
    assert judged(most, known)[0] is Verdict.MET
    assert judged(least, known)[0] is Verdict.UNKNOWN


def bounds(text: str) -> list[tuple[Measure, Decimal | None, Decimal | None, bool]]:
    return [
        (c.measure, c.least.value if c.least else None, c.most.value if c.most else None, c.strict)
        for c in conditions(text)
    ]


def test_conditions_are_read_from_clauses() -> None:
    assert bounds("年应纳税所得额不超过300万元、从业人数不超过300人、资产总额不超过5000万元。") == [
        (Measure.INCOME, None, Decimal(3_000_000), False),
        (Measure.STAFF, None, Decimal(300), False),
        (Measure.ASSETS, None, Decimal(50_000_000), False),
    ]
    assert bounds("主营业务收入要占到企业收入总额的60%以上。") == [
        (Measure.MAIN_SHARE, Decimal(60), None, False)
    ]
    assert bounds("企业注册成立满1年，才能申请认定。") == [(Measure.AGE, Decimal(1), None, False)]
    assert bounds("销售收入低于二千万元的") == [(Measure.REVENUE, None, Decimal(20_000_000), True)]
    assert bounds("年应纳税所得额超过100万元但不超过300万元的部分，减按25%计入") == [
        (Measure.INCOME, Decimal(1_000_000), None, True),
        (Measure.INCOME, None, Decimal(3_000_000), False),
    ]
    assert bounds("从业人数200人以上、300人以下的企业") == [
        (Measure.STAFF, Decimal(200), None, False),
        (Measure.STAFF, None, Decimal(300), False),
    ]
    (revenue, share) = conditions(
        "最近一年销售收入在5000万元至2亿元之间的企业，申请的研发费用占比不低于4%。"
    )
    assert {c.measure for c in (revenue, share)} == {Measure.REVENUE, Measure.RND_SHARE}
    whom = next(c for c in (revenue, share) if c.measure is Measure.REVENUE)
    assert whom.for_whom
    assert whom.least is not None
    assert whom.least.value == 50_000_000


@pytest.mark.parametrize(
    "text",
    [
        "例如买一台480万元的设备，单位价值没有超过500万元。",
        "单位价值超过500万元的设备、器具不能一次性扣除。",
        "条例里的30万元、100人、3000万元是旧门槛。",
        "罚款10万元至50万元。",
        "资产总额是一个重要指标。",
        "月销售额不超过10万元的，免征增值税。",
        "投资总额不低于1000万美元的，免征关税。",
        "投资不低于200万元/亩。",
    ],
)
def test_examples_denials_and_the_past_set_no_condition(text: str) -> None:
    assert conditions(text) == ()


@pytest.mark.parametrize(
    ("said", "clause", "verdict"),
    [
        ("年应纳税所得额300万元", "年应纳税所得额不超过300万元", Verdict.MET),
        ("年应纳税所得额301万元", "年应纳税所得额不超过300万元", Verdict.UNMET),
        ("员工200人", "年应纳税所得额不超过300万元", Verdict.UNKNOWN),
        ("年应纳税所得额大约290万元", "年应纳税所得额不超过300万元", Verdict.UNKNOWN),
        ("年应纳税所得额大约100万元", "年应纳税所得额不超过300万元", Verdict.MET),
        ("销售收入2000万元", "销售收入低于二千万元", Verdict.UNMET),
    ],
)
def test_a_fact_meets_a_condition_or_not_or_nobody_knows(
    said: str, clause: str, verdict: Verdict
) -> None:
    known = asker(f"我公司{said}，能享受什么？")
    assert known is not None
    (condition,) = conditions(clause)
    assert judged(condition, known)[0] is verdict


def test_all_conditions_must_be_met() -> None:
    met, unmet, unknown = Verdict.MET, Verdict.UNMET, Verdict.UNKNOWN
    assert together([met, met]) is met
    assert together([met, unknown]) is unknown
    assert together([unknown, unmet, met]) is unmet
    assert together([]) is unknown
