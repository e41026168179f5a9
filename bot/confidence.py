"""How sure is it that the passages found answer this very question? Pure.

A near miss (another city, another year, an attribute nobody recorded) scores well on likeness,
so likeness alone does not decide: what of the question is *not* in the evidence counts too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.extract import Sentence
from bot.places import within
from bot.question import Question
from kb.models import Hit
from kb.ranking import Weights, coverage
from kb.text import normalise

_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?%?")


def confidence_features(
    question: Question,
    hits: Sequence[Hit],
    chosen: Sequence[Sentence],
    idf: Mapping[str, float],
) -> dict[str, float]:
    """Evidence for and against, each roughly between 0 and 1. Empty when nothing was found."""
    if not hits or not chosen:
        return {}
    hit = chosen[0].hit
    evidence = _evidence(chosen)
    named = _without_places(idf, question)
    return {
        "hit": hits[0].score,
        "dense": max(h.scores.get("dense", 0.0) for h in hits[:3]),
        "sentence": max(s.score for s in chosen),
        "sentence_dense": max(s.features["dense"] for s in chosen),
        "answer_cover": coverage(named, evidence),
        "hit_cover": coverage(named, evidence + normalise(hit.text)),
        "missing_run": missing_run(question.words, evidence + normalise(hit.text)),
        "place_missing": float(_place_missing(question, hit, evidence)),
        "year_missing": float(_year_missing(question, hit, evidence)),
        "number_missing": _number_missing(question, evidence + normalise(hit.text)),
        "unknown": _unknown(question),
    }


def judge(features: Mapping[str, float], weights: Weights) -> float:
    """The calibrated probability (0..1) that the evidence answers; 0 without evidence."""
    return weights.probability(features) if features else 0.0


def missing_run(words: str, spoken: str) -> float:
    """The longest stretch of the question, in characters, that the evidence nowhere speaks of.

    A character counts as spoken of when a pair with one of its neighbours stands in the evidence.
    """
    longest = 0
    for run in _CHINESE.findall(normalise(words)):
        known = [False] * len(run)
        for i in range(len(run) - 1):
            if run[i : i + 2] in spoken:
                known[i] = known[i + 1] = True
        gaps = "".join("." if k else "x" for k in known).split(".")
        longest = max(longest, *map(len, gaps))
    return float(longest)


def _evidence(chosen: Sequence[Sentence]) -> str:
    """What the answer rests on: its sentences, with title and path of each."""
    parts = []
    for s in chosen:
        parts += [s.hit.document.header.title, *s.passage.path, s.lead, s.text]
    return normalise("\n".join(parts))


def _without_places(idf: Mapping[str, float], question: Question) -> dict[str, float]:
    """The question's tokens without those of place names, which are judged by containment."""
    inside = "".join(question.places)
    return {t: w for t, w in idf.items() if t not in inside or len(t) > 4}


def _place_missing(question: Question, hit: Hit, evidence: str) -> bool:
    """Whether the question names a place the evidence does not speak for.

    A rule of a larger region speaks for the places inside it (a national tax rule for 延安).
    """
    regions = set(hit.document.header.regions)
    spoken = evidence + normalise(hit.text)
    for place in question.places:
        if place in spoken or regions & set(within(place)):
            continue
        if any(outer in spoken for outer in within(place)[1:] if outer != "全国"):
            continue
        return True
    return False


def _year_missing(question: Question, hit: Hit, evidence: str) -> bool:
    """Whether the question names a year that neither the evidence nor the document's dates hold."""
    header = hit.document.header
    spoken = evidence + normalise(hit.text) + " ".join(map(str, (header.published, header.years)))
    for year in question.years:
        if str(year) in spoken:
            continue
        start = header.effective or header.published
        if start and header.expires and start.year <= year <= header.expires.year:
            continue
        return True
    return False


def _number_missing(question: Question, spoken: str) -> float:
    """Share of the question's other numbers that the evidence does not hold."""
    numbers = [
        n for n in _NUMBER.findall(normalise(question.text)) if n not in map(str, question.years)
    ]
    return sum(n not in spoken for n in numbers) / len(numbers) if numbers else 0.0


def _unknown(question: Question) -> float:
    """Share of an English question's content words that no term translates."""
    total = len(question.unknown) + len(question.terms)
    return len(question.unknown) / total if total else 0.0
