"""Facts a document gives of itself."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.draft import LineMark, Mark
from ingest.header import Found, find

NOTICE = """延安市人民政府办公室关于印发
延安市支持苹果产业发展若干措施的通知
延政办发[2025]16号
各县（市、区）人民政府：
《延安市支持苹果产业发展若干措施》（市委发〔2020〕1号配套）已经市政府同意，现印发给你们。
一、支持范围
《外商投资法》自2020年1月1日起施行。
本措施自2025年3月1日起施行，有效期三年。
延安市人民政府办公室
2025年2月10日"""


def test_a_notice() -> None:
    found = find(NOTICE)
    assert found.title == "延安市人民政府办公室关于印发延安市支持苹果产业发展若干措施的通知"
    assert [NOTICE[a:b] for a, b in found.title_spans] == NOTICE.split("\n")[:2]
    assert found.doc_number == "延政办发〔2025〕16号"
    assert found.issuers == ("延安市人民政府办公室",)
    assert found.published == date(2025, 2, 10)
    assert found.effective == date(2025, 3, 1)
    assert found.expires == date(2028, 2, 29)


def test_a_regulation() -> None:
    text = (
        "个体工商户促进条例\n2022年10月1日 中华人民共和国国务院令第755号公布\n"
        "第一条 为了鼓励发展，制定本条例。\n第二条 本条例自2022年11月1日起施行。"
    )
    found = find(text)
    assert found.title == "个体工商户促进条例"
    assert found.doc_number == "中华人民共和国国务院令第755号"
    assert (found.published, found.effective) == (date(2022, 10, 1), date(2022, 11, 1))
    assert found.expires is None


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("国办函〔2025〕16号", "国办函〔2025〕16号"),
        ("文号：财税[2011]58号", "财税〔2011〕58号"),
        ("（延市监发（2024）第 7 号）", "延市监发〔2024〕7号"),
        ("财政部公告2023年第12号", "财政部公告2023年第12号"),
        ("根据国办函〔2025〕16号文件要求，制定本办法。", ""),
        ("《关于某事的意见》（国发〔2020〕3号）", ""),
    ],
)
def test_document_numbers(line: str, number: str) -> None:
    assert find(f"关于某事的通知\n{line}\n正文如下。").doc_number == number


@pytest.mark.parametrize(
    ("sentence", "effective", "expires"),
    [
        (
            "本公告自2023年1月1日起执行，执行至2027年12月31日。",
            date(2023, 1, 1),
            date(2027, 12, 31),
        ),
        ("本办法自2024年5月1日起施行，有效期5年。", date(2024, 5, 1), date(2029, 4, 30)),
        ("自二〇二四年五月一日起实施。", date(2024, 5, 1), None),
        ("《旧办法》自2019年1月1日起施行。", None, None),
        ("企业自2019年1月1日起执行新的准则。", None, None),
        ("本办法有效期3年。", None, None),
        ("本办法自2024年2月30日起施行。", None, None),
    ],
)
def test_validity(sentence: str, effective: date | None, expires: date | None) -> None:
    found = find(f"某办法\n第一条 总则。\n{sentence}")
    assert (found.effective, found.expires) == (effective, expires)


def test_from_the_day_of_issue_counts_from_the_date_signed() -> None:
    text = "关于某事的通知\n正文。\n本通知自发布之日起施行，有效期2年。\n延安市商务局\n2024年1月1日"
    found = find(text)
    assert (found.effective, found.expires) == (date(2024, 1, 1), date(2025, 12, 31))
    assert found.issuers == ("延安市商务局",)


def test_several_agencies() -> None:
    assert find("财政部、税务总局关于某事的公告\n正文。").issuers == ("财政部", "税务总局")
    assert find("我市关于某事的公告\n正文。").issuers == ()


def test_nothing_is_invented() -> None:
    assert find("今天天气很好，我们去公园。") == Found()
    assert find("") == Found()


def test_a_known_title_is_found_again() -> None:
    text = "一个标题\n一个标题\n正文很长。"
    found = find(text, title="一个标题")
    assert [text[a:b] for a, b in found.title_spans] == ["一个标题", "一个标题"]
    marked = find("某项办法（要点）\n正文。", {0: LineMark(Mark.HEADING, 1)}, title="别的名字")
    assert (marked.title, marked.title_spans) == ("别的名字", ((0, 8),))
