"""The graphic units of an OFD page → pieces of text with places, ruling lines, pictures.

Elements and their meaning by GB/T 33190-2016; lengths are millimetres there and points here, as in
a PDF. Text is what ``TextCode`` holds; glyphs only draw it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.joining import Printed, is_cjk
from ingest.readers.sheet import Rule, shares
from ingest.source_text import clean

OFD = "{http://www.ofdspec.org/2016}"
POINTS = 72 / 25.4
_DEEPEST = 20  # blocks in blocks, and composite units in composite units
_MOST_UNITS = 200_000  # of one page
_MOST_RULES = 20_000
_THIN = 1.5  # points; a filled box or a line thinner than this is a ruling line
_SHORTEST_RULE = 4.0
_GAP = 1.8  # of the type size: a wider one parts two pieces of text
_TOKEN = re.compile(r"[A-Za-z]|-?\d*\.?\d+(?:[eE]-?\d+)?")

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on a page: its resource id and its rectangle in points."""

    resource: str
    box: tuple[float, float, float, float]


@dataclass(slots=True)
class Units:
    """What stands on a page."""

    number: int
    width: float
    height: float
    pieces: list[Printed] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    seen: int = 0


def add_units(parent: Any, units: Units, composites: dict[str, Any]) -> None:
    """Add the units below an element of a page or a template.

    ``composites``: the composite graphic units of the document's resources, by id.
    """
    waiting: list[tuple[Any, Matrix, int, bool]] = [(parent, _IDENTITY, 0, True)]
    while waiting:
        element, matrix, depth, visible = waiting.pop()
        if units.seen >= _MOST_UNITS or depth > _DEEPEST:
            return
        units.seen += 1
        name = element.tag.removeprefix(OFD) if isinstance(element.tag, str) else ""
        visible = visible and element.get("Visible", "true").lower() not in ("false", "0")
        if name == "TextObject":
            _add_text(element, matrix, visible, units)
        elif name == "PathObject" and visible:
            _add_path(element, matrix, units)
        elif name == "ImageObject" and visible:
            box = _bounds(element, matrix)
            units.pictures.append(Picture(element.get("ResourceID", ""), box))
        elif name == "CompositeObject":
            inner = composites.get(element.get("ResourceID", ""))
            if inner is not None:
                waiting.append((inner, _placed(element, matrix), depth + 1, visible))
        elif name not in ("Actions", "Clips", "Extend"):
            waiting.extend((child, matrix, depth + 1, visible) for child in reversed(element))


def numbers(text: str | None) -> list[float]:
    """The numbers of an attribute: ``1 2.5``, with ``g 3 5`` standing for ``5 5 5``."""
    found: list[float] = []
    parts = iter((text or "").split())
    for part in parts:
        try:
            if part.lower() == "g":
                count, value = int(next(parts)), _finite(next(parts))
                found += [value] * max(0, min(count, 100_000 - len(found)))
            else:
                found.append(_finite(part))
        except (ValueError, StopIteration):
            break
        if len(found) >= 100_000:
            break
    return found


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value) or abs(value) > 1e7:
        raise ValueError
    return value


def _matrix(element: Any) -> Matrix:
    values = numbers(element.get("CTM"))
    if len(values) != 6:
        return _IDENTITY
    a, b, c, d, e, f = values
    return a, b, c, d, e, f


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        (e * q + f * s + u),
    )


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _placed(element: Any, matrix: Matrix) -> Matrix:
    """The space of a unit: its own matrix, its place on the page, then what surrounds it."""
    boundary = numbers(element.get("Boundary"))
    x, y = (boundary[0], boundary[1]) if len(boundary) >= 2 else (0.0, 0.0)
    return _times(_times(_matrix(element), (1.0, 0.0, 0.0, 1.0, x, y)), matrix)


def _bounds(element: Any, matrix: Matrix) -> tuple[float, float, float, float]:
    values = [*numbers(element.get("Boundary")), 0.0, 0.0, 0.0, 0.0]
    left, top = _apply(matrix, values[0], values[1])
    right, bottom = _apply(matrix, values[0] + values[2], values[1] + values[3])
    return left * POINTS, top * POINTS, right * POINTS, bottom * POINTS


