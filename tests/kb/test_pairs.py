"""What the reranker reads: the text of a passage, and which tokens stand on both sides."""

from __future__ import annotations

import pytest

from kb import unigram
from kb.encoder_build import build_encoder
from kb.pairs import MAX_TOKENS, PASSAGE, QUESTION_TOKENS, join, passage_text, side_of
from kb.unigram import Unigram


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Unigram:
    folder = tmp_path_factory.mktemp("models") / "encoder"
    build_encoder(folder)
    return unigram.load(folder)


def test_a_passage_is_title_path_lead_and_words() -> None:
    path = ("第二章 补贴", "第五条", "第二款")
    assert passage_text("某市办法", path, "有下列情形之一的：", "（一）新建厂房；") == (
        "某市办法\n第二章 补贴\n第五条\n有下列情形之一的：\n（一）新建厂房；"
    )
    assert passage_text("", (), "", "正文。") == "正文。"


def test_a_lead_is_not_said_twice() -> None:
    text = "有下列情形之一的：\n（一）新建厂房；"
    assert passage_text("办法", (), "有下列情形之一的：", text) == f"办法\n{text}"


def marked(tokenizer: Unigram, question: str, passage: str) -> list[tuple[str, int]]:
    ids, marks = join(tokenizer, side_of(tokenizer, question), side_of(tokenizer, passage))
    return [(tokenizer.letters(i), mark) for i, mark in zip(ids, marks, strict=True)]


def test_words_that_stand_on_both_sides_are_marked(tokenizer: Unigram) -> None:
    pairs = dict(marked(tokenizer, "榆林补贴多少", "延安补贴五万元"))
    assert pairs["补贴"] in (1, PASSAGE + 1)
    assert any(mark == 0 for letters, mark in pairs.items() if letters and letters in "榆林")
    assert any(mark == PASSAGE for letters, mark in pairs.items() if letters and letters in "延安")


def test_both_sides_are_compared_in_one_form(tokenizer: Unigram) -> None:
    ids, marks = join(tokenizer, side_of(tokenizer, "補貼"), side_of(tokenizer, "补贴"))
    assert ids == join(tokenizer, side_of(tokenizer, "补贴"), side_of(tokenizer, "補貼"))[0]
    assert set(marks[1:2]) == {1}


@pytest.mark.parametrize("question", ["", "问" * 500])
@pytest.mark.parametrize("passage", ["", "\0\ud800", "文" * 5000])
def test_any_length_fits(tokenizer: Unigram, question: str, passage: str) -> None:
    ids, marks = join(tokenizer, side_of(tokenizer, question), side_of(tokenizer, passage))
    assert len(ids) == len(marks) <= MAX_TOKENS
    assert sum(mark < PASSAGE for mark in marks) <= QUESTION_TOKENS
    assert ids.count(tokenizer.eos) == 2
