"""What the author of a file says of it."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.front_matter import split
from kb.errors import ReadError
from kb.models import Audience, Grade, Header, Kind

FULL = """---
id: P11
kind: experience
audience: internal
title: 某办法
doc_number: 延政发〔2025〕1号
issuer: [甲局, 乙局]
published: 2025-01-01
effective: "2025年2月1日"
expires: 2027-12-31
supersedes: [P01]
superseded_by: P12
superseded_on: 2027-01-01
region: 延安
chains: [苹果]
topics: [用地]
years: [2024, 2025]
grade: memory
sources: [S01]
facts: [F1, F2]
---
# 正文
"""


def test_all_keys() -> None:
    given, rest = split(FULL)
    assert given is not None
    assert given.document_id == "P11"
    assert given.apply(Header(title="")) == Header(
        title="某办法",
        kind=Kind.EXPERIENCE,
        audience=Audience.INTERNAL,
        doc_number="延政发〔2025〕1号",
        issuers=("甲局", "乙局"),
        published=date(2025, 1, 1),
        effective=date(2025, 2, 1),
        expires=date(2027, 12, 31),
        supersedes=("P01",),
        superseded_by="P12",
        superseded_on=date(2027, 1, 1),
        regions=("延安",),
        chains=("苹果",),
        topics=("用地",),
        years=(2024, 2025),
        grade=Grade.MEMORY,
        sources=("S01",),
        facts=("F1", "F2"),
    )
    assert rest.strip() == "# 正文"


@pytest.mark.parametrize("text", ["# 没有文件头\n", "---\n\n分隔线后的正文\n", "", "---\n"])
def test_text_without_front_matter_is_left_alone(text: str) -> None:
    assert split(text) == (None, text)


@pytest.mark.parametrize(
    ("block", "named"),
    [
        ("titel: 甲", "titel"),
        ("title: 甲\ntitle: 乙", "front matter"),
        ("kind: law", "kind"),
        ("audience: everyone", "audience"),
        ("grade: D", "grade"),
        ("published: 2025-02-30", "2025-02-30"),
        ("effective: 明年", "明年"),
        ("effective: 2025-01-01\nexpires: 2024-01-01", "expires"),
        ("years: [去年]", "years"),
        ("years: true", "years"),
        ("id: a/b", "id"),
        ("issuer: {name: 甲}", "issuer"),
        ("title: [甲, 乙]", "title"),
        ("title：全角冒号", "front matter"),
        ("title: 'not closed", "front matter"),
        ("title: " + "[" * 5000, "front matter"),
    ],
)
def test_wrong_blocks_are_refused_naming_the_place(block: str, named: str) -> None:
    with pytest.raises(ReadError) as caught:
        split(f"---\n{block}\n---\n正文\n")
    assert named in caught.value.zh
    assert caught.value.en.isascii() or named in caught.value.en


def test_a_near_miss_is_suggested() -> None:
    with pytest.raises(ReadError, match="是不是 issuer"):
        split("---\nissuers: 甲\n---\n")


def test_a_block_that_is_not_closed_is_refused() -> None:
    with pytest.raises(ReadError, match="---"):
        split("---\ntitle: 甲\n\n正文\n")
