"""Which questions ask the same: near in meaning, and nothing named that sets them apart. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.question import Question, subject
from kb.places import HOME, PARENTS
from kb.text import simplify

ALIKE = 0.92
"""Cosine of two questions' subjects (offline encoder) from which they are taken for one.

Chosen with ``python -m evals.question_groups``: it joins 46 % of the pairs of gold questions (dev
split) with the same answer and 47 % of training questions about one clause, but 5 % of those about
other clauses of the same document and 0.1 % about other documents; at 0.91 50, 59, 11 and 0.7 %.
Questions that differ in what they ask of one subject (the rate, the deadline) are not told apart by
it; so each question of a group is asked again for itself."""

_AT_HOME = frozenset({HOME, PARENTS[HOME]})
"""Places that go without saying."""


@dataclass(frozen=True, slots=True, eq=False)
class Gist:
    """What a question is about: the unit vector (d,) of its subject, and what it names."""

    vector: NDArray[np.float32]
    places: frozenset[str]
    numbers: frozenset[str]
    years: frozenset[int]
    articles: frozenset[str]
    doc_numbers: frozenset[str]


def subject_of(question: Question) -> str:
    """What the encoder is to see of a question: what it is about, not how it is put."""
    return question.search if question.english else simplify(subject(question.text))


def gist_of(question: Question, vector: NDArray[np.float32]) -> Gist:
    """The gist of a question whose subject has this vector."""
    return Gist(
        vector,
        frozenset(question.places) - _AT_HOME,
        frozenset(question.numbers),
        frozenset(question.years),
        frozenset(question.articles),
        frozenset(question.doc_numbers),
    )


def same(one: Gist, other: Gist, alike: float = ALIKE) -> bool:
    """Whether two questions are taken for one."""
    return not _apart(one, other) and float(one.vector @ other.vector) >= alike


def _apart(one: Gist, other: Gist) -> bool:
    """Whether they name other places or documents, or figures of which none is shared."""
    if one.places != other.places or one.doc_numbers != other.doc_numbers:
        return True
    named = (
        (one.numbers, other.numbers),
        (one.years, other.years),
        (one.articles, other.articles),
    )
    return any(mine and theirs and not mine & theirs for mine, theirs in named)


def nearest(gist: Gist, others: Sequence[Gist | None]) -> int | None:
    """The place of the one in ``others`` that asks the same, the nearest of several."""
    found = [
        (float(gist.vector @ other.vector), i)
        for i, other in enumerate(others)
        if other is not None and same(gist, other)
    ]
    return max(found)[1] if found else None
