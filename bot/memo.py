"""Vectors of texts encoded before, so that a sentence is encoded once and not once a question."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
SIZE = 20_000
"""Texts remembered: about 30 MB of vectors of 384 numbers, and their texts."""


class VectorMemo:
    """Wraps an encoding function; the least recently used texts are let go. Thread-safe."""

    def __init__(self, encode: Callable[[Sequence[str]], Vectors], size: int = SIZE) -> None:
        self._encode = encode
        self._size = size
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Vectors] = OrderedDict()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """(texts, d) unit rows, in the given order; only unknown texts are encoded."""
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
            for text in found:
                self._known.move_to_end(text)
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            found.update(zip(missing, self._encode(missing), strict=True))
            with self._lock:
                for text in missing:
                    self._known[text] = found[text]
                while len(self._known) > self._size:
                    self._known.popitem(last=False)
        return np.stack([found[text] for text in texts])
