"""The dense index: one Chroma collection per audience, so that a role never pays for a filter.

Derived from the catalog and rebuildable from it. Ids are the passage keys as text. The encoder's
fingerprint is stored with each collection, and a base opened with another encoder says so.
``embedding_function=None`` always: Chroma must never load or fetch a model of its own.

Chroma keeps what was deleted: vectors stay in the HNSW file for good and ids in SQLite's free
pages. ``rewrite`` copies what lives into a fresh generation (``kb.generations``) and deletes the
old folder whole.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import chromadb
import numpy as np
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings as ChromaSettings
from numpy.typing import NDArray

from kb import generations, hnsw
from kb.durable import sync_tree
from kb.errors import EncoderMismatch, StoreError
from kb.models import Audience

_BATCH = 5_000
"""Below Chroma's own limit of 5,461 rows a call."""
_HNSW = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 200}
"""Recall@10 0.99 even on structureless vectors, 25 % slower to insert than the defaults."""

_UNIT = 0.01
"""How far a stored vector's length may be from 1: a spoiled one's is far from it."""

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]


class _Opened:
    """One generation, open, and how many are reading in it."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.folder = folder
        self.readers = 0
        self.client = chromadb.PersistentClient(
            path=str(folder),
            settings=ChromaSettings(anonymized_telemetry=False, allow_reset=False),
        )
        try:
            self.collections = {a: self._open(a, fingerprint) for a in Audience}
        except BaseException:
            self.client.close()  # type: ignore[attr-defined]  # missing from the protocol
            raise

    def _open(self, audience: Audience, fingerprint: str) -> Collection:
        collection = self.client.get_or_create_collection(
            name=f"passages-{audience.value}",
            metadata={"encoder": fingerprint},
            configuration={"hnsw": cast(Any, _HNSW)},
            embedding_function=None,
        )
        made_by = (collection.metadata or {}).get("encoder", fingerprint)
        if made_by != fingerprint:
            raise EncoderMismatch(
                f"现有向量由编码器 {made_by} 生成，当前设置是 {fingerprint}。"
                "请改回原来的 KB_ENCODER，或运行 kb doctor --repair 用新编码器重算全部向量。",
                f"The stored vectors were made by the encoder {made_by}, but {fingerprint} is "
                "configured. Set KB_ENCODER back, or run kb doctor --repair to encode everything "
                "anew.",
            )
        return collection

    def settle(self) -> None:
        """Have the files hold what was written, and nothing else.

        Chroma writes them behind our back, when it first reads in an index of few vectors too;
        reading one waits until it has.
        """
        for collection in self.collections.values():
            collection.get(limit=1, include=["embeddings"])
        hnsw.blank_unused(self.folder)


class VectorIndex:
    """Chroma in a folder, owned by this process alone (two writers corrupt it: measured)."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        """Open or make the collections. Torn files are given up: the index is empty then.

        Raises EncoderMismatch when they were made by another encoder, StoreError when Chroma
        cannot read the folder.
        """
        self.folder = folder
        self._fingerprint = fingerprint
        self._turn = threading.Condition()
        try:
            if not hnsw.is_whole(generations.current(folder)):
                generations.restart(folder)
            self._opened = _Opened(generations.current(folder), fingerprint)
            self._opened.settle()
        except StoreError:
            raise
        except Exception as error:  # Chroma raises many kinds, some of them bare Exceptions
            raise StoreError(
                f"向量索引打不开（{error}）。运行 kb doctor --repair 从目录重建，资料不会丢失。",
                f"The vector index cannot be opened ({error}). Run kb doctor --repair to rebuild "
                "it from the catalog; no document is lost.",
            ) from error

    @contextmanager
    def _collections(self) -> Iterator[dict[Audience, Collection]]:
        """Today's collections; they stay open until the caller has finished with them."""
        with self._turn:
            opened = self._opened
            opened.readers += 1
        try:
            yield opened.collections
        finally:
            with self._turn:
                opened.readers -= 1
                self._turn.notify_all()

    def add(self, audience: Audience, keys: Sequence[int], vectors: Vectors) -> None:
        """Store unit vectors (n, d) under their keys; writing a key again replaces it."""
        with self._collections() as collections:
            _add(collections[audience], keys, vectors)

    def sync(self) -> None:
        """Have the disk hold what was added: Chroma does not sync its HNSW files itself."""
        self._opened.settle()
        sync_tree(self._opened.folder)

    def delete(self, keys: Sequence[int]) -> None:
        """Remove those keys wherever they are; unknown ones are passed over."""
        with self._collections() as collections:
            for collection in collections.values():
                for start in range(0, len(keys), _BATCH):
                    collection.delete(ids=[str(key) for key in keys[start : start + _BATCH]])

    def search(
        self, vector: Vectors, audiences: Sequence[Audience], limit: int
    ) -> list[tuple[int, float]]:
        """The nearest (key, cosine) pairs to one unit vector (d,), best first."""
        found: list[tuple[int, float]] = []
        with self._collections() as collections:
            for audience in audiences:
                found += _nearest(collections[audience], vector, limit)
        found.sort(key=lambda pair: -pair[1])
        return found[:limit]

    def get(self, audiences: Sequence[Audience], keys: Sequence[int]) -> dict[int, Vectors]:
        """The stored vectors of those keys, for the audiences allowed."""
        vectors: dict[int, Vectors] = {}
        with self._collections() as collections:
            for audience in audiences:
                for start in range(0, len(keys), _BATCH):
                    vectors |= _get(collections[audience], keys[start : start + _BATCH])
        return vectors

    def count(self) -> int:
        """How many vectors are held."""
        with self._collections() as collections:
            return sum(collection.count() for collection in collections.values())

    def keys(self, audience: Audience) -> set[int]:
        """All keys of one audience."""
        with self._collections() as collections:
            return {int(i) for i in collections[audience].get(include=[])["ids"]}

    def readable(self, audience: Audience) -> set[int] | None:
        """The keys of one audience, each with a vector that can be read; None when the files are
        torn (2 s for 100,000).

        A count does not say so: Chroma counts rows of SQLite, while the vectors lie in the HNSW
        files, which it overwrites in place: a kill at that moment tears them (seen).
        """
        try:
            keys = self.keys(audience)
            found = self.get([audience], sorted(keys))
            norms = np.linalg.norm(list(found.values()), axis=1) if found else np.ones(0)
            whole = len(found) == len(keys) and bool(np.all(np.abs(norms - 1.0) < _UNIT))
        except Exception:  # noqa: BLE001  # whatever Chroma raises: it cannot be read
            return None
        return keys if whole else None

    def rewrite(
        self, live: Mapping[Audience, AbstractSet[int]], progress: Progress | None = None
    ) -> None:
        """Leave nothing but the vectors of those keys, in no file. Searches go on meanwhile.

        Raises whatever Chroma and the file system raise; the index then is what it was.
        """
        made = _Opened(generations.fresh(self.folder), self._fingerprint)
        total, done = sum(map(len, live.values())), 0
        try:
            for audience, keys in live.items():
                ordered = sorted(keys)
                for start in range(0, len(ordered), _BATCH):
                    vectors = self.get([audience], ordered[start : start + _BATCH])
                    rows = np.asarray(list(vectors.values()), np.float32)
                    _add(made.collections[audience], list(vectors), rows)
                    done += len(vectors)
                    if progress:
                        progress(done, total)
            made.settle()
            generations.switch(self.folder)
        except BaseException:
            made.client.close()  # type: ignore[attr-defined]  # missing from the protocol
            generations.sweep(self.folder)
            raise
        with self._turn:
            old, self._opened = self._opened, made
            self._turn.wait_for(lambda: not old.readers)
        old.client.close()  # type: ignore[attr-defined]
        generations.sweep(self.folder)

    def close(self) -> None:
        """Let go of the folder, so that it can be deleted or opened again in this process."""
        self._opened.client.close()  # type: ignore[attr-defined]


def _add(collection: Collection, keys: Sequence[int], vectors: Vectors) -> None:
    for start in range(0, len(keys), _BATCH):
        part = slice(start, start + _BATCH)
        collection.upsert(ids=[str(key) for key in keys[part]], embeddings=cast(Any, vectors[part]))


def _get(collection: Collection, keys: Sequence[int]) -> dict[int, Vectors]:
    result = collection.get(ids=[str(key) for key in keys], include=["embeddings"])
    embeddings = np.asarray(result["embeddings"], dtype=np.float32)
    return {int(i): v for i, v in zip(result["ids"], embeddings, strict=True)}


def _nearest(collection: Collection, vector: Vectors, limit: int) -> list[tuple[int, float]]:
    result = collection.query(
        query_embeddings=cast(Any, vector[None, :]),
        n_results=limit,  # fewer where there are not so many
        include=["distances"],
    )
    distances = cast(list[list[float]], result["distances"])[0]
    return [(int(i), 1.0 - d) for i, d in zip(result["ids"][0], distances, strict=True)]
