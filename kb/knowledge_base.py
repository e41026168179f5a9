"""The face of the store: open, add, replace, remove, search. One owner, one writer at a time.

How a document appears whole or not at all: everything is computed first; ``stage`` writes the
version where nobody looks; vectors and terms are written under its keys; one transaction publishes
it; then what it replaced is purged. A crash anywhere leaves only hidden versions, which the next
``open`` sweeps from every store. Each store's write is on the disk before the next one's begins,
so a power cut is no worse than a crash.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from functools import partial
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb import corrections
from kb.encoder import Encoder
from kb.erasure import erase, is_due
from kb.errors import KbError, NotFound, StoreError
from kb.healing import drop_torn, heal, sweep
from kb.loaded import Loaded
from kb.models import Audience, DocumentInfo, Hit, ParsedDocument, Query
from kb.owner import Owner
from kb.ranking import Candidate, Weights, drop_overlaps, rank
from kb.retriever import Indexes, allowed, find_candidates, hits_of
from kb.revision import (
    corrected_header,
    earlier_editions,
    index_texts,
    keep_as,
    put_right,
    stage_anew,
    vectors_of,
)
from kb.second_look import DEPTH, look_again
from kb.settings import Settings
from kb.snapshot import Snapshot, after, read_snapshot
from kb.stores import Progress, as_stage, guarded, index, open_stores, purge
from kb.weights import PASSAGE, SECOND


class Change(StrEnum):
    """What adding a document did."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


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
        self.writing = threading.RLock()  # held by whoever changes anything
        self.models = Loaded(settings, self.folder, encoder, progress)
        self._unswept = True
        self._failed = False
        self.owner = Owner(self.folder)
        try:
            self.stores = open_stores(self.folder, self.models.fingerprint, mend=check)
            self.catalog, self.files = self.stores.catalog, self.stores.files
            self.lexical, self.vectors = self.stores.lexical, self.stores.vectors
            if self.owner.crashed:
                guarded(lambda: drop_torn(self.vectors))
            self._let_go(self.catalog.hidden())
            with suppress(StoreError):  # what is hidden does no harm: a full disk still opens
                self.sweep()
            self._snapshot = read_snapshot(self.catalog)
            if check:
                live = self._snapshot.live.values()
                guarded(lambda: heal(self.stores, live, self._encode, self.owner.crashed))
                with suppress(StoreError):
                    self._tidy(progress)
        except BaseException:
            self.owner.release()
            raise

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encoder.encode_passages(texts)

    @property
    def encoder(self) -> Encoder:
        """The encoder, built or loaded at first use."""
        return self.models.encoder

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
        with self.writing:
            self.lexical.close()
            self.vectors.close()
            self.catalog.close()
            self.owner.release()

    # -- what is there -----------------------------------------------------------------------

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

    def look_again(self, versions: Sequence[int], gone: Sequence[str] = ()) -> None:
        """Take the catalog's word on these versions, and on documents withdrawn."""
        self._snapshot = after(self.snapshot, self.catalog, versions, gone)

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

    def restore_source(self, content_hash: str, read: Callable[[], bytes]) -> None:
        """Keep a document's source file anew if the kept one is lost or was changed."""
        with self.writing:
            if not self.files.is_whole(content_hash):
                guarded(lambda: self.files.keep(read()))

    # -- changing ----------------------------------------------------------------------------

    def add(
        self,
        documents: Sequence[ParsedDocument],
        recipe: str = "",
        progress: Progress | None = None,
        put: Mapping[str, corrections.Values] | None = None,
    ) -> list[Change]:
        """Add or replace documents, all of them at once or none.

        Args:
            documents: parsed documents, each with its source bytes.
            recipe: what parsing depended on besides the bytes; part of "unchanged".
            progress: called with stage ``encode`` and passages done and in all.
            put: what a person put right in a document's header, by document id; a document that
                is new or replaced appears with it.

        Returns:
            What happened to each, in order. Same id, bytes and recipe: nothing is done.

        Raises:
            StoreError: the disk is full or a store is damaged; nothing became visible.
        """
        with self.writing:
            before = self.catalog.parse_hashes([d.document_id for d in documents])
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
                with self._whole():
                    self._add_fresh(fresh, recipe, progress, put or {})
                with suppress(StoreError):  # no space to tidy up: the documents are in
                    self._tidy(progress)
            return changes

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """A change that fails, or is cancelled, leaves nothing behind."""
        if self._unswept:
            self.sweep()
        try:
            yield
        except BaseException as error:
            self._unswept = True
            self._failed |= isinstance(error, StoreError)
            with suppress(KbError):  # no space to clean up either: the next change does
                self.sweep()
            raise

    def _let_go(self, versions: Mapping[int, int]) -> None:
        """Purge what is out of sight; where that fails, the next change or start does it."""
        try:
            purge(self.stores, versions)
        except StoreError:
            self._unswept = self._failed = True

    def _add_fresh(
        self,
        documents: Sequence[ParsedDocument],
        recipe: str,
        progress: Progress | None,
        put: Mapping[str, corrections.Values],
    ) -> None:
        held = self.snapshot.by_id
        shown = put_right(self.catalog, documents, put)
        texts = [index_texts(d) for d in shown]
        encode = partial(self.encoder.encode_passages, progress=as_stage(progress, "encode"))
        vectors = vectors_of(self.stores, shown, texts, held, encode)
        kept = earlier_editions(self.catalog, held, shown)
        for document in documents:
            guarded(lambda d=document: self.files.keep(d.source))  # type: ignore[misc]
        with self.catalog.begin() as connection:
            staged = [
                self.catalog.stage(connection, d, parse_hash(d.content_hash, recipe))
                for d in documents
            ]
        guarded(lambda: index(self.stores, shown, staged, texts, vectors))
        with self.catalog.begin() as connection:
            for version, document_id in kept.items():
                keep_as(self.catalog, connection, version, document_id)
            for document, version in zip(documents, staged, strict=True):
                own = document.document_id
                corrections.write(connection, own, put.get(own, {}))
                self.catalog.publish(connection, own, version)
        touched = [*(d.document_id for d in documents), *kept.values()]
        replaced = [info for i in touched if (info := held.get(i)) and info.version_id not in kept]
        self.look_again([*staged, *kept])
        gone = {info.version_id: info.passage_count for info in replaced}
        twice = {v: len(d.passages) for d, v in zip(documents, staged, strict=True)}
        self._let_go(gone | {v: n for v, n in twice.items() if v not in self.snapshot.live})

    def correct(
        self, document_id: str, values: Mapping[str, Any], dropped: Collection[str] = ()
    ) -> None:
        """Put a document's header right, for all its versions to come; see ``kb.corrections``.

        Args:
            document_id: the document.
            values: fields of ``Header`` and their JSON values, None for empty.
            dropped: fields whose corrections are taken back.

        Raises:
            NotFound: there is no such document, or no such correction. ReadError: the header
            would contradict itself. StoreError: writing failed, nothing was changed.
        """
        with self.writing:
            info = self.document(document_id, list(Audience))
            header = corrected_header(self.catalog, info, values, dropped)
            version = info.version_id
            with self._whole():
                if (header.title, header.audience) != (info.header.title, info.header.audience):
                    version = stage_anew(self.stores, info, header, self._encode)
                with self.catalog.begin() as connection:
                    corrections.drop(connection, document_id, dropped)
                    corrections.write(connection, document_id, values)
                    self.catalog.publish(connection, document_id, version)
            self.look_again([version])
            if version != info.version_id:
                self._let_go({info.version_id: info.passage_count})

    def remove(self, *document_ids: str, progress: Progress | None = None) -> bool:
        """Remove documents from every store, all of them or none.

        Returns:
            Whether no trace is left in any file. Else the base is so large that this waits for
            ``kb doctor --repair``; the documents are out of sight all the same.

        Raises:
            NotFound: one of the ids is unknown; nothing was removed. StoreError: the documents
            are out of sight, but traces are left; the message says what to do.
        """
        with self.writing:
            gone = [self.snapshot.by_id.get(document_id) for document_id in document_ids]
            for document_id, info in zip(document_ids, gone, strict=True):
                if info is None:
                    raise NotFound(
                        f"没有编号为 {document_id} 的资料，没有删除任何内容。"
                        "用 kb list 查看全部编号。",
                        f"There is no document {document_id}; nothing was removed. See all ids "
                        "with kb list.",
                    )
            with self.catalog.begin() as connection:
                for document_id in document_ids:
                    self.catalog.withdraw(connection, document_id)
            self.look_again((), document_ids)
            with self._whole():
                purge(self.stores, {info.version_id: info.passage_count for info in gone if info})
            return self._tidy(progress)

    def _tidy(self, progress: Progress | None) -> bool:
        """Erase what is due; return whether nothing is owed."""
        waste = self.catalog.waste()
        if is_due(waste, self.snapshot.passages):
            erase(self.stores, self.snapshot.live.values(), progress)
            return True
        return not waste.owed

    def sweep(self) -> None:
        """Delete versions that are not live, and files nobody needs, from every store.

        Raises StoreError when there is no space even for that.
        """
        with self.writing:
            sweep(self.stores, anew=self._failed)
            self._unswept = self._failed = False

    # -- finding -----------------------------------------------------------------------------

    def candidates(
        self,
        query: Query,
        snapshot: Snapshot | None = None,
        vector: NDArray[np.float32] | None = None,
        depth: int | None = None,
    ) -> list[Candidate]:
        """All candidates of a query with their features, unranked.

        ``vector`` is the question's unit vector (d,) when it is at hand already; ``depth`` is
        how many each index gives, when not as many as the settings say.
        """
        view = snapshot or self.snapshot
        if vector is None:
            vector = self.encoder.encode_queries([query.text])[0]
        indexes = Indexes(self.lexical, self.vectors, self.catalog)
        versions = allowed(query, view.live)
        depth = depth or self.settings.candidates
        return find_candidates(query, vector, versions, view.live, indexes, depth)

    def search(
        self,
        query: Query,
        weights: Weights = PASSAGE,
        vector: NDArray[np.float32] | None = None,
        depth: int | None = None,
    ) -> list[Hit]:
        """The best hits, best first, none outside the query's audiences or filters."""
        while True:
            view = self.snapshot
            ranked = rank(self.candidates(query, view, vector, depth), weights)
            kept = drop_overlaps(ranked, max(query.limit, DEPTH))
            if self.models.reranker is not None:
                kept = look_again(query.text, kept, self.models.reranker, SECOND)
            hits = hits_of(kept[: query.limit], query, view.live, self.catalog)
            if view is self.snapshot:  # else a document changed meanwhile: look again
                return hits


def parse_hash(content_hash: str, recipe: str) -> str:
    """What makes a version: its bytes and how they were read."""
    return f"{content_hash}:{recipe}"
