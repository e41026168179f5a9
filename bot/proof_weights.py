"""Weights of what supports a sentence, and the least support.

Fitted by ``python -m evals.verification --fit`` on the pairs of ``evals/verify`` whose documents
are in the half to fit on (a false sentence that passes costs two true ones that are dropped), as
far as nothing exact contradicts the sentence. ``LEAST`` was set on the same half, with a look at
the sums of the other. English has few pairs (13 true sentences in that half).
"""

from kb.ranking import Weights

CHINESE = Weights(
    -42.16, {"cover": -6.57, "weakest": 4.54, "gap": -6.67, "swap": -3.07, "alike": 49.77}
)
ENGLISH = Weights(-39.46, {"alike": 15.52, "part": 32.41})
LEAST = 0.4
