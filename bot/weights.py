"""Weights of the sentence choice and of the confidence, and where each came from."""

from __future__ import annotations

from kb.ranking import Weights

SENTENCE = Weights(
    bias=0.0,
    of={
        "dense": 58.0,
        "cover": -3.8,
        "context": 15.3,
        "rank": 1.1,
        "number": 0.9,
        "about": -2.5,
    },
)
CONFIDENCE = Weights(
    bias=-12.0,
    of={
        "dense": 8.0,
        "answer_cover": 3.0,
        "hit_cover": 4.0,
        "place_missing": -2.0,
        "year_missing": -2.0,
        "number_missing": -1.0,
        "unknown": -3.0,
    },
)
