"""Answers of several passages side by side: from sentences in cells to proven claims. Pure.

A table is planned as cells that hold sentences of documents. Each is composed and checked like the
sentences of any answer; a cell whose sentence does not pass is emptied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.compose import compose
from bot.extract import Sentence
from bot.verify import check
from kb.answer_table import AnswerTable, Cell, Row, TableKind, Verdict
from kb.models import Citation, Claim


@dataclass(frozen=True, slots=True)
class Draft:
    """A cell before it is proven: its sentences, and what is said beside them."""

    sentences: tuple[Sentence, ...] = ()
    verdict: Verdict | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A row before it is proven."""

    head: str
    cells: tuple[Draft, ...]
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class DraftTable:
    """A table before it is proven; ``left_out`` are rows that were found and are not given."""

    kind: TableKind
    heads: tuple[str, ...]
    rows: tuple[DraftRow, ...]
    left_out: int = 0

    @property
    def sentences(self) -> list[Sentence]:
        """The sentences of all cells, each once, row by row."""
        found = {(s.hit.document.version_id, s.start): s for s in _all(self)}
        return list(found.values())


def _all(draft: DraftTable) -> list[Sentence]:
    return [s for row in draft.rows for cell in row.cells for s in cell.sentences]


def prove(
    draft: DraftTable, texts: Mapping[int, str], titles: Mapping[str, str]
) -> tuple[AnswerTable, list[Claim], list[Citation]] | None:
    """The table with what is proven of it, its claims and citations; None when nothing is.

    Args:
        draft: what is to be said.
        texts: version id -> canonical text.
        titles: document id -> title, to name successors by.
    """
    sentences = draft.sentences
    while sentences:
        claims, citations = compose(sentences, titles)
        problems = check(claims, citations, texts)
        if not problems:
            break
        moved = {p.evidence for p in problems if p.claim is None}
        failed = {p.claim for p in problems}
        sentences = [s for i, s in enumerate(sentences) if i not in failed and s.text not in moved]
    if not sentences:
        return None
    said = {_key(s): claim for s, claim in zip(sentences, claims, strict=True)}
    rows = tuple(_row(row, said) for row in draft.rows)
    rows = tuple(row for row in rows if any(cell.text for cell in row.cells))
    return AnswerTable(draft.kind, draft.heads, rows, draft.left_out), claims, citations


def _row(row: DraftRow, said: Mapping[tuple[int, int], Claim]) -> Row:
    return Row(row.head, tuple(_cell(cell, said) for cell in row.cells), row.verdict)


def _cell(draft: Draft, said: Mapping[tuple[int, int], Claim]) -> Cell:
    claims = [said[_key(s)] for s in draft.sentences if _key(s) in said]
    if not claims:
        return Cell()
    numbers = dict.fromkeys(n for claim in claims for n in claim.citations)
    return Cell("".join(claim.text for claim in claims), tuple(numbers), draft.verdict, draft.said)


def _key(s: Sentence) -> tuple[int, int]:
    return s.hit.document.version_id, s.start
