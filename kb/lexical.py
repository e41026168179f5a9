"""The lexical index: tantivy (BM25) over character unigrams and bigrams.

Derived from the catalog and rebuildable from it. One entry per passage window, under the integer
key of the passage (``kb.keys``). Text is tokenised here, by ``kb.text.tokens``, so that the index,
the queries and the coverage features always count the same things.

tantivy keeps what was deleted until it happens to merge that segment: ``rewrite`` makes the whole
index anew in a fresh generation (``kb.generations``; 20,000 entries take 2 s).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from kb import generations, segments
from kb.errors import StoreError
from kb.models import Audience
from kb.text import tokens

_HEAP = 64_000_000

Entry = tuple[int, int, Audience, str]
"""Key, version id, audience, and the text to index."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", stored=False, indexed=True, fast=True)
    builder.add_unsigned_field("version", stored=False, indexed=True, fast=True)
    builder.add_text_field("audience", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("body", stored=False, tokenizer_name="tokens", index_option="freq")
    return builder.build()


class LexicalIndex:
    """A tantivy index in a folder. Writers must be serialised by the caller; searches need not."""

    def __init__(self, folder: Path) -> None:
        """Open or make the index. Raises StoreError when the folder cannot be read as one."""
        self.folder = folder
        self._schema = _schema()
        self._writer: tantivy.IndexWriter | None = None
        try:
            place = generations.current(folder)
            if not segments.is_whole(place):
                raise ValueError("checksums differ")
            self._use(self._open(place))
        except (ValueError, OSError) as error:
            raise StoreError(
                f"词语索引损坏（{error}）。运行 kb doctor --repair 从目录重建，资料不会丢失。",
                f"The lexical index is damaged ({error}). Run kb doctor --repair to rebuild it "
                "from the catalog; no document is lost.",
            ) from error

    def _open(self, place: Path) -> tantivy.Index:
        index = tantivy.Index(self._schema, path=str(place))
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer("tokens", analyzer)
        return index

    def _use(self, index: tantivy.Index) -> None:
        self._index = index
        self._searcher = index.searcher()

    @contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        """The writer; what is done with it is committed at the end, or forgotten on an error."""
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        try:
            yield self._writer
            self._writer.commit()
        except BaseException:
            self._writer = None  # a writer that failed is of no further use
            raise
        self._index.reload()
        self._searcher = self._index.searcher()

    def add(self, entries: Iterable[Entry]) -> None:
        """Add entries and commit them: they are on the disk when this returns."""
        with self._writing() as writer:
            _write(writer, entries)

    def delete_versions(self, versions: Sequence[int]) -> None:
        """Remove every entry of those versions and commit."""
        if not versions:
            return
        with self._writing() as writer:
            for version in versions:
                writer.delete_documents_by_query(
                    tantivy.Query.term_query(self._schema, "version", version)
                )

    def rewrite(self, entries: Iterable[Entry]) -> None:
        """Hold those entries and nothing else, in no file. Searches go on meanwhile.

        Raises whatever tantivy and the file system raise; the index then is what it was.
        """
        try:
            made = self._open(generations.fresh(self.folder))
            writer = made.writer(heap_size=_HEAP, num_threads=1)
            _write(writer, entries)
            writer.commit()
            writer.wait_merging_threads()
            generations.switch(self.folder)
        except BaseException:
            generations.sweep(self.folder)
            raise
        self.close()
        made.reload()
        self._use(made)
        generations.sweep(self.folder)

    def search(
        self,
        query_tokens: Sequence[str],
        audiences: Sequence[Audience],
        limit: int,
        versions: Iterable[int] | None = None,
        keys: Iterable[int] | None = None,
    ) -> list[tuple[int, float]]:
        """The best (key, BM25 score) pairs for any of the tokens, best first.

        Args:
            query_tokens: tokens of ``kb.text.tokens``; repeated ones count once.
            audiences: whose entries may be found.
            limit: how many at most.
            versions, keys: when given, only these are considered (scores stay the same).
        """
        terms = list(dict.fromkeys(query_tokens))
        if not terms or limit <= 0:
            return []
        any_token = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "body", t, "freq"))
                for t in terms
            ]
        )
        parts = [(tantivy.Occur.Must, any_token)]
        parts.append(self._filter("audience", [a.value for a in audiences]))
        if versions is not None:
            parts.append(self._filter("version", list(versions)))
        if keys is not None:
            parts.append(self._filter("key", list(keys)))
        searcher = self._searcher
        found = searcher.search(tantivy.Query.boolean_query(parts), limit=limit, count=False).hits
        found_keys = searcher.fast_field_values("key", [address for _, address in found])
        return [
            (int(key), float(score))
            for key, (score, _) in zip(found_keys, found, strict=True)
            if key is not None and score is not None
        ]

    def holding(
        self, query_tokens: Sequence[str], audiences: Sequence[Audience], limit: int
    ) -> list[int]:
        """Keys of entries that hold every one of the tokens, in no order, at most ``limit``."""
        terms = list(dict.fromkeys(query_tokens))
        if not terms or limit <= 0:
            return []
        parts = [
            (tantivy.Occur.Must, tantivy.Query.term_query(self._schema, "body", t, "basic"))
            for t in terms
        ]
        parts.append(self._filter("audience", [a.value for a in audiences]))
        searcher = self._searcher
        found = searcher.search(tantivy.Query.boolean_query(parts), limit=limit, count=False).hits
        values = searcher.fast_field_values("key", [address for _, address in found])
        return [int(key) for key in values if key is not None]

    def _filter(
        self, field: str, values: Sequence[str] | Sequence[int]
    ) -> tuple[tantivy.Occur, tantivy.Query]:
        query = tantivy.Query.term_set_query(self._schema, field, values)
        return tantivy.Occur.Must, tantivy.Query.const_score_query(query, 0.0)

    def stand_together(self, together: Iterable[str], audiences: Sequence[Audience]) -> bool:
        """Whether all of the tokens stand in one window that one of the audiences may see."""
        parts = [
            (tantivy.Occur.Must, tantivy.Query.term_query(self._schema, "body", token, "basic"))
            for token in set(together)
        ]
        parts.append(self._filter("audience", [a.value for a in audiences]))
        found = self._searcher.search(tantivy.Query.boolean_query(parts), limit=1, count=False)
        return bool(found.hits)

    def document_frequencies(self, query_tokens: Iterable[str]) -> dict[str, int]:
        """In how many windows each token stands (all audiences)."""
        searcher = self._searcher
        return {t: searcher.doc_freq("body", t) for t in set(query_tokens)}

    def idf(self, query_tokens: Iterable[str]) -> dict[str, float]:
        """BM25's inverse document frequency of each token, never negative."""
        count = max(self._searcher.num_docs, 1)
        return {
            t: math.log(1 + (count - df + 0.5) / (df + 0.5))
            for t, df in self.document_frequencies(query_tokens).items()
        }

    def count(self) -> int:
        """How many entries are held."""
        return int(self._searcher.num_docs)

    def keys(self) -> set[int]:
        """All keys held, for ``kb doctor``."""
        searcher = self._searcher
        found = searcher.search(tantivy.Query.all_query(), limit=max(searcher.num_docs, 1)).hits
        values = searcher.fast_field_values("key", [address for _, address in found])
        return {int(key) for key in values if key is not None}

    def close(self) -> None:
        """Release the writer lock."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None


def _write(writer: tantivy.IndexWriter, entries: Iterable[Entry]) -> None:
    for key, version, audience, text in entries:
        document = tantivy.Document()
        document.add_unsigned("key", key)
        document.add_unsigned("version", version)
        document.add_text("audience", audience.value)
        document.add_text("body", " ".join(tokens(text)))
        writer.add_document(document)
