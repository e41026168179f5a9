"""From a query to candidates of both indexes, to features, to one ranked list of hits.

Each index gives its best windows; every candidate then gets its exact score from both, so a
window only one index found is not judged on half its evidence. Filters (audience, kind, region,
validity …) are resolved to versions first. Where they exclude little, the indexes are asked for
some more and the rest is dropped; where they exclude much, the lexical index is filtered inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb import keys
from kb.lexical import LexicalIndex
from kb.models import DocumentInfo, Header, Hit, Kind, Passage, PassageKind, Query
from kb.paths import article_of, topics
from kb.ranking import Candidate, add_features
from kb.text import normalise, tokens
from kb.validity import is_in_force, validity
from kb.vectors import VectorIndex

_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_SHORTEST_TITLE = 3


class PassageSource(Protocol):
    """What the retriever needs of the catalog."""

    def windows(self, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Passage]:
        """Passages by (version id, ordinal)."""
        ...

    def texts(self, versions: Iterable[int]) -> dict[int, str]:
        """Canonical texts by version id."""
        ...

    def by_article(self, article: str) -> list[tuple[int, int]]:
        """Passages of an article in all versions."""
        ...

    def passages_in(self, version_id: int, start: int, end: int) -> list[Passage]:
        """The passages that stand whole in a span of a version."""
        ...


@dataclass(frozen=True, slots=True)
class Indexes:
    """The two derived indexes and the catalog, as the retriever sees them."""

    lexical: LexicalIndex
    vectors: VectorIndex
    catalog: PassageSource


def allowed(query: Query, live: Mapping[int, DocumentInfo]) -> set[int]:
    """The versions a query may look into: audience, facets, validity, and named documents."""
    found = {v for v, info in live.items() if _passes(query, info)}
    if query.doc_numbers:
        named = {v for v in found if carries_number(live[v].header, query.doc_numbers)}
        return named or found
    if query.articles:  # "外商投资法第二条": the document is named by its title
        asked = normalise(query.text)
        titled = {v for v in found if _plain_title(live[v].header.title) in asked}
        return titled or found
    return found


def carries_number(header: Header, numbers: Iterable[str]) -> bool:
    """Whether a document carries one of the numbers, or the part of it that was asked for."""
    return any(normalise(number) in normalise(header.doc_number) for number in numbers)


def _plain_title(title: str) -> str:
    """A title as people say it: without brackets, book marks and the name of the state."""
    plain = _BRACKETS.sub("", normalise(title)).strip("《》 ").removeprefix("中华人民共和国")
    return plain if len(plain) >= _SHORTEST_TITLE else normalise(title)


def _passes(query: Query, info: DocumentInfo) -> bool:
    header = info.header
    if header.audience not in query.audiences:
        return False
    for wanted, has in (
        (query.regions, header.regions),
        (query.chains, header.chains),
        (query.topics, header.topics),
        (query.years, header.years),
    ):
        if wanted and not set(wanted) & set(has):
            return False
    if query.kinds and header.kind not in query.kinds:
        return False
    return query.include_out_of_force or is_in_force(header, query.on)


def find_candidates(
    query: Query,
    vector: NDArray[np.float32],
    versions: set[int],
    live: Mapping[int, DocumentInfo],
    indexes: Indexes,
    depth: int,
) -> list[Candidate]:
    """Candidates of both indexes with their features.

    Args:
        query: what is asked; its ``audiences`` are enforced inside both indexes.
        vector: the question's unit vector (d,).
        versions: what may be found, of ``allowed``.
        live: all visible versions.
        indexes: where to look.
        depth: how many to take from each index.
    """
    if not versions:
        return []
    asked = tokens(query.words or query.text)
    expanded = asked + tokens(" ".join(query.expansions))
    within = sum(live[v].passage_count for v in versions)
    everything = sum(i.passage_count for i in live.values() if i.header.audience in query.audiences)
    narrow = within < 0.5 * everything
    reach = depth if within == everything else 2 * depth
    lexical = indexes.lexical
    by_words = lexical.search(
        expanded, query.audiences, reach, versions=versions if narrow else None
    )
    by_meaning = _nearest(indexes.vectors, vector, query, versions, reach, everything)
    found = dict.fromkeys(
        key
        for ranked in (by_words, by_meaning)
        for key in [k for k, _ in ranked if keys.unpack(k)[0] in versions][:depth]
    )
    for article in query.articles:
        for version, ordinal in indexes.catalog.by_article(article):
            if version in versions and len(found) < 4 * depth:
                found[keys.pack(version, ordinal)] = None
    candidates = _load(found, live, indexes.catalog)
    all_keys = [c.key for c in candidates]
    bm25 = dict(lexical.search(expanded, query.audiences, len(all_keys), keys=all_keys))
    dense = dict(by_meaning)
    unknown = [key for key in all_keys if key not in dense]
    for key, stored in indexes.vectors.get(query.audiences, unknown).items():
        dense[key] = float(stored @ vector)
    add_features(candidates, dense, bm25, lexical.idf(asked))
    for c in candidates:
        c.features["article"] = float(speaks_of(query.articles, c.path, c.text))
        glossary = live[c.version_id].header.kind is Kind.GLOSSARY
        c.features["glossary"] = float(glossary and not query.definition)
    return candidates


def _nearest(
    vectors: VectorIndex,
    vector: NDArray[np.float32],
    query: Query,
    versions: set[int],
    reach: int,
    everything: int,
) -> list[tuple[int, float]]:
    """The dense index's best within ``versions``, looking further while the filter starves it."""
    while True:
        found = vectors.search(vector, query.audiences, reach)
        inside = [(k, s) for k, s in found if keys.unpack(k)[0] in versions]
        if len(inside) >= 10 or reach >= everything:
            return inside
        reach *= 4