def _add_text(element: Any, matrix: Matrix, visible: bool, units: Units) -> None:
    space = _placed(element, matrix)
    size = (numbers(element.get("Size")) or [4.0])[0]
    stretch = (numbers(element.get("HScale")) or [1.0])[0]
    x = y = 0.0
    for code in element.iter(OFD + "TextCode"):
        x = (numbers(code.get("X")) or [x])[0]
        y = (numbers(code.get("Y")) or [y])[0]
        text = code.text or ""
        if not text.strip():
            continue
        if not visible:
            units.removed.append(clean(text).strip())
            continue
        steps = numbers(code.get("DeltaX"))
        down = numbers(code.get("DeltaY"))
        ends = _advances(text, steps, size * stretch)
        if any(down) and not any(steps):  # written downwards: one piece, where it begins
            ends = [0.0] * len(text)
        for begin, end in _runs(text, ends, size):
            _add_piece(
                text[begin:end],
                space,
                (x + (ends[begin - 1] if begin else 0.0), y),
                (x + ends[end - 1], y),
                size,
                units,
            )


def _advances(text: str, steps: list[float], size: float) -> list[float]:
    """Where each character ends, from the beginning of the first; widths not told are guessed."""
    at = 0.0
    ends: list[float] = []
    for index, char in enumerate(text):
        own = size if is_cjk(char) else 0.5 * size
        at += steps[index] if index < len(steps) else own
        ends.append(at)
    return ends


def _runs(text: str, ends: list[float], size: float) -> Iterator[tuple[int, int]]:
    """Parts of a text that no wide gap divides."""
    begin = 0
    for index in range(1, len(text)):
        before = ends[index - 1] - (ends[index - 2] if index > 1 else 0.0)
        if before > (_GAP + 0.5) * size and not text[index - 1].isspace():
            yield begin, index
            begin = index
    yield begin, len(text)


def _add_piece(
    text: str,
    space: Matrix,
    start: tuple[float, float],
    end: tuple[float, float],
    size: float,
    units: Units,
) -> None:
    """Add a piece whose base line runs from ``start`` to ``end`` in its own space."""
    bare = clean(text.replace("\n", " ")).strip()
    if not bare:
        return
    a, b, c, d, *_ = space
    if abs(b) > 0.2 * abs(a) or a <= 0:  # slanted or mirrored: a watermark
        units.removed.append(bare)
        return
    left, base = _apply(space, *start)
    right, _ = _apply(space, *end)
    height = max(0.1, size * math.hypot(c, d)) * POINTS
    left, right, top = left * POINTS, right * POINTS, base * POINTS - 0.88 * height
    right = max(left, right)
    if right < 0 or left > units.width or top + height < 0 or top > units.height:
        units.removed.append(bare)
        return
    box = shares(left, top, right, top + height, units.width, units.height)
    units.pieces.append(Printed(bare, units.number, left, right, top, height, box))


def _add_path(element: Any, matrix: Matrix, units: Units) -> None:
    """The straight lines of a path and the sides of thin boxes: what tables are ruled with."""
    data = element.findtext(OFD + "AbbreviatedData") or ""
    if len(units.rules) >= _MOST_RULES or len(data) > 100_000:
        return
    space = _placed(element, matrix)
    for (x0, y0), (x1, y1) in _segments(data):
        (a, b), (c, d) = _apply(space, x0, y0), _apply(space, x1, y1)
        left, right = sorted((a * POINTS, c * POINTS))
        top, bottom = sorted((b * POINTS, d * POINTS))
        thin = min(right - left, bottom - top) <= _THIN / 2
        if thin and max(right - left, bottom - top) >= _SHORTEST_RULE:
            units.rules.append((left, top, right, bottom))


def _segments(data: str) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight segments of a path written ``M x y L x y … C``."""
    at = begin = (0.0, 0.0)
    command = ""
    values: list[float] = []
    needed = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7}
    for token in _TOKEN.findall(data):
        if token.isalpha():
            command, values = token, []
            if command == "C" and at != begin:
                yield at, begin
                at = begin
            continue
        values.append(float(token))
        if len(values) < needed.get(command, 2):
            continue
        to = (values[-2], values[-1])
        values = []
        if command in ("S", "M"):
            begin = to
        elif command == "L":
            yield at, to
        at = to
