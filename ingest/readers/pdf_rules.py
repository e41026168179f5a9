"""What is drawn on a PDF page besides text: ruling lines, pictures, by pdfium."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

from ingest.readers.sheet import Rule

Place = Callable[[float, float], tuple[float, float]]
"""From a page's own coordinates to the page as it is looked at."""

_MOST_OBJECTS = 50_000
_MOST_PATHS = 4_000  # of a page; more is a drawing, not a table
_MOST_SEGMENTS = 200  # of one path
_THIN = 3.0  # points
_SHORTEST_RULE = 6.0  # points


def drawn_objects(page: Any, place: Place, area: float) -> tuple[list[Rule], float, int]:
    """Ruling lines, the share of the page the largest picture covers, and how much is drawn."""
    from pypdfium2 import raw

    rules: list[Rule] = []
    picture = 0.0
    count = paths = 0
    for item in page.get_objects(max_depth=4):
        count += 1
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            picture = max(picture, abs((right - left) * (top - bottom)) / max(area, 1.0))
        elif item.type == raw.FPDF_PAGEOBJ_PATH:
            paths += 1
            if paths <= _MOST_PATHS:
                rules += _path_rules(item, place)
        if count > _MOST_OBJECTS:
            break
    return ([] if paths > _MOST_PATHS else rules), picture, count


def _path_rules(item: Any, place: Place) -> Iterator[Rule]:
    """The straight lines of a path that is drawn, and thin filled rectangles as lines."""
    from pypdfium2 import raw

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item.raw, fill, stroke)
    if not (fill.value or stroke.value):
        return
    left, bottom, right, top = item.get_bounds()
    (x0, y0), (x1, y1) = place(left, bottom), place(right, top)
    x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    if min(x1 - x0, y1 - y0) <= _THIN:
        if max(x1 - x0, y1 - y0) >= _SHORTEST_RULE:
            middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
            if x1 - x0 > y1 - y0:
                yield (x0, middle_y, x1, middle_y)
            else:
                yield (middle_x, y0, middle_x, y1)
        return
    if not stroke.value:
        return
    segments = raw.FPDFPath_CountSegments(item.raw)
    if segments > _MOST_SEGMENTS:
        return
    matrix = item.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    start = behind = (0.0, 0.0)
    for at in range(segments):
        segment = raw.FPDFPath_GetPathSegment(item.raw, at)
        kind = raw.FPDFPathSegment_GetType(segment)
        if not raw.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        point = place(*matrix.on_point(x.value, y.value))
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield from _straight(behind, point)
        behind = point
        if raw.FPDFPathSegment_GetClose(segment):
            yield from _straight(behind, start)


def _straight(a: tuple[float, float], b: tuple[float, float]) -> Iterator[Rule]:
    width, height = abs(a[0] - b[0]), abs(a[1] - b[1])
    if max(width, height) >= _SHORTEST_RULE and min(width, height) <= _THIN / 2:
        yield (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
