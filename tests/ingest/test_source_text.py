"""The characters that may stay, and how they are counted."""

from __future__ import annotations

from ingest.source_text import clean, letters


def test_clean_removes_what_cannot_be_seen() -> None:
    dirty = "甲\r\n乙\r丙\x00\x07\u200b\u202e丁\ufeff\u2066戊\u2069\t己\xa0庚\u2028辛\U000e0041"
    assert clean(dirty) == "甲\n乙\n丙丁戊 己 庚\n辛"


def test_clean_folds_nothing_that_is_seen() -> None:
    kept = "（一）ＡＢＣ１２３，“引号”　全角空格；臺灣"
    assert clean(kept) == kept
    assert clean("cafe\u0301") == "café"


def test_letters_counts_words_and_not_marks() -> None:
    assert letters("第一条，A1 _。") == 5
