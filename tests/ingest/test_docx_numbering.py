"""Numbers that Word draws and does not write."""

from __future__ import annotations

import pytest
from lxml import etree

from ingest.readers.docx_numbering import Counters, number, read_numbering

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def level(
    at: int, form: str, text: str, start: int = 1, more: str = "", suffix: str = "nothing"
) -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:suff w:val="{suffix}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


def counters(levels: str, numbers: str = "", *, styles: dict[str, str] | None = None) -> Counters:
    numbers = numbers or '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    xml = (
        f'<w:numbering {NS}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        f"{numbers}</w:numbering>"
    )
    return Counters(read_numbering(etree.fromstring(xml), styles or {}))


@pytest.mark.parametrize(
    ("form", "values", "drawn"),
    [
        ("decimal", (1, 10), "1 10"),
        ("decimalZero", (1, 10), "01 10"),
        ("decimalFullWidth", (1, 12), "１ １２"),
        ("decimalEnclosedCircle", (1, 10, 21, 51), "① ⑩ ㉑ 51"),
        ("decimalEnclosedCircleChinese", (3,), "③"),
        ("decimalEnclosedParen", (2,), "⑵"),
        ("upperRoman", (4, 9, 14), "IV IX XIV"),
        ("lowerRoman", (3, 1999), "iii mcmxcix"),
        ("upperLetter", (1, 26, 27), "A Z AA"),
        ("lowerLetter", (2, 28, 53), "b bb aaa"),
        ("chineseCounting", (1, 10, 11, 20, 105, 110), "一 十 十一 二十 一百零五 一百一十"),
        ("chineseCountingThousand", (10, 12, 1001, 10010), "十 十二 一千零一 一万零一十"),
        ("japaneseCounting", (1, 10, 19, 20, 99), "一 十 十九 二十 九十九"),
        ("chineseLegalSimplified", (1, 10, 25, 108), "壹 壹拾 贰拾伍 壹佰零捌"),
        ("ideographDigital", (1, 10, 205), "一 一〇 二〇五"),
        ("ideographTraditional", (1, 10), "甲 癸"),
        ("ideographZodiac", (1, 12), "子 亥"),
        ("ordinal", (1, 2, 3, 4, 11, 21), "1st 2nd 3rd 4th 11th 21st"),
        ("of a later version", (7,), "7"),
        ("decimal", (2_000_000_000,), "2000000000"),
    ],
)
def test_counts_are_drawn_as_word_draws_them(
    form: str, values: tuple[int, ...], drawn: str
) -> None:
    assert " ".join(number(value, form) for value in values) == drawn


def test_chapters_and_articles_count_on_through_chapters_where_the_list_says_so() -> None:
    lists = counters(
        level(0, "chineseCountingThousand", "第%1章", suffix="space")
        + level(
            1, "chineseCountingThousand", "第%2条", more='<w:lvlRestart w:val="0"/>', suffix="tab"
        )
        + level(2, "chineseCountingThousand", "（%3）")
    )
    drawn = [lists.next("1", at) for at in (0, 1, 2, 2, 1, 0, 1, 2)]
    assert drawn == [
        "第一章 ", "第一条 ", "（一）", "（二）", "第二条 ", "第二章 ", "第三条 ", "（一）",
    ]  # fmt: skip


def test_a_deeper_level_starts_again_below_each_higher_one() -> None:
    lists = counters(
        level(0, "decimal", "%1.") + level(1, "decimal", "%1.%2") + level(2, "decimal", "%1.%2.%3")
    )
    assert [lists.next("1", at) for at in (0, 1, 1, 2, 0, 1, 2)] == [
        "1.", "1.1", "1.2", "1.2.1", "2.", "2.1", "2.1.1",
    ]  # fmt: skip


def test_a_level_can_restart_only_after_a_named_one() -> None:
    lists = counters(
        level(0, "decimal", "%1.")
        + level(1, "decimal", "(%2)")
        + level(2, "lowerLetter", "%3)", more='<w:lvlRestart w:val="1"/>')
    )
    assert [lists.next("1", at) for at in (0, 1, 2, 1, 2, 0, 1, 2)] == [
        "1.", "(1)", "a)", "(2)", "b)", "2.", "(1)", "a)",
    ]  # fmt: skip


def test_lists_of_one_abstract_list_go_on_unless_one_starts_anew() -> None:
    lists = counters(
        level(0, "decimal", "%1、"),
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="5"/></w:lvlOverride></w:num>',
    )
    drawn = [lists.next(which, 0) for which in ("1", "1", "2", "3", "3", "1")]
    assert drawn == ["1、", "2、", "3、", "5、", "6、", "7、"]


def test_a_list_can_redefine_a_level_and_legal_levels_draw_all_places_as_decimals() -> None:
    lists = counters(
        level(0, "chineseCounting", "%1、") + level(1, "decimal", "%1.%2", more="<w:isLgl/>"),
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
        f"{level(0, 'upperRoman', '%1.')}</w:lvlOverride></w:num>",
    )
    assert [lists.next("1", at) for at in (0, 1, 0, 1)] == ["I.", "1.1", "II.", "2.1"]


def test_a_list_by_reference_to_a_numbering_style_is_followed() -> None:
    xml = (
        f'<w:numbering {NS}><w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="章条"/>'
        f'</w:abstractNum><w:abstractNum w:abstractNumId="1">{level(0, "decimal", "第%1条")}'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    lists = Counters(read_numbering(etree.fromstring(xml), {"章条": "2"}))
    assert lists.next("1", 0) == "第1条"


def test_bullets_unknown_lists_and_damaged_ones_draw_nothing() -> None:
    lists = counters(level(0, "bullet", "\uf06c") + level(1, "none", "注："))
    assert lists.next("1", 0) == ""
    assert lists.next("1", 1) == "注："
    assert lists.next("9", 0) == lists.next("1", 12) == ""
    assert read_numbering(None, {}) == {}
    odd = counters('<w:lvl w:ilvl="x"/><w:lvl w:ilvl="0"><w:start w:val="?"/></w:lvl>')
    assert odd.next("1", 0) == ""