def _load(
    found: Iterable[int], live: Mapping[int, DocumentInfo], catalog: PassageSource
) -> list[Candidate]:
    pairs = [keys.unpack(key) for key in found]
    passages = catalog.windows(pairs)
    texts = catalog.texts({version for version, _ in passages})
    return [
        Candidate(
            key=keys.pack(version, ordinal),
            version_id=version,
            start=passage.start,
            end=passage.window_end,
            title=live[version].header.title,
            path=passage.path,
            text=texts[version][passage.start : passage.window_end],
            wide=passage.wide or (passage.start, passage.window_end),
        )
        for (version, ordinal), passage in passages.items()
        if version in texts and not _is_lookup(passage, live[version])
    ]


def hits_of(
    kept: Sequence[Candidate],
    query: Query,
    live: Mapping[int, DocumentInfo],
    catalog: PassageSource,
) -> list[Hit]:
    """Ranked candidates as what a search returns."""
    texts = catalog.texts({c.version_id for c in kept})
    hits = []
    for c in kept:
        info = live[c.version_id]
        if info.header.audience not in query.audiences or c.version_id not in texts:
            continue  # the door behind the doors; or removed this very moment
        hits.append(
            Hit(
                document=info,
                passages=tuple(catalog.passages_in(c.version_id, *c.wide)),
                text=texts[c.version_id][slice(*c.wide)],
                start=c.wide[0],
                end=c.wide[1],
                score=c.score,
                validity=validity(info.header, query.on),
                scores=dict(c.features),
            )
        )
    return hits


def speaks_of(articles: Iterable[str], path: Iterable[str], text: str) -> bool:
    """Whether a text is one of the articles (by its path), or names one (第四条 in a digest)."""
    wanted = list(articles)
    return any(article_of((step,)) in wanted for step in path) or any(a in text for a in wanted)


def _is_lookup(passage: Passage, info: DocumentInfo) -> bool:
    """A row of a glossary's name table helps to understand questions; it answers none."""
    return passage.kind is PassageKind.ROW and info.header.kind is Kind.GLOSSARY


def index_text(title: str, passage: Passage, text: str) -> str:
    """What is embedded and indexed for a passage: title, path, lead-in line, and its window."""
    lead = text[passage.lead[0] : passage.lead[1]] if passage.lead else ""
    head: Sequence[str] = [title, *topics(passage.path), lead]
    return "\n".join([*(part for part in head if part), text[passage.start : passage.window_end]])
