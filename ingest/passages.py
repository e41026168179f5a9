"""Tree → passages: one clause, item, paragraph or row each; long ones cut at sentences.

Pure. Passages cover every line that is not a heading exactly once, in order. Lengths are in
characters of the canonical text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from ingest.tree import Node
from kb.models import Page, Passage, PassageKind
from kb.sentences import sentences, strip_span

_ROOT = -1
_NEXT_CELL = re.compile(r"；(?=[^；：。]{1,40}：)")
_LONGEST_KEY = 80
_WEAK_BREAK = re.compile(r"[，,、：:）)]")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How long passages are. ``target`` where sentences allow, ``hard`` at most; neighbours in one
    list both shorter than ``short`` are merged up to ``merged``; a window is at most ``window``,
    what is returned for it at most ``wide``.

    Windows of three pieces of about 120 characters hold the whole answer more often than disjoint
    passages of the same length (0.79 against 0.74 on 170 policy questions). Longer windows are
    found worse, but hold more: so a window is found, and its surroundings are returned with it.
    Of ncpqa's whole answers, 0.823 are in the top hit and 0.920 in the top three this way (342
    characters a hit); where windows of 440 are found themselves, 0.812 and 0.917 (344); where
    those of 360 are only filled up to 360, 0.806 and 0.905 (284). ``wide`` was chosen on these.
    """

    target: int = 200
    hard: int = 360
    short: int = 40
    merged: int = 120
    window: int = 360
    wide: int = 440


@dataclass(frozen=True, slots=True)
class _Piece:
    """A span that becomes a passage. ``parent`` and ``scope`` are starts of nodes: of the list it
    stands in, and of the article or top section no window leaves.
    """

    start: int
    end: int
    path: tuple[str, ...]
    kind: PassageKind
    parent: int
    scope: int
    lead: tuple[int, int] | None
    article: bool = False
    outer: tuple[str, ...] = ()


def passages(
    text: str, root: Node, pages: Sequence[Page] = (), sizes: Sizes = Sizes()
) -> tuple[Passage, ...]:
    """The passages of a text and its tree, in order, with paths, pages and windows."""
    pieces = [
        part for piece in _merged(text, _pieces(root), sizes) for part in _cut(text, piece, sizes)
    ]
    starts = [page.start for page in pages]
    made: list[Passage] = []
    windows, wide = _windows(pieces, sizes.window), _windows(pieces, sizes.wide)
    for ordinal, piece in enumerate(pieces):
        window_end = windows[ordinal][1]
        made.append(
            Passage(
                ordinal,
                piece.path,
                piece.start,
                piece.end,
                window_end,
                _page(pages, starts, piece.start),
                piece.lead,
                piece.kind,
                (wide[ordinal][0], max(wide[ordinal][1], window_end)),
            )
        )
    return tuple(made)


def headings(root: Node) -> list[tuple[int, int]]:
    """The spans of the lines that are headings, in order."""
    found: list[tuple[int, int]] = []
    stack = list(reversed(root.children))
    while stack:
        node = stack.pop()
        if node.heading:
            found.append((node.start, node.end))
        stack.extend(reversed(node.children))
    return found


def _pieces(root: Node) -> Iterator[_Piece]:
    """Every line that is no heading, with what it inherits from above."""
    stack: list[tuple[Node, tuple[str, ...], Node, int]] = [
        (child, (), root, _ROOT) for child in reversed(root.children)
    ]
    while stack:
        node, outer, parent, scope = stack.pop()
        article = node.family == "条"
        above = (*outer, node.step) if node.step and not article else outer
        path = (*above, node.title) if node.title else above
        if article or (scope == _ROOT and node.heading) or node.kind is PassageKind.TERM:
            scope = node.start
        if not node.heading:
            yield _Piece(
                node.start,
                node.end,
                (*path, node.step) if node.step and article else path,
                node.kind,
                parent.start,
                scope,
                node.lead,
                article,
                above,
            )
        stack.extend((child, path, node, scope) for child in reversed(node.children))


def _merged(text: str, pieces: Iterator[_Piece], sizes: Sizes) -> Iterator[_Piece]:
    """Merge very short neighbours of one list, and a short introduction with what follows."""
    held: _Piece | None = None
    for piece in pieces:
        if held is None:
            held = piece
        elif _may_merge(text, held, piece, sizes):
            inner = held.lead if held.lead != (held.start, held.end) else None
            held = replace(held, end=piece.end, path=_shared(held.path, piece.path), lead=inner)
        else:
            yield held
            held = piece
    if held is not None:
        yield held


def _shared(one: tuple[str, ...], two: tuple[str, ...]) -> tuple[str, ...]:
    """The steps both paths begin with."""
    return tuple(
        a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False))
    )


def _may_merge(text: str, held: _Piece, piece: _Piece, sizes: Sizes) -> bool:
    clauses = held.kind is piece.kind is PassageKind.CLAUSE
    if (
        not clauses
        or piece.article
        or held.scope != piece.scope
        or text[held.end : piece.start].strip()
    ):
        return False
    if _scrap(held, piece, sizes):
        return True
    if _whole(text, held, sizes) or _whole(text, piece, sizes):
        return False
    if piece.end - held.start > sizes.merged or (
        held.end - held.start >= sizes.short and not _grown(text, held)
    ):
        return False
    same_list = piece.parent == held.parent
    if piece.end - piece.start >= sizes.short:
        # A salutation goes with the paragraph it opens; an item of full length stays alone.
        plain = held.path == held.outer and piece.path == piece.outer and piece.lead is None
        return same_list and plain and text[held.end - 1] in "：:"
    return same_list or (text[held.end - 1] in "：:" and piece.parent == held.start)


