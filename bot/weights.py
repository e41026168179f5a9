"""Weights of the sentence choice and of the confidence, and where each came from.

SENTENCE: listwise softmax over the sentences of a question's best hits, fitted on the gold
questions' dev split, on the training questions about digests (``evals/training``, the clause they
were written from as the label) and on 500 CMRC trial questions, every set counting the same, L2
0.003. The best sentence holds all that the gold asks for in 0.77 of the dev split (fitted on it),
0.85 of the 500 other CMRC questions. ``bot.choose``'s limits were set on the same data.

SENTENCE_READ adds the reranker's logit; its weight was fitted on the dev split beside the others.

CONFIDENCE_READ: logistic regression on the gold questions' dev split and on the short questions of
``evals/natural`` (each answerable question also with its documents taken away, as one that must be
refused), with the bias put right for the share of answerable ones in the gold split (King and Zeng
2001). ``python -m evals.fit`` prints it. On held-out fifths of these, without UNTOLD: area under
the curve, answerable against not, 0.962; of 293 answerable questions refused and of 176 others
answered 24 and 21 from 0.66 upwards, 29 and 17 from 0.71, 35 and 14 from 0.75, 38 and 13 from 0.79,
52 and 12 from 0.82. Where a false answer costs five refusals, 0.75 is cheapest;
``Settings.refuse_below`` is 0.62, so that plain questions in few words are answered, whose right
clause the reranker now and then reads as unlikely. CONFIDENCE, for
``KB_RERANKER=none``, was fitted on the gold dev split alone: area 0.875, calibration error 0.049.
No gold question was used to train the reranker, but its own questions about clauses of the dev
split's documents were.
"""

from __future__ import annotations

from kb.ranking import Weights

UNTOLD = -4.0
"""Log odds against evidence that counts a list whose members are asked for and names none of them.
Set by hand: it is no answer, and too rare among the questions to be fitted."""

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
    bias=-44.38,
    of={
        "reader": 0.43,
        "reader_hit": 0.12,
        "sentence_dense": 49.73,
        "hit_cover": -0.4,
        "place_missing": -0.24,
        "year_conflict": -1.34,
        "sort_missing": -1.23,
        "list_missing": UNTOLD,
        "number_missing": -0.39,
        "english": 1.29,
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
        "list_missing": UNTOLD,
        "number_missing": -1.91,
        "english": 1.17,
    },
)
