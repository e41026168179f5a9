"""From candidates to one ranked list: features, weighted sum, overlapping windows dropped.

Pure functions. The sum is over calibrated scores (a logistic regression fitted on labelled
question-window pairs), not over reciprocal ranks: how *much* better a candidate matches is what
tells whether words or meaning should decide this question, and ranks throw that away.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kb.paths import topics
from kb.text import normalise


@dataclass(slots=True)
class Candidate:
    """One window under consideration: what it says, and its features by name.

    ``text`` is [start, end) of the document; ``wide`` is the span of the hit that is returned for
    it: the window and some of its surroundings.
    """

    key: int
    version_id: int
    start: int
    end: int
    title: str
    path: tuple[str, ...]
    text: str
    wide: tuple[int, int]
    features: dict[str, float] = field(default_factory=dict)
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model over features: P(this window holds the answer) = sigmoid(w·f + bias)."""

    bias: float
    of: Mapping[str, float]

    def evidence(self, features: Mapping[str, float]) -> float:
        """The weighted sum (log odds) for one candidate; missing features count as 0."""
        return self.bias + sum(w * features.get(name, 0.0) for name, w in self.of.items())

    def probability(self, features: Mapping[str, float]) -> float:
        """The same as a probability."""
        return sigmoid(self.evidence(features))


def sigmoid(x: float) -> float:
    """The logistic function, safe for any finite x."""
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


def coverage(idf: Mapping[str, float], text: str) -> float:
    """Share (0..1) of the question's information (idf) whose tokens stand in a normalised text."""
    total = sum(idf.values())
    if total <= 0:
        return 0.0
    return sum(weight for token, weight in idf.items() if token in text) / total


def add_features(
    candidates: Sequence[Candidate],
    dense: Mapping[int, float],
    bm25: Mapping[int, float],
    idf: Mapping[str, float],
) -> None:
    """Fill in the features of every candidate.

    Args:
        candidates: changed in place.
        dense: key -> cosine with the question.
        bm25: key -> BM25 score; absent means no token matched.
        idf: question token -> inverse document frequency.
    """
    ceiling = 2.2 * sum(idf.values()) or 1.0  # BM25's largest value: every term, tf saturated
    for c in candidates:
        c.features = {
            "dense": dense.get(c.key, 0.0),
            "bm25": bm25.get(c.key, 0.0) / ceiling,
            "cover": coverage(idf, normalise(f"{c.title}\n{' '.join(topics(c.path))}\n{c.text}")),
        }


def rank(candidates: Sequence[Candidate], weights: Weights) -> list[Candidate]:
    """Score all candidates and sort them, best first; equal scores keep the order of their keys."""
    for c in candidates:
        c.score = weights.probability(c.features)
    return sorted(candidates, key=lambda c: (-c.score, c.key))


def drop_overlaps(ranked: Sequence[Candidate], limit: int, *, wide: bool = True) -> list[Candidate]:
    """The first ``limit`` candidates, leaving out windows that a better one covers by half.

    ``wide`` compares what is returned for them; without it, the windows that were ranked.
    """
    kept: list[Candidate] = []
    for c in ranked:
        if len(kept) == limit:
            break
        if all(c.version_id != k.version_id or _shared(c, k, wide) < 0.5 for k in kept):
            kept.append(c)
    return kept


def _shared(one: Candidate, other: Candidate, wide: bool) -> float:
    """The share of one candidate's span that the other's covers."""
    (start, end), (a, b) = (c.wide if wide else (c.start, c.end) for c in (one, other))
    return (min(end, b) - max(start, a)) / (end - start)
