"""Weights of the sentence choice and of the confidence, and where each came from.

SENTENCE: listwise softmax over the sentences of a question's best hits, fitted on the gold
questions' dev split, on the training questions about digests (``evals/training``, the clause they
were written from as the label) and on 500 CMRC trial questions, every set counting the same, L2
0.003. The best sentence holds all that the gold asks for in 0.77 of the dev split (fitted on it),
0.85 of the 500 other CMRC questions. ``bot.choose``'s limits were set on the same data.

SENTENCE_READ adds the reranker's logit; its weight was fitted on the dev split beside the others.

CONFIDENCE_READ and, for ``KB_RERANKER=none``, CONFIDENCE: logistic regression on the gold
questions' dev split alone (each answerable question also with its documents taken away, as one that
must be refused). ``python -m evals.fit`` prints both. On held-out fifths of that split: area under
the curve, answerable against not, 0.934 with the reranker and 0.875 without, calibration error
0.032 and 0.049. Where a false answer costs five refusals, 0.775 is cheapest there (55 refusals'
worth over 257 questions); ``Settings.refuse_below`` is 0.65 (67, a difference within chance), so
that plain questions in few words are answered: false refusals 0.087, false answers 0.167.
No gold question was used to train the reranker, but its own questions about clauses of the dev
split's documents were.
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
SENTENCE_READ = Weights(bias=0.0, of={**SENTENCE.of, "reader": 0.7})
CONFIDENCE_READ = Weights(
    bias=-41.65,
    of={
        "reader": 0.4,
        "reader_hit": 0.08,
        "sentence_dense": 46.44,
        "hit_cover": 0.42,
        "place_missing": -0.65,
        "year_conflict": -1.81,
        "sort_missing": -0.39,
        "number_missing": -0.93,
        "english": 0.79,
    },
)
CONFIDENCE = Weights(
    bias=-53.7,
    of={
        "sentence_dense": 59.92,
        "hit_cover": 0.57,
        "place_missing": -2.39,
        "year_conflict": -3.82,
        "sort_missing": -2.78,
        "number_missing": -1.91,
        "english": 1.17,
    },
)
