"""Weights of the sentence choice and of the confidence, and where each came from.

SENTENCE: listwise softmax over the sentences of a question's best hits, fitted on the gold
questions' dev split, on the training questions about digests (``evals/training``, the clause they
were written from as the label) and on 500 CMRC trial questions, every set counting the same, L2
0.003. The best sentence holds all that the gold asks for in 0.77 of the dev split (fitted on it),
0.85 of the 500 other CMRC questions. ``bot.choose``'s limits were set on the same data.

CONFIDENCE: logistic regression on the gold questions' dev split alone (each answerable question
also with its documents taken away, as one that must be refused). Area under the curve, answerable
against not: 0.87 on the gold test split, 0.96 on ncpqa, neither of them seen. At the threshold of
``Settings.refuse_below``: false refusals 0.27, false answers 0.17 on the gold test split, whose
refusals are near misses on purpose; 0.17 and 0.01 on ncpqa.
"""

from __future__ import annotations

from kb.ranking import Weights

SENTENCE = Weights(
    bias=0.0,
    of={
        "dense": 44.0,
        "titled": 74.0,
        "cover": -2.6,
        "context": 15.0,
        "rank": 1.2,
        "sort": 1.7,
        "about": -3.0,
        "glossary": -2.0,
    },
)
CONFIDENCE = Weights(
    bias=-53.5,
    of={
        "sentence_dense": 58.7,
        "hit_cover": 1.2,
        "place_missing": -1.8,
        "year_conflict": -3.9,
        "sort_missing": -2.0,
        "number_missing": -2.1,
        "english": 1.0,
    },
)
