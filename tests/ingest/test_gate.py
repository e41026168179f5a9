"""Nothing gets lost unnoticed."""

from __future__ import annotations

import pytest

from ingest.draft import EMPTY_PAGE, Draft
from ingest.garbling import garbling
from ingest.gate import check, coverage
from ingest.parse import parse_bytes
from ingest.source_text import letters
from kb.errors import QuarantineError
from kb.models import Note, Page, Passage

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


SOUND = "第一条 国家鼓励外商投资，依法保护投资者的合法权益。\n" * 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (SOUND + "(cid:12)(cid:345) " * 20, "no_characters"),
        (SOUND + "\ue5d1\ue5d2\ue5d3" * 20, "no_characters"),
        (SOUND + "锟斤拷" * 10, "wrong_encoding"),
        (SOUND + "烫烫烫烫烫烫" * 10, "wrong_encoding"),
        ("国家鼓励投资。".encode().decode("latin-1").replace("\x80", "") * 20, "wrong_encoding"),
        ("国家鼓励投资，保护企业。".encode().decode("gbk", "ignore") * 20, "wrong_encoding"),
        ("国家鼓励投资".encode("gbk").decode("latin-1") * 20, "wrong_encoding"),
        ("\n".join(["正在加载，请稍候"] * 300), "repeated"),
        ("\ufffd" * 3 + SOUND, "garbled"),
    ],
    ids=["cid", "private use", "锟斤拷", "烫", "UTF-8 as Latin-1", "UTF-8 as GBK", "GBK as Latin-1",
         "repeated", "replaced"],
)  # fmt: skip
def test_garbled_text_is_told_with_its_remedy(text: str, code: str) -> None:
    (found,) = garbling(text)
    assert found.code == code
    assert "；" in found.zh
    assert ";" in found.en


@pytest.mark.parametrize(
    "text",
    [
        SOUND,
        "保存时编码选错，会出现锟斤拷一类的乱码。" + SOUND * 3,
        "\n".join(f"\uf0b7 第{n}项：营业执照副本。" for n in range(300)),
        "Les entreprises étrangères peuvent être agréées à l’échelle régionale.\n" * 3,
        "Nguyễn Văn A, công ty trách nhiệm hữu hạn, Việt Nam.\n" * 30,
        "\n".join(["是", "否"] * 300) + "\n" + "各县区填报情况如下，逐项核对。" * 200,
        "",
    ],
    ids=["sound", "about garbling", "bullets", "French", "Vietnamese", "short repeats", "nothing"],
)
def test_sound_text_passes(text: str) -> None:
    assert list(garbling(text)) == []


def test_a_page_without_text_needs_a_reason() -> None:
    pages = (Page(1, "1", 0, len(TEXT)), Page(2, "2", len(TEXT), len(TEXT)))
    with pytest.raises(QuarantineError, match="第 2 页"):
        check(draft(pages=pages), WHOLE, [])
    blank = Note(EMPTY_PAGE, "第 2 页是空白页。", "Page 2 is blank.")
    assert check(draft(pages=pages, notes=(blank,)), WHOLE, []) == ()
