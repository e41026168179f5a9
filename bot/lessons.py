"""Searching by words and facets: documents with their best passages, and how many there are of
each region, chain, topic, year and kind.

A facet's counts are those of the search without that facet's own choice: choosing one value does
not zero its siblings. Values of one facet widen a search, different facets narrow it. Everything
is searched and counted for the audiences of a role, so what a reader may not see is in no count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kb.models import DocumentInfo, Header, Hit, Kind, Query, Role, Validity
from kb.ranking import coverage
from kb.sentences import sentences
from kb.text import normalise, tokens
from kb.validity import is_in_force, validity

if TYPE_CHECKING:
    from bot.engine import Engine

DEPTH = 200
"""Candidates taken from each index: counts need to see more than an answer does."""
MOST_HITS = 400
"""Passages a search ranks."""
BEST = 3
"""Passages shown of a document."""
HOLDS = 0.5
"""Share of the words' information a passage must hold to count as a find …"""
SCORES = 0.02
"""… unless it scores this high (the probability of ``kb.weights.PASSAGE``): other words for it."""

_PARTICLES = frozenset("的了和与是在有")

FACETS = ("region", "chain", "topic", "year", "kind")


@dataclass(frozen=True, slots=True)
class Selection:
    """What is looked for: words, and the values chosen of each facet (empty means any).

    ``everything`` lets what is not in force through.
    """

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    everything: bool = False

    def of(self, facet: str) -> tuple[str, ...]:
        """The values chosen of a facet."""
        return tuple(self.chosen.get(facet, ()))

    def without(self, facet: str) -> Selection:
        """The same, with any value of a facet."""
        return replace(self, chosen={k: v for k, v in self.chosen.items() if k != facet})


@dataclass(frozen=True, slots=True)
class Find:
    """A passage that was found: ``text`` is [start, end) of its document.

    ``best`` is the span in ``text`` of the sentence that holds most of the words, if any does.
    """

    path: tuple[str, ...]
    page: int | None
    start: int
    end: int
    text: str
    best: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Found:
    """A document that was found, with its best passages, best first."""

    info: DocumentInfo
    validity: Validity
    finds: tuple[Find, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many documents a value of a facet would give, and whether it is chosen."""

    value: str
    documents: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What a search found: documents, best first; counts by facet; the words to mark."""

    documents: tuple[Found, ...]
    counts: Mapping[str, tuple[Count, ...]]
    marks: tuple[str, ...]


def facet_values(header: Header, facet: str) -> tuple[str, ...]:
    """A document's values of a facet, as text."""
    values: dict[str, Iterable[object]] = {
        "region": header.regions,
        "chain": header.chains,
        "topic": header.topics,
        "year": header.years,
        "kind": (header.kind.value,),
    }
    return tuple(str(value) for value in values[facet])


def search(engine: Engine, selection: Selection, role: Role, on: date | None = None) -> Result:
    """Search for a role, by the rules of a day (default: today).

    Raises QuestionError for words that are too long or hold nothing to look for.
    """
    day = on or date.today()
    look = _by_words(engine, selection, role, day) if selection.words else None
    whole = look(selection) if look else _browse(engine, selection, role, day)
    counts = {}
    for facet in FACETS:
        wider = selection.without(facet)
        if not selection.of(facet):
            found = whole
        else:
            found = look(wider) if look else _browse(engine, wider, role, day)
        counts[facet] = _counted(facet, found, selection.of(facet))
    marks = _marks(engine, selection, role, day) if selection.words else ()
    return Result(tuple(whole), counts, marks)


def _counted(facet: str, found: Sequence[Found], chosen: Sequence[str]) -> tuple[Count, ...]:
    """The values of a facet: most documents first, years newest first; what is chosen stays."""
    counter = Counter(v for f in found for v in facet_values(f.info.header, facet))
    for value in chosen:
        counter.setdefault(value, 0)
    if facet == "year":
        ordered = sorted(counter, key=lambda v: v.zfill(8), reverse=True)
    else:
        ordered = sorted(counter, key=lambda v: (-counter[v], v))
    return tuple(Count(v, counter[v], v in chosen) for v in ordered)


def _browse(engine: Engine, selection: Selection, role: Role, day: date) -> list[Found]:
    """Every document the facets let through, when no words are given."""
    return [
        Found(info, validity(info.header, day), ())
        for info in engine.kb.documents(role.audiences)
        if (selection.everything or is_in_force(info.header, day))
        and all(
            not selection.of(facet)
            or set(selection.of(facet)) & set(facet_values(info.header, facet))
            for facet in FACETS
        )
    ]


def _by_words(
    engine: Engine, selection: Selection, role: Role, day: date
) -> Callable[[Selection], list[Found]]:
    """A search for the words under any choice of facets; the words are encoded once."""
    _, query = engine.read(selection.words, role, day)
    vector = engine.kb.encoder.encode_queries([query.text])[0]
    idf = engine.kb.lexical.idf(tokens(query.words or query.text))

    def look(choice: Selection) -> list[Found]:
        wanted = replace(query, **_filters(choice), limit=MOST_HITS)
        if choice.everything:
            wanted = replace(wanted, include_out_of_force=True)
        return _found(engine, wanted, vector, idf)

    return look


def _filters(selection: Selection) -> dict[str, Any]:
    return {
        "regions": selection.of("region"),
        "chains": selection.of("chain"),
        "topics": selection.of("topic"),
        "years": tuple(int(y) for y in selection.of("year") if y.isascii() and y.isdigit()),
        "kinds": tuple(Kind(k) for k in selection.of("kind") if k in set(Kind)),
    }


def _found(
    engine: Engine, query: Query, vector: NDArray[np.float32], idf: Mapping[str, float]
) -> list[Found]:
    by_document: dict[int, list[Hit]] = {}
    for hit in engine.kb.search(query, vector=vector, depth=DEPTH):
        if hit.scores.get("cover", 0.0) >= HOLDS or hit.score >= SCORES:
            by_document.setdefault(hit.document.version_id, []).append(hit)
    return [
        Found(hits[0].document, hits[0].validity, tuple(_find(h, idf) for h in hits[:BEST]))
        for hits in by_document.values()
    ]


def _find(hit: Hit, idf: Mapping[str, float]) -> Find:
    first = hit.passages[0] if hit.passages else None
    return Find(
        path=first.path if first else (),
        page=first.page if first else None,
        start=hit.start,
        end=hit.end,
        text=hit.text,
        best=best_sentence(hit.text, idf),
    )


def best_sentence(text: str, idf: Mapping[str, float]) -> tuple[int, int] | None:
    """The span of the sentence that holds most of the words' information; None if none holds any.

    The first of equally good ones.
    """
    best, most = None, 0.0
    for start, end in sentences(text):
        holds = coverage(idf, normalise(text[start:end]))
        if holds > most:
            best, most = (start, end), holds
    return best


def _marks(engine: Engine, selection: Selection, role: Role, day: date) -> tuple[str, ...]:
    """What to mark in a text: the words as typed, pairs of their characters, other names."""
    _, query = engine.read(selection.words, role, day)
    return tuple(
        dict.fromkeys([*selection.words.split(), *telling(query.words), *query.expansions])
    )


def telling(words: str) -> list[str]:
    """The tokens of a search that are worth marking: no single characters, no particles."""
    return [token for token in tokens(words) if len(token) > 1 and not _PARTICLES & set(token)]
