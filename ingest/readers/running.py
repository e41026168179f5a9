"""Running headers, footers, page numbers and printed addresses: found by repetition over pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_EDGE = 3  # lines looked at from the top and from the bottom of a page
_DIGITS = re.compile(r"[0-9０-９]+|\b[ivxlc]{1,7}\b")
_PAGE_NUMBER = re.compile(
    r"[-—–·\s]*(?:第\s*)?([0-9]{1,4})\s*(?:页)?(?:\s*[/，,]?\s*(?:共\s*)?[0-9]{1,4}\s*页?)?[-—–·\s]*\Z"
)
_DASHED = re.compile(r"[-—–]\s*[0-9]{1,4}\s*[-—–]\Z|第\s*[0-9]{1,4}\s*页.{0,12}\Z")
_ADDRESS = re.compile(r"(?:https?://|file:///|www\.)\S+(?:\s+[0-9]{1,4}\s*/\s*[0-9]{1,4})?\s*\Z")


def running_lines(pages: Sequence[Sequence[str]]) -> list[set[int]]:
    """For each page (its lines, from the top) the indices of the lines that only run along.

    A line at the edge of a page runs along if the same line, digits aside, stands at the edge of
    at least a third of the pages and of two; if it is a page number that counts up with the
    pages or is written as one (``— 3 —``); or if it is nothing but a web address.
    """
    edges = [_edge(page) for page in pages]
    seen: Counter[str] = Counter()
    for page, edge in zip(pages, edges, strict=True):
        seen.update({_shape(page[at]) for at in edge})
    filled = sum(1 for page in pages if page)
    needed = max(2, (filled + 2) // 3)
    offsets = _counting(pages, edges)
    return [
        {at for at in edge if _runs(page[at], number, seen, needed, offsets)}
        for number, (page, edge) in enumerate(zip(pages, edges, strict=True))
    ]


def _edge(page: Sequence[str]) -> list[int]:
    top = range(min(_EDGE, len(page)))
    return sorted({*top, *range(max(0, len(page) - _EDGE), len(page))})


def _shape(line: str) -> str:
    return re.sub(r"\s+", "", _DIGITS.sub("#", line))


def _runs(line: str, number: int, seen: Counter[str], needed: int, offsets: set[int]) -> bool:
    page_number = _PAGE_NUMBER.match(line)
    if page_number:
        return bool(_DASHED.match(line)) or int(page_number.group(1)) - number in offsets
    if _ADDRESS.match(line):
        return True
    shape = _shape(line)
    # A line that ends a sentence is text, however often it recurs (and a bare # is a figure).
    return shape != "#" and seen[shape] >= needed and line[-1] not in "。；："


def _counting(pages: Sequence[Sequence[str]], edges: Sequence[Sequence[int]]) -> set[int]:
    """Differences between printed and physical page numbers that hold for most pages."""
    found: Counter[int] = Counter()
    for number, (page, edge) in enumerate(zip(pages, edges, strict=True)):
        values = {
            int(match.group(1)) - number for at in edge if (match := _PAGE_NUMBER.match(page[at]))
        }
        found.update(values)
    return {offset for offset, count in found.items() if count >= max(2, len(pages) // 3)}
