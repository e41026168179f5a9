"""One page of a PDF by pdfium: its pieces of text with their places, its ruling lines, its kind.

Places are turned and cut as the page is shown (``/Rotate``, crop box), y growing downwards. Every
function here is called with ``pdf.PDFIUM_LOCK`` held.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ingest.joining import Printed, Rectangle
from ingest.ocr import fitting
from ingest.readers.pdf_rules import Place, drawn_objects
from ingest.readers.sheet import FEWEST_LETTERS, Rule, Sheet, shares, turned_back
from ingest.source_text import clean, letters

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ASCENT = 0.88  # of the type above the base line
_WIDE_GAP = 1.5  # sizes of white between two pieces of a line
_FEW_LETTERS = 80  # on a page covered by a picture: a stamp of the scanner, not the text
_DPI = 150
_SPACED_OUT = re.compile(r"(?<=[\u4e00-\u9fff，。；：、]) (?=[\u4e00-\u9fff，。；：、])")
_BULLET = re.compile(r"[\uf06c\uf06e\uf0a7\uf0b7\uf0d8\uf0fc]")  # those of Symbol and Wingdings
_EXPECTED = re.compile(
    r"[\u0020-\u024f\u0370-\u04ff\u2000-\u2bff\u3000-\u30ff\u3200-\u33ff\u4e00-\u9fff\ufe30-\ufe4f\uff00-\uffef]"
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class PageKind(StrEnum):
    """What a page has to offer."""

    TEXT = "text"
    BLANK = "blank"
    PICTURE = "picture"  # a picture or drawing, with little text or none
    GARBLED = "garbled"  # text whose characters are not what is printed
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page, its kind, and the share of it that the largest picture covers."""

    sheet: Sheet
    kind: PageKind
    picture: float = 0.0


def read_page(document: Any, index: int) -> PdfPage:
    """Read one page; one that pdfium cannot load is ``DAMAGED``, never an error."""
    import pypdfium2 as pdfium

    empty = Sheet(index, 1.0, 1.0, ())
    try:
        page = document[index]
    except pdfium.PdfiumError:
        return PdfPage(empty, PageKind.DAMAGED)
    try:
        width, height = page.get_size()
        textpage = page.get_textpage()
        try:
            turn = _turn(textpage, page.get_rotation())
            place = _placing(page, (page.get_rotation() - turn) % 360)
            paths, picture, objects = drawn_objects(page, place, width * height)
            view = _View(index, width, height, turn, place)
            lines, removed, lost = _pieces(textpage, view, paths)
        finally:
            textpage.close()
    except pdfium.PdfiumError:
        return PdfPage(empty, PageKind.DAMAGED)
    finally:
        page.close()
    sheet = Sheet(index, view.across, view.down, tuple(lines), tuple(paths), tuple(removed))
    return PdfPage(sheet, _kind(lines, lost, picture, objects), picture)


def _kind(lines: list[Printed], lost: int, picture: float, objects: int) -> PageKind:
    text = "".join(line.text for line in lines)
    count = letters(text)
    if is_garbled(text, lost):
        return PageKind.GARBLED
    if count < FEWEST_LETTERS and not (count or objects):
        return PageKind.BLANK
    if (picture > 0.5 and count < _FEW_LETTERS) or (
        count < FEWEST_LETTERS and (picture > 0.05 or objects > 20)
    ):
        return PageKind.PICTURE
    return PageKind.TEXT if count else PageKind.PICTURE


def is_garbled(text: str, lost: int = 0) -> bool:
    """Whether a text layer is not what is printed: fonts without a character map.

    Its characters are then control characters (``lost``: how many were dropped), replacements,
    private ones, scripts nobody expects, or Chinese ones that hardly anybody uses.
    """
    count = len(text.replace(" ", "")) + lost
    if not count:
        return False
    strange = lost + sum(1 for char in text if not _EXPECTED.match(char))
    if strange > 0.1 * count:
        return True
    chinese = _CHINESE.findall(text)
    if len(chinese) < 20:
        return False
    rare = sum(1 for char in chinese if not _is_common(char))
    return rare > 0.15 * len(chinese)


