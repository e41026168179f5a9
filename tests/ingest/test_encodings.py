"""Chinese text in every encoding it comes in, long and short."""

from __future__ import annotations

import codecs

import pytest

from ingest.encodings import decode
from kb.errors import ReadError

SIMPLE = "延安市支持产业链高质量发展的若干措施，自2025年1月1日起施行。\n"
TAIWAN = "臺灣地區投資優惠政策說明：企業應當依法納稅，並且按照規定申報。\n"
HONG_KONG = "香港特別行政區政府鼓勵內地企業來港設立總部，並提供一站式服務。\n"
MIXED = "# Incentives\n\nSee https://example.org/a?b=1 for details, 共3条。\n" + SIMPLE


@pytest.mark.parametrize("text", [SIMPLE, MIXED, TAIWAN, HONG_KONG, SIMPLE * 4000])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030", "utf-16-le", "utf-16-be"]
)
def test_every_unicode_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_byte_order_marks() -> None:
    assert decode(codecs.BOM_UTF16_BE + SIMPLE.encode("utf-16-be")) == SIMPLE
    assert decode(codecs.BOM_UTF32_BE + SIMPLE.encode("utf-32-be")) == SIMPLE


@pytest.mark.parametrize("encoding", ["gb2312", "gbk", "gb18030"])
@pytest.mark.parametrize(
    "text",
    ["投资", "招商引资", "第一条", "企业所得税", "洛川苹果", "电话：0911-2345", SIMPLE, MIXED],
)
def test_simplified(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "cp950"])
@pytest.mark.parametrize(
    "text", ["投資", "招商引資", "第一條", "企業所得稅", "注意事項", TAIWAN, HONG_KONG]
)
def test_traditional(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_traditional_text_in_gb18030() -> None:
    assert decode(TAIWAN.encode("gb18030")) == TAIWAN


def test_hong_kong_characters() -> None:
    text = HONG_KONG + "佢哋嘅投資政策喺呢度。\n"
    assert decode(text.encode("big5hkscs")) == text


def test_english_with_curly_quotes() -> None:
    text = "The “incentive” is the investor’s – and it is paid within three years of approval."
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_a_damaged_file_names_the_place(encoding: str) -> None:
    text = TAIWAN if encoding == "big5" else SIMPLE
    data = bytearray((text * 20).encode(encoding))
    data[300:302] = b"\xff\xff"
    with pytest.raises(ReadError, match=r"第 (299|300|301) 字节") as caught:
        decode(bytes(data))
    assert "again" in caught.value.en


@pytest.mark.parametrize(
    "data",
    [
        bytes((i * 37 + i // 7) % 128 + 128 for i in range(4000)),
        "한국어 문서입니다 정책 투자 유치 안내".encode("euc-kr"),
        "投資の奨励に関する条例について、お知らせします。".encode("shift_jis"),
        "Правила инвестиций в Яньань".encode("cp1251"),
    ],
    ids=["noise", "korean", "japanese", "russian"],
)
def test_other_encodings_say_how_to_save(data: bytes) -> None:
    with pytest.raises(ReadError, match="UTF-8"):
        decode(data)
