"""The order after a second look, with a reader whose mind is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from kb.ranking import Candidate, Weights
from kb.second_look import look_again

WEIGHTS = Weights(bias=0.0, of={"first": 1.0, "reader": 1.0})


class Known:
    """Says of each passage what it was told; remembers what it read."""

    def __init__(self, logits: dict[str, float]) -> None:
        self.logits = logits
        self.read: list[str] = []

    def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        self.read += passages
        return np.array([self.logits[p.splitlines()[-1]] for p in passages], np.float32)


def candidate(key: int, text: str, score: float) -> Candidate:
    made = Candidate(key, 1, 10 * key, 10 * key + 10, "办法", ("第一章",), text, 10 * key)
    made.score = score
    return made


def test_what_reads_better_comes_first() -> None:
    found = look_again(
        "问",
        [candidate(1, "甲", 0.6), candidate(2, "乙", 0.5)],
        Known({"甲": -1, "乙": 2}),
        WEIGHTS,
    )
    assert [c.text for c in found] == ["乙", "甲"]
    assert found[0].features["reader"] == 2
    assert found[0].score == pytest.approx(1 / (1 + np.exp(-2)), abs=1e-6)
    assert found[1].score == pytest.approx(1 / (1 + np.exp(-(np.log(1.5) - 1))), abs=1e-6)


def test_only_the_best_few_are_read_and_the_others_stay_behind() -> None:
    ranked = [candidate(1, "甲", 0.9), candidate(2, "乙", 0.8), candidate(3, "丙", 0.7)]
    reader = Known({"甲": -4, "乙": -4})
    found = look_again("问", ranked, reader, WEIGHTS, depth=2)
    assert [c.text for c in found] == ["甲", "乙", "丙"]
    assert [p.splitlines()[-1] for p in reader.read] == ["甲", "乙"]
    assert reader.read[0].startswith("办法")
    scores = [c.score for c in found]
    assert scores == sorted(scores, reverse=True)


def test_equal_scores_keep_the_order_of_their_keys() -> None:
    ranked = [candidate(2, "乙", 0.5), candidate(1, "甲", 0.5)]
    found = look_again("问", ranked, Known({"甲": 0, "乙": 0}), WEIGHTS)
    assert [c.key for c in found] == [1, 2]


def test_nothing_found_is_nothing_read() -> None:
    reader = Known({})
    assert look_again("问", [], reader, WEIGHTS) == []
    assert reader.read == []
