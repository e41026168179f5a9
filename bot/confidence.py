"""How sure is it that the passages found answer this very question? Pure.

A near miss (another city, another year, an attribute nobody recorded) scores well on likeness,
so likeness alone does not decide: what of the question is *not* in the evidence counts too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.extract import Sentence
from bot.question import Question
from bot.sorts import asked_members, asked_sorts, held_share, is_untold_list
from bot.years import year_conflict
from kb.models import Hit
from kb.paths import topics
from kb.places import HOME, within
from kb.ranking import Weights, coverage
from kb.text import normalise


def confidence_features(
    question: Question,
    chosen: Sequence[Sentence],
    idf: Mapping[str, float],
    reader: float = 0.0,
) -> dict[str, float]:
    """Evidence for and against. Empty when nothing was found.

    ``reader`` is what the reranker says of the answer (``bot.scoring.read_answer``).
    """
    if not chosen:
        return {}
    hit = chosen[0].hit
    said = normalise(" ".join(s.lead + s.text for s in chosen))
    evidence = _evidence(chosen)
    spoken = evidence + normalise(hit.text)
    named = _without_places(idf, question)
    return {
        "reader": reader,
        "reader_hit": max(s.hit.scores.get("reader", 0.0) for s in chosen),
        "sentence_dense": max(s.features["dense"] for s in chosen),
        "hit_cover": coverage(named, spoken),
        "place_missing": float(_place_missing(question, hit, spoken)),
        "year_conflict": float(year_conflict(question.years, said)),
        "sort_missing": 1.0 - held_share(asked_sorts(normalise(question.text)), said),
        "list_missing": float(_list_missing(question, chosen, said)),
        "number_missing": _number_missing(question, spoken),
        "english": float(question.english),
    }


def judge(features: Mapping[str, float], weights: Weights) -> float:
    """The calibrated probability (0..1) that the evidence answers; 0 without evidence."""
    return weights.probability(features) if features else 0.0


def _evidence(chosen: Sequence[Sentence]) -> str:
    """What the answer rests on: its sentences, with title and path of each."""
    parts = []
    for s in chosen:
        parts += [s.hit.document.header.title, *topics(s.passage.path), s.lead, s.text]
    return normalise("\n".join(parts))


def _without_places(idf: Mapping[str, float], question: Question) -> dict[str, float]:
    """The question's tokens without those of place names, which are judged by containment."""
    inside = "".join((*question.places, *question.origins))
    return {t: w for t, w in idf.items() if t not in inside or len(t) > 4}


def _place_missing(question: Question, hit: Hit, spoken: str) -> bool:
    """Whether the question names a place the evidence does not speak for.

    Rules of a larger region speak for 延安 and its counties, of which this base is kept; about
    any other place only what names that place counts.
    """
    regions = set(hit.document.header.regions)
    for place in question.places:
        around = within(place)
        if place in spoken or place in regions:
            continue
        if HOME in around and (regions & set(around) or not regions):
            continue
        if place in within(HOME) and HOME in spoken:
            continue
        return True
    return False


def _list_missing(question: Question, chosen: Sequence[Sentence], said: str) -> bool:
    """Whether the members of a list are asked for (分别是哪七个) and the answer only counts them.

    As many sentences as the list has members are a list.
    """
    normal = normalise(question.text)
    return len(chosen) < max(2, asked_members(normal)) and is_untold_list(normal, said)


def _number_missing(question: Question, spoken: str) -> float:
    """Share of the question's figures that the evidence does not hold."""
    numbers = question.numbers
    return sum(n not in spoken for n in numbers) / len(numbers) if numbers else 0.0
