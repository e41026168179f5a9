"""What a path says: the article whatever its spelling, the subject, the place in short."""

from __future__ import annotations

import pytest

from kb.paths import article_of, place, topics
from kb.retriever import speaks_of


@pytest.mark.parametrize(
    ("path", "article"),
    [
        (("第一章 总则", "第十二条", "第二款", "（一）"), "第十二条"),
        (("第12条",), "第十二条"),
        (("第十七条之二",), "第十七条之二"),
        (("第五条 适用范围",), "第五条"),
        (("Chapter II", "Article 24 Scope"), "第二十四条"),
        (("附件1", "第三条"), "第三条"),
        (("第一章 总则",), None),
        ((), None),
    ],
)
def test_the_article_of_a_path(path: tuple[str, ...], article: str | None) -> None:
    assert article_of(path) == article


def test_a_question_finds_an_article_written_in_figures_and_no_other() -> None:
    assert speaks_of(["第十二条"], ("第12条", "第二款"), "")
    assert not speaks_of(["第十二条"], ("第十二条之一",), "")
    assert not speaks_of(["第十条"], ("第十二条",), "")


def test_paragraph_numbers_are_no_subject() -> None:
    assert topics(("第三章", "第十二条", "第二款", "（一）")) == ("第三章", "第十二条", "（一）")


def test_a_place_in_short_begins_at_the_article() -> None:
    assert place(("第三章", "第十二条", "第二款", "（一）")) == "第十二条 › 第二款 › （一）"
    assert place(("一、目标", "（二）任务", "1.")) == "（二）任务 › 1."
    assert place(("一、目标",)) == "一、目标"
