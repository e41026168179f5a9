"""A page as it was read, whatever from: its lines with their places, its ruling lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.joining import Printed, Rectangle

FEWEST_LETTERS = 10
"""Letters of a page that counts as having text."""

Rule = tuple[float, float, float, float]
"""A ruling line (x0, y0, x1, y1), y growing downwards; x0 <= x1 and y0 <= y1."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page, numbered from 0. ``width``, ``height``, ``lines`` and ``rules`` share one unit, y
    grows downwards.

    ``lines`` are the pieces of text in the order of the source; a printed line that is broken by a
    wide gap or a ruling line is several. ``removed`` was taken out on purpose (watermarks, text
    outside the page). ``confidence``: see ``kb.models.Page``.
    """

    number: int
    width: float
    height: float
    lines: tuple[Printed, ...]
    rules: tuple[Rule, ...] = ()
    removed: tuple[str, ...] = ()
    confidence: float | None = None


def same_row(a: Printed, b: Printed) -> bool:
    """Whether two pieces stand side by side: half of the smaller one's height is common."""
    common = min(a.top + a.size, b.top + b.size) - max(a.top, b.top)
    return common >= 0.5 * min(a.size, b.size)


def rows(pieces: Sequence[Printed]) -> list[list[Printed]]:
    """Pieces as rows from the top, each from the left."""
    found: list[list[Printed]] = []
    for piece in sorted(pieces, key=lambda piece: piece.top):
        if found and any(same_row(other, piece) for other in found[-1]):
            found[-1].append(piece)
        else:
            found.append([piece])
    for row in found:
        row.sort(key=lambda piece: piece.left)
    return found


def joined(row: Sequence[Printed]) -> Printed:
    """The pieces of one row as one line."""
    first = row[0]
    if len(row) == 1:
        return first
    boxes = [piece.box for piece in row if piece.box is not None]
    widest = max(row, key=lambda piece: piece.right - piece.left)
    return Printed(
        " ".join(piece.text for piece in row),
        first.page,
        first.left,
        max(piece.right for piece in row),
        widest.top,
        widest.size,
        around(boxes),
    )


def around(
    boxes: Sequence[Rectangle],
) -> Rectangle | None:
    """The smallest box that holds all of them."""
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def turned_back(x: float, y: float, turn: int, width: float, height: float) -> tuple[float, float]:
    """A place on a page that was turned by ``turn`` degrees counter-clockwise as a place on the
    page as it is, ``width`` x ``height``.
    """
    if turn == 90:
        return width - y, x
    if turn == 180:
        return width - x, height - y
    if turn == 270:
        return y, height - x
    return x, y


def shares(
    left: float, top: float, right: float, bottom: float, width: float, height: float
) -> Rectangle:
    """A rectangle of a page in shares of its width and height, cut off at its edges."""

    def share(value: float, whole: float) -> float:
        return round(min(1.0, max(0.0, value / whole)), 4) if whole > 0 else 0.0

    return share(left, width), share(top, height), share(right, width), share(bottom, height)
