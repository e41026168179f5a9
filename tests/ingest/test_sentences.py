"""Where sentences end."""

from __future__ import annotations

import pytest

from kb.sentences import LONGEST_BRACKET, brackets, sentences


def split(text: str, *, semicolons: bool = False) -> list[str]:
    return [text[start:end] for start, end in sentences(text, semicolons=semicolons)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第一句。第二句！第三句？", ["第一句。", "第二句！", "第三句？"]),
        ("他说：“你好。我来了！”然后走了。", ["他说：“你好。我来了！”", "然后走了。"]),
        ("（见附件。）后文。", ["（见附件。）", "后文。"]),
        ("企业（以下简称公司。）承担责任。", ["企业（以下简称公司。）承担责任。"]),
        ("《谁来投资？指南》已印发。", ["《谁来投资？指南》已印发。"]),
        ("“没有闭合。就这样。", ["“没有闭合。", "就这样。"]),
        ("税率为3.5%。比上年增1.2倍。", ["税率为3.5%。", "比上年增1.2倍。"]),
        ("包括苹果、梨……等。完了……", ["包括苹果、梨……等。", "完了……"]),
        ("前一行\n后一行", ["前一行", "后一行"]),
        ("真的吗？！是的。", ["真的吗？！", "是的。"]),
        ("  \n ", []),
        ("", []),
    ],
)
def test_chinese(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rose by 3.5 points. Then it fell.", ["It rose by 3.5 points.", "Then it fell."]),
        (
            "Mr. Smith of the U.S. firm came. He left.",
            ["Mr. Smith of the U.S. firm came.", "He left."],
        ),
        ("See Art. 5 and No. 7, e.g. the list.", ["See Art. 5 and No. 7, e.g. the list."]),
        ("1. Apply online. 2. Wait.", ["1. Apply online.", "2. Wait."]),
        ('He said "Go." Then he went.', ['He said "Go."', "Then he went."]),
        ("Visit www.example.org/a?b=c now!", ["Visit www.example.org/a?b=c now!"]),
    ],
)
def test_english(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_semicolons_split_at_enumerations_and_in_long_sentences_only() -> None:
    short = "支持研发；支持生产；支持销售。"
    assert split(short, semicolons=True) == [short]
    listed = "包括：（一）研发；（二）生产；（三）销售。"
    assert split(listed) == [listed]
    assert split(listed, semicolons=True) == ["包括：（一）研发；", "（二）生产；", "（三）销售。"]
    long = "；".join(["对符合条件的企业按照规定给予支持并且公开结果"] * 8) + "。"
    assert len(split(long, semicolons=True)) == 8
    assert split(long) == [long]


def test_a_bracket_that_never_closes_in_reach_does_not_swallow_the_text() -> None:
    text = "（" + "一句话。" * LONGEST_BRACKET + "）"
    assert len(split(text)) > LONGEST_BRACKET // 2
    assert brackets("（甲（乙）丙）《丁》") == [(0, 7), (7, 10)]
    assert brackets("甲）乙（") == []
    assert brackets("（甲\n乙）") == []
