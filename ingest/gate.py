"""Nothing may get lost between the file and its passages: accept, or refuse with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.draft import EMPTY_PAGE, PICTURE_PAGE, Draft
from ingest.garbling import garbling
from ingest.source_text import letters
from kb.errors import QuarantineError
from kb.models import Note, Passage

COVERAGE = 0.99
_SHOWN = 12


def coverage(text: str, spans: Sequence[tuple[int, int]]) -> float:
    """The share of the characters of ``text`` (white space aside) that stand in ``spans``."""
    total = len("".join(text.split()))
    if not total:
        return 1.0
    missed = 0
    behind = 0
    for start, end in sorted(spans):
        if start > behind:
            missed += len("".join(text[behind:start].split()))
        behind = max(behind, end)
    missed += len("".join(text[behind:].split()))
    return 1 - missed / total


def check(
    draft: Draft,
    passages: Sequence[Passage],
    heading_spans: Sequence[tuple[int, int]],
    *,
    accept: bool = False,
) -> tuple[Note, ...]:
    """Let a document through, or say what would be lost.

    With ``accept`` somebody who may has decided to take it in all the same: the objections are
    returned, to be kept with the document.

    Raises:
        QuarantineError: there are objections (see ``objections``) and nobody accepted them; or
            nothing is left, or spans are out of order, which nobody can accept.
    """
    _check_citable(draft.text, passages)
    found = objections(draft, passages, heading_spans)
    if found and not accept:
        raise QuarantineError(" ".join(n.zh for n in found), " ".join(n.en for n in found))
    return found


def objections(
    draft: Draft, passages: Sequence[Passage], heading_spans: Sequence[tuple[int, int]]
) -> tuple[Note, ...]:
    """What speaks against taking a document in, each with its reason and remedy.

    The reader's own objections; pages without text that no note explains; garbled text (see
    ``ingest.garbling``); more than 1 % of the letters of the source neither in the text nor
    recorded as removed; more than 1 % of the text in no passage or heading; passages that are only
    a heading.
    """
    text = draft.text
    found = [*draft.objections, *_unexplained(draft), *garbling(text)]
    expected = draft.letters - sum(map(letters, draft.removed))
    kept = letters(text)
    if kept < COVERAGE * expected:
        found.append(_lost(1 - kept / expected))
    spans = [(passage.start, passage.end) for passage in passages]
    share = coverage(text, [*spans, *heading_spans])
    if share < COVERAGE:
        found.append(_lost(1 - share))
    # A heading alone answers nothing and crowds out its own text.
    headings = set(heading_spans)
    if any(span in headings for span in spans):
        found.append(
            Note(
                "heading_only",
                "有的段落只有标题没有内容；请检查标题下面的正文是否完整后再上传。",
                "Some passages consist of a heading only; check that the text below the headings "
                "is complete.",
            )
        )
    return tuple(found)


def _unexplained(draft: Draft) -> list[Note]:
    """An objection to pages without text of which nobody says why."""
    explained = draft.objections or any(n.code in (EMPTY_PAGE, PICTURE_PAGE) for n in draft.notes)
    empty = [page.label for page in draft.pages if not draft.text[page.start : page.end].strip()]
    if not empty or explained:
        return []
    shown = "、".join(empty[:_SHOWN]) + ("…" if len(empty) > _SHOWN else "")
    return [
        Note(
            "unexplained_pages",
            f"第 {shown} 页没有读出文字，原因不明；请打开原文件核对这些页，补上文字后再上传。",
            f"Page(s) {shown} gave no text for an unknown reason; check them in the file, and "
            "upload it again with their text.",
        )
    ]


def _check_citable(text: str, passages: Sequence[Passage]) -> None:
    """Raise QuarantineError where no passage, or no true place of one, could be cited."""
    if not passages:
        raise QuarantineError(
            "没有读到正文（只有标题或空白）；请检查文件内容后再上传。",
            "No text was found besides headings; check the file and upload it again.",
        )
    behind = 0
    for passage in passages:
        piece = text[passage.start : passage.end]
        in_order = behind <= passage.start < passage.end <= passage.window_end <= len(text)
        if not in_order or piece != piece.strip():
            raise QuarantineError(
                f"第 {passage.ordinal + 1} 段的位置不对，引用会指错地方；"
                "请把这个文件和本提示交给维护人员。",
                f"Passage {passage.ordinal + 1} has a wrong position and would be cited wrongly; "
                "send this file and message to the maintainers.",
            )
        behind = passage.end


def _lost(share: float) -> Note:
    return Note(
        "lost",
        f"约 {share:.1%} 的文字没有读出来，收入会丢失内容；请另存为 Markdown 或纯文本后再上传。",
        f"About {share:.1%} of the text could not be read and would be lost; "
        "save it as Markdown or plain text and retry.",
    )
