"""The timeline as a picture (SVG): a column a month, each a link to its month in the table. Pure.

It needs no script, and takes its colours from the page's style.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from bot.timeline import Event, Month, Sort, month_of
from bot.web.admin_expiring_texts import ExpiringTexts
from bot.web.markup import esc

_WIDTH, _HEIGHT = 960, 200
_TOP, _BOTTOM = 40, 40
"""Room for the counts above the columns and for the names below them, in units of the picture."""
_SIDE = 14
"""Room for half a name beside the first and the last column."""
_TALLEST = 6
"""A column of so many events takes all of the height at least, so that one event is no tower."""


def timeline_picture(months: Mapping[Month, Sequence[Event]], on: date, t: ExpiringTexts) -> str:
    """The picture of these months."""
    width = _WIDTH / max(len(months), 1)
    most = max([_TALLEST, *(len(events) for events in months.values())])
    every = max(1, -(-len(months) // 24))  # names of months that have room beside one another
    columns = "".join(
        _column(i, month, events, width, most, named=i % every == 0, t=t)
        for i, (month, events) in enumerate(months.items())
    )
    now = _now(list(months), on, width, t)
    base = _HEIGHT - _BOTTOM
    return (
        f'<svg class="timeline" viewBox="{-_SIDE} 0 {_WIDTH + 2 * _SIDE} {_HEIGHT}" '
        f'aria-label="{esc(t.chart)}" role="group">'
        f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{base}" y2="{base}"/>{columns}{now}</svg>'
    )


def anchor(month: Month) -> str:
    """The name of a month's place in the table."""
    return f"m-{month}"


def told(month: Month, events: Sequence[Event], t: ExpiringTexts) -> str:
    """A month in words: ``2026年7月：2 份到期``."""
    counts = Counter(event.sort for event in events)
    parts = [t.counted[sort].format(n=counts[sort]) for sort in Sort if counts[sort]]
    name = t.month.format(year=month.year, month=month.month)
    return f"{name}: {', '.join(parts) or t.nothing_in}"


def _column(
    i: int, month: Month, events: Sequence[Event], width: float, most: int, *, named: bool,
    t: ExpiringTexts,
) -> str:  # fmt: skip
    left, base = i * width, _HEIGHT - _BOTTOM
    middle = left + width / 2
    unit = (base - _TOP) / most
    counts = Counter(event.sort for event in events)
    bars, top = "", float(base)
    for sort in Sort:
        if counts[sort]:
            top -= counts[sort] * unit
            bars += (
                f'<rect class="bar-{sort.value}" x="{left + width * 0.18:.1f}" y="{top:.1f}" '
                f'width="{width * 0.64:.1f}" height="{counts[sort] * unit:.1f}"/>'
            )
    number = f'<text x="{middle:.1f}" y="{top - 6:.1f}">{len(events)}</text>' if events else ""
    name = t.months_short[month.month - 1] if named else ""
    year = str(month.year) if i == 0 or month.month == 1 else ""
    below = (
        f'<text class="name" x="{middle:.1f}" y="{base + 16}">{esc(name)}</text>'
        f'<text class="year" x="{middle:.1f}" y="{base + 33}">{year}</text>'
    )
    words = esc(told(month, events, t))
    whole = (
        f'<rect class="whole" x="{left:.1f}" y="0" width="{width:.1f}" height="{base}"/>'
        f"{bars}{number}"
    )
    if not events:
        return f"<g>{whole}{below}</g>"
    return (
        f'<a href="#{anchor(month)}" aria-label="{words}"><title>{words}</title>{whole}{below}</a>'
    )


def _now(months: Sequence[Month], on: date, width: float, t: ExpiringTexts) -> str:
    here = month_of(on)
    if here not in months:
        return ""
    x = (months.index(here) + (on.day - 1) / 31) * width
    return (
        f'<line class="now" x1="{x:.1f}" x2="{x:.1f}" y1="14" y2="{_HEIGHT - _BOTTOM}"/>'
        f'<text class="now" x="{x:.1f}" y="11">{esc(t.today)}</text>'
    )
