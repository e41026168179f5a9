"""What speaks for each sentence: features, their weighted sum, and a second look at the best. Pure.

Likeness is measured twice, for a sentence alone and with its document's title before it: the
sentence that names the subject is not always the one that tells what is asked, and those after it
say 该 or nothing at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.extract import Sentence, is_about
from bot.sorts import asked_sorts, held_share
from kb.pairs import passage_text
from kb.paths import topics
from kb.ranking import Weights, coverage
from kb.reranker import Reranker
from kb.text import normalise

SECOND_LOOK = 20
"""Sentences that a second look reads, the best by the first score."""

MOST_NAMES = 4
"""Other names of a question's terms that are read with it."""

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Passages -> unit rows (n, d)."""


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What reads question and sentence together, and the weights of all features with its own.

    Its feature is named ``reader``; sentences it did not read get the least of those it did.
    """

    reranker: Reranker
    weights: Weights


def score_sentences(
    found: Sequence[Sentence],
    question: str,
    question_vector: NDArray[np.float32],
    idf: Mapping[str, float],
    encode: Encode,
    weights: Weights,
    second: SecondLook | None = None,
) -> None:
    """Fill in features and scores, in place."""
    if not found:
        return
    alone = encode([f"{s.lead}{s.text}" for s in found])
    titled = encode([f"{s.hit.document.header.title} {s.lead}{s.text}" for s in found])
    sorts = asked_sorts(normalise(question))
    for s, vector, with_title in zip(found, alone, titled, strict=True):
        body = normalise(s.lead + s.text)
        s.features = {
            "dense": float(vector @ question_vector),
            "titled": float(with_title @ question_vector),
            "cover": coverage(idf, body),
            "context": coverage(idf, normalise(in_context(s))),
            "rank": 1.0 / (1 + s.rank),
            "sort": held_share(sorts, body) if sorts else 0.0,
            "glossary": s.hit.scores.get("glossary", 0.0),
            "about": float(is_about(s.text)),
        }
        s.score = weights.evidence(s.features)
    if second is not None:
        _look_again(found, question, second)


def in_context(s: Sentence) -> str:
    """A sentence with the title, the path and the lead that tell what it is about."""
    return f"{s.hit.document.header.title} {' '.join(topics(s.passage.path))} {s.lead} {s.text}"


def _look_again(found: Sequence[Sentence], question: str, second: SecondLook) -> None:
    """Score all once more, now that the best have been read together with the question."""
    best = sorted(found, key=lambda s: -s.score)[:SECOND_LOOK]
    texts = [
        passage_text(s.hit.document.header.title, s.passage.path, s.lead, s.text) for s in best
    ]
    read = second.reranker.score(question, texts)
    least = min(read)
    told = {id(s): value for s, value in zip(best, read, strict=True)}
    for s in found:
        s.features["reader"] = float(told.get(id(s), least))
        s.score = second.weights.evidence(s.features)


def read_answer(
    question: str, names: Sequence[str], chosen: Sequence[Sentence], reranker: Reranker
) -> float:
    """How surely the chosen sentences answer: the mean logit of three ways of reading them.

    The best sentence alone (read before), the best one with the question's terms by their other
    names beside it (an asker seldom says 高新技术企业), and the whole answer. The mean of several
    readings errs less than any of them.
    """
    best = chosen[0]
    title, path = best.hit.document.header.title, best.passage.path
    alone = passage_text(title, path, best.lead, best.text)
    whole = passage_text(title, path, best.lead, "".join(s.text for s in chosen))
    named = " ".join((question, *names[:MOST_NAMES]))
    read = [
        max(s.features["reader"] for s in chosen),
        float(reranker.score(named, [alone])[0]),
        float(reranker.score(question, [whole])[0]),
    ]
    return sum(read) / len(read)
