"""Why a question was answered or refused: every score of every stage, for people who debug.

Nothing here decides; it shows what ``bot.engine`` decided by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.extract import Sentence
from bot.question import Question
from bot.sorts import asked_sorts
from kb.models import Hit, Note
from kb.ranking import Weights
from kb.text import normalise

SHOWN = 8
"""Hits and sentences shown."""
_SORTS = {
    "money": ("金额或价格", "an amount or a price"),
    "people": ("人数", "a number of people"),
    "share": ("比例或税率", "a share or a rate"),
    "until": ("截止日期", "a last day"),
    "date": ("年份或截止日期", "a year or a last day"),
    "time": ("时间", "a time"),
    "duration": ("时长或期限", "how long"),
    "papers": ("材料或表格", "papers or forms"),
    "condition": ("条件", "conditions"),
    "contact": ("联系方式", "how to get in touch"),
    "name": ("人或部门", "a person or an authority"),
    "list": ("清单", "a list"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One feature of a sum of log odds: its value, its weight, and what it adds."""

    name: str
    value: float
    adds: float


@dataclass(frozen=True, slots=True)
class Looked:
    """A hit or a sentence that was weighed."""

    document_id: str
    title: str
    path: tuple[str, ...]
    text: str
    score: float
    scores: dict[str, float]
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the question was understood as, what was weighed, and how the confidence adds up.

    ``confidence`` is the logistic function of ``bias`` plus what all ``parts`` add. ``reasons``
    say in words what speaks against an answer, the weightiest first.
    """

    understood: dict[str, str]
    hits: tuple[Looked, ...]
    sentences: tuple[Looked, ...]
    bias: float
    parts: tuple[Part, ...]
    confidence: float
    refuse_below: float
    nearest_from: float
    reasons: tuple[Note, ...]


def parts_of(features: Mapping[str, float], weights: Weights) -> tuple[Part, ...]:
    """What each feature adds to the log odds, in the order of the weights."""
    return tuple(
        Part(name, features.get(name, 0.0), weight * features.get(name, 0.0))
        for name, weight in weights.of.items()
    )


def reasons_against(question: Question, features: Mapping[str, float]) -> tuple[Note, ...]:
    """What in the question the evidence contradicts or leaves open, in words."""
    if not features:
        return (Note("nothing_found", "没有找到相关的条款。", "No clause was found."),)
    found = []
    if features.get("place_missing"):
        places = "、".join(question.places)
        found.append(
            Note(
                "place_missing",
                f"问的是{places}，最接近的条款说的不是那里。",
                f"It asks about {places}; the nearest clause speaks of another place.",
            )
        )
    if features.get("year_conflict"):
        years = "、".join(str(year) for year in question.years)
        found.append(
            Note(
                "year_conflict",
                f"问的是{years}年，最接近的条款说的是别的年份。",
                f"It asks about {years}; the nearest clause speaks of other years.",
            )
        )
    if features.get("sort_missing"):
        names = [
            _SORTS.get(sort.name, (sort.name, sort.name))
            for sort in asked_sorts(normalise(question.text))
        ]
        zh, en = "、".join(zh for zh, _ in names), ", ".join(en for _, en in names)
        found.append(
            Note(
                "sort_missing",
                f"问的是{zh}，最接近的条款里没有。",
                f"It asks for {en}; the nearest clause tells none.",
            )
        )
    if features.get("list_missing"):
        found.append(
            Note(
                "list_missing",
                "问的是一份清单，最接近的条款只说了有几项，没有逐项列出。",
                "It asks for the members of a list; the nearest clause counts them and names none.",
            )
        )
    if features.get("number_missing"):
        numbers = "、".join(question.numbers)
        found.append(
            Note(
                "number_missing",
                f"问题里的数字 {numbers} 在最接近的条款里没有出现。",
                f"The figures {numbers} of the question do not occur in the nearest clause.",
            )
        )
    return tuple(found)


def looked_at_hits(hits: Sequence[Hit]) -> tuple[Looked, ...]:
    """The best hits with the scores of every stage."""
    return tuple(
        Looked(
            hit.document.document_id,
            hit.document.header.title,
            hit.passages[0].path if hit.passages else (),
            hit.text,
            hit.score,
            dict(hit.scores),
        )
        for hit in hits[:SHOWN]
    )


def looked_at_sentences(
    found: Sequence[Sentence], chosen: Sequence[Sentence]
) -> tuple[Looked, ...]:
    """The best sentences, and all that were chosen, best first."""
    ranked = sorted(found, key=lambda s: -s.score)
    shown = [s for i, s in enumerate(ranked) if i < SHOWN or s in chosen]
    return tuple(
        Looked(
            s.hit.document.document_id,
            s.hit.document.header.title,
            s.passage.path,
            s.lead + s.text,
            s.score,
            dict(s.features),
            s in chosen,
        )
        for s in shown
    )


def explain(
    question: Question,
    hits: Sequence[Hit],
    found: Sequence[Sentence],
    chosen: Sequence[Sentence],
    features: Mapping[str, float],
    weights: Weights,
    limits: tuple[float, float],
) -> Explanation:
    """Gather what was weighed. ``limits``: refuse below, show the nearest from."""
    understood = {
        "search": question.search,
        "words": question.words,
        "expansions": " ".join(question.expansions),
        "terms": " ".join(question.terms),
        "places": " ".join(question.places),
        "years": " ".join(map(str, question.years)),
        "doc_numbers": " ".join(question.doc_numbers.values()),
        "articles": " ".join(question.articles),
    }
    return Explanation(
        understood={name: value for name, value in understood.items() if value},
        hits=looked_at_hits(hits),
        sentences=looked_at_sentences(found, chosen),
        bias=weights.bias,
        parts=parts_of(features, weights),
        confidence=weights.probability(features) if features else 0.0,
        refuse_below=limits[0],
        nearest_from=limits[1],
        reasons=reasons_against(question, features),
    )
