"""The face of the store: open, add, replace, remove, search. One owner, one writer at a time.

How a document appears whole or not at all: everything is computed first; ``stage`` writes the
version where nobody looks; vectors and terms are written under its keys; one transaction publishes
it; then what it replaced is purged. A crash anywhere leaves only hidden versions, which the next
``open`` sweeps from every store.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kb import keys
from kb.catalog import Catalog
from kb.encoder import OFFLINE_FINGERPRINT, Encoder, load_encoder
from kb.errors import KbError, NotFound, StoreError
from kb.files import SourceFiles
from kb.glossary import Glossary
from kb.lexical import LexicalIndex
from kb.models import Audience, DocumentInfo, Hit, ParsedDocument, Query
from kb.owner import Owner
from kb.ranking import Candidate, Weights, drop_overlaps, rank
from kb.retriever import Indexes, allowed, find_candidates, index_text
from kb.settings import Settings
from kb.validity import validity
from kb.vectors import VectorIndex
from kb.weights import PASSAGE

Progress = Callable[[str, int, int], None]
"""``progress(stage, done, total)``; stages: ``encoder``, ``encode``, ``store``."""


T = TypeVar("T")


class Change(StrEnum):
    """What adding a document did."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The visible state at one moment. Searches work on one snapshot from start to end."""

    live: dict[int, DocumentInfo]
    by_id: dict[str, DocumentInfo]
    glossary: Glossary
    terms_of: dict[str, str]


