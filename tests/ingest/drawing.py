"""PDF pages drawn freely, for the tests of columns, tables and watermarks."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.ingest.making import FONT, HEIGHT, WIDTH

Drawer = Callable[[Canvas], None]


def drawn(*pages: Drawer, size: tuple[float, float] = (WIDTH, HEIGHT)) -> bytes:
    """A PDF; each function draws a page, with a 12 point Chinese font set."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    for draw in pages:
        canvas.setFont(FONT, 12)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def column(canvas: Canvas, lines: Sequence[str], x: float, y: float, pitch: float = 18) -> None:
    """Lines one below the other."""
    for at, line in enumerate(lines):
        canvas.drawString(x, y - at * pitch, line)


def grid(
    canvas: Canvas,
    rows: Sequence[Sequence[str]],
    xs: Sequence[float],
    y: float,
    height: float = 24,
    merged: Sequence[tuple[int, int, int, int]] = (),
) -> None:
    r"""A ruled table; ``\n`` in a cell begins a line. ``merged``: (row, column, down, across)."""
    hidden_flat, hidden_upright = set(), set()
    for row, col, down, across in merged:
        hidden_flat |= {
            (r, c) for r in range(row + 1, row + down) for c in range(col, col + across)
        }
        hidden_upright |= {
            (r, c) for r in range(row, row + down) for c in range(col + 1, col + across)
        }
    heights = [height * max(1, max(cell.count("\n") + 1 for cell in row)) for row in rows]
    ys = [y]
    for own in heights:
        ys.append(ys[-1] - own)
    for r in range(len(rows) + 1):
        for c in range(len(xs) - 1):
            if (r, c) not in hidden_flat:
                canvas.line(xs[c], ys[r], xs[c + 1], ys[r])
    for r in range(len(rows)):
        for c in range(len(xs)):
            if (r, c) not in hidden_upright:
                canvas.line(xs[c], ys[r], xs[c], ys[r + 1])
        for c, cell in enumerate(rows[r]):
            for at, line in enumerate(cell.split("\n")):
                canvas.drawString(xs[c] + 3, ys[r] - 16 - at * height, line)
