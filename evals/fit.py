"""Fit the weights of ranking, sentence choice and confidence, and print them.

``python -m evals.fit [SET …]`` uses the dev split of ``evals/gold`` over the open data folder, for
the confidence ``evals/natural`` as well, and each further SET (a folder in the uniform form) over
its own data folder as ``kb eval`` made it. What a set was used for is said in ``kb/weights.py`` and
``bot/weights.py``; a figure on a set that was fitted on is no measurement.

Ranking and sentences: listwise softmax (the probability that a right one is drawn). Confidence:
logistic regression; each answerable question also counts as one that must be refused, with its
documents taken away.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

import kb as _kb  # noqa: F401  (offline switches first)
from bot.engine import Engine
from bot.extract import Sentence
from evals import calibration, metrics
from evals.dataset import Item, load_set
from kb.errors import QuestionError
from kb.knowledge_base import KnowledgeBase
from kb.ranking import sigmoid
from kb.second_look import DEPTH
from kb.settings import load_settings

Matrix = NDArray[np.float64]
Lists = list[tuple[Matrix, Matrix]]
"""Per question: features (n, k) and which of the n are right (n,)."""

GOLD, NATURAL = Path("evals/gold"), Path("evals/natural")
RANKING = ("dense", "bm25", "cover", "glossary")
SENTENCES = ("dense", "titled", "cover", "context", "rank", "sort", "about", "glossary", "reader")
CONFIDENCE = (
    "reader", "reader_hit", "sentence_dense", "hit_cover", "place_missing", "year_conflict",
    "sort_missing", "number_missing", "english",
)  # fmt: skip
SECOND = ("first", "reader")
"""With ``KB_RERANKER=none`` there is no second look, and ``reader`` and ``reader_hit`` are 0."""
SCALE = {
    "dense": 0.03, "titled": 0.03, "sentence_dense": 0.03, "bm25": 0.1, "cover": 0.15,
    "context": 0.15, "hit_cover": 0.15, "reader": 3.0, "reader_hit": 3.0,
}  # fmt: skip
"""Spread of each feature among candidates, so that one penalty suits all (others: 1)."""
UNSURE = 0.3
"""Weight of an answerable question answered wrongly, and of one with its documents taken away."""
PENALTY = 0.0005
"""L2 on the weights of the confidence, on features scaled to like size."""
THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85)
COST = 5.0
"""What a false answer costs, in false refusals: an investor acts on the one, and asks on after the
other."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The confidence features of one question; ``real`` when nothing was taken away for it."""

    row: list[float]
    answerable: bool
    weight: float
    real: bool


@dataclass(slots=True)
class Samples:
    """What one set teaches."""

    ranking: Lists = field(default_factory=list)
    second: Lists = field(default_factory=list)
    sentences: Lists = field(default_factory=list)
    confidence: list[Judged] = field(default_factory=list)


def _row(features: dict[str, float], names: Sequence[str]) -> list[float]:
    return [features.get(name, 0.0) / SCALE.get(name, 1.0) for name in names]


def collect(engine: Engine, items: Sequence[Item]) -> Samples:
    """Ask every question and note features and labels of candidates, sentences and answers."""
    samples = Samples()
    kb = engine.kb
    names = {v: info.document_id for v, info in kb.snapshot.live.items()}
    full = kb.snapshot
    for item in items:
        question, role, on = item.asked, item.role, item.on
        wanted = [*item.answers, *item.extra.get("must_contain", ())]
        try:
            evidence = engine.gather(question, role, on)
        except QuestionError:
            continue
        if item.answerable and item.relevant:
            found = engine.candidates(question, role, on)
            right = [_holds(item, names[c.version_id], c.text) for c in found]
            _add(samples.ranking, [_row(c.features, RANKING) for c in found], right)
            hits = engine.search(question, role, on, limit=DEPTH)
            right = [_holds(item, h.document.document_id, h.text) for h in hits]
            _add(samples.second, [_row(h.scores, SECOND) for h in hits], right)
            told = [_tells(s, item, wanted) for s in evidence.sentences]
            _add(samples.sentences, [_row(s.features, SENTENCES) for s in evidence.sentences], told)
        said = "".join(s.lead + s.text for s in evidence.chosen)
        good = bool(wanted) and metrics.covered(wanted, said)
        weight = 1.0 if good or not item.answerable else UNSURE
        _judge(samples, evidence.features, item.answerable, weight, real=True)
        if item.answerable and item.relevant:
            left = {v: i for v, i in full.live.items() if i.document_id not in item.relevant}
            with kb.looking_at(replace(full, live=left)):
                less = engine.gather(question, role, on).features
                _judge(samples, less, answerable=False, weight=UNSURE, real=False)
    return samples


