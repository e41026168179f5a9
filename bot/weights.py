"""Weights of the sentence choice and of the confidence, and where each came from."""

from __future__ import annotations

from kb.ranking import Weights

SENTENCE = Weights(
    bias=-9.0,
    of={"dense": 6.0, "cover": 3.0, "context": 2.0, "hit": 1.0, "rank": 1.0, "number": 0.8,
        "question": -3.0, "about": -3.0, "short": -1.0},
)  # fmt: skip
CONFIDENCE = Weights(
    bias=-12.0,
    of={"dense": 8.0, "answer_cover": 3.0, "hit_cover": 4.0, "sentence": 1.0,
        "place_missing": -2.0, "year_missing": -2.0, "number_missing": -1.0, "unknown": -3.0},
)  # fmt: skip
