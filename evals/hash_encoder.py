"""An encoder for measuring the stores: it costs nothing and means nothing.

Tokens are hashed into a vector (feature hashing), so equal texts have equal vectors and texts that
share words are near each other. Answers on it are worthless; kills and profiles are quick.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from kb.encoder import Fingerprint, Progress, Vectors
from kb.text import tokens


class HashEncoder:
    """(texts, dimension) unit rows out of the hashes of a text's tokens."""

    def __init__(self, dimension: int = 64) -> None:
        self.fingerprint = Fingerprint("hash", "1", dimension)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """As passages: there is no difference here."""
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """(n, d) float32 unit rows, in the given order."""
        size = self.fingerprint.dimension
        rows = np.zeros((len(texts), size), np.float32)
        for row, text in zip(rows, texts, strict=True):
            places = [crc32(token.encode()) for token in tokens(text)]
            np.add.at(row, [place % size for place in places], 1.0)
            row[crc32(text.encode()) % size] += 1.0
        if progress:
            progress(len(texts), len(texts))
        norms: Vectors = np.linalg.norm(rows, axis=1, keepdims=True)
        return (rows / np.maximum(norms, 1e-9)).astype(np.float32)
