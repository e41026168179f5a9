"""Recognised lines → a page: straightened, of even type size, unsure ones left out.

Scans of text are slightly turned and the boxes of equal type differ by a few pixels; paragraphs
are told by indents and sizes, so both are evened out first. Boxes kept for highlighting are those
of the page as it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from statistics import median

from ingest.joining import Printed, is_cjk
from ingest.ocr import Reading, Recognised
from ingest.readers.sheet import FEWEST_LETTERS, Rule, Sheet, shares, turned_back
from ingest.source_text import clean, letters
from kb.models import UNSURE_PAGE, Note

SIDE = 595.0
"""The shorter side of a page that was recognised: that of A4 in points, the unit of PDF pages."""

_LEAST = 0.5  # certainty of a line that is kept; below it are stains, stamps and pictures
_STAIN = 0.8  # mean certainty below which a few characters are none
_STEEP = 0.25  # radians; more is not a slightly turned page
_LIKE = 0.22  # sizes that differ by less than this are the same type

# The recogniser now and then gives the half-width form of a mark between Chinese characters, where
# none is ever set, and of one bracket of a pair. Pairs of half-width brackets and full stops are
# left: they are set too.
_HALF_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff》”）])[,;:?!](?=[\u4e00-\u9fff《“（]|\Z)")
_MIXED_PAIR = re.compile(r"\(([^()（）]{1,40})）|（([^()（）]{1,40})\)")
_FULL_WIDTH = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}


def sheet_of(reading: Reading, number: int) -> Sheet:
    """The page of a reading as it is read (turned and straightened), the shorter side ``SIDE``."""
    wide = reading.turn % 180 == 0
    width, height = (reading.width, reading.height) if wide else (reading.height, reading.width)
    unit = SIDE / min(width, height)
    skew = _skew(reading.lines)
    sizes = _sizes(reading.lines)
    kept: list[Printed] = []
    removed: list[str] = []
    certainty = 0.0
    for line, size in zip(reading.lines, sizes, strict=True):
        text = normal(clean(line.text).strip())
        if not text:
            continue
        if line.score < _LEAST:
            removed.append(text)
            continue
        certainty += line.score * len(text)
        kept.append(_printed(line, text, size, number, skew, reading, unit))
    count = sum(len(line.text) for line in kept)
    if sum(letters(line.text) for line in kept) < FEWEST_LETTERS and certainty < _STAIN * count:
        removed += [line.text for line in kept]
        kept = []
    return Sheet(
        number,
        width * unit,
        height * unit,
        tuple(kept),
        tuple(_straight_rule(rule, skew, unit) for rule in reading.rules),
        tuple(removed),
        round(certainty / count, 4) if kept else None,
    )


def normal(text: str) -> str:
    """The text with full-width marks between Chinese characters, and both brackets of one form."""
    text = _HALF_WIDTH.sub(lambda match: _FULL_WIDTH[match.group()], text)
    return _MIXED_PAIR.sub(lambda match: f"（{match[1] or match[2]}）", text)


def _printed(
    line: Recognised,
    text: str,
    size: float,
    number: int,
    skew: float,
    reading: Reading,
    unit: float,
) -> Printed:
    corners = line.corners
    turned = [turned_back(x, y, reading.turn, reading.width, reading.height) for x, y in corners]
    xs, ys = [x for x, _ in turned], [y for _, y in turned]
    box = shares(min(xs), min(ys), max(xs), max(ys), reading.width, reading.height)
    begin = _straight(_middle(corners[0], corners[3]), skew, unit)
    end = _straight(_middle(corners[1], corners[2]), skew, unit)
    size *= unit
    top = (begin[1] + end[1]) / 2 - size / 2
    return Printed(text, number, begin[0], max(begin[0], end[0]), top, size, box)


def _skew(lines: Sequence[Recognised]) -> float:
    """By how much (radians) the lines of the page rise or fall: the median, by length."""
    angles: list[tuple[float, float]] = []
    for line in lines:
        (x0, y0), (x1, y1) = line.corners[0], line.corners[1]
        length = math.hypot(x1 - x0, y1 - y0)
        angle = math.atan2(y1 - y0, x1 - x0)
        if abs(angle) < _STEEP and length > 8 * _thickness(line):
            angles.append((angle, length))
    if not angles:
        return 0.0
    angles.sort()
    half = sum(length for _, length in angles) / 2
    passed = 0.0
    for angle, length in angles:
        passed += length
        if passed >= half:
            return angle
    return 0.0


def _straight(place: tuple[float, float], skew: float, unit: float) -> tuple[float, float]:
    x, y = place[0] * unit, place[1] * unit
    return (
        x * math.cos(skew) + y * math.sin(skew),
        y * math.cos(skew) - x * math.sin(skew),
    )


def _straight_rule(rule: Rule, skew: float, unit: float) -> Rule:
    x0, y0, x1, y1 = rule
    (a, b), (c, d) = _straight((x0, y0), skew, unit), _straight((x1, y1), skew, unit)
    if x1 - x0 >= y1 - y0:
        middle = (b + d) / 2
        return min(a, c), middle, max(a, c), middle
    middle = (a + c) / 2
    return middle, min(b, d), middle, max(b, d)


def _middle(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def _thickness(line: Recognised) -> float:
    (x0, y0), (x3, y3) = line.corners[0], line.corners[3]
    return max(1.0, math.hypot(x3 - x0, y3 - y0))


def _sizes(lines: Sequence[Recognised]) -> list[float]:
    """The type size of each line, by its width; sizes near the usual one are the usual one."""
    own: list[tuple[float, float]] = []
    for line in lines:
        ems = sum(1.0 if is_cjk(char) else 0.5 for char in line.text)
        (x0, y0), (x1, y1) = line.corners[0], line.corners[1]
        by_width = math.hypot(x1 - x0, y1 - y0) / max(ems, 0.5)
        own.append((by_width if ems >= 4 else _thickness(line) / 1.25, ems))
    long = [size for size, ems in own if ems >= 8]
    if not long:
        return [size for size, _ in own]
    usual = median(long)
    return [usual if abs(size - usual) < _LIKE * usual or ems < 4 else size for size, ems in own]


def notes_of(sheets: Sequence[Sheet]) -> list[Note]:
    """What the user should know of recognised pages: which they are, and which are unsure."""
    read = [sheet for sheet in sheets if sheet.confidence is not None]
    if not read:
        return []
    pages = page_list([sheet.number + 1 for sheet in read])
    mean = sum(sheet.confidence or 0.0 for sheet in read) / len(read)
    notes = [
        Note(
            "ocr",
            f"第 {pages} 页是图片，文字由识别（OCR）得到，平均把握 {mean:.0%}。",
            f"The text of page(s) {pages} was recognised from pictures (OCR), mean certainty "
            f"{mean:.0%}.",
        )
    ]
    unsure = [sheet.number + 1 for sheet in read if (sheet.confidence or 0.0) < UNSURE_PAGE]
    if unsure:
        shown = page_list(unsure)
        notes.append(
            Note(
                "ocr_unsure",
                f"第 {shown} 页识别的把握不大，可能有错字；请对照原件，或换成更清晰的扫描件。",
                f"The text of page(s) {shown} is unsure and may hold wrong characters; check it "
                "against the original or upload a clearer scan.",
            )
        )
    dropped = [sheet.number + 1 for sheet in read if sum(map(letters, sheet.removed)) >= 4]
    if dropped:
        shown = page_list(dropped)
        notes.append(
            Note(
                "ocr_dropped",
                f"第 {shown} 页有辨认不清的文字（如印章、图片里的字），没有收入。",
                f"Page(s) {shown} hold text too unclear to be read (stamps, pictures), left out.",
            )
        )
    return notes


def page_list(numbers: Sequence[int]) -> str:
    """Page numbers for a sentence: ``1–4、7``; a long list is cut off."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = [f"{run[0]}–{run[-1]}" if len(run) > 2 else "、".join(map(str, run)) for run in runs]
    return "、".join(shown[:12]) + ("…" if len(shown) > 12 else "")
