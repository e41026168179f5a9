import pytest

from bot.question import read_question
from kb.errors import QuestionError
from kb.glossary import Glossary
from kb.models import Term
from kb.places import places_in, within
from kb.text import chinese_number

GLOSSARY = Glossary(
    [
        Term("企业所得税", "", aliases=("所得税",), english=("corporate income tax",)),
        Term("延安", "", english=("Yan'an",)),
    ]
)


def read(text: str, limit: int = 2000):  # type: ignore[no-untyped-def]
    return read_question(text, GLOSSARY, limit)


@pytest.mark.parametrize("text", ["", "   ", "？！。", "\x00\x00", "\u202e"])
def test_nothing_asked_says_what_to_do(text: str) -> None:
    with pytest.raises(QuestionError, match="请输入"):
        read(text)


def test_too_long_a_question_is_refused_with_its_length() -> None:
    with pytest.raises(QuestionError, match="5000"):
        read("问" * 5000)


def test_control_characters_are_dropped() -> None:
    assert read("税\x00率\u202e是\n多少").text == "税率是 多少"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("请问国办函〔2025〕16号说了什么", {"办函〔2025〕16号": "国办函〔2025〕16号"}),
        ("国办函[2025]16号说了什么", {"办函〔2025〕16号": "国办函〔2025〕16号"}),
        ("国办函（2025）16号", {"办函〔2025〕16号": "国办函〔2025〕16号"}),
        ("财政部公告2023年第12号", {"公告2023年第12号": "公告2023年第12号"}),
        ("商务部令第23号和第31号令", {"令第23号": "令第23号", "令第31号": "第31号令"}),
        ("2025年的补贴", {}),
    ],
)
def test_document_numbers(text: str, numbers: dict[str, str]) -> None:
    assert read(text).doc_numbers == numbers


def test_articles_in_figures_and_in_words() -> None:
    assert read("外商投资法第24条和第二十五条之一").articles == ("第二十四条", "第二十五条之一")
    assert [chinese_number(n) for n in (1, 10, 24, 110, 101, 1001)] == [
        "一", "十", "二十四", "一百一十", "一百零一", "一千零一",
    ]  # fmt: skip


def test_places_and_what_contains_them() -> None:
    assert read("延安市洛川县和榆林市").places == ("延安", "洛川", "榆林")
    assert places_in("期限能延长吗") == ()
    assert within("洛川") == ("洛川", "延安", "陕西", "西部", "全国")


def test_years_and_the_past() -> None:
    assert read("2019年以前的老政策").years == (2019,)
    assert read("2019年以前的老政策").about_past
    assert not read("2026年的政策").about_past


def test_an_english_question_becomes_chinese_terms() -> None:
    asked = read("What is the corporate income tax rate in Yan'an for breweries?")
    assert asked.english
    assert asked.terms == ("企业所得税", "延安")
    assert "企业所得税" in asked.words
    assert "breweries" in asked.unknown
    assert "what" not in asked.unknown
    assert asked.places == ("延安",)
