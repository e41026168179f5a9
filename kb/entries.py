"""What the derived stores must hold for the documents that are visible, read from the catalog."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from kb import keys
from kb.catalog import Catalog
from kb.lexical import Entry
from kb.models import Audience, DocumentInfo
from kb.retriever import index_text


def keys_of(info: DocumentInfo) -> range:
    """The keys of a document's passages."""
    first = keys.pack(info.version_id, 0)
    return range(first, first + info.passage_count)


def expected_keys(live: Iterable[DocumentInfo]) -> dict[Audience, set[int]]:
    """The keys each audience's index must hold."""
    wanted: dict[Audience, set[int]] = {audience: set() for audience in Audience}
    for info in live:
        wanted[info.header.audience].update(keys_of(info))
    return wanted


def entries_of(
    catalog: Catalog, live: Iterable[DocumentInfo], only: Collection[int] | None = None
) -> Iterator[Entry]:
    """The entries to index of documents, or those whose key is in ``only``; one text at a time."""
    for info in live:
        if only is not None and not any(key in only for key in keys_of(info)):
            continue
        text = catalog.texts([info.version_id])[info.version_id]
        for passage in catalog.passages(info.version_id):
            key = keys.pack(info.version_id, passage.ordinal)
            if only is None or key in only:
                told = index_text(info.header.title, passage, text)
                yield key, info.version_id, info.header.audience, told
