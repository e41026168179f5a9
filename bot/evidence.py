"""What is known about a question before it is answered, and of its parts together. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.extract import Sentence
from bot.likeness import SAME, likeness, pairs
from bot.listing import Listing
from bot.question import Question
from kb.models import Hit, Query


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything known about a question before it is answered or refused.

    ``parts`` holds the same for each part of a question that asks several things (empty for
    others); ``missing`` are the words of those for which nothing was found. ``listed`` is the list
    that was asked for, when the chosen sentences are its items.
    """

    question: Question
    query: Query
    hits: list[Hit]
    sentences: list[Sentence]
    chosen: list[Sentence]
    features: dict[str, float]
    confidence: float
    timings: dict[str, float]
    parts: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    listed: Listing | None = None


def mixed(own: Sequence[Hit], whole: Sequence[Hit]) -> list[Hit]:
    """The hits of a part and of the whole question in turn, each window once.

    A part that leaves out what it is about (财政收了多少) is told by the hits of the whole.
    """
    turns = [hit for pair in zip(own, whole, strict=False) for hit in pair]
    turns += [*own[len(whole) :], *whole[len(own) :]]
    return list({(hit.document.version_id, hit.start): hit for hit in turns}.values())


def together(whole: Evidence, parts: Sequence[Evidence], floor: float) -> Evidence:
    """The evidence of all parts as one, in the order they were asked.

    A part less probable than ``floor`` is named as missing when another one is answered, and from
    another document than its own nearest sentence: a part that leaves out its subject (都叫什么) is
    seldom sure by itself. The confidence is that of the surest part (``parts`` has each). Where the
    question as a whole is surer than any part of it, its own sentences come first and the parts
    only add theirs.
    """
    surest = max(parts, key=lambda part: part.confidence)
    sure = {_source(part) for part in parts if part.confidence >= floor}
    told = [part for part in parts if _source(part) in sure] or list(parts)
    groups = [part.chosen for part in told]
    if whole.confidence >= surest.confidence:
        groups = [whole.chosen, *(part.chosen[:1] for part in told)]
        told = list(parts)  # wholly answered: nothing is reported as missing
        surest = whole
    return replace(
        whole,
        hits=_once(whole.hits, *(part.hits for part in parts)),
        sentences=[s for part in parts for s in part.sentences],
        chosen=_without_repeats(groups),
        features=surest.features,
        confidence=surest.confidence,
        parts=tuple(parts),
        missing=tuple(part.question.text for part in parts if part not in told),
        listed=whole.listed if surest is whole else None,
    )


def _source(part: Evidence) -> int | None:
    """The version that a part's first sentence is of; None when nothing was found."""
    return part.chosen[0].hit.document.version_id if part.chosen else None


def _once(*lists: Sequence[Hit]) -> list[Hit]:
    """Hits of several lists, in order, each window once."""
    found: dict[tuple[int, int], Hit] = {}
    for hit in (hit for hits in lists for hit in hits):
        found.setdefault((hit.document.version_id, hit.start), hit)
    return list(found.values())


def _without_repeats(groups: Sequence[Sequence[Sentence]]) -> list[Sentence]:
    """The sentences of all groups in order, without those that say what was said."""
    kept: list[Sentence] = []
    said: list[frozenset[str]] = []
    for s in (s for group in groups for s in group):
        words = pairs(s.text)
        if all(likeness(words, other) < SAME for other in said):
            kept.append(s)
            said.append(words)
    return kept
