"""Headings that styles and numbers disagree about.

Authors give a heading style to one ``（四）`` of many, or to every ``1.`` and to none of the
``一、`` above them. Taken at its word such a style would put what follows in the wrong place; the
numbers tell the order of a document whether or not it was formatted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ingest.draft import Mark
from ingest.label import LIST_RANK, Label
from ingest.numbering import label
from ingest.readers.office_table import Line

_MOST = 0.6  # share of a family that restarts behind each member of another one below which it is


def even_headings(lines: Sequence[Line]) -> list[Line]:
    """The lines, with heading marks taken off numbered lines where the numbers know better.

    That is where most of their like (``（一）``, ``1.`` …) are no headings, or where they are
    counted anew behind each member of another sort of number that are no headings.
    """
    labels = [_listed(text) for text, _ in lines]
    heads = [mark is not None and mark.mark is Mark.HEADING for _, mark in lines]
    all_of = Counter(found.family for found in labels if found)
    marked = Counter(
        found.family for found, head in zip(labels, heads, strict=True) if found and head
    )
    if not marked:
        return list(lines)
    plain = {family for family, count in all_of.items() if marked[family] * 2 < count}
    found_below = [found for found in labels if found]
    for family in sorted(marked, key=LIST_RANK.__getitem__):
        if family not in plain and any(_is_below(family, other, found_below) for other in plain):
            plain.add(family)
    return [
        (text, None) if head and found and found.family in plain else (text, mark)
        for (text, mark), found, head in zip(lines, labels, heads, strict=True)
    ]


def _listed(text: str) -> Label | None:
    found = label(text)
    return found if found and found.family in LIST_RANK else None


def _is_below(family: str, other: str, labels: Sequence[Label]) -> bool:
    """Whether ``family`` starts at one again behind most members of a higher sort of number."""
    if LIST_RANK[other] >= LIST_RANK[family]:
        return False
    behind: list[int] = []
    waiting = False
    for found in labels:
        if found.family == other:
            waiting = True
        elif found.family == family and waiting:
            behind.append(found.value)
            waiting = False
    return bool(behind) and behind.count(1) >= _MOST * len(behind)
