"""Fit the weights of ranking, sentence choice and confidence, and print them.

``python -m evals.fit [SET …]`` uses the dev split of ``evals/gold`` over the open data folder,
and each further SET (a folder in the uniform form) over its own data folder as ``kb eval`` made
it. What a set was used for is said in ``kb/weights.py`` and ``bot/weights.py``; a figure on a set
that was fitted on is no measurement.

Ranking and sentences: listwise softmax (the probability that a right one is drawn). Confidence:
logistic regression; each answerable question also counts as one that must be refused, with its
documents taken away.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

import kb as _kb  # noqa: F401  (offline switches first)
from bot.engine import Engine
from bot.extract import Sentence
from evals import metrics
from evals.dataset import Item, load_set
from kb.errors import QuestionError
from kb.knowledge_base import KnowledgeBase
from kb.models import Role
from kb.settings import load_settings

Matrix = NDArray[np.float64]
Lists = list[tuple[Matrix, Matrix]]
"""Per question: features (n, k) and which of the n are right (n,)."""

RANKING = ("dense", "bm25", "cover", "glossary")
SENTENCES = ("dense", "cover", "context", "rank", "sort", "about", "glossary")
CONFIDENCE = (
    "sentence_dense", "hit_cover", "place_missing", "year_conflict", "sort_missing",
    "number_missing", "english",
)  # fmt: skip
SCALE = {
    "dense": 0.03, "sentence_dense": 0.03, "bm25": 0.1, "cover": 0.15, "context": 0.15,
    "hit_cover": 0.15,
}  # fmt: skip
"""Spread of each feature among candidates, so that one penalty suits all (others: 1)."""
UNSURE = 0.3
"""Weight of an answerable question answered wrongly, and of one with its documents taken away."""


@dataclass(slots=True)
class Samples:
    """What one set teaches."""

    ranking: Lists = field(default_factory=list)
    sentences: Lists = field(default_factory=list)
    confidence: list[tuple[list[float], float, float]] = field(default_factory=list)


def _row(features: dict[str, float], names: Sequence[str]) -> list[float]:
    return [features.get(name, 0.0) / SCALE.get(name, 1.0) for name in names]


def collect(engine: Engine, items: Sequence[Item]) -> Samples:
    """Ask every question and note features and labels of candidates, sentences and answers."""
    samples = Samples()
    kb = engine.kb
    names = {v: info.document_id for v, info in kb.snapshot.live.items()}
    full = kb.snapshot
    for item in items:
        question = item.extra.get("resolved", item.question)
        role = Role(item.extra.get("role", Role.INVESTOR))
        on = date.fromisoformat(item.extra["on"]) if item.extra.get("on") else None
        wanted = [*item.answers, *item.extra.get("must_contain", ())]
        try:
            evidence = engine.gather(question, role, on)
        except QuestionError:
            continue
        if item.answerable and item.relevant:
            found = engine.candidates(question, role, on)
            right = [
                names[c.version_id] in item.relevant and metrics.inside(item.answers, [c.text])
                for c in found
            ]
            _add(samples.ranking, [_row(c.features, RANKING) for c in found], right)
            told = [_tells(s, item, wanted) for s in evidence.sentences]
            _add(samples.sentences, [_row(s.features, SENTENCES) for s in evidence.sentences], told)
        said = "".join(s.lead + s.text for s in evidence.chosen)
        good = bool(wanted) and metrics.covered(wanted, said)
        weight = 1.0 if good or not item.answerable else UNSURE
        _judge(samples, evidence.features, float(item.answerable), weight)
        if item.answerable and item.relevant:
            left = {v: i for v, i in full.live.items() if i.document_id not in item.relevant}
            with kb.looking_at(replace(full, live=left)):
                _judge(samples, engine.gather(question, role, on).features, 0.0, UNSURE)
    return samples


def _tells(s: Sentence, item: Item, wanted: Sequence[str]) -> bool:
    own = s.hit.document.document_id in item.relevant
    return own and metrics.covered(wanted, s.lead + s.text)


def _add(lists: Lists, rows: list[list[float]], right: list[bool]) -> None:
    if any(right) and not all(right):
        lists.append((np.array(rows), np.array(right, dtype=float)))


def _judge(samples: Samples, features: dict[str, float], label: float, weight: float) -> None:
    if features:
        samples.confidence.append((_row(features, CONFIDENCE), label, weight))


def listwise(sets: Sequence[Lists], penalty: float) -> Matrix:
    """Weights (k,) that make a right one likely to be drawn, every set counting the same."""
    size = next(x.shape[1] for lists in sets for x, _ in lists)

    def loss(w: Matrix) -> tuple[float, Matrix]:
        total, slope = penalty * float(w @ w), 2 * penalty * w
        for lists in sets:
            for x, y in lists:
                score = x @ w
                p = np.exp(score - score.max())
                p /= p.sum()
                hit = p * y
                total -= np.log(hit.sum() + 1e-12) / len(lists)
                slope -= x.T @ (hit / (hit.sum() + 1e-12) - p) / len(lists)
        return total, slope

    return _minimised(loss, size)


def logistic(sets: Sequence[list[tuple[list[float], float, float]]], penalty: float) -> Matrix:
    """Bias and weights (1 + k,) of a logistic regression, every set counting the same."""
    data = [tuple(map(np.array, zip(*rows, strict=True))) for rows in sets]

    def loss(t: Matrix) -> tuple[float, Matrix]:
        w = t[1:]
        total, slope = penalty * float(w @ w), np.r_[0.0, 2 * penalty * w]
        for x, y, weight in data:
            p = 1 / (1 + np.exp(-(x @ w + t[0])))
            share = weight / weight.sum()
            total -= float(
                (share * (y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12))).sum()
            )
            g = share * (p - y)
            slope += np.r_[g.sum(), x.T @ g]
        return total, slope

    return _minimised(loss, 1 + len(CONFIDENCE))


def _minimised(loss: Callable[[Matrix], tuple[float, Matrix]], size: int) -> Matrix:
    found: Matrix = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B").x
    return found


def _named(weights: Matrix, names: Sequence[str]) -> dict[str, float]:
    pairs = zip(names, weights, strict=True)
    return {name: round(float(w) / SCALE.get(name, 1.0), 2) for name, w in pairs}


def main() -> None:
    """Collect, fit and print."""
    settings = load_settings()
    collected: list[Samples] = []
    for folder in (Path("evals/gold"), *map(Path, sys.argv[1:])):
        questions = load_set(folder)
        items = [i for i in questions.items if i.extra.get("split", "dev") != "test"]
        own = settings.data / "evals" / questions.name if questions.records else settings.data
        with KnowledgeBase(settings.model_copy(update={"data": own})) as kb:
            collected.append(collect(Engine(kb), items))
    report: dict[str, Any] = {
        "ranking": _named(listwise([s.ranking for s in collected], 0.02), RANKING),
        "sentences": _named(listwise([s.sentences for s in collected], 0.003), SENTENCES),
    }
    fitted = logistic([collected[0].confidence], 0.0005)
    report["confidence"] = {"bias": round(float(fitted[0]), 2)} | _named(fitted[1:], CONFIDENCE)
    for name, values in report.items():
        print(name, values)


if __name__ == "__main__":
    main()