class KnowledgeBase:
    """A data folder, opened. Use as a context manager, or call ``close``."""

    def __init__(
        self,
        settings: Settings,
        progress: Progress | None = None,
        encoder: Encoder | None = None,
        check: bool = True,
    ) -> None:
        """Open or make the data folder and sweep what a crash left.

        ``encoder`` shares one that is already loaded; else the configured one is used.
        ``check=False`` opens a base whose indexes lack entries too (``kb doctor`` does).

        Raises BusyError (another process owns it), StoreError (damaged), EncoderMismatch.
        """
        self.settings = settings
        self.folder = settings.data
        self._write = threading.RLock()
        self._encoder = encoder
        self._progress = progress
        self.owner = Owner(self.folder)
        try:
            self.catalog = Catalog(self.folder / "catalog.sqlite")
            self.files = SourceFiles(self.folder / "files")
            self.lexical = LexicalIndex(self.folder / "lexical")
            self.vectors = VectorIndex(self.folder / "vectors", self._fingerprint())
            self.sweep()
            self._snapshot = self._read_snapshot()
            if check:
                self._check_counts()
        except BaseException:
            self.owner.release()
            raise

    def _check_counts(self) -> None:
        """A base that would silently not find something must not open."""
        passages = sum(i.passage_count for i in self.snapshot.live.values())
        if self.lexical.count() != passages or self.vectors.count() != passages:
            raise StoreError(
                "索引与目录不一致，可能漏掉资料。运行 kb doctor --repair 从目录重建，"
                "资料不会丢失。",
                "The indexes do not match the catalog and would miss documents. Run kb doctor "
                "--repair to rebuild them from the catalog; no document is lost.",
            )

    def _fingerprint(self) -> str:
        """The configured encoder's fingerprint; the model itself is loaded only when used."""
        if self._encoder is None and self.settings.encoder == "offline":
            return OFFLINE_FINGERPRINT.text
        return self.encoder.fingerprint.text

    @property
    def encoder(self) -> Encoder:
        """The encoder, built or loaded at first use."""
        loaded = self._encoder
        if loaded is not None:  # a question must not wait for the lock an ingest holds
            return loaded
        with self._write:
            if self._encoder is None:
                self._encoder = load_encoder(
                    self.settings.encoder,
                    self.folder / "encoder",
                    threads=self.settings.threads or None,
                    progress=_stage(self._progress, "encoder"),
                )
            return self._encoder

    def __enter__(self) -> KnowledgeBase:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every store and give the folder back."""
        with self._write:
            self.lexical.close()
            self.vectors.close()
            self.catalog.close()
            self.owner.release()

    # -- what is there -----------------------------------------------------------------------

    def _read_snapshot(self) -> Snapshot:
        live = {info.version_id: info for info in self.catalog.live()}
        terms = self.catalog.terms()
        return Snapshot(
            live=live,
            by_id={info.document_id: info for info in live.values()},
            glossary=Glossary(
                term for version, term in terms if live[version].header.audience is Audience.PUBLIC
            ),
            terms_of={term.name: live[version].document_id for version, term in terms},
        )

    @property
    def snapshot(self) -> Snapshot:
        """The visible state now; unchanging once taken."""
        return self._snapshot

    @contextmanager
    def looking_at(self, snapshot: Snapshot) -> Iterator[None]:
        """Search as if ``snapshot`` were all there is (what would be answered without some
        documents?). For measuring, while nobody else asks.
        """
        real, self._snapshot = self._snapshot, snapshot
        try:
            yield
        finally:
            self._snapshot = real

    def documents(self, audiences: Sequence[Audience]) -> list[DocumentInfo]:
        """Every document those audiences may see, by id."""
        return [i for i in self.snapshot.live.values() if i.header.audience in audiences]

    def document(self, document_id: str, audiences: Sequence[Audience]) -> DocumentInfo:
        """One document. Raises NotFound also when it exists for another audience only."""
        info = self.snapshot.by_id.get(document_id)
        if info is None or info.header.audience not in audiences:
            raise NotFound(
                f"没有编号为 {document_id} 的资料。用 kb list 查看全部编号。",
                f"There is no document {document_id}. See all ids with kb list.",
            )
        return info

    def text(self, info: DocumentInfo) -> str:
        """The canonical text of a document's version."""
        found = self.catalog.texts([info.version_id])
        if info.version_id not in found:
            raise NotFound(
                f"资料 {info.document_id} 刚被替换或删除。请重新查询。",
                f"The document {info.document_id} has just been replaced or removed. Ask again.",
            )
        return found[info.version_id]

    # -- changing ----------------------------------------------------------------------------

    def add(
        self,
        documents: Sequence[ParsedDocument],
        recipe: str = "",
        progress: Progress | None = None,
    ) -> list[Change]:
        """Add or replace documents, all of them at once or none.

        Args:
            documents: parsed documents, each with its source bytes.
            recipe: what parsing depended on besides the bytes; part of "unchanged".
            progress: called with stage ``encode`` and passages done and in all.

        Returns:
            What happened to each, in order. Same id, bytes and recipe: nothing is done.

        Raises:
            StoreError: the disk is full or a store is damaged; nothing became visible.
        """
        with self._write:
            before = self.catalog.parse_hashes()
            changes = []
            fresh: list[ParsedDocument] = []
            for document in documents:
                held = before.get(document.document_id)
                if held == parse_hash(document.content_hash, recipe):
                    changes.append(Change.UNCHANGED)
                    continue
                changes.append(Change.ADDED if held is None else Change.REPLACED)
                fresh.append(document)
            if fresh:
                self._add_fresh(fresh, recipe, progress)
            return changes

    def _add_fresh(
        self, documents: Sequence[ParsedDocument], recipe: str, progress: Progress | None
    ) -> None:
        texts = [[index_text(d.header.title, p, d.text) for p in d.passages] for d in documents]
        flat = [text for part in texts for text in part]
        vectors = self.encoder.encode_passages(flat, _plain(progress, "encode"))
        for document in documents:
            self._guarded(lambda d=document: self.files.keep(d.source))  # type: ignore[misc]
        with self.catalog.begin() as connection:
            staged = [
                self.catalog.stage(connection, d, parse_hash(d.content_hash, recipe))
                for d in documents
            ]
        self._guarded(lambda: self._index(documents, staged, texts, vectors))
        with self.catalog.begin() as connection:
            for document, version in zip(documents, staged, strict=True):
                self.catalog.publish(connection, document.document_id, version)
        self._snapshot = self._read_snapshot()
        self.sweep()

    def _index(
        self,
        documents: Sequence[ParsedDocument],
        staged: Sequence[int],
        texts: Sequence[Sequence[str]],
        vectors: NDArray[np.float32],
    ) -> None:
        """Write terms and vectors of staged versions."""
        owned: dict[Audience, list[int]] = {a: [] for a in Audience}
        rows: dict[Audience, list[int]] = {a: [] for a in Audience}
        entries: list[tuple[int, int, Audience, str]] = []
        row = 0
        for document, version, part in zip(documents, staged, texts, strict=True):
            audience = document.header.audience
            for passage, text in zip(document.passages, part, strict=True):
                key = keys.pack(version, passage.ordinal)
                entries.append((key, version, audience, text))
                owned[audience].append(key)
                rows[audience].append(row)
                row += 1
        self.lexical.add(entries)
        for audience in Audience:
            if owned[audience]:
                self.vectors.add(audience, owned[audience], vectors[rows[audience]])

    def remove(self, document_id: str) -> None:
        """Remove a document from every store. Raises NotFound."""
        with self._write:
            if document_id not in self.snapshot.by_id:
                raise NotFound(
                    f"没有编号为 {document_id} 的资料，没有删除任何内容。用 kb list 查看全部编号。",
                    f"There is no document {document_id}; nothing was removed. See all ids with "
                    "kb list.",
                )
            with self.catalog.begin() as connection:
                self.catalog.withdraw(connection, document_id)
            self._snapshot = self._read_snapshot()
            self.sweep()

    def sweep(self) -> int:
        """Delete versions that are not live, and files nobody needs, from every store."""
        with self._write:
            hidden = self.catalog.hidden()
            if hidden:
                gone = [keys.pack(v, i) for v, count in hidden.items() for i in range(count)]
                self._guarded(lambda: self.vectors.delete(gone))
                self._guarded(lambda: self.lexical.delete_versions(list(hidden)))
                with self.catalog.begin() as connection:
                    self.catalog.purge(connection, list(hidden))
            self._guarded(lambda: self.files.sweep(self.catalog.source_hashes()))
            return len(hidden)

    @staticmethod
    def _guarded(action: Callable[[], T]) -> T:
        """Run a store's own code and turn whatever it raises into a StoreError."""
        try:
            return action()
        except KbError:
            raise
        except Exception as error:  # stores raise OSError, ValueError and their own kinds
            raise StoreError(
                f"写入失败（{error}）。请检查磁盘空间和权限后重试；未完成的资料没有入库，"
                "已有资料不受影响。",
                f"Writing failed ({error}). Check disk space and permissions, then try again; "
                "unfinished documents were not added, the others are untouched.",
            ) from error

    # -- finding -----------------------------------------------------------------------------

    def candidates(
        self,
        query: Query,
        snapshot: Snapshot | None = None,
        vector: NDArray[np.float32] | None = None,
    ) -> list[Candidate]:
        """All candidates of a query with their features, unranked.

        ``vector`` is the question's unit vector (d,) when it is at hand already.
        """
        view = snapshot or self.snapshot
        if vector is None:
            vector = self.encoder.encode_queries([query.text])[0]
        indexes = Indexes(self.lexical, self.vectors, self.catalog)
        versions = allowed(query, view.live)
        return find_candidates(
            query, vector, versions, view.live, indexes, self.settings.candidates
        )

    def search(
        self,
        query: Query,
        weights: Weights = PASSAGE,
        vector: NDArray[np.float32] | None = None,
    ) -> list[Hit]:
        """The best hits, best first, none outside the query's audiences or filters."""
        while True:
            view = self.snapshot
            ranked = rank(self.candidates(query, view, vector), weights)
            hits = self._hits(drop_overlaps(ranked, query.limit), query, view)
            if view is self.snapshot:  # else a document changed meanwhile: look again
                return hits

    def _hits(self, kept: Iterable[Candidate], query: Query, view: Snapshot) -> list[Hit]:
        kept = list(kept)
        texts = self.catalog.texts({c.version_id for c in kept})
        hits = []
        for c in kept:
            info = view.live[c.version_id]
            if info.header.audience not in query.audiences or c.version_id not in texts:
                continue  # the door behind the doors; or removed this very moment
            hits.append(
                Hit(
                    document=info,
                    passages=tuple(self.catalog.passages_in(c.version_id, c.wide_start, c.end)),
                    text=texts[c.version_id][c.wide_start : c.end],
                    start=c.wide_start,
                    end=c.end,
                    score=c.score,
                    validity=validity(info.header, query.on),
                    scores=dict(c.features),
                )
            )
        return hits


def parse_hash(content_hash: str, recipe: str) -> str:
    """What makes a version: its bytes and how they were read."""
    return f"{content_hash}:{recipe}"


def _plain(progress: Progress | None, stage: str) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    return lambda done, total: progress(stage, done, total)


def _stage(progress: Progress | None, stage: str) -> Callable[[int, int, str], None] | None:
    if progress is None:
        return None
    return lambda done, total, _what: progress(stage, done, total)
