"""A chart beside its table: the table is the truth, a script draws it (``static/charts.js``). Pure.

Without a script the table is there; with one it can be unfolded. A click on a part of the chart
follows the link of its cell, or else of its row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.web.admin_frame import table
from bot.web.markup import esc

SCRIPTS = ("/ui/chart-4.6.1.min.js", "/ui/charts.js")
"""Chart.js as its makers ship it, and what draws our tables with it."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What to draw.

    ``heads`` are the words of the first column and of each series; ``rows`` begin with ready-made
    HTML that names them, followed by one number for each series, ready-made as well (``12`` or a
    link). ``colours`` are numbers of the page's chart colours, one a series. ``stacked`` piles the
    series up; ``sideways`` draws bars from left to right. ``range_url`` is an address with
    ``{first}`` and ``{last}``, for rows that are days: dragging over some goes there.
    """

    key: str
    title: str
    more: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    colours: Sequence[int]
    stacked: bool = False
    sideways: bool = False
    range_url: str = ""


def figure(chart: Chart, unfold: str) -> str:
    """The chart as a part of a page; ``unfold`` are the words that show its table."""
    flags = [name for name in ("stacked", "sideways") if getattr(chart, name)]
    to = f' data-range="{esc(chart.range_url)}"' if chart.range_url else ""
    colours = " ".join(map(str, chart.colours))
    return (
        f'<section class="part" aria-labelledby="{chart.key}"><h2 id="{chart.key}">'
        f'{esc(chart.title)}</h2><figure class="chart" data-colours="{colours}" '
        f'data-flags="{" ".join(flags)}"{to}><div class="canvas" hidden></div>'
        f"<figcaption>{esc(chart.more)}</figcaption></figure>"
        f'<details class="table" open><summary>{esc(unfold)}</summary>'
        f"{table(chart.title, chart.heads, chart.rows)}</details></section>"
    )
