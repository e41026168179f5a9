"""What is worked out once and not for each question: vectors of texts, words of documents."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from kb.knowledge_base import KnowledgeBase
from kb.models import Audience, DocumentInfo
from kb.words import CHARACTERS, Words, read_words

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


class WordsMemo:
    """The words of the documents an audience may see, anew after each change. Thread-safe."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._lock = threading.Lock()
        self._known: dict[tuple[Audience, ...], tuple[dict[int, DocumentInfo], Words]] = {}

    def __call__(self, audiences: tuple[Audience, ...]) -> Words:
        """The words of now; nothing of a document outside ``audiences`` is among them."""
        snapshot = self._kb.snapshot
        with self._lock:
            seen, words = self._known.get(audiences, (None, None))
            if words is None or seen is not snapshot.live:
                infos = [i for i in snapshot.live.values() if i.header.audience in audiences]
                read = accumulate((i.characters for i in infos), initial=0)
                wanted = [i.version_id for i, n in zip(infos, read, strict=False) if n < CHARACTERS]
                names = [name for t in snapshot.glossary.terms for name in (t.name, *t.aliases)]
                words = read_words(
                    [*names, *(i.header.title for i in infos)],
                    self._kb.catalog.texts(wanted).values(),
                )
                self._known[audiences] = (snapshot.live, words)
            return words
