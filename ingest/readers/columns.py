"""The reading order of a page: rows from the top, or column by column where there are columns.

Columns are told from tables without ruling lines by how full they are: running text fills its
column line by line, cells do not. What goes across the gutter (a heading, a table) stays in its
place and parts the page into bands, each read column by column. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from ingest.joining import Printed
from ingest.readers.sheet import joined, rows

_FEWEST = 4  # lines on each side of a gutter
_FILLED = 0.6  # share of its column's width a row of running text has, at the median
_MIDDLE = (0.28, 0.72)  # where a gutter may be, of the width of the text
_PITCH = 1.4  # between the distances of lines in two columns of one page, at most
_STEPS = 60


def in_order(pieces: Sequence[Printed], blocks: Sequence[Printed] = ()) -> list[Printed]:
    """The lines of a page in reading order, pieces of one row joined.

    ``blocks`` (tables) are among what is returned, as they are, never joined with anything.
    """
    return _ordered(list(pieces), list(blocks), 0, 0)


def _ordered(
    pieces: list[Printed], blocks: list[Printed], depth: int, number: int
) -> list[Printed]:
    gutter = _gutter(pieces) if depth < 3 and len(pieces) >= 2 * _FEWEST else None
    if gutter is None:
        found = map(joined, rows(pieces))
        lines = [*(replace(line, column=number) if number else line for line in found), *blocks]
        return sorted(lines, key=lambda line: line.top)
    across = _across(pieces, gutter)
    wide = {id(piece) for piece in across} | {
        id(block) for block in blocks if block.left < gutter < block.right
    }
    bars = [
        *map(joined, rows(across)),
        *(block for block in blocks if id(block) in wide),
    ]
    bars.sort(key=lambda bar: bar.top)
    done: list[Printed] = []
    above = float("-inf")
    for bar in [*bars, None]:
        below = bar.top if bar else float("inf")
        for side in (True, False):
            own = [
                [p for p in group if id(p) not in wide and above <= p.top < below]
                for group in (pieces, blocks)
            ]
            column = [[p for p in group if (p.right <= gutter) == side] for group in own]
            if column[0] or column[1]:
                done += _ordered(column[0], column[1], depth + 1, 2 * number + 2 - side)
        if bar:
            done.append(bar)
            above = bar.top
    return done


def _gutter(pieces: Sequence[Printed]) -> float | None:
    """The middle of the white band between two columns of running text, or None."""
    left = min(piece.left for piece in pieces)
    right = max(piece.right for piece in pieces)
    size = median(piece.size for piece in pieces)
    best: tuple[int, float] | None = None
    for step in range(_STEPS + 1):
        share = _MIDDLE[0] + (_MIDDLE[1] - _MIDDLE[0]) * step / _STEPS
        x = left + share * (right - left)
        before = [p for p in pieces if p.right <= x - 0.3 * size]
        after = [p for p in pieces if p.left >= x + 0.3 * size]
        across = len(pieces) - len(before) - len(after)
        if (
            min(len(before), len(after)) < _FEWEST
            or across > 0.5 * len(pieces)
            or (best and across >= best[0])
        ):
            continue
        if (
            _is_text(before, left, x, size)
            and _is_text(after, x, right, size)
            and _beside(before, after)
        ):
            best = (across, x)
    return best[1] if best else None


def _is_text(column: Sequence[Printed], left: float, right: float, size: float) -> bool:
    """Whether most rows of a column are filled, and by few pieces."""
    width = right - left - size
    filled = [sum(p.right - p.left for p in row) / width for row in rows(column)]
    return len(filled) >= _FEWEST and median(filled) >= _FILLED


def _beside(a: Sequence[Printed], b: Sequence[Printed]) -> bool:
    """Whether two columns stand side by side over at least half of the lower one's height."""
    tops = [(min(p.top for p in side), max(p.top for p in side)) for side in (a, b)]
    begin, end = max(top for top, _ in tops), min(bottom for _, bottom in tops)
    if end - begin < 0.5 * min(bottom - top for top, bottom in tops):
        return False
    # The labels of a table stand farther apart than the lines of its texts.
    pitches = [median(d[0].top - c[0].top for c, d in pairwise(rows(side))) for side in (a, b)]
    return max(pitches) <= _PITCH * min(pitches)


def _across(pieces: list[Printed], gutter: float) -> list[Printed]:
    """What goes across the gutter, and the short last lines of paragraphs that do."""
    edges = {id(piece) for piece in _edges(pieces, gutter)}
    found: list[Printed] = []
    wide = False
    for row in rows(pieces):
        wide = any(piece.left < gutter < piece.right for piece in row) or (
            wide and not any(piece.left >= gutter for piece in row)
        )
        found += row if wide else [piece for piece in row if id(piece) in edges]
    return found


def _edges(pieces: Sequence[Printed], gutter: float) -> list[Printed]:
    """Running headers and footers in two parts: a first or last row that stands apart.

    How far apart lines usually stand is told in each column by itself: the lines of two columns
    need not be level.
    """
    lines = rows(pieces)
    if len(lines) < 4:
        return []
    first, last = {id(piece) for piece in lines[0]}, {id(piece) for piece in lines[-1]}
    found: list[Printed] = []
    for side in (True, False):
        column = rows([piece for piece in pieces if (piece.left < gutter) == side])
        pitches = [b[0].top - a[0].top for a, b in pairwise(column)]
        if len(pitches) < 3:
            continue
        usual = median(pitches)
        if pitches[0] > 1.6 * usual:
            found += [piece for piece in column[0] if id(piece) in first]
        if pitches[-1] > 1.6 * usual:
            found += [piece for piece in column[-1] if id(piece) in last]
    return found
