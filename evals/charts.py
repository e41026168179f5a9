"""Charts of a run as SVG text for one self-contained page (matplotlib, no display, no network)."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evals.calibration import Bin, Coverage, Point

_OURS, _PLAIN = "#0b6e4f", "#9aa5b1"


def _drawn(draw: Callable[[Any], None], width: float = 5.2, height: float = 3.6) -> str:
    """One chart as an ``<svg>`` element; the same input gives the same text."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "kb", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.25)
        draw(axes)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()[out.getvalue().index("<svg") :]


def reliability_chart(bins: Sequence[Bin]) -> str:
    """Promised against kept; the size of a point is how many questions it stands for."""

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=_PLAIN, linestyle="--", linewidth=1)
        largest = max((b.count for b in bins), default=1)
        axes.plot([b.confidence for b in bins], [b.right for b in bins], color=_OURS)
        axes.scatter(
            [b.confidence for b in bins],
            [b.right for b in bins],
            s=[20 + 180 * b.count / largest for b in bins],
            color=_OURS,
        )
        axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="confidence", ylabel="evidence answers")

    return _drawn(draw)


def trade_off_chart(points: Sequence[Point], threshold: float) -> str:
    """False refusals against false answers; the point of today's threshold is marked."""

    def draw(axes: Any) -> None:
        axes.plot(
            [p.false_refusals for p in points], [p.false_answers for p in points], color=_OURS
        )
        above = [p for p in points if p.threshold >= threshold]
        if above:
            now = above[0]
            axes.scatter([now.false_refusals], [now.false_answers], color=_OURS, zorder=3)
            axes.annotate(
                f"threshold {threshold:g}", (now.false_refusals, now.false_answers),
                xytext=(6, 6), textcoords="offset points",
            )  # fmt: skip
        axes.axvline(0.05, color=_PLAIN, linestyle=":", linewidth=1)
        axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="false refusals", ylabel="false answers")

    return _drawn(draw)


def risk_chart(curve: Sequence[Coverage]) -> str:
    """Share of wrong answers when only the surest questions are answered."""

    def draw(axes: Any) -> None:
        axes.plot([c.share for c in curve], [c.risk for c in curve], color=_OURS)
        axes.set(xlim=(0, 1), ylim=(0, None), xlabel="share of questions answered", ylabel="wrong")

    return _drawn(draw)


def bars(names: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> str:
    """Grouped bars: for each name one bar of each series, the first in our colour."""

    def draw(axes: Any) -> None:
        wide = 0.8 / max(1, len(series))
        shades = [_OURS, "#4c9f85", "#9aa5b1", "#c6ccd2"]
        for at, (label, values) in enumerate(series.items()):
            axes.bar(
                [i + at * wide for i in range(len(names))],
                [v or 0.0 for v in values],
                wide, label=label, color=shades[at % len(shades)],
            )  # fmt: skip
        axes.set_xticks([i + 0.4 - wide / 2 for i in range(len(names))], names, rotation=20)
        axes.set(ylim=(0, 1.05))
        axes.legend(frameon=False, ncols=len(series), loc="upper center", fontsize=8)

    return _drawn(draw, width=8.4)
