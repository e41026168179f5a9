"""Does the confidence mean what it says, and what does refusing by it cost? Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of about the same confidence: how many, what they promised, what they kept."""

    count: int
    confidence: float
    right: float


def reliability(
    confidences: Sequence[float], right: Sequence[bool], bins: int = BINS
) -> tuple[Bin, ...]:
    """The reliability diagram: equal-width bins of the confidence, empty ones left out."""
    sure, kept = np.asarray(confidences, dtype=float), np.asarray(right, dtype=float)
    place = np.minimum((sure * bins).astype(int), bins - 1)
    return tuple(
        Bin(int(inside.sum()), float(sure[inside].mean()), float(kept[inside].mean()))
        for inside in (place == i for i in range(bins))
        if inside.any()
    )


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Expected calibration error (Naeini et al. 2015): mean gap, weighted by count."""
    total = sum(b.count for b in bins)
    return sum(b.count * abs(b.confidence - b.right) for b in bins) / total if total else None


@dataclass(frozen=True, slots=True)
class Point:
    """One possible threshold: refuse below it, and these shares come out wrong."""

    threshold: float
    false_refusals: float
    false_answers: float


def trade_off(answerable: Sequence[float], unanswerable: Sequence[float]) -> tuple[Point, ...]:
    """False refusals against false answers at every threshold that makes a difference.

    Args:
        answerable, unanswerable: confidences of questions that should be answered, and refused.
    """
    yes, no = np.sort(np.asarray(answerable)), np.sort(np.asarray(unanswerable))
    if not len(yes) or not len(no):
        return ()
    thresholds = np.unique(np.concatenate([[0.0], yes, no, [np.nextafter(1.0, 2.0)]]))
    refused = np.searchsorted(yes, thresholds, side="left") / len(yes)
    answered = 1 - np.searchsorted(no, thresholds, side="left") / len(no)
    return tuple(
        Point(float(t), float(r), float(a))
        for t, r, a in zip(thresholds, refused, answered, strict=True)
    )


def cheapest(
    answerable: Sequence[float], unanswerable: Sequence[float], cost: float
) -> Point | None:
    """The threshold at which wrong decisions cost least; the middle of the range that does.

    Args:
        answerable, unanswerable: confidences of questions that should be answered, and refused.
        cost: what a false answer costs, in false refusals.
    """
    points = trade_off(answerable, unanswerable)
    if not points:
        return None
    yes, no = len(answerable), len(unanswerable)
    prices = [p.false_refusals * yes + cost * p.false_answers * no for p in points]
    best = int(np.argmin(prices))
    below = points[best - 1].threshold if best else 0.0
    return replace(points[best], threshold=(below + points[best].threshold) / 2)


def false_answers_at(points: Sequence[Point], false_refusals: float) -> float | None:
    """The fewest false answers to be had for at most this share of false refusals."""
    allowed = [p.false_answers for p in points if p.false_refusals <= false_refusals + 1e-12]
    return min(allowed) if allowed else None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Answering only the surest ``share`` of the questions, this many answers are wrong."""

    share: float
    risk: float


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> tuple[Coverage, ...]:
    """The risk–coverage curve (El-Yaniv and Wiener 2010), surest questions first.

    ``right``: answering was right (an unanswerable question is never answered rightly).
    """
    order = np.argsort(-np.asarray(confidences, dtype=float), kind="stable")
    wrong = np.cumsum(~np.asarray(right, dtype=bool)[order])
    n = len(order)
    return tuple(Coverage((i + 1) / n, float(wrong[i] / (i + 1))) for i in range(n))
