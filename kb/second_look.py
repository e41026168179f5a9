"""A second look at the best candidates by a model that reads question and passage together.

The first stage compares a question and a passage that were read apart; the second reads both at
once, which is dear, so only the best few are read. Pure but for the model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from kb.pairs import passage_text
from kb.ranking import Candidate, Weights
from kb.reranker import Reranker

DEPTH = 20
"""Candidates read; those behind keep their order."""
_TINY = 1e-9


def look_again(
    question: str,
    ranked: Sequence[Candidate],
    reranker: Reranker,
    weights: Weights,
    depth: int = DEPTH,
) -> list[Candidate]:
    """Candidates in their new order; ``reader`` joins the features of those that were read.

    Args:
        question: as it is searched for.
        ranked: scored candidates, best first, overlapping windows already dropped.
        reranker: the model.
        weights: over ``first`` (log odds of the first stage) and ``reader`` (those of the model).
        depth: how many are read.
    """
    read, rest = list(ranked[:depth]), list(ranked[depth:])
    if not read:
        return rest
    logits = reranker.score(question, [passage_text(c.title, c.path, "", c.text) for c in read])
    for c, logit in zip(read, logits, strict=True):
        c.features["first"], c.features["reader"] = _log_odds(c.score), float(logit)
        c.score = weights.probability(c.features)
    read.sort(key=lambda c: (-c.score, c.key))
    for c in rest:
        c.score = min(c.score, read[-1].score)
    return [*read, *rest]


def _log_odds(p: float) -> float:
    return math.log(p + _TINY) - math.log(1 - p + _TINY)
