"""PDF with a text layer → draft: text and boxes by pdfium, labels and encryption by pypdf.

pypdf loses spaces and writes NULs where pdfium does not; pdfium has no page labels.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.draft import Draft
from ingest.joining import Printed, glue, is_cjk, paragraphs
from ingest.limits import LIMITS, Limits
from ingest.readers.metadata import metadata_title
from ingest.readers.running import running_lines
from ingest.source_text import clean, letters
from kb.errors import QuarantineError, ReadError
from kb.models import Page

#: pdfium is not thread-safe: everything in this process that calls it holds this lock.
PDFIUM_LOCK = threading.Lock()

_FEWEST_LETTERS = 10  # of a page that counts as having text
_SPACED_OUT = re.compile(r"(?<=[\u4e00-\u9fff，。；：、]) (?=[\u4e00-\u9fff，。；：、])")
_LEADER = re.compile(r"\s*(?:[.．·]\s?|…){4,}\s*[0-9ivxlcIVXLC]{0,5}\s*\Z")


@dataclass(frozen=True, slots=True)
class _Structure:
    """What pypdf knows: the printed page labels and the title in the metadata."""

    labels: tuple[str, ...] = ()
    title: str = ""


def read_pdf(data: bytes, limits: Limits = LIMITS) -> Draft:
    """A draft of a PDF: running headers, footers and page numbers removed, paragraphs joined.

    Raises:
        ReadError: the file is damaged, needs a password, holds too much text, or has no usable
            text layer (a scan).
        QuarantineError: some pages are pictures without text, which would be lost.
    """
    structure = _structure(data)
    pages, pictures = _page_lines(data, limits)
    _check_text(pages, pictures)
    pages, leaders = _without_leaders(pages)
    running = running_lines([[line.text for line in page] for page in pages])
    body = [
        line
        for page, gone in zip(pages, running, strict=True)
        for at, line in enumerate(page)
        if at not in gone
    ]
    removed = [
        page[at].text for page, gone in zip(pages, running, strict=True) for at in sorted(gone)
    ]
    text, spans = _compose(body, len(pages))
    labels = structure.labels if len(structure.labels) == len(pages) else ()
    return Draft(
        text,
        pages=tuple(
            Page(number, labels[number - 1] if labels else str(number), start, end)
            for number, (start, end) in enumerate(spans, start=1)
        ),
        removed=(*leaders, *removed),
        letters=sum(letters(line.text) for page in pages for line in page)
        + sum(map(letters, leaders)),
        title=structure.title,
    )


def _structure(data: bytes) -> _Structure:
    import logging

    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError, WrongPasswordError

    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise _encrypted()
        metadata = reader.metadata
        title = metadata_title(str(metadata.title or "")) if metadata else ""
        labels = tuple(clean(label).strip() for label in reader.page_labels)
    except (FileNotDecryptedError, WrongPasswordError) as error:
        raise _encrypted() from error
    except (
        PyPdfError,
        DependencyError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        OSError,
    ):
        # pdfium mends more than pypdf does; without pypdf only labels and title are missing.
        return _Structure()
    finally:
        logger.setLevel(level)
    return _Structure(labels, title)


def _encrypted() -> ReadError:
    return ReadError(
        "这个 PDF 设有打开密码，无法读取；请去掉密码（另存为不加密的 PDF）后再上传。",
        "This PDF needs a password to open; save it without a password and upload it again.",
    )


def _page_lines(data: bytes, limits: Limits) -> tuple[list[list[Printed]], list[int]]:
    """The printed lines of every page, and the numbers of pages that are a picture without text."""
    import pypdfium2 as pdfium

    pages: list[list[Printed]] = []
    pictures: list[int] = []
    total = 0
    with PDFIUM_LOCK:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            if "assword" in str(error):
                raise _encrypted() from error
            raise ReadError(
                "这个 PDF 已损坏，打不开；请重新下载或重新导出后再上传。",
                "This PDF is damaged and cannot be opened; download or export it again and retry.",
            ) from error
        try:
            limits.check_pages(len(document))
            for index in range(len(document)):
                lines, picture = _read_page(document, index)
                total += sum(len(line.text) for line in lines)
                limits.check_characters(total)
                limits.on_page(index + 1, len(document))
                pages.append(lines)
                if picture and sum(letters(line.text) for line in lines) < _FEWEST_LETTERS:
                    pictures.append(index + 1)
        finally:
            document.close()
    return pages, pictures


def _read_page(document: Any, index: int) -> tuple[list[Printed], bool]:
    """One page: its lines and whether a picture covers most of it. A damaged page has no lines."""
    import pypdfium2 as pdfium

    try:
        page = document[index]
    except pdfium.PdfiumError:
        return [], True
    try:
        textpage = page.get_textpage()
        try:
            count = textpage.count_chars()
            raw = textpage.get_text_range(0, count) if count > 0 else ""
            lines = _lines(textpage, raw, index, page.get_height(), exact=len(raw) == count)
        finally:
            textpage.close()
        picture = sum(letters(line.text) for line in lines) < _FEWEST_LETTERS and _is_picture(page)
    except pdfium.PdfiumError:
        return [], True
    finally:
        page.close()
    return lines, picture


def _is_picture(page: Any) -> bool:
    from pypdfium2 import raw

    area = page.get_width() * page.get_height()
    for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=4):
        left, bottom, right, top = item.get_bounds()
        if abs((right - left) * (top - bottom)) > 0.3 * area:
            return True
    return False


def _lines(textpage: Any, raw: str, page: int, height: float, *, exact: bool) -> list[Printed]:
    """Printed lines with their boxes; without boxes (``exact`` false) positions are guessed."""
    lines: list[Printed] = []
    at = 0
    for row, piece in enumerate(raw.split("\r\n")):
        begin, at = at, at + len(piece) + 2
        text = _tidy(piece)
        if not text:
            continue
        first = begin + len(piece) - len(piece.lstrip())
        last = begin + len(piece.rstrip()) - 1
        if exact and last >= first:
            left, bottom, _, top = textpage.get_charbox(first, loose=True)
            right = textpage.get_charbox(last, loose=True)[2]
            size = max(top - bottom, 1.0)
            lines.append(Printed(text, page, left, max(left, right), height - top, size))
        else:
            lines.append(Printed(text, page, 0.0, float(len(text)), float(row), 1.0))
    return lines


def _tidy(piece: str) -> str:
    """One printed line without invisible characters and without letter-spacing."""
    piece = piece.replace("\ufffe", "-").replace("\x02", "-").replace("\n", " ").replace("\r", " ")
    text = clean(piece).strip()
    if text.count(" ") > 3 and len(_SPACED_OUT.findall(text)) > 0.35 * len(text):
        text = _SPACED_OUT.sub("", text)
    return text


def _check_text(pages: Sequence[Sequence[Printed]], pictures: Sequence[int]) -> None:
    """Refuse scans, unusable text layers and documents some pages of which would be lost."""
    whole = "".join(line.text for page in pages for line in page)
    filled = sum(1 for page in pages if sum(letters(line.text) for line in page) >= _FEWEST_LETTERS)
    if not filled or len(pictures) * 2 >= len(pages):
        raise ReadError(
            "这个 PDF 是扫描件或图片，没有可读的文字层，需要先做文字识别（OCR）；"
            "请提供文字版（可复制文字的 PDF、Markdown 或纯文本）。",
            "This PDF is a scan without a readable text layer and needs OCR; provide a text "
            "version (a PDF whose text can be copied, Markdown or plain text).",
        )
    unusable = sum(1 for char in whole if char == "\ufffd" or "\ue000" <= char <= "\uf8ff")
    if unusable > 0.1 * len(whole):
        raise ReadError(
            "这个 PDF 的文字层是乱码（字体缺少编码表），不能当文字读取，需要文字识别（OCR）；"
            "请提供文字版。",
            "The text layer of this PDF is garbled (its fonts lack a character map) and needs OCR; "
            "provide a text version.",
        )
    if pictures:
        shown = "、".join(map(str, pictures[:12])) + ("…" if len(pictures) > 12 else "")
        raise QuarantineError(
            f"第 {shown} 页是图片，没有文字，收入会丢失内容；"
            "请提供这些页的文字版，或确认无用后删去这些页再上传。",
            f"Page(s) {shown} are pictures without text and would be lost; provide their text, "
            "or delete those pages if they do not matter, and upload again.",
        )


def _without_leaders(
    pages: Sequence[Sequence[Printed]],
) -> tuple[list[list[Printed]], list[str]]:
    """Entries of a table of contents without their dots and page number, and what was cut off.

    The shortened entry ends where its title ends, so it is never joined with the next one.
    """
    cut: list[str] = []
    kept: list[list[Printed]] = []
    for page in pages:
        lines: list[Printed] = []
        for line in page:
            match = _LEADER.search(line.text) if any(c in line.text for c in ".．…·") else None
            if match is None or not match.start():
                lines.append(line)
                continue
            cut.append(match.group())
            width = (line.right - line.left) * match.start() / len(line.text)
            title = line.text[: match.start()]
            lines.append(replace(line, text=title, right=line.left + width / 2))
        kept.append(lines)
    return kept, cut


def _compose(lines: Sequence[Printed], page_count: int) -> tuple[str, list[tuple[int, int]]]:
    """The canonical text of the printed lines, and the span of each page in it."""
    parts: list[str] = []
    at = 0
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for group in paragraphs(lines):
        if parts:
            parts.append("\n")
            at += 1
        before = ""
        for index in group:
            line = lines[index]
            between = _between(before, line.text)
            parts += [between, line.text]
            at += len(between)
            first.setdefault(line.page, at)
            at += len(line.text)
            last[line.page] = at
            before = line.text
    spans: list[tuple[int, int]] = []
    end = 0
    for page in range(page_count):
        start = first.get(page, end)
        end = last.get(page, start)
        spans.append((start, end))
    return "".join(parts), spans


def _between(before: str, after: str) -> str:
    """The glue of two joined lines; a Chinese line that ended in a space stays without it."""
    return "" if before and is_cjk(before[-1]) else glue(before, after)
