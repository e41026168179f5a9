"""What a document says of itself when nobody gave its facts: each value, and where it stands.

Only what is written there: a fact that is not found stays empty.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from ingest.dates import DAY
from ingest.draft import LineMark, Mark
from ingest.header_events import events
from ingest.header_number import doc_number, issuers, ordering
from ingest.header_region import region
from ingest.header_replaced import replaced
from ingest.header_title import find_title, known_title, with_repeats
from ingest.header_validity import effective, expires, published
from ingest.lines import spans_between

Span = tuple[int, int]

_DAY = re.compile(DAY)
_HEAD_LINES = 14
_HEAD_CHARACTERS = 3000
_PREAMBLE_LINES = 60
"""Lines under a title that may tell of its amendments: the Criminal Law has had a dozen."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the text says of itself; empty where it says nothing.

    ``title_spans`` are the lines that hold the title, every time it is given; ``places`` says for
    each field (by the name of ``kb.models.Header``) where its value stands in the text.
    """

    title: str = ""
    title_spans: tuple[Span, ...] = ()
    doc_number: str = ""
    issuers: tuple[str, ...] = ()
    published: date | None = None
    effective: date | None = None
    expires: date | None = None
    supersedes: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    places: Mapping[str, Span] = field(default_factory=dict)


def find(text: str, marks: Mapping[int, LineMark] | None = None, *, title: str = "") -> Found:
    """The title (with the spans of its lines) and the facts a canonical text gives of itself.

    ``title``: the one already known; then only the lines that repeat it are looked for.
    """
    text = _without_lists(text, marks or {})
    lines = _head(text, _HEAD_LINES, _HEAD_CHARACTERS)
    named, spans = (
        known_title(text, lines, marks or {}, title)
        if title
        else find_title(text, lines, marks or {})
    )
    title_span = (spans[0][0], spans[-1][1]) if spans else None
    spans = with_repeats(text, lines, named, spans)
    below = [
        line for line in _head(text, _PREAMBLE_LINES, 4 * _HEAD_CHARACTERS) if line not in spans
    ]
    happened = events(text, below)
    number, number_span = doc_number(text, lines, named, happened)
    names, names_span = issuers(text, named, title_span)
    if not names:
        names, names_span = ordering(number), number_span
    issued = published(text, lines, happened, lines[-1][1] if lines else 0)
    begins = effective(text, issued[0] if issued else None, happened)
    ends = expires(text, begins[0] if begins else None, issued[0] if issued else None)
    gone, gone_span = replaced(text)
    acts = [text[event.start : event.end] for event in happened]
    where = region(names, named, [_DAY.sub("", act).strip() for act in acts] or [number])
    places = {
        "title": title_span,
        "doc_number": number_span or (title_span if number else None),
        "issuers": names_span if names else None,
        "published": issued[1] if issued else None,
        "effective": begins[1] if begins else None,
        "expires": ends[1] if ends else None,
        "supersedes": gone_span,
        "regions": (names_span or title_span or number_span) if where else None,
    }
    return Found(
        named,
        spans,
        number,
        names,
        issued[0] if issued else None,
        begins[0] if begins else None,
        ends[0] if ends else None,
        gone,
        where,
        {name: span for name, span in places.items() if span},
    )


def _without_lists(text: str, marks: Mapping[int, LineMark]) -> str:
    """The text with blanks for the rows of lists of things, all offsets as they were.

    A column 文号 in a list of policies gives the numbers of others. A table that tells of the
    document itself (索引号, 文号, 发布日期 once each) is left.
    """
    rows = {
        start: text[start : end if (end := text.find("\n", start)) >= 0 else len(text)]
        for start, mark in marks.items()
        if mark.mark is Mark.ROW
    }
    columns = Counter(name for row in rows.values() for name in _column_names(row))
    parts, at = [], 0
    for start, row in sorted(rows.items()):
        if any(columns[name] > 1 for name in _column_names(row)):
            parts += [text[at:start], " " * len(row)]
            at = start + len(row)
    return "".join([*parts, text[at:]])


def _column_names(row: str) -> set[str]:
    """The names before the colons of a row (``列名：值；列名：值。``)."""
    return {cell.partition("：")[0] for cell in row.split("；") if "：" in cell}


def _head(text: str, count: int, characters: int) -> list[Span]:
    """Spans of the first lines that are not empty."""
    return list(islice(spans_between(text, 0, min(len(text), characters)), count))