def _holds(item: Item, document_id: str, text: str) -> bool:
    return document_id in item.relevant and metrics.inside(item.answers, [text])


def _tells(s: Sentence, item: Item, wanted: Sequence[str]) -> bool:
    own = s.hit.document.document_id in item.relevant
    return own and metrics.covered(wanted, s.lead + s.text)


def _add(lists: Lists, rows: list[list[float]], right: list[bool]) -> None:
    if any(right) and not all(right):
        lists.append((np.array(rows), np.array(right, dtype=float)))


def _judge(
    samples: Samples, features: dict[str, float], answerable: bool, weight: float, *, real: bool
) -> None:
    if features:
        row = _row(features, CONFIDENCE)
        samples.confidence.append(Judged(row, answerable, weight, real))


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


def logistic(judged: Sequence[Judged], penalty: float) -> Matrix:
    """Bias and weights (1 + k,) of a logistic regression.

    What must be refused weighs together, beside what must be answered, as among the real
    questions, so that the probability is one for questions as they come.
    """
    x = np.array([j.row for j in judged])
    y = np.array([float(j.answerable) for j in judged])
    weight = np.array([j.weight for j in judged])
    real = [j.answerable for j in judged if j.real]
    odds = real.count(False) / max(1, real.count(True))
    weight[y == 0] *= odds * weight[y == 1].sum() / weight[y == 0].sum()
    weight /= weight.sum()

    def loss(t: Matrix) -> tuple[float, Matrix]:
        w = t[1:]
        p = 1 / (1 + np.exp(-(x @ w + t[0])))
        right = y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12)
        g = weight * (p - y)
        total = penalty * float(w @ w) - float((weight * right).sum())
        return total, np.r_[g.sum(), x.T @ g + 2 * penalty * w]

    return _minimised(loss, 1 + x.shape[1])


def held_out(
    judged: Sequence[Judged], penalty: float, shift: float = 0.0, folds: int = 5
) -> tuple[list[float], list[bool]]:
    """Confidence of each real question by weights that did not see it, and whether answerable.

    ``shift`` is added to the bias.
    """
    sure, label = [], []
    for fold in range(folds):
        theta = logistic([j for i, j in enumerate(judged) if i % folds != fold], penalty)
        for j in (j for i, j in enumerate(judged) if i % folds == fold and j.real):
            sure.append(sigmoid(float(theta[0] + shift + np.array(j.row) @ theta[1:])))
            label.append(j.answerable)
    return sure, label


def _log_odds(judged: Sequence[Judged]) -> float:
    """Log odds that a real question is one to refuse.

    Their difference between two sets puts a bias right that was fitted on one for the share of
    answerable questions in the other (King and Zeng 2001).
    """
    real = [j.answerable for j in judged if j.real]
    return float(np.log(real.count(False) / real.count(True)))


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
    judged: list[Judged] = []
    shift = 0.0
    for folder in (GOLD, NATURAL, *map(Path, sys.argv[1:])):
        questions = load_set(folder)
        items = [i for i in questions.items if i.extra.get("split", "dev") != "test"]
        own = questions.folder(settings.data)
        with KnowledgeBase(settings.model_copy(update={"data": own})) as kb:
            samples = collect(Engine(kb), items)
        if folder in (GOLD, NATURAL):
            judged += samples.confidence
            shift -= _log_odds(samples.confidence) if folder == GOLD else 0.0
        if folder != NATURAL:
            collected.append(samples)
    report: dict[str, Any] = {
        "ranking": _named(listwise([s.ranking for s in collected], 0.02), RANKING),
        "second": _named(listwise([s.second for s in collected if s.second], 0.003), SECOND),
        "sentences": _named(listwise([s.sentences for s in collected], 0.003), SENTENCES),
    }
    shift += _log_odds(judged)
    fitted = logistic(judged, PENALTY)
    fitted[0] += shift
    report["confidence"] = {"bias": round(float(fitted[0]), 2)} | _named(fitted[1:], CONFIDENCE)
    sure, label = held_out(judged, PENALTY, shift)
    yes = [s for s, right in zip(sure, label, strict=True) if right]
    no = [s for s, right in zip(sure, label, strict=True) if not right]
    report["refused, answered wrongly"] = {
        t: (sum(s < t for s in yes), sum(s >= t for s in no)) for t in THRESHOLDS
    }
    report["held out"] = {
        "threshold": calibration.cheapest(yes, no, COST),
        "auc": metrics.auc(yes, no),
        "error": calibration.calibration_error(calibration.reliability(sure, label)),
    }
    for name, values in report.items():
        print(name, values)


if __name__ == "__main__":
    main()
