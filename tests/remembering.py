"""The real encoder, which computes each text once for a whole run of tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from kb.encoder import Encoder, Fingerprint, Progress, Vectors

Compute = Callable[[Sequence[str]], Vectors]


class Remembering:
    """An encoder that remembers: the same documents are taken in by one test file after the other.

    A text's vector does not depend on its neighbours (``tests/kb/test_encoder.py``), so remembered
    ones are those that would be computed.
    """

    def __init__(self, real: Encoder) -> None:
        self._real = real
        self._queries: dict[str, Vectors] = {}
        self._passages: dict[str, Vectors] = {}

    @property
    def fingerprint(self) -> Fingerprint:
        """The real one's."""
        return self._real.fingerprint

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """See ``Encoder``."""
        return _remembered(texts, self._queries, self._real.encode_queries)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See ``Encoder``; remembered texts are counted as done at once."""
        known = sum(text in self._passages for text in texts)
        if progress is not None and known:
            progress(known, len(texts))

        def told(done: int, _: int) -> None:
            if progress is not None:
                progress(min(known + done, len(texts)), len(texts))

        compute = partial(self._real.encode_passages, progress=told)
        return _remembered(texts, self._passages, compute)


def _remembered(texts: Sequence[str], known: dict[str, Vectors], compute: Compute) -> Vectors:
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if missing or not texts:
        vectors = compute(missing)
        known.update(zip(missing, vectors, strict=True))
        if not texts:
            return vectors
    return np.stack([known[text] for text in texts])