def _scrap(held: _Piece, piece: _Piece, sizes: Sizes) -> bool:
    """Whether one of two plain paragraphs is a scrap (``特此通知。``), not to be left alone."""
    plain = held.path == held.outer and piece.path == piece.outer and held.parent == piece.parent
    tiny = min(piece.end - piece.start, held.end - held.start) < sizes.short * 0.3
    return plain and tiny and piece.end - held.start <= sizes.target


def _whole(text: str, piece: _Piece, sizes: Sizes) -> bool:
    """Whether a short piece is a full sentence, which stands for itself."""
    return (
        text[piece.end - 1] in "。！？"
        and sizes.short // 2 <= piece.end - piece.start < sizes.short
    )


def _grown(text: str, held: _Piece) -> bool:
    """Whether a held piece is itself a merger of short lines."""
    return "\n" in text[held.start : held.end]


def _cut(text: str, piece: _Piece, sizes: Sizes) -> list[_Piece]:
    """A piece of allowed length: cut at cells, sentences, then ``；``, then commas, then hard."""
    length = piece.end - piece.start
    limit = sizes.target if piece.kind is PassageKind.CLAUSE else sizes.hard
    if length <= limit:
        return [piece]
    row = piece.kind is PassageKind.ROW
    parts: list[tuple[int, int]] = []
    for start, end in _cells(text, piece.start, piece.end) if row else [(piece.start, piece.end)]:
        for left, right in sentences(text[start:end]):
            parts += _shortened(text, start + left, start + right, sizes)
    lead = piece.lead
    if row and parts[0][1] - parts[0][0] <= _LONGEST_KEY:
        lead = parts[0]  # what the row is about, for the pieces that do not hold it
    return [
        replace(
            piece,
            start=start,
            end=end,
            article=piece.article and start == piece.start,
            lead=lead if start > piece.start else piece.lead,
        )
        for start, end in _packed(parts, limit)
    ]


def _cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The cells of a row: cut at each ``；`` before the name of another column."""
    cuts = [match.end() for match in _NEXT_CELL.finditer(text, start, end)]
    return [strip_span(text, a, b) for a, b in pairwise([start, *cuts, end])]


def _shortened(text: str, start: int, end: int, sizes: Sizes) -> list[tuple[int, int]]:
    """One sentence in pieces of at most ``hard`` characters."""
    if end - start <= sizes.hard:
        return [(start, end)]
    found: list[tuple[int, int]] = []
    for left, right in sentences(text[start:end], semicolons=True):
        at, stop = start + left, start + right
        while stop - at > sizes.hard:
            cut = _weak_break(text, at, at + sizes.target, at + sizes.hard)
            span = strip_span(text, at, cut)
            if span[0] < span[1]:
                found.append(span)
            at = cut
        span = strip_span(text, at, stop)
        if span[0] < span[1]:
            found.append(span)
    return found


def _weak_break(text: str, start: int, low: int, high: int) -> int:
    """A place to cut between ``low`` and ``high``: behind the last comma there, or a space."""
    last = 0
    for match in _WEAK_BREAK.finditer(text, low, high):
        last = match.end()
    if not last:
        last = text.rfind(" ", low, high) + 1
    return last if last > start else high


def _packed(parts: list[tuple[int, int]], limit: int) -> list[tuple[int, int]]:
    """Neighbouring sentences together: as few pieces as fit, of about the same length."""
    if not parts:
        return []
    total = parts[-1][1] - parts[0][0]
    aim = total / -(-total // limit)
    packed: list[tuple[int, int]] = []
    start, end = parts[0]
    for left, right in parts[1:]:
        longer = right - start
        if longer <= limit and (longer <= aim or longer - aim < aim - (end - start)):
            end = right
        else:
            packed.append((start, end))
            start, end = left, right
    packed.append((start, end))
    return packed


def _windows(pieces: Sequence[_Piece], longest: int) -> list[tuple[int, int]]:
    """Each piece with its surroundings in its scope, whole pieces, while short enough.

    What follows comes first; where the scope ends before the room is used up, what goes before.
    """
    spans: list[tuple[int, int]] = []
    first = last = 0
    for at, piece in enumerate(pieces):
        last = max(last, at)
        while (
            last + 1 < len(pieces)
            and pieces[last + 1].scope == piece.scope
            and pieces[last + 1].end - piece.start <= longest
        ):
            last += 1
        while first < at and (
            pieces[first].scope != piece.scope or pieces[last].end - pieces[first].start > longest
        ):
            first += 1
        spans.append((pieces[first].start, pieces[last].end))
    return spans


def _page(pages: Sequence[Page], starts: Sequence[int], at: int) -> int | None:
    """The number of the page on which the character at ``at`` stands."""
    index = bisect_right(starts, at) - 1
    while index > 0 and pages[index].end <= at and pages[index].start == pages[index].end:
        index -= 1
    return pages[index].number if index >= 0 else None
