"""The glossary as a dictionary, on a real base."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot import dictionary
from ingest.parse import parse_bytes
from kb.knowledge_base import KnowledgeBase
from kb.models import ParsedDocument, Role

PUBLIC = Role.INVESTOR.audiences
ALL = Role.CADRE.audiences

TERMS = """---
id: G1
kind: glossary
grade: C
---
# 常用名词

## 飞地经济
定义：飞地经济是两个互不隶属的地方合作办园区的方式。
详解：关键是事先约定收益分享的办法。
别名：飞地园区
英文：enclave economy
相关：标准地、秘密说法
出处：S09

## 标准地
定义：标准地是带着投资强度等控制指标出让的工业用地。

## 长三角一体化
定义：长三角一体化是沪苏浙皖的协同发展。

## LNG项目
定义：LNG项目是液化天然气项目。
"""

INTERNAL = """---
id: G2
kind: glossary
audience: internal
---
# 内部名词

## 秘密说法
定义：秘密说法是只给干部看的说法。

## 标准地
定义：标准地在内部另有口径。
"""

RULES = """---
id: P1
---
# 示例市招商办法

第一条 鼓励飞地经济，支持建设飞地园区。
第二条 工业项目按标准地供应。
第三条 本市投资适用本办法。
"""

NOTES = """---
id: N1
audience: internal
---
# 内部底稿

1. 飞地经济的分成比例正在谈。
"""


def parsed(text: str, name: str = "词典.md") -> ParsedDocument:
    """A Markdown text with its front matter, as a file would be read."""
    return parse_bytes(text.encode(), name)


@pytest.fixture
def filled(base: KnowledgeBase) -> KnowledgeBase:
    base.add([parsed(text) for text in (TERMS, INTERNAL, RULES, NOTES)])
    return base


def test_entries_stand_in_the_order_of_pinyin(filled: KnowledgeBase) -> None:
    found = dictionary.entries(filled, PUBLIC)
    assert [(e.letter, e.name) for e in found] == [
        ("B", "标准地"),
        ("C", "长三角一体化"),
        ("F", "飞地经济"),
        ("L", "LNG项目"),
    ]


@pytest.mark.parametrize(
    ("name", "read"),
    [("飞地经济", "fei di jing ji"), ("长三角", "chang san jiao"), ("行业", "hang ye"),
     ("LNG项目", "lng xiang mu"), ("三免三减半", "san mian san jian ban")],
)  # fmt: skip
def test_reading_of_a_name(name: str, read: str) -> None:
    assert dictionary.reading(name) == read


@pytest.mark.parametrize(
    ("words", "first"),
    [("飞地经济", "飞地经济"), ("飞地园区", "飞地经济"), ("Enclave  Economy", None),
     ("enclave economy", "飞地经济"), ("fdjj", "飞地经济"), ("feidi", "飞地经济"),
     ("標準地", "标准地"), ("ＬＮＧ", "LNG项目"), ("协同", "长三角一体化"), ("x", None),
     ("<script>", None), ("%", None)],
)  # fmt: skip
def test_search_by_name_alias_english_and_sound(
    filled: KnowledgeBase, words: str, first: str | None
) -> None:
    found = dictionary.search(dictionary.entries(filled, PUBLIC), words)
    assert (found[0].name if found else None) == first


def test_what_is_internal_is_in_no_list_no_definition_and_no_search(
    filled: KnowledgeBase,
) -> None:
    public = dictionary.entries(filled, PUBLIC)
    assert dictionary.named(public, "秘密说法") is None
    assert dictionary.search(public, "秘密") == []
    entry = dictionary.named(public, "标准地")
    assert entry is not None
    assert len(entry.meanings) == 1
    everything = dictionary.entries(filled, ALL)
    assert dictionary.named(everything, "秘密说法") is not None
    both = dictionary.named(everything, "标准地")
    assert both is not None
    assert len(both.meanings) == 2


def test_uses_are_counted_for_the_reader_only(filled: KnowledgeBase) -> None:
    def used(audiences: tuple[object, ...]) -> dict[str, int]:
        entry = dictionary.named(dictionary.entries(filled, PUBLIC), "飞地经济")
        assert entry is not None
        found = dictionary.uses(filled, entry, audiences)  # type: ignore[arg-type]
        return {use.info.document_id: len(use.passages) for use in found}

    assert used(PUBLIC) == {"P1": 1}
    assert used(ALL) == {"P1": 1, "N1": 1}


def test_a_passage_counts_when_it_says_the_name_and_not_only_its_characters(
    base: KnowledgeBase,
) -> None:
    base.add(
        [
            parsed(TERMS),
            parsed("# 办法\n\n第一条 标准的土地，地标准入。\n第二条 标准地。\n", "办法.md"),
        ]
    )
    entry = dictionary.named(dictionary.entries(base, PUBLIC), "标准地")
    assert entry is not None
    (use,) = dictionary.uses(base, entry, PUBLIC)
    assert [p.path for p in use.passages] == [("第二条",)]


def test_explanation_leaves_out_what_has_a_place_of_its_own(filled: KnowledgeBase) -> None:
    entry = dictionary.named(dictionary.entries(filled, PUBLIC), "飞地经济")
    assert entry is not None
    assert dictionary.explanation(filled, entry.meanings[0]) == [
        ("详解", "关键是事先约定收益分享的办法。"),
        ("出处", "S09"),
    ]


def test_a_removed_glossary_leaves_no_entry(
    filled: KnowledgeBase, document: Callable[..., object]
) -> None:
    filled.remove("G1")
    assert dictionary.entries(filled, PUBLIC) == []
