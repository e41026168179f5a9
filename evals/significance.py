"""Is one run really better than another on the same questions? Pure, seeded.

Yes/no values are compared by McNemar's exact test (only questions on which the runs differ tell
anything; McNemar 1947), others by a paired bootstrap over questions (Efron 1979).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_ROUNDS = 10_000
_SEED = 7


@dataclass(frozen=True, slots=True)
class Difference:
    """Two runs on the same questions: both means, ``now - before`` with its 95 % interval, and
    the probability ``p`` of a difference at least as large if the runs were equally good.
    """

    before: float
    now: float
    low: float
    high: float
    p: float
    questions: int

    @property
    def change(self) -> float:
        """``now - before``."""
        return self.now - self.before

    @property
    def significant(self) -> bool:
        """Whether chance is an unlikely explanation (p < 0.05)."""
        return self.p < 0.05


def mcnemar(won: int, lost: int) -> float:
    """Two-sided exact p for ``won`` questions better and ``lost`` worse than before."""
    n = won + lost
    if n == 0:
        return 1.0
    tail = sum(math.comb(n, k) for k in range(min(won, lost) + 1)) / 2**n
    return min(1.0, float(2 * tail))


def _resampled(values: np.ndarray) -> np.ndarray:
    """Means of ``_ROUNDS`` samples drawn with replacement, in parts that fit the cache."""
    random = np.random.default_rng(_SEED)
    part = max(1, 2_000_000 // max(1, len(values)))
    means = [
        values[random.integers(0, len(values), (min(part, _ROUNDS - at), len(values)))].mean(axis=1)
        for at in range(0, _ROUNDS, part)
    ]
    return np.concatenate(means)


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % bootstrap interval of a mean over questions. Raises ValueError for no values."""
    if not len(values):
        raise ValueError("no values")
    low, high = np.percentile(_resampled(np.asarray(values, dtype=float)), [2.5, 97.5])
    return float(low), float(high)


def auc_interval(auc: float, positives: int, negatives: int) -> tuple[float, float]:
    """The 95 % interval of an area under the curve (Hanley and McNeil 1982), within 0..1."""
    q1, q2 = auc / (2 - auc), 2 * auc * auc / (1 + auc)
    spread = auc * (1 - auc) + (positives - 1) * (q1 - auc**2) + (negatives - 1) * (q2 - auc**2)
    half = 1.96 * math.sqrt(spread / (positives * negatives))
    return max(0.0, auc - half), min(1.0, auc + half)


def compare(before: Sequence[float], now: Sequence[float]) -> Difference:
    """Compare two runs question by question (same order, same length, at least one)."""
    old, new = np.asarray(before, dtype=float), np.asarray(now, dtype=float)
    if len(old) != len(new) or not len(old):
        raise ValueError(f"{len(old)} questions before, {len(new)} now")
    changes = new - old
    means = _resampled(changes)
    low, high = np.percentile(means, [2.5, 97.5])
    if np.isin(np.concatenate([old, new]), (0.0, 1.0)).all():
        p = mcnemar(int((changes > 0).sum()), int((changes < 0).sum()))
    elif not changes.any():
        p = 1.0
    else:
        p = min(1.0, 2 * float(min((means <= 0).mean(), (means >= 0).mean())))
    return Difference(
        float(old.mean()), float(new.mean()), float(low), float(high), p, len(changes)
    )
