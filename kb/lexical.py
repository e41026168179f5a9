"""The lexical index: tantivy (BM25) over character unigrams and bigrams.

Derived from the catalog and rebuildable from it. One entry per passage window, under the integer
key of the passage (``kb.keys``). Text is tokenised here, by ``kb.text.tokens``, so that the index,
the queries and the coverage features always count the same things.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy

from kb.errors import StoreError
from kb.models import Audience
from kb.text import tokens

_HEAP = 64_000_000


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
        folder.mkdir(parents=True, exist_ok=True)
        self._schema = _schema()
        try:
            self._index = tantivy.Index(self._schema, path=str(folder))
            analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
            self._index.register_tokenizer("tokens", analyzer)
            self._writer: tantivy.IndexWriter | None = None
            self._searcher = self._index.searcher()
        except (ValueError, OSError) as error:
            raise StoreError(
                f"词语索引损坏（{error}）。运行 kb doctor --repair 从目录重建，资料不会丢失。",
                f"The lexical index is damaged ({error}). Run kb doctor --repair to rebuild it "
                "from the catalog; no document is lost.",
            ) from error

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        return self._writer

    def add(self, entries: Iterable[tuple[int, int, Audience, str]]) -> None:
        """Add (key, version id, audience, text to index) entries and commit them."""
        writer = self._open_writer()
        for key, version, audience, text in entries:
            document = tantivy.Document()
            document.add_unsigned("key", key)
            document.add_unsigned("version", version)
            document.add_text("audience", audience.value)
            document.add_text("body", " ".join(tokens(text)))
            writer.add_document(document)
        self._commit()

    def delete_versions(self, versions: Sequence[int]) -> None:
        """Remove every entry of those versions and commit."""
        if not versions:
            return
        writer = self._open_writer()
        for version in versions:
            writer.delete_documents_by_query(
                tantivy.Query.term_query(self._schema, "version", version)
            )
        self._commit()

    def _commit(self) -> None:
        self._open_writer().commit()
        self._index.reload()
        self._searcher = self._index.searcher()

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

    def _filter(
        self, field: str, values: Sequence[str] | Sequence[int]
    ) -> tuple[tantivy.Occur, tantivy.Query]:
        query = tantivy.Query.term_set_query(self._schema, field, values)
        return tantivy.Occur.Must, tantivy.Query.const_score_query(query, 0.0)

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

    def clear(self) -> None:
        """Remove every entry."""
        self._open_writer().delete_all_documents()
        self._commit()

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

    @staticmethod
    def erase(folder: Path) -> None:
        """Delete the whole index, before a rebuild."""
        shutil.rmtree(folder, ignore_errors=True)
