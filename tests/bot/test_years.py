from datetime import date

import pytest

from bot.notes import notes_for
from bot.years import When, Year, is_future, is_past, told_years, unmet, year_conflict, years_in
from kb.text import normalise

ON = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("2024年引资多少", [Year(2024)]),
        ("2020年以前那一轮", [Year(2020, When.BEFORE)]),
        ("2031年以后还有没有", [Year(2031, When.AFTER)]),
        ("2023年前三季度", [Year(2023)]),
        ("去年和明年", [Year(2025, named=True), Year(2027, named=True)]),
        ("what held last year", [Year(2025, named=True)]),
        ("国办函〔2025〕16号、公告2023年第12号和2024年版清单", []),
        ("投资20240万元，邮编716000", []),
        ("", []),
    ],
)
def test_the_years_of_a_question(question: str, years: list[Year]) -> None:
    assert list(years_in(question, ON)) == years


def test_what_lies_before_and_ahead() -> None:
    assert is_past(years_in("2020年以前", ON), ON)
    assert not is_past(years_in("2030年以前", ON), ON)
    assert is_future(years_in("2029年还能享受吗", ON), ON)
    assert is_future(years_in("明年", ON), ON)
    assert not is_future(years_in("今年", ON), ON)
    assert not is_future(years_in("2030年以前", ON), ON)


def test_the_year_of_a_document_number_is_not_told() -> None:
    assert told_years("2023年为849万美元(公告2025年第2号、国办发〔2024〕3号)。") == (2023,)


def test_a_year_asked_about_and_not_told_is_said() -> None:
    asked = years_in("2024年利用外资多少", ON)
    assert unmet(asked, "2023年为849万美元。") == (2024, (2023,))
    assert unmet(asked, "2021年1月1日至2030年12月31日执行。") is None
    assert unmet(asked, "2024年为900万美元。") is None
    (note,) = notes_for([], ON, unmet=(2024, (2023,)))
    assert note.code == "other_year"
    assert "2024年" in note.zh
    assert "2023年" in note.zh
    assert "2024" in note.en


def test_a_figure_that_is_reached_is_no_period() -> None:
    said = normalise("2024年地区生产总值达到5380亿元。")
    assert year_conflict([2023], said)
    assert not year_conflict([2023], normalise("优惠从2021年起执行到2030年。"))
