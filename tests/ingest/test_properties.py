"""Whatever the text: spans in order and in bounds, everything covered, nothing raised."""

from __future__ import annotations

import contextlib
import string
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.gate import coverage
from ingest.numbering import label
from ingest.outline import outline
from ingest.parse import parse_bytes, parse_text
from ingest.passages import headings, passages
from ingest.readers.markdown import read_markdown
from ingest.readers.text import read_text, unflatten
from ingest.sequence import genuine
from ingest.source_text import clean, letters
from ingest.terms import find_terms
from ingest.tree import walk
from kb.errors import KbError
from kb.paths import article_of
from kb.sentences import sentences

_PIECES = [
    "第一条", "第二条 ", "第十二条第二款", "第一章 总则", "一、", "二、工作", "（一）",
    "（二）对企业", "1.", "2. 标准", "3.5%", "①", "附件1", "目录", "问：", "答：", "名词解释",
    "别名：", "甲：释义释义释义", "有下列情形之一的：", "。", "；", "，", "“", "”", "《", "》",
    "（", "）", "\n", "\n\n", " ", "　", "2020年1月1日", "# ", "## 标题\n", "**", "- ", "|",
    "|---|", "---\n", "<!--", "-->", "`", "[a](b)", "投资", "国家鼓励外商投资企业", "Mr. A",
    "abc ", "…", "第三条之一 ", "Article 5 ", "Chapter II Scope\n", "(a) ", "(i) ", "(ii) ",
    "[1] ",
    "修改为：“第三条 ", "表1 标准\n", "注：", "某某管理办法\n", "12%", "！", "？",
    "\t", "\u200b", "e\u0301",
]  # fmt: skip
_texts = st.one_of(
    st.lists(st.sampled_from(_PIECES), max_size=80).map("".join),
    st.text(max_size=300),
    st.text(alphabet="第一二三条章、（）1234.。；：“”\n 投资" + string.ascii_letters, max_size=400),
)


@given(_texts, st.booleans())
@settings(deadline=None)
def test_sentences_cover_everything_in_order(text: str, semicolons: bool) -> None:
    spans = sentences(text, semicolons=semicolons)
    behind = 0
    for start, end in spans:
        assert behind <= start < end <= len(text)
        assert not text[behind:start].strip()
        assert text[start:end] == text[start:end].strip()
        behind = end
    assert not text[behind:].strip()


@given(_texts)
@settings(max_examples=300, deadline=None)
@example("一、a\n（一）b\n二、c")
def test_passages_cover_every_text(text: str) -> None:
    for read in (read_text, read_markdown):
        draft = read(clean(text))
        root = outline(draft.text, draft.marks)
        lines = [draft.text[n.start : n.end] for n in walk(root)]
        assert lines == [line for line in draft.text.split("\n") if line.strip()]
        find_terms(draft.text, root, glossary=len(text) % 2 == 0)
        found = passages(draft.text, root)
        behind = 0
        for ordinal, passage in enumerate(found):
            piece = draft.text[passage.start : passage.end]
            assert passage.ordinal == ordinal
            assert behind <= passage.start < passage.end <= passage.window_end <= len(draft.text)
            assert piece == piece.strip()
            assert len(piece) <= 360
            assert passage.window_end - passage.start <= 360
            assert passage.wide is not None
            assert passage.wide[0] <= passage.start
            assert passage.window_end <= passage.wide[1]
            assert passage.wide[1] - passage.wide[0] <= 440
            if passage.lead:
                assert 0 <= passage.lead[0] < passage.lead[1] <= passage.start
            behind = passage.end
        spans = [*((p.start, p.end) for p in found), *headings(root)]
        assert coverage(draft.text, spans) == 1.0


@given(_texts)
@settings(deadline=None)
def test_flattening_changes_white_space_only(text: str) -> None:
    line = clean(text).replace("\n", " ")
    assert "".join("".join(unflatten(line)).split()) == "".join(line.split())


@given(_texts)
@settings(deadline=None)
def test_plain_text_loses_no_letter(text: str) -> None:
    draft = read_text(clean(text))
    assert letters(draft.text) == draft.letters
    assert "".join(draft.text.split()) == "".join(clean(text).split())


@given(
    st.one_of(st.binary(max_size=400), _texts.map(str.encode)),
    st.sampled_from(["a.md", "a.txt", "a"]),
)
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_a_document_or_a_clear_refusal(data: bytes, name: str) -> None:
    with contextlib.suppress(KbError):
        document = parse_bytes(data, name)
        assert document.passages
        assert all(
            document.text[t.start : t.end] == t.definition or not t.definition
            for t in document.terms
        )


@given(_texts)
@settings(max_examples=200, deadline=None)
def test_windows_stay_in_their_article(text: str) -> None:
    draft = read_text(clean(text))
    root = outline(draft.text, draft.marks)
    found = passages(draft.text, root)
    for at, passage in enumerate(found):
        article = article_of(passage.path)
        inside = [p for p in found[at:] if p.end <= passage.window_end]
        if article is not None:
            assert {article_of(p.path) for p in inside} == {article}


@given(st.text(max_size=60))
@settings(max_examples=500, deadline=None)
def test_labels_of_any_line(line: str) -> None:
    for references in (False, True):
        found = label(line, references=references)
        if found is not None:
            assert 0 < found.body <= len(line)
            assert found.value >= 0
            assert found.text


@given(st.lists(st.sampled_from(_PIECES).map(str.strip), max_size=40), st.data())
@settings(deadline=None)
def test_sequences_only_drop_labels(lines: list[str], data: st.DataObject) -> None:
    found = [label(line, references=True) for line in lines]
    restarts = data.draw(st.lists(st.booleans(), max_size=len(lines)))
    kept = genuine(found, restarts)
    assert len(kept) == len(found)
    for before, after in zip(found, kept, strict=True):
        assert after is None or (before is not None and after.text == before.text)


@pytest.mark.parametrize(
    "lines",
    [
        ("这里是第{n}段正文，说明招商引资工作的情况，供参考。",),
        ("第{n}条 国家鼓励投资，保护投资者的合法权益。", "第{n}款说明。"),
        ("一、甲{n}：", "（一）乙：", "1.丙：", "（1）丁：", "①己{n}；"),
        ("1.甲{n}：", "正文{n}"),
        ("将第三条修改为：“第三条 甲{n}",),
        ("附件1", "某某办法", "第一条 甲{n}。"),
        ("问：甲{n}？", "答：乙{n}。"),
        ("A. x{n}", "(i) y{n}", "[{m}] z{n}"),
    ],
    ids=["plain", "law", "deep", "items", "quotes", "annexes", "questions", "letters"],
)
def test_work_grows_with_the_text_and_not_with_its_square(lines: tuple[str, ...]) -> None:
    few, many = (_calls(_made(lines, count)) for count in (300, 1200))
    assert many < 5.5 * few


def _made(lines: tuple[str, ...], count: int) -> str:
    kinds = len(lines)
    return "\n".join(lines[n % kinds].format(n=n, m=n % 900) for n in range(count))


def _calls(text: str) -> int:
    """How many functions are called, C's included, to read a text."""
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        parse_text(text, title="", document_id="x")
    finally:
        sys.setprofile(None)
    return count
