"""Measures of finding, answering and refusing. Pure functions over plain values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from kb.text import normalise

_LOOSE = re.compile(r"(?!(?<=\d)(?:%|\.(?=\d)))[\W_]")


def loose(text: str) -> str:
    """Normalise and drop spaces and punctuation, but for a number's per cent sign and point."""
    return _LOOSE.sub("", normalise(text))


def hit_at(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """1 when any relevant document is among the first k, else 0."""
    return float(any(d in relevant for d in ranked[:k]))


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str], k: int = 10) -> float:
    """1/rank of the first relevant document among the first k, else 0."""
    for i, d in enumerate(ranked[:k], 1):
        if d in relevant:
            return 1.0 / i
    return 0.0


def recall_at(ranked: Sequence[str], relevant: Collection[str], k: int = 10) -> float:
    """Share of the relevant documents among the first k."""
    return len(set(ranked[:k]) & set(relevant)) / len(set(relevant)) if relevant else 0.0


def inside(answers: Iterable[str], texts: Sequence[str]) -> bool:
    """Whether every answer string stands whole in one of the texts (loosely compared)."""
    shown = [loose(t) for t in texts]
    return all(any(loose(a) in t for t in shown) for a in answers)


def common_subsequence(a: str, b: str) -> int:
    """Length of the longest common subsequence of two strings, row by row with numpy."""
    if not a or not b:
        return 0
    codes = np.frombuffer(b.encode("utf-32-le"), dtype=np.uint32)
    row = np.zeros(len(b) + 1, dtype=np.int32)
    for ch in a:
        matched = row[:-1] + (codes == ord(ch))
        row[1:] = np.maximum.accumulate(np.maximum(row[1:], matched))
    return int(row[-1])


def covered(answers: Iterable[str], returned: str, share: float = 0.8) -> bool:
    """Whether the returned text contains each answer, or ``share`` of its characters in order."""
    shown = loose(returned)
    for answer in answers:
        wanted = loose(answer)
        if wanted not in shown and common_subsequence(wanted, shown) < share * len(wanted):
            return False
    return True


def auc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Probability that a random positive scores above a random negative; None without both."""
    if not positives or not negatives:
        return None
    scores = np.array([*positives, *negatives], dtype=float)
    order = scores.argsort(kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    for value in np.unique(scores):  # tied scores share their mean rank
        tied = scores == value
        ranks[tied] = ranks[tied].mean()
    n, m = len(positives), len(negatives)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))


def mean(values: Sequence[float]) -> float | None:
    """Arithmetic mean; None of nothing."""
    return float(np.mean(values)) if len(values) else None


def percentile(values: Sequence[float], p: float) -> float | None:
    """The p-th percentile (0..100); None of nothing."""
    return float(np.percentile(values, p)) if len(values) else None
