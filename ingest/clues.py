"""What is known of every line of a text before the tree is built from them. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ingest.draft import LineMark, Mark
from ingest.label import STRUCTURE_RANK, Label
from ingest.lines import contents_lines, like_heading, line_spans, signature_lines
from ingest.neighbours import (
    annex_titles,
    captions,
    guessed_headings,
    part_headings,
    questions,
    quoted_lines,
    second_titles,
)
from ingest.numbering import label
from ingest.sequence import genuine

Span = tuple[int, int]

_OUTER = frozenset(STRUCTURE_RANK) - {"条"} | {"cn", "cn_paren"}
"""Labels of the headings that articles may stand below."""
_TERMS = re.compile(r"(?:名词|术语)(?:解释|释义|注释)[:：]?\Z")
_REMARK = re.compile(r"(?:注|附注|备注|说明|Notes?)\s?[0-9一二三四五六七八九十]{0,2}\s?[:：]")


@dataclass(frozen=True, slots=True)
class Clues:
    """The lines of a text that are not empty, one entry each in all sequences.

    ``labels`` are those that belong to a count; ``following`` the next label at or behind a line.
    ``kinds`` names what the neighbours or the looks of a line make of it: ``title``, ``contents``,
    ``quoted``, ``caption``, ``signature``, ``question``, ``terms``, ``guessed``, ``remark``, or
    the name of a rank; ``names`` the title a line ends where it is not the line itself. The lines
    from ``endnotes`` on are notes to the whole text.
    """

    lines: Sequence[Span]
    texts: Sequence[str]
    marks: Sequence[LineMark | None]
    labels: Sequence[Label | None]
    following: Sequence[Label | None]
    kinds: Mapping[int, str]
    names: Mapping[int, str]
    endnotes: int


def read_clues(text: str, marks: Mapping[int, LineMark], title_spans: Collection[Span]) -> Clues:
    """The clues of a canonical text; see ``ingest.outline.outline`` for the arguments."""
    lines = line_spans(text)
    texts = [text[start:end] for start, end in lines]
    marked = [marks.get(start) for start, _ in lines]
    own = set(title_spans)
    titles = {at for at, span in enumerate(lines) if span in own}
    quoted, contents = quoted_lines(texts), contents_lines(texts)
    found = _labels(texts, marked, quoted)
    free = [
        mark is None and at not in titles and at not in quoted and at not in contents
        for at, mark in enumerate(marked)
    ]
    annexes = annex_titles(texts, found, free)
    _take(free, annexes)
    second = second_titles(texts, found, free)
    labels = genuine(found, _restarts(marked, found, second))
    signature = signature_lines(texts, labels)
    _take(free, second | signature)
    rows = [mark is not None and mark.mark is Mark.ROW for mark in marked]
    kinds: dict[int, str] = _by_looks(texts, labels, marked, titles)
    kinds.update(dict.fromkeys(signature, "signature"))
    kinds.update(dict.fromkeys(captions(texts, labels, free, rows), "caption"))
    kinds.update(dict.fromkeys(quoted, "quoted"))
    kinds.update(part_headings(texts, labels, free))
    kinds.update(dict.fromkeys(annexes, "annex title"))
    kinds.update(dict.fromkeys(second, "annex"))
    kinds.update(dict.fromkeys(contents, "contents"))
    kinds.update(dict.fromkeys(titles, "title"))
    endnotes = len(lines)
    while endnotes and (item := labels[endnotes - 1]) and item.family == "note":
        endnotes -= 1
    return Clues(lines, texts, marked, labels, _following(labels), kinds, annexes, endnotes)


def _labels(
    texts: Sequence[str], marks: Sequence[LineMark | None], quoted: Collection[int]
) -> list[Label | None]:
    """The label of each line, taken alone; one that looks like a reference is faint."""
    found: list[Label | None] = []
    ended = True
    for at, (line, mark) in enumerate(zip(texts, marks, strict=True)):
        quiet = at in quoted or (mark is not None and mark.mark in (Mark.ROW, Mark.VERBATIM))
        item = None if quiet else label(line, references=ended)
        found.append(item)
        heading = item is not None and item.family in _OUTER and like_heading(line)
        ended = heading or line[-1] in "。！？；：”"
    return found


def _take(free: list[bool], taken: Collection[int]) -> None:
    for at in taken:
        free[at] = False


def _restarts(
    marks: Sequence[LineMark | None], labels: Sequence[Label | None], second: Collection[int]
) -> list[bool]:
    """Where articles may begin to count anew: at headings and at the titles of documents."""
    return [
        at in second
        or (
            mark is not None
            and mark.mark is Mark.HEADING
            and not (item is not None and item.family in STRUCTURE_RANK)
        )
        for at, (mark, item) in enumerate(zip(marks, labels, strict=True))
    ]


def _following(labels: Sequence[Label | None]) -> list[Label | None]:
    found: list[Label | None] = []
    behind: Label | None = None
    for item in reversed(labels):
        behind = item or behind
        found.append(behind)
    return found[::-1]


def _by_looks(
    texts: Sequence[str],
    labels: Sequence[Label | None],
    marks: Sequence[LineMark | None],
    titles: Collection[int],
) -> dict[int, str]:
    """Lines without a mark or a number that look like a heading, a question or a remark."""
    headed = any(
        mark is not None and mark.mark is Mark.HEADING and at not in titles
        for at, mark in enumerate(marks)
    )
    articles = any(item is not None and item.family == "条" for item in labels)
    kinds: dict[int, str] = {}
    if not headed and not articles:
        titled = [at in titles for at in range(len(texts))]
        kinds.update(dict.fromkeys(guessed_headings(texts, labels, titled), "guessed"))
    asked = questions(texts, labels)
    for at, line in enumerate(texts):
        if labels[at] is None and _REMARK.match(line):
            kinds[at] = "remark"
        elif labels[at] is None and _TERMS.match(line):
            kinds[at] = "terms"
        elif at in asked:
            kinds[at] = "question"
    return {
        at: kind
        for at, kind in kinds.items()
        if marks[at] is None and ((item := labels[at]) is None or item.family == "question")
    }
