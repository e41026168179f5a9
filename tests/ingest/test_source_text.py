"""Kinds of files, encodings, and the characters that may stay."""

from __future__ import annotations

import codecs

import pytest

from ingest.source_text import clean, decode, letters, sniff
from kb.errors import ReadError

TEXT = "延安市支持产业链高质量发展的若干措施，自2025年1月1日起施行。\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("gb18030"),
        TEXT.encode("gb2312"),
    ],
    ids=["utf-8", "utf-8-bom", "utf-16", "utf-16-be", "gb18030", "gb2312"],
)
def test_encodings(data: bytes) -> None:
    assert sniff(data) == "text"
    assert decode(data) == TEXT


def test_big5_is_recognised_and_not_read_as_gb18030() -> None:
    text = "臺灣地區投資優惠政策說明：企業應當依法納稅，並且按照規定申報。" * 5
    assert decode(text.encode("big5")) == text


def test_a_damaged_utf8_file_names_the_place() -> None:
    data = bytearray((TEXT * 20).encode())
    data[301] = 0xFF
    with pytest.raises(ReadError) as caught:
        decode(bytes(data))
    assert "30" in caught.value.zh
    assert "30" in caught.value.en


def test_unknown_encodings_say_how_to_save() -> None:
    noise = bytes((i * 37 + i // 7) % 128 + 128 for i in range(4000))
    with pytest.raises(ReadError, match="UTF-8"):
        decode(noise)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \r\n\t",
        b"\x00" * 100,
        b"PK\x03\x04rest of a docx",
        b"\xd0\xcf\x11\xe0rest of a doc",
        b"{\\rtf1 text}",
        b"\x89PNG\r\n",
        b"MZ\x00\x01\x02\x03" * 100,
        b"<!DOCTYPE html><html><body>text</body></html>",
        b"\n<html lang='zh'>",
    ],
)
def test_what_cannot_be_read_is_refused_with_a_remedy(data: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        sniff(data)
    assert "请" in caught.value.zh
    assert any(word in caught.value.en for word in ("save", "upload", "print"))


def test_pdf_is_known_by_its_content_even_behind_junk() -> None:
    assert sniff(b"junk\n" * 20 + b"%PDF-1.7\n") == "pdf"


def test_clean_removes_what_cannot_be_seen() -> None:
    dirty = "甲\r\n乙\r丙\x00\x07\u200b\u202e丁\ufeff\u2066戊\u2069\t己\xa0庚\u2028辛\U000e0041"
    assert clean(dirty) == "甲\n乙\n丙丁戊 己 庚\n辛"


def test_clean_folds_nothing_that_is_seen() -> None:
    kept = "（一）ＡＢＣ１２３，“引号”　全角空格；臺灣"
    assert clean(kept) == kept
    assert clean("cafe\u0301") == "café"


def test_letters_counts_words_and_not_marks() -> None:
    assert letters("第一条，A1 _。") == 5