def _is_common(char: str) -> bool:
    for encoding in ("gb2312", "big5"):
        try:
            char.encode(encoding)
        except UnicodeEncodeError:
            continue
        return True
    return False


def render(document: Any, index: int) -> NDArray[np.uint8]:
    """The page as shown: height x width x 3 bytes, blue, green, red, about 150 dots an inch."""
    page = document[index]
    try:
        width, height = page.get_size()
        scale = fitting(width, height, _DPI / 72)
        image: NDArray[np.uint8] = page.render(scale=scale).to_numpy()[:, :, :3].copy()
    finally:
        page.close()
    return image


def _turn(textpage: Any, rotation: int) -> int:
    """By how many degrees counter-clockwise the page as shown must be turned for its text to be
    upright: what most of its characters (a sample) say.
    """
    from pypdfium2 import raw

    count = textpage.count_chars()
    seen = Counter(
        round(math.degrees(raw.FPDFText_GetCharAngle(textpage.raw, at)) / 90) * 90 % 360
        for at in range(0, count, max(1, count // 40))
        if raw.FPDFText_GetUnicode(textpage.raw, at) > 32
    )
    return (rotation + seen.most_common(1)[0][0]) % 360 if seen else 0  # pdfium counts clockwise


def _placing(page: Any, turn: int) -> Place:
    """From the page's own coordinates to the page turned by so many degrees clockwise."""
    left, bottom, right, top = page.get_bbox()
    if turn == 90:
        return lambda x, y: (y - bottom, x - left)
    if turn == 180:
        return lambda x, y: (right - x, y - bottom)
    if turn == 270:
        return lambda x, y: (top - y, right - x)
    return lambda x, y: (x - left, top - y)


@dataclass(frozen=True, slots=True)
class _View:
    """A page ``width`` x ``height`` as shown, looked at turned by ``turn`` degrees
    counter-clockwise; ``place`` goes from the page's own coordinates to what is looked at.
    """

    number: int
    width: float
    height: float
    turn: int
    place: Place

    @property
    def across(self) -> float:
        """The width of what is looked at."""
        return self.height if self.turn % 180 else self.width

    @property
    def down(self) -> float:
        """The height of what is looked at."""
        return self.width if self.turn % 180 else self.height

    def box(self, left: float, top: float, right: float, bottom: float) -> Rectangle:
        """A rectangle in shares of the page as shown."""
        a = turned_back(left, top, self.turn, self.width, self.height)
        b = turned_back(right, bottom, self.turn, self.width, self.height)
        return shares(
            min(a[0], b[0]),
            min(a[1], b[1]),
            max(a[0], b[0]),
            max(a[1], b[1]),
            self.width,
            self.height,
        )


def _pieces(textpage: Any, view: _View, rules: list[Rule]) -> tuple[list[Printed], list[str], int]:
    """Pieces of text, what was taken out (slanted watermarks, text outside the page), and how many
    characters were nothing that can be seen.
    """
    count = textpage.count_chars()
    raw = textpage.get_text_range(0, count) if count > 0 else ""
    if len(raw) != count:  # pdfium counts a character beyond the 16-bit range twice
        raw = "".join(char if char <= "\uffff" else char + "\udfff" for char in raw)
    boxes = _Boxes(textpage, view.place) if len(raw) == count else None
    upright = [rule for rule in rules if rule[3] - rule[1] > rule[2] - rule[0]]
    pieces: list[Printed] = []
    removed: list[str] = []
    lost = 0
    at = 0
    for row, line in enumerate(raw.split("\r\n")):
        begin, at = at, at + len(line) + 2
        if not line.strip():
            continue
        lost += sum(1 for char in line if char < " " and char not in "\t\n\r\x02")
        if boxes is None:
            text = _tidy(line)
            if text:
                pieces.append(Printed(text, view.number, 0.0, float(len(text)), float(row), 1.0))
            continue
        for first, last in boxes.cut(line, begin, upright):
            text = _tidy(raw[first : last + 1])
            if not text:
                continue
            left, top, right, bottom = boxes.around(first, last)
            outside = right <= 0 or left >= view.across or bottom <= 0 or top >= view.down
            if outside or boxes.is_slanted(first):
                removed.append(text)
                continue
            box = view.box(left, top, right, bottom)
            pieces.append(Printed(text, view.number, left, right, *boxes.type(first), box))
    return pieces, removed, lost


class _Boxes:
    """The places of a page's characters as shown."""

    def __init__(self, textpage: Any, place: Place) -> None:
        from pypdfium2 import raw

        self._raw = raw
        self._page = textpage.raw
        self._place = place
        self._rect = raw.FS_RECTF()
        self._matrix = raw.FS_MATRIX()

    def of(self, at: int) -> Rectangle:
        """Left, top, right, bottom of a character, by the height and advance of its font."""
        rect = self._rect
        if not self._raw.FPDFText_GetLooseCharBox(self._page, at, rect):
            return (0.0, 0.0, 0.0, 0.0)
        (x0, y0), (x1, y1) = self._place(rect.left, rect.bottom), self._place(rect.right, rect.top)
        return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def type(self, at: int) -> tuple[float, float]:
        """Top and size of a character by its font size and base line, so that a line that begins
        with a digit of another font is as high as its neighbours; by its box where these are odd.
        """
        _, top, _, bottom = self.of(at)
        height = max(bottom - top, 1.0)
        if not self._raw.FPDFText_GetMatrix(self._page, at, self._matrix):
            return top, height
        scale = math.hypot(self._matrix.c, self._matrix.d)
        size = self._raw.FPDFText_GetFontSize(self._page, at) * scale
        x, y = ctypes.c_double(), ctypes.c_double()
        if not 0.5 * height < size < 2 * height or not self._raw.FPDFText_GetCharOrigin(
            self._page, at, x, y
        ):
            return top, height
        return self._place(x.value, y.value)[1] - _ASCENT * size, size

    def around(self, first: int, last: int) -> Rectangle:
        """The rectangle of a piece of a line."""
        left, top, right, bottom = self.of(first)
        end = self.of(last)
        return (
            min(left, end[0]),
            top,
            max(right, end[2]),
            bottom,
        )

    def is_slanted(self, at: int) -> bool:
        """Whether a character stands at another angle than text does: part of a watermark."""
        angle = math.degrees(self._raw.FPDFText_GetCharAngle(self._page, at)) % 90
        return 5 < angle < 85

    def cut(self, line: str, begin: int, upright: list[Rule]) -> Iterator[tuple[int, int]]:
        """The pieces of a line (first and last index): cut at wide gaps, jumps and ruling lines."""
        first = last = -1
        right = top = size = 0.0
        for offset, char in enumerate(line):
            if char.isspace() or char == "\udfff":
                continue
            at = begin + offset
            box = self.of(at)
            if first >= 0:
                gap = box[0] - right
                if (
                    gap > _WIDE_GAP * size
                    or gap < -4 * size
                    or abs(box[1] - top) > 1.2 * size
                    or (gap > 0 and upright and _crosses(right, box, upright))
                ):
                    yield first, last
                    first = -1
            if first < 0:
                first, top, size = at, box[1], max(box[3] - box[1], 1.0)
            last, right = at, box[2]
        if first >= 0:
            yield first, last


def _crosses(right: float, box: Rectangle, upright: list[Rule]) -> bool:
    y = (box[1] + box[3]) / 2
    return any(right - 1 <= rule[0] <= box[0] + 1 and rule[1] <= y <= rule[3] for rule in upright)


def _tidy(piece: str) -> str:
    """One printed line without invisible characters and without letter-spacing."""
    piece = piece.replace("\ufffe", "-").replace("\x02", "-").replace("\n", " ").replace("\r", " ")
    text = _BULLET.sub("•", clean(piece)).strip()
    if text.count(" ") > 3 and len(_SPACED_OUT.findall(text)) > 0.35 * len(text):
        text = _SPACED_OUT.sub("", text)
    return text
