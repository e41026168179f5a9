"""Lines as printed → paragraphs: which line breaks are only the edge of the page.

Works on widths and indents alone, so it serves PDF pages (points) and hard-wrapped text files
(columns) alike. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.numbering import label

_TERMINAL = frozenset("。！？!?；;：:”’」』…")
_DATED = re.compile(r"[12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日(?:[ \u3000]|\Z)")
_HEADINGS = frozenset({"章", "节", "编", "分编", "annex", "question", "answer"})
_STRONG = frozenset({"条", "章", "节", "编", "分编", "annex", "question", "answer"})


Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One printed line. ``left``, ``right``, ``top`` and ``size`` (of the type) share one unit.

    ``page`` tells pages apart; ``top`` grows downwards and is compared within a page only. ``box``
    is its rectangle in shares of the page (left, top, right, bottom), where pages have one.
    ``column``: 0 for lines that have the page to themselves, else which column they stand in.
    """

    text: str
    page: int
    left: float
    right: float
    top: float
    size: float
    box: Rectangle | None = None
    column: int = 0

    @property
    def block(self) -> tuple[int, int]:
        """The page and column whose margins it has."""
        return self.page, self.column


@dataclass(frozen=True, slots=True)
class _Style:
    left: dict[tuple[int, int], float]
    right: dict[tuple[int, int], float]
    pitch: float
    indents: bool


def is_cjk(char: str) -> bool:
    """Whether a character is Chinese or full-width, so that no space belongs beside it."""
    return (
        "\u2e80" <= char <= "\u9fff"
        or "\uf900" <= char <= "\ufaff"
        or "\uff00" <= char <= "\uffef"
        or char in "“”‘’…—·"
    )


def glue(before: str, after: str) -> str:
    """What stands between two pieces of one broken line: nothing beside Chinese, else a space."""
    if not before or not after or is_cjk(before[-1]) or is_cjk(after[0]) or before[-1] in "-/":
        return ""
    return " "


def is_bare_label(text: str) -> bool:
    """Whether a line is nothing but the number of what follows (``第三条``, ``（二）``)."""
    found = label(text)
    return found is not None and found.body == len(text) and found.family not in _HEADINGS


def paragraphs(lines: Sequence[Printed], whole: Set[int] = frozenset()) -> list[list[int]]:
    """Group printed lines (indices, in order) into paragraphs; those in ``whole`` stand alone."""
    if not lines:
        return []
    style = _style([line for at, line in enumerate(lines) if at not in whole] or lines)
    groups = [[0]]
    for at in range(1, len(lines)):
        if (
            at in whole
            or at - 1 in whole
            or _is_next(lines[groups[-1][0]].text, lines[at].text)
            or _breaks(lines[at - 1], lines[at], style)
        ):
            groups.append([at])
        else:
            groups[-1].append(at)
    return groups


def _is_next(first: str, text: str) -> bool:
    """Whether a line has the number behind that of the paragraph so far: （一） before （二）."""
    found = label(text)
    before = label(first) if found and found.strong else None
    return (
        found is not None
        and before is not None
        and (found.family, found.group, found.value)
        == (before.family, before.group, before.value + 1)
    )


def _style(lines: Sequence[Printed]) -> _Style:
    blocks: dict[tuple[int, int], list[Printed]] = {}
    for line in lines:
        blocks.setdefault(line.block, []).append(line)
    all_left, all_right = _margins([line for line in lines if not line.column] or lines)
    lefts: dict[tuple[int, int], float] = {}
    rights: dict[tuple[int, int], float] = {}
    for block, own in blocks.items():
        in_column = block[1] > 0
        left, right = _margins(own) if len(own) >= 12 or in_column else (all_left, all_right)
        wide = not in_column and abs(left - all_left) < own[0].size and not _filled(own, right)
        lefts[block], rights[block] = left, max(right, all_right) if wide else right
    gaps = [
        b.top - a.top
        for a, b in pairwise(lines)
        if a.block == b.block and 0 < b.top - a.top < 4 * a.size
    ]
    indented = sum(1 for line in lines if 1.2 <= (line.left - lefts[line.block]) / line.size <= 3)
    return _Style(lefts, rights, median(gaps) if gaps else 0.0, indented >= 0.06 * len(lines))


def _margins(lines: Sequence[Printed]) -> tuple[float, float]:
    """The left edge most lines begin at or right of, and the right edge full lines reach."""
    step = max(1.0, lines[0].size / 4)
    starts = Counter(round(line.left / step) for line in lines)
    common = [place for place, count in starts.items() if count >= max(2, 0.1 * len(lines))]
    left = min(common or starts) * step
    ends = sorted(line.right for line in lines)
    return left, ends[min(len(ends) - 1, int(len(ends) * 0.95))]


def _filled(lines: Sequence[Printed], right: float) -> bool:
    """Whether so many lines end at an edge that it must be a margin: a last page whose text fills
    only one of its columns looks like a narrow page.
    """
    return sum(right - line.right <= line.size for line in lines) >= max(6, 0.4 * len(lines))


def _breaks(a: Printed, b: Printed, style: _Style) -> bool:
    """Whether a paragraph ends between the neighbours ``a`` and ``b``."""
    size = max(a.size, 1e-6)
    if is_bare_label(a.text) and not label(b.text) and a.block == b.block:
        return b.top - a.top > 3 * size
    if a.page == b.page and (a.column == 0) != (b.column == 0):
        return True  # a heading above columns, or what follows them
    if abs(a.size - b.size) > 0.15 * size:
        return True
    if style.right[a.block] - a.right > _room(b, size):
        return True
    if _DATED.match(b.text):
        return True
    gap = (b.top - a.top) / style.pitch if a.block == b.block and style.pitch else 1.0
    if gap > 1.8:
        return True
    ended = a.text[-1] in _TERMINAL or (
        a.text[-1] in "）)》" and b.left - style.left[b.block] >= 1.2 * size
    )
    found = label(b.text)
    if found and (
        ended
        or (found.family in _STRONG and found.strong and b.left - style.left[b.block] >= 1.2 * size)
    ):
        return True
    if style.indents:
        return ended and 1.2 * size <= b.left - style.left[b.block]
    return (ended and a.text[-1] not in "；;：:") or gap > 1.35


def _room(b: Printed, size: float) -> float:
    """How much space a full line may leave at its end: the first word of ``b`` did not fit."""
    if not b.text:
        return 1.6 * size
    word = 0
    while word < len(b.text) and b.text[word].isascii() and not b.text[word].isspace():
        word += 1
    if word == 0:
        # A mark that may not begin a line takes its character with it to the next one.
        return 2.2 * size if len(b.text) > 1 and b.text[1] in "，。；：、！？）》”" else 1.6 * size
    return max(1.6 * size, min(word, 30) * 0.6 * size + 0.6 * size)
