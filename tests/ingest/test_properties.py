"""Whatever the text: spans in order and in bounds, everything covered, nothing raised."""

from __future__ import annotations

import contextlib
import string

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.gate import coverage
from ingest.outline import outline
from ingest.parse import parse_bytes
from ingest.passages import headings, passages
from ingest.readers.markdown import read_markdown
from ingest.readers.text import read_text, unflatten
from ingest.source_text import clean, letters
from ingest.terms import find_terms
from ingest.tree import walk
from kb.errors import KbError
from kb.sentences import sentences

_PIECES = [
    "第一条", "第二条 ", "第十二条第二款", "第一章 总则", "一、", "二、工作", "（一）",
    "（二）对企业", "1.", "2. 标准", "3.5%", "①", "附件1", "目录", "问：", "答：", "名词解释",
    "别名：", "甲：释义释义释义", "有下列情形之一的：", "。", "；", "，", "“", "”", "《", "》",
    "（", "）", "\n", "\n\n", " ", "　", "2020年1月1日", "# ", "## 标题\n", "**", "- ", "|",
    "|---|", "---\n", "<!--", "-->", "`", "[a](b)", "投资", "国家鼓励外商投资企业", "Mr. A",
    "abc ", "…", "！", "？", "\t", "\u200b", "e\u0301",
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
