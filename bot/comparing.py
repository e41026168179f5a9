"""Places side by side on one topic: what the base holds of each, passage by passage.

A passage stands in a place's column when it speaks of the topic and of that place: its document
is of that place alone, or the passage, its headings or the title name it. Rows come from the
labels the documents themselves put before their passages (做了什么：… 成效：…); what has no
label that recurs stands in a row of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from bot.lessons import DEPTH, HOLDS, MOST_HITS, telling
from kb.models import DocumentInfo, Hit, Kind, Passage, Role, Validity
from kb.paths import topics
from kb.places import within
from kb.ranking import coverage
from kb.text import normalise, tokens

if TYPE_CHECKING:
    from bot.engine import Engine

MOST_PLACES = 3
MOST_CELL = 3
"""Passages in one cell."""
_KINDS = (Kind.EXPERIENCE, Kind.POLICY)
_LABEL = re.compile(
    r"(?:(\d{1,3})[.．、]\s*|[（(]?[一二三四五六七八九十]{1,3}[)）、]\s*)?"
    r"([\u4e00-\u9fff]{2,8})(?:（[^（）]{1,20}）)?："
)
_RECURS = 2
"""Passages a label must stand before to make a row."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One passage of a column: [start, end) of its document."""

    info: DocumentInfo
    validity: Validity
    passage: Passage
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One label (empty for what has none) and the passages of each place, in their order."""

    label: str
    cells: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Places side by side; ``marks`` are the words to mark."""

    places: tuple[str, ...]
    rows: tuple[Row, ...]
    marks: tuple[str, ...]

    def held(self, place: int) -> int:
        """How many passages a place has in all rows."""
        return sum(len(row.cells[place]) for row in self.rows)


def known_places(engine: Engine, role: Role) -> list[str]:
    """The regions of the lessons a role may read, most documents first."""
    counter = Counter(
        region
        for info in engine.kb.documents(role.audiences)
        if info.header.kind is Kind.EXPERIENCE
        for region in info.header.regions
    )
    return sorted(counter, key=lambda place: (-counter[place], place))


def compare(
    engine: Engine, topic: str, places: Sequence[str], role: Role, on: date | None = None
) -> Comparison:
    """What the base says of a topic in each of up to three places, for a role and a day.

    Raises QuestionError for a topic that is too long or says nothing.
    """
    chosen = tuple(dict.fromkeys(p for p in places if p))[:MOST_PLACES]
    _, query = engine.read(topic, role, on)
    words = query.words or query.text
    idf = engine.kb.lexical.idf(tokens(words))
    vector = engine.kb.encoder.encode_queries([query.text])[0]
    columns: list[list[Cell]] = []
    for place in chosen:
        wanted = replace(query, regions=(place,), kinds=_KINDS, limit=MOST_HITS)
        hits = engine.kb.search(wanted, vector=vector, depth=DEPTH)
        columns.append(_column(engine, hits, place, idf))
    marks = dict.fromkeys([*topic.split(), *telling(words), *query.expansions])
    return Comparison(chosen, _rows(columns), tuple(marks))


def _column(
    engine: Engine, hits: Sequence[Hit], place: str, idf: Mapping[str, float]
) -> list[Cell]:
    """The passages about the topic in a place, each once: the place's own documents first."""
    texts = engine.kb.catalog.texts({h.document.version_id for h in hits})
    seen: set[tuple[int, int]] = set()
    cells: list[tuple[float, Cell]] = []
    for rank, hit in enumerate(hits):
        info = hit.document
        for passage in hit.passages:
            key = (info.version_id, passage.start)
            text = texts.get(info.version_id, "")[passage.start : passage.end].strip()
            if key in seen or not text or not _speaks_of(place, info, passage, text):
                continue
            about = normalise(" ".join([*topics(passage.path), text]))
            holds = coverage(idf, about)
            if holds < HOLDS:
                continue
            seen.add(key)
            weight = holds + of_it_alone(place, info) - rank / 1000
            cells.append((weight, Cell(info, hit.validity, passage, text)))
    return [cell for _, cell in sorted(cells, key=lambda pair: -pair[0])]


def _speaks_of(place: str, info: DocumentInfo, passage: Passage, text: str) -> bool:
    """Whether a passage is about a place, and not about another one its document treats too."""
    return of_it_alone(place, info) or place in " ".join([text, *passage.path])


def of_it_alone(place: str, info: DocumentInfo) -> bool:
    """Whether a document is about a place, or places in it, and no other."""
    return all(place in within(region) for region in info.header.regions)


def _rows(columns: Sequence[Sequence[Cell]]) -> tuple[Row, ...]:
    """The labels that recur, those of most places first and then in the order documents give
    them; last what has none.
    """
    places: dict[str, list[int]] = {}
    for cell in (c for column in columns for c in column):
        label, number = label_of(cell.text)
        if label:
            places.setdefault(label, []).append(number)
    recurring = [label for label, numbers in places.items() if len(numbers) >= _RECURS]
    names = sorted(recurring, key=lambda label: sum(places[label]) / len(places[label]))
    rows = []
    for name in [*names, ""]:
        cells = tuple(
            tuple(c for c in column if _row_of(c, names) == name)[:MOST_CELL] for column in columns
        )
        if any(cells):
            rows.append(Row(name, cells))
    return tuple(sorted(rows, key=lambda row: (not row.label, -sum(map(bool, row.cells)))))


def _row_of(cell: Cell, names: Sequence[str]) -> str:
    label, _ = label_of(cell.text)
    return label if label in names else ""


def label_of(text: str) -> tuple[str, int]:
    """What a passage calls itself, and its number in its list (99 without one).

    ``3. 可以借鉴（编者归纳）：…`` is 可以借鉴, 3; the label is empty where there is none.
    """
    found = _LABEL.match(text)
    if not found:
        return "", 99
    return found[2], int(found[1] or 99)
