"""One file to one document."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from ingest.limits import Limits
from ingest.parse import parse_bytes, parse_file, parse_text, slug
from kb.errors import QuarantineError, ReadError
from kb.models import Audience, Header, Kind, PassageKind

POLICY = """---
id: P01
title: 某办法（要点）
effective: 2025-01-01
---
# 某办法（要点）

本文是要点，以原文为准，具体以主管机关认定为准。

## 一、标准
| 档次 | 金额 |
|---|---|
| 甲 | 10万元 |
"""


def test_markdown_with_front_matter() -> None:
    document = parse_bytes(POLICY.encode(), "x.md")
    assert document.document_id == "P01"
    assert document.header == Header(title="某办法（要点）", effective=date(2025, 1, 1))
    assert document.source == POLICY.encode()
    assert document.content_hash == hashlib.sha256(POLICY.encode()).hexdigest()
    assert document.source_name == "x.md"
    assert [(p.kind, p.path) for p in document.passages] == [
        (PassageKind.CLAUSE, ()),
        (PassageKind.ROW, ("一、标准",)),
    ]
    assert "---" not in document.text


def test_who_wins_front_matter_caller_folder_text() -> None:
    text = "关于某事的通知\n延政发〔2020〕1号\n正文如下，共有若干条要求。\n"
    plain = parse_bytes(text.encode(), "a.txt")
    assert (plain.header.title, plain.header.doc_number) == ("关于某事的通知", "延政发〔2020〕1号")
    defaults = Header(title="我的题目", doc_number="甲〔2021〕2号")
    told = parse_bytes(
        text.encode(),
        "a.txt",
        defaults=defaults,
        folder_kind=Kind.EXPERIENCE,
        folder_audience=Audience.INTERNAL,
    )
    assert (told.header.title, told.header.doc_number) == ("我的题目", "甲〔2021〕2号")
    assert (told.header.kind, told.header.audience) == (Kind.EXPERIENCE, Audience.INTERNAL)
    given = f"---\naudience: public\ntitle: 别的\n---\n{text}"
    both = parse_bytes(
        given.encode(), "a.txt", defaults=defaults, folder_audience=Audience.INTERNAL
    )
    # least privilege: a file cannot open what its folder keeps inside
    assert (both.header.title, both.header.audience) == ("别的", Audience.INTERNAL)
    assert both.header.doc_number == "甲〔2021〕2号"


def test_the_file_name_is_the_last_resort_for_a_title() -> None:
    document = parse_bytes("正文只有一句话，没有标题。".encode(), "会议记录 (1).txt")
    assert document.header.title == "会议记录 (1)"
    assert document.document_id == "会议记录-1"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("P01-外商投资法.md", "P01-外商投资法"),
        ("关于 印发《办法》的通知.pdf", "关于-印发-办法-的通知"),
        ("a.b.c.txt", "a-b-c"),
        ("...", "document"),
        ("长" * 200 + ".md", "长" * 80),
    ],
)
def test_document_ids_from_names(name: str, expected: str) -> None:
    assert slug(name) == expected


@pytest.mark.parametrize("name", ["../../etc/passwd.md", "C:\\docs\\passwd.md", "/abs/passwd.md"])
def test_folders_in_names_are_dropped(name: str) -> None:
    document = parse_bytes("正文只有一句话，没有标题。".encode(), name)
    assert (document.source_name, document.document_id) == ("passwd.md", "passwd")


def test_text_in_memory() -> None:
    flat = (
        "某通知 各单位： 现就有关事项通知如下，请遵照执行。 一、加强管理 各单位要加强"
        "管理，落实责任，确保各项政策及时惠及企业，推动高质量发展。 二、强化服务 各单"
        "位要强化服务，优化流程，公开办事指南，提高办事效率，接受社会监督，定期报送进"
        "展情况。"
    )
    document = parse_text(flat, title="某通知", document_id="n1")
    assert document.document_id == "n1"
    assert document.header.title == "某通知"
    assert [p.path for p in document.passages] == [(), ("一、加强管理",), ("二、强化服务",)]
    assert document.source.decode() == flat


def test_files_of_all_kinds_of_trouble(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="打不开"):
        parse_file(tmp_path / "missing.md")
    with pytest.raises(ReadError, match="文件夹"):
        parse_file(tmp_path)
    empty = tmp_path / "empty.md"
    empty.write_bytes(b"")
    with pytest.raises(ReadError, match="空"):
        parse_file(empty)
    big = tmp_path / "big.txt"
    big.write_text("正文。" * 100, encoding="utf-8")
    with pytest.raises(ReadError, match="MB"):
        parse_file(big, limits=Limits(file_bytes=100))
    with pytest.raises(ReadError, match="上限"):
        parse_file(big, limits=Limits(characters=100))
    with pytest.raises(QuarantineError, match="标题"):
        parse_bytes("# 只有标题\n## 还是标题\n".encode(), "h.md")
    with pytest.raises(ReadError):
        parse_text("\x00\u200b \n", title="t", document_id="d")


def test_every_refusal_speaks_both_languages(tmp_path: Path) -> None:
    for data in (b"", b"PK\x03\x04", b"%PDF-1.4 broken", b"---\nwrong: 1\n---\n", b"\xff\xfe\x00"):
        with pytest.raises((ReadError, QuarantineError)) as caught:
            parse_bytes(data, "f.md")
        assert any("\u4e00" <= c <= "\u9fff" for c in caught.value.zh)
        assert not any("\u4e00" <= c <= "\u9fff" for c in caught.value.en)


def test_markdown_is_known_by_its_headings_too() -> None:
    source = "# 标题\n## 甲\n内容甲的说明文字。\n## 乙\n内容乙的说明文字。\n"
    assert parse_bytes(source.encode(), "x.txt").passages[0].path == ("甲",)
