"""Texts of versions lately used, in memory: a question looks at many passages of few documents."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable


class TextCache:
    """Bounded in characters, the least recently used goes first. A version's text never changes."""

    CHARACTERS = 40_000_000

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._texts: OrderedDict[int, str] = OrderedDict()
        self._size = 0

    def take(self, versions: Iterable[int]) -> dict[int, str]:
        """Those of the versions that are at hand."""
        with self._lock:
            found = {v: self._texts[v] for v in versions if v in self._texts}
            for version in found:
                self._texts.move_to_end(version)
        return found

    def put(self, texts: dict[int, str]) -> None:
        """Remember texts, letting go of the least recently used."""
        with self._lock:
            for version, text in texts.items():
                if version not in self._texts:
                    self._texts[version] = text
                    self._size += len(text)
            while self._size > self.CHARACTERS and self._texts:
                self._size -= len(self._texts.popitem(last=False)[1])

    def forget(self, versions: Iterable[int]) -> None:
        """Let go of texts that are removed."""
        with self._lock:
            for version in versions:
                self._size -= len(self._texts.pop(version, ""))
