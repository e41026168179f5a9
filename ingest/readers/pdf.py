"""PDF → draft: text, places and page images by pdfium, labels and encryption by pypdf.

pypdf loses spaces and writes NULs where pdfium does not; pdfium has no page labels. Pages without
a usable text layer are recognised (OCR); the others are never.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ingest.draft import Draft
from ingest.limits import LIMITS, Limits
from ingest.readers.layout import draft_of
from ingest.readers.ocr import notes_of
from ingest.readers.pages import (
    beside_notes,
    blank_notes,
    lost_objections,
    picture_notes,
    recognised,
    recogniser,
)
from ingest.readers.pdf_page import PageKind, PdfPage, read_page, render
from ingest.readers.pdf_structure import encrypted, structure_of
from ingest.readers.sheet import Sheet
from ingest.source_text import letters
from kb.errors import ReadError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: pdfium is not thread-safe: everything in this process that calls it holds this lock.
PDFIUM_LOCK = threading.Lock()

_SMALL, _WHOLE = 0.06, 0.9  # shares of a page: a logo, and a background or a scan under its text


def read_pdf(data: bytes, limits: Limits = LIMITS) -> Draft:
    """A draft of a PDF: running headers, footers and page numbers removed, paragraphs joined.

    Raises:
        ReadError: the file is damaged, needs a password, holds too much, or no text at all.
    """
    structure = structure_of(data)
    with PDFIUM_LOCK:
        document = _opened(data)
    try:
        pages = _text_pages(document, limits)
        sheets, pictures, lost = _with_pictures(document, pages, limits)
    finally:
        with PDFIUM_LOCK:
            document.close()
    if not any(letters(line.text) for sheet in sheets for line in sheet.lines):
        raise ReadError(
            "这个 PDF 里没有读到文字（空白，或图片里没有可识别的文字）；"
            "请换成更清晰的扫描件，或提供文字版。",
            "No text was found in this PDF (blank pages, or pictures without readable text); "
            "provide a clearer scan or a text version.",
        )
    blank = [page.sheet.number + 1 for page in pages if page.kind is PageKind.BLANK]
    beside = [
        page.sheet.number + 1
        for page in pages
        if page.kind is PageKind.TEXT and _SMALL < page.picture < _WHOLE
    ]
    return draft_of(
        sheets,
        labels=structure.labels if len(structure.labels) == len(pages) else (),
        title=structure.title,
        notes=[
            *notes_of(sheets),
            *blank_notes(blank),
            *picture_notes(pictures),
            *beside_notes(beside),
        ],
        objections=lost_objections(lost),
    )


def _opened(data: bytes) -> Any:
    import pypdfium2 as pdfium

    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "assword" in str(error):
            raise encrypted() from error
        raise ReadError(
            "这个 PDF 已损坏，打不开；请重新下载或重新导出后再上传。",
            "This PDF is damaged and cannot be opened; download or export it again and retry.",
        ) from error


def _text_pages(document: Any, limits: Limits) -> list[PdfPage]:
    """Every page by its text layer."""
    with PDFIUM_LOCK:
        count = len(document)
    limits.check_pages(count)
    pages: list[PdfPage] = []
    total = 0
    for index in range(count):
        with PDFIUM_LOCK:
            page = read_page(document, index)
        total += sum(len(line.text) for line in page.sheet.lines)
        limits.check_characters(total)
        limits.on_page(index + 1, count)
        pages.append(page)
    return pages


def _with_pictures(
    document: Any, pages: Sequence[PdfPage], limits: Limits
) -> tuple[list[Sheet], list[int], list[int]]:
    """All pages, pictures and garbled ones recognised; the numbers (from 1) of pictures without
    text, and of pages that are lost.
    """
    sheets: list[Sheet] = []
    pictures: list[int] = []
    lost: list[int] = []
    total = 0
    with recogniser(limits) as ocr:
        for page in pages:
            sheet = page.sheet
            if page.kind is PageKind.DAMAGED:
                lost.append(sheet.number + 1)
            elif page.kind in (PageKind.PICTURE, PageKind.GARBLED):
                image = _image(document, sheet.number)
                read = None if image is None else recognised(ocr, sheet.number, image)
                limits.on_page(sheet.number + 1, len(pages))
                if read is None:
                    lost.append(sheet.number + 1)
                elif page.kind is PageKind.GARBLED or _letters(read) > _letters(sheet):
                    sheet = read
                if read is not None and not _letters(sheet):
                    pictures.append(sheet.number + 1)
            total += sum(len(line.text) for line in sheet.lines)
            limits.check_characters(total)
            sheets.append(sheet)
    return sheets, pictures, lost


def _image(document: Any, index: int) -> NDArray[np.uint8] | None:
    import pypdfium2 as pdfium

    with PDFIUM_LOCK:
        try:
            return render(document, index)
        except (pdfium.PdfiumError, ValueError):
            return None


def _letters(sheet: Sheet) -> int:
    return sum(letters(line.text) for line in sheet.lines)
