from datetime import date

import pytest

from bot.question import read_question
from kb.glossary import Glossary
from kb.models import Term

GLOSSARY = Glossary(
    [Term("延安", "", english=("Yan'an",)), Term("台湾", "", english=("Taiwanese",))]
)


@pytest.mark.parametrize(
    ("question", "asked", "origins"),
    [
        ("我们是东莞的外资企业，股比上还有没有限制？", (), ("东莞",)),
        ("我们从昆山搬到延安，土地怎么拿", ("延安",), ("昆山",)),
        ("深圳企业来延安投资有什么优惠", ("延安",), ("深圳",)),
        ("我们公司总部在苏州，想在延安设厂", ("延安",), ("苏州",)),
        ("我们是香港公司，按哪套规矩办？", (), ("香港",)),
        ("We are a company from Zhenjiang. What rate applies in Yulin?", ("榆林",), ("镇江",)),
        ("I'm a Taiwanese investor in Yan'an", ("延安",), ("台湾",)),
        ("昆山的工业用地一亩多少钱？", ("昆山",), ()),
        ("深圳给高新企业一次性奖多少钱？", ("深圳",), ()),
        ("香港的利得税是多少", ("香港",), ()),
        ("我们是榆林的企业，榆林给什么补贴", ("榆林",), ()),
        ("我们在榆林的厂能不能享受", ("榆林",), ()),
        ("我们是延安的企业", ("延安",), ()),
        ("How much subsidy does Kunshan pay for a new factory?", ("昆山",), ()),
        ("What is the rate in Shaanxi, Inner Mongolia and Xi'an?", ("陕西", "内蒙古", "西安"), ()),
    ],
)
def test_where_the_asker_comes_from_is_not_asked_about(
    question: str, asked: tuple[str, ...], origins: tuple[str, ...]
) -> None:
    read = read_question(question, GLOSSARY, 2000, on=date(2026, 11, 23))
    assert read.places == asked
    assert read.origins == origins


def test_a_question_about_a_year_to_come_asks_until_when() -> None:
    on = date(2026, 11, 23)
    read = read_question("2029年再投资还能抵10%吗", GLOSSARY, 2000, on=on)
    assert read.about_future
    assert "执行到" in read.search
    assert "执行到" not in read.words
    assert read_question("2029年再投资还能抵10%吗", GLOSSARY, 2000, on=date(2030, 1, 1)).search == (
        "2029年再投资还能抵10%吗"
    )
