"""Page images → pages by OCR, and what is said of pages that gave no text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ingest.draft import EMPTY_PAGE, PICTURE_PAGE
from ingest.limits import Limits
from ingest.ocr import PageLost, Recogniser
from ingest.readers.ocr import page_list, sheet_of
from ingest.readers.sheet import Sheet
from kb.models import Note

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@contextmanager
def recogniser(limits: Limits) -> Iterator[Recogniser]:
    """The recogniser of this run if there is one, else one for this file alone."""
    if limits.ocr is not None:
        yield limits.ocr
        return
    with Recogniser() as own:
        yield own


def recognised(ocr: Recogniser, number: int, image: NDArray[np.uint8]) -> Sheet | None:
    """The page (numbered from 0) read off its image; None if the recogniser fails on it."""
    try:
        return sheet_of(ocr.page(image), number)
    except PageLost:
        return None


def blank_notes(blank: Sequence[int]) -> list[Note]:
    """A note for pages (from 1) on which nothing stands."""
    if not blank:
        return []
    shown = page_list(blank)
    return [Note(EMPTY_PAGE, f"第 {shown} 页是空白页。", f"Page(s) {shown} are blank.")]


def running_only_notes(pages: Sequence[int]) -> list[Note]:
    """A note for pages (from 1) on which nothing but running headers and footers stands."""
    if not pages:
        return []
    shown = page_list(pages)
    return [
        Note(
            EMPTY_PAGE,
            f"第 {shown} 页除页眉页脚外没有文字。",
            f"Page(s) {shown} hold nothing but running headers and footers.",
        )
    ]


def picture_notes(pictures: Sequence[int]) -> list[Note]:
    """A note for pages (from 1) that are pictures in which no text was found."""
    if not pictures:
        return []
    shown = page_list(pictures)
    return [
        Note(
            PICTURE_PAGE,
            f"第 {shown} 页是图片，没有识别到文字。",
            f"Page(s) {shown} are pictures in which no text was found.",
        )
    ]


def beside_notes(pages: Sequence[int]) -> list[Note]:
    """A note for pages (from 1) of text with a picture among it."""
    if not pages:
        return []
    shown = page_list(pages)
    return [
        Note(
            "picture_in_text",
            f"第 {shown} 页的正文里有图片，图片里如有文字没有收入。",
            f"Page(s) {shown} hold pictures among their text; text in these pictures was left out.",
        )
    ]


def lost_objections(lost: Sequence[int]) -> list[Note]:
    """An objection for pages (from 1) that could not be recognised or loaded at all."""
    if not lost:
        return []
    shown = page_list(lost)
    return [
        Note(
            "lost_page",
            f"第 {shown} 页读不出来（页面损坏，或文字识别中断），收入会丢失内容；"
            "请提供这些页的文字版或重新扫描，确认无用后也可以删去这些页再上传。",
            f"Page(s) {shown} could not be read (damaged, or recognition broke off) and would be "
            "lost; provide their text or scan them again, or delete them if they do not matter.",
        )
    ]
