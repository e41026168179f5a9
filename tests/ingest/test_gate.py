"""Nothing gets lost unnoticed."""

from __future__ import annotations

import pytest

from ingest.draft import Draft
from ingest.gate import check, coverage
from ingest.parse import parse_bytes
from ingest.source_text import letters
from kb.errors import QuarantineError
from kb.models import Note, Passage

TEXT = "第一条 国家鼓励投资。\n第二条 国家保护投资。"
WHOLE = (Passage(0, ("第一条",), 0, 11, 11), Passage(1, ("第二条",), 12, 23, 23))


def draft(text: str = TEXT, **changes: object) -> Draft:
    return Draft(text, letters=changes.pop("letters", letters(text)), **changes)  # type: ignore[arg-type]


def test_a_whole_document_passes() -> None:
    check(draft(), WHOLE, [])


def test_coverage_counts_characters_in_spans_once() -> None:
    assert coverage("甲乙丙丁", [(0, 2), (1, 2)]) == 0.5
    assert coverage("甲 乙\n丙", [(0, 3), (4, 5)]) == 1.0
    assert coverage("  ", []) == 1.0


@pytest.mark.parametrize(
    ("broken", "passages", "headings", "reason"),
    [
        (draft(), (), [], "正文"),
        (draft(), WHOLE[:1], [], "丢失"),
        (draft(letters=100), WHOLE, [], "丢失"),
        (draft("�" + TEXT[1:]), WHOLE, [], "乱码"),
        (draft(), (WHOLE[1], WHOLE[0]), [], "位置"),
        (draft(), (WHOLE[0], Passage(1, (), 11, 23, 23)), [], "位置"),
        (draft(), (WHOLE[0], Passage(1, (), 12, 24, 24)), [], "位置"),
        (draft(), WHOLE, [(0, 11)], "标题"),
    ],
    ids=["empty", "passage lost", "letters lost", "garbled", "order", "blank", "bounds", "heading"],
)
def test_what_would_lose_text_is_refused(
    broken: Draft, passages: tuple[Passage, ...], headings: list[tuple[int, int]], reason: str
) -> None:
    with pytest.raises(QuarantineError, match=reason) as caught:
        check(broken, passages, headings)
    assert caught.value.en


def test_what_was_removed_on_purpose_is_not_missed() -> None:
    check(draft(removed=("页眉" * 20,), letters=letters(TEXT) + 40), WHOLE, [])


def test_an_admin_may_accept_what_the_gate_objects_to() -> None:
    unread = Note("unread_pages", "第 3 页没有读出来；请补上文字。", "Page 3 was not read; add it.")
    broken = draft(letters=100, objections=(unread,))
    with pytest.raises(QuarantineError, match=r"第 3 页.*丢失"):
        check(broken, WHOLE, [])
    assert [note.code for note in check(broken, WHOLE, [], accept=True)] == ["unread_pages", "lost"]
    assert check(draft(), WHOLE, [], accept=True) == ()


@pytest.mark.parametrize("passages", [(), (WHOLE[1], WHOLE[0])], ids=["nothing", "order"])
def test_nobody_can_accept_what_cannot_be_cited(passages: tuple[Passage, ...]) -> None:
    with pytest.raises(QuarantineError):
        check(draft(), passages, [], accept=True)


def test_accepted_objections_stay_with_the_document() -> None:
    text = "第一条 国家鼓励投资。\n" + "\ufffd" * 5
    with pytest.raises(QuarantineError, match="乱码"):
        parse_bytes(text.encode(), "x.txt")
    document = parse_bytes(text.encode(), "x.txt", accept=True)
    assert [note.code for note in document.notes] == ["garbled"]
    assert document.passages
