"""Windows of a set of documents with vectors and words, held in memory: for making training pairs.

The same windows and the same text as the product's indexes (``kb.retriever.index_text``), without
its stores, so that a search takes a millisecond and needs no data folder.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

from kb.models import ParsedDocument
from kb.pairs import passage_text
from kb.retriever import index_text
from kb.sentences import sentences
from kb.text import tokens

Matrix = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Matrix]
_KEY = 10  # bytes of a text's hash
_LOT = 200  # new vectors that are worth writing the file again


@dataclass(frozen=True, slots=True)
class Window:
    """One window: where it comes from, its text, and the clause that it begins with."""

    document: str
    title: str
    path: tuple[str, ...]
    lead: str
    start: int
    text: str
    clause: str
    index: str

    @property
    def end(self) -> int:
        """Where its text ends in the document."""
        return self.start + len(self.text)

    @property
    def read(self) -> str:
        """As the reranker reads it."""
        return passage_text(self.title, self.path, self.lead, self.text)

    def read_sentence(self, sentence: str) -> str:
        """One of its clause's sentences, as the reranker reads it."""
        return passage_text(self.title, self.path, self.lead, sentence)

    @property
    def clause_sentences(self) -> list[str]:
        """The sentences of the clause it begins with."""
        parts = (self.clause[a:b].strip() for a, b in sentences(self.clause))
        return [part for part in parts if part]


def windows_of(documents: Iterable[ParsedDocument]) -> list[Window]:
    """All windows of the documents, in order."""
    return [
        Window(
            document=d.document_id,
            title=d.header.title,
            path=p.path,
            lead=d.text[slice(*p.lead)] if p.lead else "",
            start=p.start,
            text=d.text[p.start : p.window_end],
            clause=d.text[p.start : p.end],
            index=index_text(d.header.title, p, d.text),
        )
        for d in documents
        for p in d.passages
    ]


class Shelf:
    """Windows that can be searched by meaning and by words."""

    def __init__(self, windows: Sequence[Window], encode: Encode) -> None:
        """``encode``: passages to unit rows (n, d)."""
        self.windows = windows
        self.vectors = encode([w.index for w in windows])
        self.at: dict[str, list[int]] = {}
        for i, w in enumerate(windows):
            self.at.setdefault(w.document, []).append(i)
        self._terms, self._matrix = _bm25([tokens(w.index) for w in windows])

    def search(self, question: str, vector: Matrix, by_meaning: int, by_words: int) -> list[int]:
        """Indices of the best windows of both kinds, each once, those by meaning first."""
        dense = self.vectors @ vector
        known = [self._terms[t] for t in dict.fromkeys(tokens(question)) if t in self._terms]
        words = np.asarray(self._matrix[:, known].sum(axis=1)).ravel()
        best = [*_top(dense, by_meaning), *_top(words, by_words)]
        return list(dict.fromkeys(best))


def _top(scores: NDArray[np.floating], count: int) -> list[int]:
    count = min(count, len(scores))
    best = np.argpartition(-scores, count - 1)[:count]
    found: list[int] = best[np.argsort(-scores[best], kind="stable")].tolist()
    return found


def _bm25(
    texts: Sequence[Sequence[str]], k1: float = 1.2, b: float = 0.75
) -> tuple[dict[str, int], csc_matrix]:
    """Terms to columns, and the BM25 weight of every term in every text."""
    terms: dict[str, int] = {}
    rows, columns, counts = [], [], []
    for i, text in enumerate(texts):
        for term, count in Counter(text).items():
            rows.append(i)
            columns.append(terms.setdefault(term, len(terms)))
            counts.append(count)
    of, tf = np.array(columns), np.array(counts, dtype=float)
    at = np.array(rows)
    length = np.array([len(t) for t in texts], dtype=float)
    df = np.bincount(of, minlength=len(terms))
    idf = np.log(1 + (len(texts) - df + 0.5) / (df + 0.5))
    weight = idf[of] * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length[at] / length.mean()))
    return terms, csc_matrix((weight, (at, of)), shape=(len(texts), len(terms)))


def remembering(encode: Encode, file: Path) -> Encode:
    """``encode`` with its vectors kept by a hash of the text; large lots also in a file."""
    known: dict[bytes, Matrix] = {}
    if file.is_file():
        with np.load(file) as held:
            keys, rows = held["k"].tobytes(), held["v"]
        known = {keys[i * _KEY : (i + 1) * _KEY]: row for i, row in enumerate(rows)}

    def remembered(texts: Sequence[str]) -> Matrix:
        wanted = [_hash(t) for t in texts]
        new = {h: t for h, t in zip(wanted, texts, strict=True) if h not in known}
        if new:
            known.update(zip(new, encode(list(new.values())), strict=True))
            if len(new) >= _LOT:
                file.parent.mkdir(parents=True, exist_ok=True)
                keys = np.frombuffer(b"".join(known), np.uint8)
                np.savez(file, k=keys, v=np.array(list(known.values()), np.float32))
        return np.array([known[h] for h in wanted], np.float32)

    return remembered


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=_KEY).digest()
